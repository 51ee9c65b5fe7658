import type { GatewayEvent } from './ports.ts';

/**
 * Events that a reader has no room for now, as they go out. How a thing stands replaces how it stood before; what people
 * did (alerts, answers, commands) is kept one by one. Ids rise, so that the reader may resume after any of them.
 */
export class HeldEvents {
  readonly #frames = new Map<string | number, string>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  hold(event: GatewayEvent, text: string): void {
    const key = keyOf(event);
    const before = this.#frames.get(key);
    if (before !== undefined) {
      // Put behind the others, where its new id belongs.
      this.#frames.delete(key);
      this.#bytes -= Buffer.byteLength(before);
    }
    this.#frames.set(key, text);
    this.#bytes += Buffer.byteLength(text);
  }

  /** The oldest ones, together at least so many bytes where there are as many; empty when none waits. */
  take(bytes: number): string {
    let text = '';
    for (const [key, frame] of this.#frames) {
      if (text.length >= bytes) break;
      this.#frames.delete(key);
      this.#bytes -= Buffer.byteLength(frame);
      text += frame;
    }
    return text;
  }
}

/** What stands has the key of its thing; what people did has its own, a number. */
export function keyOf({ event, id, data }: GatewayEvent): string | number {
  const { site } = data;
  if ('space' in data) return `${event} ${site} ${data.lot} ${data.space}`;
  if ('lot' in data) return `${event} ${site} ${data.lot}`;
  if (event === 'reading' && 'point' in data) return `${event} ${site} ${data.point}`;
  if (event === 'device' && 'device' in data) return `${event} ${site} ${data.device}`;
  if (event === 'agent' && 'agent' in data) return `${event} ${site} ${data.agent}`;
  return id;
}

import { setImmediate as immediate } from 'node:timers/promises';
import type { JsMsg } from '@nats-io/jetstream';

/** What one worker holds of a lane: more stays in the stream for others. */
const mostParts = 1000;
/** As they travel; unpacked it is ten times as much. At least one part of the longest. */
const mostBytes = 4 * 1024 * 1024;

/** What is shorter is unpacked at once: an alert does not wait for the threads that unpack a backlog. */
export const shortBytes = 4096;

/**
 * Long parts are read one after the other, with a turn of the event loop between them: read together they would hold up what
 * other lanes bring, by tens of milliseconds each.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  next<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (bytes < shortBytes) return work();
    const done = this.#last.then(() => immediate()).then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}

/** What a worker holds of one lane, and who waits until it is less. */
export class Held {
  readonly #messages = new Set<JsMsg>();
  #bytes = 0;
  #usual = 16_384;
  #wake: (() => void) | null = null;

  add(message: JsMsg): void {
    this.#messages.add(message);
    this.#bytes += message.data.length;
    this.#usual += (message.data.length - this.#usual) / 16;
  }

  remove(message: JsMsg): void {
    this.#messages.delete(message);
    this.#bytes -= message.data.length;
    if (this.#isHalfEmpty) this.#wake?.();
  }

  /** Is at work on all of them: otherwise the server gives them to another worker, and they are taken twice. */
  atWork(): void {
    for (const message of this.#messages) message.working();
  }

  /** How many more, by how long the last ones were: one request limits either their number or their bytes. */
  get rest(): number {
    const byBytes = Math.floor((mostBytes - this.#bytes) / this.#usual);
    return Math.max(1, Math.min(mostParts - this.#messages.size, byBytes));
  }

  async room(signal: AbortSignal): Promise<void> {
    if (this.#isHalfEmpty) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.#wake = wake;
    signal.addEventListener('abort', wake);
    await promise;
    signal.removeEventListener('abort', wake);
    this.#wake = null;
  }

  get #isHalfEmpty(): boolean {
    return this.#messages.size <= mostParts / 2 && this.#bytes <= mostBytes / 2;
  }
}

import type { Clock, Timer } from '../../contract/clock.ts';
import { keyOf } from './held-events.ts';
import type { GatewayEvent } from './ports.ts';

/** An event with its data written out, and as it goes out by itself. */
export type Framed = { readonly event: GatewayEvent; readonly json: string; readonly text: string };

/** Each time something comes a page draws a picture: of a hundred changes a second two or three. */
const gatherMs = 500;
/** More than this is told before its time. */
const mostChars = 64 * 1024;

/**
 * Changes for pages, told together: the first after a quiet moment at once, then what has changed since, how a thing stands in
 * place of how it stood before. Readings come all the time, so that they are no moment that a state waits for: a space, a lot, a
 * device or an agent is told at once where none was told for half a second. What people did (alerts, answers, commands) is
 * told at once in any case. Whatever is told takes along what came before it.
 */
export class GatheredEvents {
  readonly #clock: Clock;
  readonly #tell: (events: readonly Framed[]) => void;
  readonly #waiting = new Map<string | number, Framed>();
  #chars = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #stateToldAt = Number.NEGATIVE_INFINITY;
  #due: Timer | undefined;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, tell: (events: readonly Framed[]) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  add(events: readonly Framed[]): void {
    let isUrgent = false;
    for (const framed of events) {
      const key = keyOf(framed.event);
      this.#chars += framed.text.length - (this.#waiting.get(key)?.text.length ?? 0);
      // Behind the others, where its new id belongs.
      this.#waiting.delete(key);
      this.#waiting.set(key, framed);
      isUrgent ||= typeof key === 'number';
    }
    const now = this.#clock.monotonic();
    const dueAt = (events.some(isState) ? this.#stateToldAt : this.#toldAt) + gatherMs;
    if (isUrgent || dueAt <= now || this.#chars > mostChars) this.flush();
    else if (dueAt < this.#dueAt) {
      this.#due?.cancel();
      this.#dueAt = dueAt;
      this.#due = this.#clock.after(dueAt - now, () => this.flush());
    }
  }

  flush(): void {
    this.close();
    if (this.#waiting.size === 0) return;
    const events = [...this.#waiting.values()];
    this.#toldAt = this.#clock.monotonic();
    if (events.some(isState)) this.#stateToldAt = this.#toldAt;
    this.#waiting.clear();
    this.#chars = 0;
    this.#tell(events);
  }

  close(): void {
    this.#due?.cancel();
    this.#due = undefined;
    this.#dueAt = Number.POSITIVE_INFINITY;
  }
}

const isState = ({ event }: Framed): boolean => event.event !== 'reading';

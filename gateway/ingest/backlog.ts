import type { Clock, Timer } from '../../contract/clock.ts';
import type { LiveAgent } from '../state/live-state.ts';
import type { PendingMessage } from './message.ts';

/** Time that agents who catch up leave to others after each commit of theirs, in times of what the commit took. */
const pausePerCommit = 0.75;
const pauseMsAtMost = 250;
/**
 * Of agents who catch up, in one commit: what an alarm that comes meanwhile waits for. One message at least. Measured on a
 * loaded machine: with all that an agent has under way, 30 kB, the 99th of 100 alarms took 23 and 50 ms, with this 16 ms.
 */
const bytesPerCommit = 12_000;

/**
 * What agents sent that catch up, while others go first. Messages of one agent stay in their order: as long as one is held,
 * those that come after it are held too.
 */
export class Backlog {
  readonly #clock: Clock;
  readonly #release: (messages: readonly PendingMessage[]) => void;
  #held: PendingMessage[] = [];
  #agents = new Set<LiveAgent>();
  #pause: Timer | null = null;

  /** `release` gets what was held, in order of arrival, each time the pause is over. */
  constructor(clock: Clock, release: (messages: readonly PendingMessage[]) => void) {
    this.#clock = clock;
    this.#release = release;
  }

  /** Keeps a message that has just come, where others are to go before it. */
  holds(message: PendingMessage): boolean {
    const { agent } = message;
    if (agent === undefined) return false;
    const waits = this.#agents.has(agent) || (this.#pause !== null && agent.isCatchingUp);
    if (waits) this.#hold(message, agent);
    return waits;
  }

  /** Keeps what is too much for one commit back; the rest is returned. */
  share(messages: readonly PendingMessage[]): PendingMessage[] {
    let bytes = 0;
    return messages.filter((message) => {
      const { agent } = message;
      if (agent?.isCatchingUp !== true) return true;
      const isTooMuch = this.#agents.has(agent) || bytes >= bytesPerCommit;
      bytes += message.payload.length;
      if (isTooMuch) this.#hold(message, agent);
      return !isTooMuch;
    });
  }

  /** A backlog fills every turn of the event loop, and an alarm would wait for one commit after the other. */
  leaveTime(committed: readonly PendingMessage[], tookMs: number): void {
    if (this.#pause !== null || !committed.some(({ agent }) => agent?.isCatchingUp === true)) return;
    const pauseMs = Math.min(tookMs * pausePerCommit, pauseMsAtMost);
    if (pauseMs > 0) this.#pause = this.#clock.after(pauseMs, () => this.resume());
  }

  /** Nothing is under way that would end a pause: what is held goes now. */
  resumeUnlessPaused(): void {
    if (this.#pause === null) this.resume();
  }

  resume(): void {
    this.#pause?.cancel();
    this.#pause = null;
    const held = this.#held;
    this.#held = [];
    this.#agents = new Set();
    this.#release(held);
  }

  #hold(message: PendingMessage, agent: LiveAgent): void {
    this.#held.push(message);
    this.#agents.add(agent);
  }
}

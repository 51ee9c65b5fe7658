import type { Clock, Timer } from '../contract/clock.ts';

/** The field's own time: begins where it is told, and runs `speed` times as fast as the clock behind it. */
export class SimulatedTime {
  /** Simulated epoch ms of the beginning. */
  readonly beganAt: number;
  readonly #clock: Clock;
  readonly #speed: number;
  readonly #beganMono: number;

  /** `begins` in epoch ms; the wall clock's own time without it. */
  constructor(options: { clock: Clock; speed: number; begins?: number }) {
    const { clock, speed, begins = clock.now() } = options;
    this.#clock = clock;
    this.#speed = speed;
    this.beganAt = begins;
    this.#beganMono = clock.monotonic();
  }

  /** Simulated epoch milliseconds. */
  now(): number {
    return this.beganAt + (this.#clock.monotonic() - this.#beganMono) * this.#speed;
  }

  /** Calls `fn` once, when that simulated moment has come, however far away it is; the next turn if it is past. */
  at(moment: number, fn: () => void): Timer {
    let timer: Timer;
    const wait = () => {
      const aheadMs = (moment - this.now()) / this.#speed;
      timer = aheadMs > closeMs ? this.#clock.after(Math.min(aheadMs, longestWaitMs), wait) : this.#clock.after(0, fn);
    };
    wait();
    return { cancel: () => timer.cancel() };
  }
}

/** A timer may come a trifle early by rounding; waiting for such a trifle would never end. */
const closeMs = 0.01;
/** The machine's timers count no further than 2³¹ ms. */
const longestWaitMs = 24 * 3_600_000;

import type { Clock } from '../../contract/clock.ts';
import type { ForecastPolicy } from './policy.ts';

/** Slices of work between which everything else has its turn. What is under way throws once `stop` is aborted. */
export class Pace {
  readonly #clock: Clock;
  readonly #of: ForecastPolicy['pace']['value'];
  readonly #stop: AbortSignal;
  #workedFrom = 0;

  constructor(clock: Clock, of: ForecastPolicy['pace']['value'], stop: AbortSignal) {
    this.#clock = clock;
    this.#of = of;
    this.#stop = stop;
  }

  /** A slice begins now. */
  begin(): void {
    this.#workedFrom = this.#clock.monotonic();
  }

  /** Carries a task out that says itself where it may be interrupted; hands over what each step gives. */
  async steps<Piece, T>(steps: Generator<Piece, T>, each: (piece: Piece) => void = () => {}): Promise<T> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      each(step.value);
      await this.breathe();
    }
  }

  /** Rests once this slice has lasted long enough. */
  async breathe(): Promise<void> {
    if (this.#clock.monotonic() - this.#workedFrom >= this.#of.workMs) await this.rest();
  }

  async rest(): Promise<void> {
    await this.#clock.sleep(this.#of.restMs, this.#stop);
    this.#stop.throwIfAborted();
    this.begin();
  }
}

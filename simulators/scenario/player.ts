import type { Timer } from '../../contract/clock.ts';
import type { VirtualBuses } from '../virtual-buses.ts';
import type { Scenario, Step } from './scenario.ts';

export type PlayerOptions = {
  scenario: Scenario;
  /** Their time begins when the scenario does. */
  buses: VirtualBuses;
  /** Told of each step after it was carried out. */
  onStep?(step: Step): void;
};

/**
 * Carries a scenario's steps out when their simulated time has come, in order. Each counts from its own time, so after a
 * jump the field is as if every step had been on time.
 */
export class Player {
  readonly #options: PlayerOptions;
  #next = 0;
  #timer: Timer | undefined;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#play();
  }

  close(): void {
    this.#timer?.cancel();
  }

  #play(): void {
    const { scenario, buses } = this.#options;
    for (let step = scenario.steps[this.#next]; step !== undefined; step = scenario.steps[this.#next]) {
      const moment = this.#momentOf(step);
      if (moment > buses.now()) {
        this.#timer = buses.time.at(moment, () => this.#play());
        return;
      }
      this.#next++;
      this.#carryOut(step, moment);
    }
  }

  #momentOf(step: Step): number {
    const { scenario, buses } = this.#options;
    return buses.time.beganAt + step.atMs - scenario.beginsMs;
  }

  #carryOut(step: Step, from: number): void {
    const { buses, onStep } = this.#options;
    const span = { from, ...(step.forMs === undefined ? {} : { forMs: step.forMs }) };
    switch (step.does) {
      case 'fault':
        buses.fault(step.target, step.name, { ...span, ...sizeOf(step) });
        break;
      case 'event':
        buses.event(step.name, { ...span, place: step.place, strength: step.strength });
        break;
      case 'set':
        buses.set(step.point, step.value, span);
    }
    onStep?.(step);
  }
}

function sizeOf({ rate, byMs }: { rate?: number; byMs?: number }): { rate?: number; byMs?: number } {
  return { ...(rate === undefined ? {} : { rate }), ...(byMs === undefined ? {} : { byMs }) };
}

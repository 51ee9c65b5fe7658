import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Fleet } from './fleet.ts';

export type HeardCountOptions = { sites: readonly Site[]; fleet: Pick<Fleet, 'agent'>; clock: Clock };

/** An agent tells its health every 15 s. */
const inTimeMs = 20_000;

/**
 * Counts at each look the agents whose health came in time. Health comes evenly, whatever the sensors do, so the count tells
 * whether messages get through, and not how much there is to say.
 */
export class HeardCount {
  readonly #options: HeardCountOptions;
  #done = 0;

  constructor(options: HeardCountOptions) {
    this.#options = options;
  }

  /** `done`: counted from the start; `sources`: the agents that are online now. */
  look(): { done: number; sources: number } {
    const { sites, fleet, clock } = this.#options;
    const now = clock.monotonic();
    let sources = 0;
    for (const { id, agents } of sites) {
      for (const { id: agent } of agents) {
        const live = fleet.agent(id, agent);
        if (live?.state !== 'online') continue;
        sources += 1;
        if (live.healthMono !== null && now - live.healthMono <= inTimeMs) this.#done += 1;
      }
    }
    return { done: this.#done, sources };
  }
}

import type { Site } from '../../config/site.ts';
import type { DeviceId, PointName } from '../../contract/ids.ts';
import type { Profile } from '../../devices/profile.ts';
import { type Model, modelsOf } from '../models.ts';
import type { WorldEvent } from './events.ts';

/** What the instruments of a site would see: a quiet day by seed, and what happens on top of it. */
export class World {
  readonly #seed: number;
  readonly #events: WorldEvent[] = [];

  constructor(options: { site: Site; seed: number }) {
    this.#seed = options.seed;
  }

  /** Each point's value as a function of simulated time; it follows events that begin later. */
  modelsOf(device: { id: DeviceId; profile: Profile }): ReadonlyMap<PointName, Model> {
    return modelsOf({ seed: this.#seed, device: device.id, profile: device.profile });
  }

  begin(event: WorldEvent): void {
    this.#events.push(event);
  }

  /** A quiet day again: what had begun never happened. */
  clear(): void {
    this.#events.length = 0;
  }
}

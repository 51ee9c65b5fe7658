import type { Site } from '../../config/site.ts';
import type { DeviceId, PointName } from '../../contract/ids.ts';
import type { Profile } from '../../devices/profile.ts';
import { type Model, modelsOf } from '../models.ts';
import type { Creep } from './creep.ts';
import type { WorldEvent } from './events.ts';
import { Places } from './site-context.ts';

/** What the instruments of a site would see: a quiet day by seed, and what happens on top of it. */
export class World {
  readonly #places: Places;
  readonly #events: WorldEvent[] = [];

  constructor(options: { site: Pick<Site, 'agents' | 'lots' | 'timezone'>; seed: number; creep?: Creep }) {
    this.#places = new Places(options);
  }

  /** Each point's value as a function of simulated time; it follows events that begin later. */
  modelsFor(device: { id: DeviceId; profile: Profile }): ReadonlyMap<PointName, Model> {
    const site = this.#places.contextOf(device.id, (name) => this.#events.filter((event) => event.name === name));
    return modelsOf({ profile: device.profile, site });
  }

  begin(event: WorldEvent): void {
    this.#events.push(event);
  }

  /** A quiet day again: what had begun never happened. */
  clear(): void {
    this.#events.length = 0;
  }
}

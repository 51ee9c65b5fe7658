import type { LotConfig } from '../../config/lots/lot-config.ts';
import type { Site } from '../../config/site.ts';
import type { PointRef, SiteId } from '../../contract/ids.ts';
import type { PointRows } from '../state/changes.ts';
import type { SpaceMemory } from './space-memory.ts';
import { type LotKey, lotKey, type SpaceKey, spaceKey } from './space-state.ts';

/** What a point means to parking. */
export type PointRole =
  /** `number`: of the space in the tables. */
  | { readonly kind: 'occupancy'; readonly space: SpaceKey; readonly number: number }
  | { readonly kind: 'distance'; readonly space: SpaceKey }
  | { readonly kind: 'permit'; readonly space: SpaceKey }
  | { readonly kind: 'battery'; readonly space: SpaceKey }
  | { readonly kind: 'counter'; readonly lot: LotKey; readonly lane: string }
  /** `counts`: the lane has no counter, so each car over the loop is counted. */
  | { readonly kind: 'detect'; readonly lot: LotKey; readonly lane: string; readonly counts: boolean }
  | { readonly kind: 'entrance'; readonly lot: LotKey; readonly entrance: string };

const none: readonly PointRole[] = [];

/** The meanings of all points, by their names; by their numbers once they were asked for. */
export class Roles {
  readonly #byName = new Map<string, readonly PointRole[]>();
  readonly #byId = new Map<number, readonly PointRole[]>();

  constructor(sites: readonly Site[], spaces: ReadonlyMap<SpaceKey, Pick<SpaceMemory, 'number'>>) {
    for (const { id: site, lots } of sites) {
      const add = (point: PointRef | null, role: PointRole) => {
        if (point === null) return;
        const name = nameOf(site, point);
        this.#byName.set(name, [...(this.#byName.get(name) ?? none), role]);
      };
      for (const lot of lots) addRoles(lot, site, { add, numberOf: (space) => spaces.get(space)?.number ?? 0 });
    }
  }

  has(site: SiteId, point: PointRef): boolean {
    return this.#byName.has(nameOf(site, point));
  }

  of({ site, point, id }: Pick<PointRows, 'site' | 'point' | 'id'>): readonly PointRole[] {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const roles = this.#byName.get(nameOf(site, point)) ?? none;
    this.#byId.set(id, roles);
    return roles;
  }
}

const nameOf = (site: SiteId, point: PointRef) => `${site}/${point}`;

function addRoles(
  { id, spaces, lanes, entrances }: LotConfig,
  site: SiteId,
  { add, numberOf }: { add: (point: PointRef | null, role: PointRole) => void; numberOf: (space: SpaceKey) => number },
): void {
  const lot = lotKey(site, id);
  for (const { id: name, occupancy, distance, permit, sensor } of spaces) {
    const space = spaceKey({ site, lot: id, space: name });
    add(occupancy, { kind: 'occupancy', space, number: numberOf(space) });
    add(distance, { kind: 'distance', space });
    add(permit, { kind: 'permit', space });
    add(sensor.battery, { kind: 'battery', space });
  }
  for (const { id: lane, counter, detect } of lanes) {
    add(counter, { kind: 'counter', lot, lane });
    add(detect, { kind: 'detect', lot, lane, counts: counter === null });
  }
  for (const { id: entrance, point } of entrances) add(point, { kind: 'entrance', lot, entrance });
}

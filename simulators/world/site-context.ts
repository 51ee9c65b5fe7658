import { devicesOf, type LotConfig, type Site } from '../../config/site.ts';
import type { DeviceId } from '../../contract/ids.ts';
import { keyOf } from '../noise.ts';
import { type Creep, creepAt } from './creep.ts';
import { Demand } from './demand.ts';
import { type Effects, effectsAt } from './event-effects.ts';
import type { WorldEvent, WorldEventName } from './events.ts';
import { type Lane, laneOf } from './lanes.ts';
import { LocalTime } from './local-time.ts';
import { publicSpace, residentSpace, type Space } from './stays.ts';
import { Weather } from './weather.ts';

/** What a site says of one instrument: weather, events, the space or lane that it watches. */
export type SiteContext = {
  readonly seed: number;
  readonly device: string;
  /** Streams of the device's own randomness begin here. */
  readonly deviceKey: number;
  readonly local: LocalTime;
  readonly weather: Weather;
  readonly effects: Effects;
  /** How far the structure leans here by what has gone on for weeks, °. */
  creep(tMs: number): number;
  /** The space that a point watches, by the site file. */
  spaceOf(point: string): Space | undefined;
  /** A space that no lot names, for an instrument that watches one all the same. */
  anySpace(): Space;
  /** The lane that the device's loop lies in; undefined away from any lot. */
  readonly lane: Lane | undefined;
};

/** As much of a device as its neighbours tell by. */
type Instrument = {
  readonly id: DeviceId;
  readonly points: readonly { readonly profile: { readonly kind: string } }[];
};
type Devices = readonly Instrument[];

/** What stands still on a site: which devices are near, which point watches which space, which loop counts which lot. */
export class Places {
  readonly #site: Pick<Site, 'agents' | 'lots'>;
  readonly #seed: number;
  readonly #creep: Creep | undefined;
  readonly #local: LocalTime;
  readonly #weather: Weather;
  readonly #demand: Demand;
  readonly #spaces = new Map<string, { readonly key: number; readonly space: Space }>();

  constructor(options: { site: Pick<Site, 'agents' | 'lots' | 'timezone'>; seed: number; creep?: Creep }) {
    const { site, seed } = options;
    this.#site = site;
    this.#creep = options.creep;
    this.#seed = seed;
    this.#local = new LocalTime(site.timezone);
    this.#weather = new Weather(seed, this.#local);
    this.#demand = new Demand(this.#local);
    for (const lot of site.lots) {
      for (const { id, type, occupancy } of lot.spaces) {
        const key = keyOf(seed, `${lot.id}/${id}`);
        const space = type === 'resident' ? residentSpace(key, this.#local) : publicSpace(key, this.#demand);
        this.#spaces.set(occupancy, { key, space });
      }
    }
  }

  contextOf(device: string, eventsOf: (name: WorldEventName) => readonly WorldEvent[]): SiteContext {
    const agent = this.#site.agents.find((each) => devicesOf(each).some((other) => other.device.id === device));
    const devices: Devices = agent === undefined ? [] : devicesOf(agent).map((each) => each.device);
    const deviceKey = keyOf(this.#seed, device);
    const where = { agent: agent?.id ?? '', device, devices: devices.map(({ id }) => id) };
    return {
      seed: this.#seed,
      device,
      deviceKey,
      local: this.#local,
      weather: this.#weather,
      effects: effectsAt(where, eventsOf),
      creep: creepAt(where, this.#creep),
      spaceOf: (point) => this.#spaces.get(`${device}/${point}`)?.space,
      anySpace: () => publicSpace(deviceKey, this.#demand),
      lane: this.#laneOf(device, devices),
    };
  }

  /** The loops of an agent count the first lot that the agent watches. */
  #laneOf(device: string, devices: Devices): Lane | undefined {
    const lot = this.#site.lots.find(({ spaces }) => spaces.some((space) => isOn(space.occupancy, devices)));
    const loops = waysOf(devices.filter(isLoop).map(({ id }) => id));
    const way = loops.get(device);
    if (lot === undefined || way === undefined) return undefined;
    const same = [...loops].filter(([, other]) => other === way).map(([id]) => id);
    const key = keyOf(this.#seed, `${lot.id}/${way}`);
    return laneOf({ key, spaces: this.#spacesOf(lot), way, nth: same.indexOf(device), of: same.length });
  }

  #spacesOf(lot: LotConfig): { readonly key: number; readonly space: Space }[] {
    return lot.spaces.flatMap(({ occupancy }) => this.#spaces.get(occupancy) ?? []);
  }
}

function isOn(point: string, devices: Devices): boolean {
  return devices.some(({ id }) => point.startsWith(`${id}/`));
}

const loopKinds: ReadonlySet<string> = new Set(['counter', 'count', 'detect']);

function isLoop({ points }: Instrument): boolean {
  return points.some(({ profile }) => loopKinds.has(profile.kind));
}

/** Cars leave over a loop that is called out or exit. Where none is called so, every second loop is an exit. */
function waysOf(loops: readonly string[]): ReadonlyMap<string, 'in' | 'out'> {
  const isExit = (id: string) => /(^|-)(out|exit)(-|$)/.test(id);
  const named = loops.some(isExit);
  return new Map(loops.map((id, i) => [id, (named ? isExit(id) : i % 2 === 1) ? 'out' : 'in']));
}

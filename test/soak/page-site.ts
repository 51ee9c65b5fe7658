import { systemClock } from '../../contract/clock.ts';
import type { DeviceItem, LatestItem } from '../../contract/http/live.ts';
import type { LotItem, SpaceItem } from '../../contract/http/parking.ts';
import type { EventsView, GatewayEvent } from '../../gateway/http/ports.ts';
import { iso, makeWorld, type SiteSpec, serve, signedIn } from '../gateway/http/fakes.ts';

/** A site of 1,000 devices and 600 spaces on a gateway of fakes, whose HTTP side is the real one, on the real clock. */

const agents = 20;
const devicesEach = 50;
const lots = 3;
const spacesEach = 200;
const site = 'saesol';

const spec: SiteSpec = {
  id: site,
  name: { ko: '큰 현장', en: 'A large site' },
  agents: Object.fromEntries(
    Array.from({ length: agents }, (_, nth) => [
      `cabinet-${nth}`,
      Object.fromEntries(
        Array.from({ length: devicesEach }, (_, device) => [
          `tilt-${nth}-${device}`,
          {
            bus: `rs485-${nth}`,
            profile: 'witmotion-wt901c-485',
            points: { tilt_x: { kind: 'tilt', unit: 'deg' }, tilt_y: { kind: 'tilt', unit: 'deg' } },
          },
        ]),
      ),
    ]),
  ),
};

/** As many events as the gateway's own ring keeps. */
const kept = 10_000;

class Ring implements EventsView {
  readonly #ring: GatewayEvent[] = [];
  readonly #readers = new Set<(event: GatewayEvent) => void>();
  #last = 0;

  publish(event: 'reading' | 'device' | 'space' | 'lot', data: object): void {
    this.#last += 1;
    const made = { id: this.#last, event, data } as GatewayEvent;
    this.#ring.push(made);
    if (this.#ring.length > kept) this.#ring.splice(0, kept / 10);
    for (const reader of this.#readers) reader(made);
  }

  since(id: number): { events: GatewayEvent[] } | 'too-old' {
    if (id < this.#last - this.#ring.length) return 'too-old';
    return { events: this.#ring.filter((event) => event.id > id) };
  }

  subscribe(fn: (event: GatewayEvent) => void): () => void {
    this.#readers.add(fn);
    return () => this.#readers.delete(fn);
  }

  lastId = (): number => this.#last;
}

export async function openLargeSite() {
  const events = new Ring();
  const world = makeWorld([spec]);
  const now = iso(systemClock.now());
  // Heard just now, as the devices of a site that stands still are: their ages count on.
  const { fleet } = world;
  fleet.deviceItems = fleet.deviceItems.map((item) => ({ ...item, lastGoodAt: now }));
  fleet.latestItems = fleet.latestItems.map((item) => ({ ...item, at: now, receivedAt: now }));
  const spaces = Array.from({ length: lots }, (_, lot) =>
    Array.from({ length: spacesEach }, (_, space) => aSpace(`lot-${lot}`, `s${space}`, now)),
  ).flat();
  const server = await serve(world, { clock: systemClock, events });
  let turn = 0;
  return {
    ...server,
    events,
    cookie: signedIn(world, 'operator'),
    spaces,
    lots: () => Array.from({ length: lots }, (_, lot) => aLot(`lot-${lot}`, spaces)),
    /** One change: of two, one is a reading; of twenty, one a device's state; the others are spaces. */
    change(): void {
      turn += 1;
      const at = iso(systemClock.now());
      if (turn % 20 === 0) return void this.changeDevice(at);
      if (turn % 2 === 0) return void this.changeReading(at);
      const item = spaces[(turn * 7) % spaces.length];
      if (item === undefined) return;
      item.state = item.state === 'free' ? 'occupied' : 'free';
      item.since = at;
      events.publish('space', { ...item });
      if (turn % 5 === 0) events.publish('lot', aLot(item.lot, spaces));
    },
    changeReading(at: string): void {
      const items: LatestItem[] = world.fleet.latestItems;
      const nth = (turn * 13) % items.length;
      const before = items[nth];
      if (before === undefined) return;
      const value = Math.round(1000 * Math.sin(turn)) / 1000;
      items[nth] = { ...before, value, receivedAt: at, lastGood: { value, at } };
      events.publish('reading', items[nth] ?? before);
    },
    changeDevice(at: string): void {
      const items: DeviceItem[] = world.fleet.deviceItems;
      const nth = (turn * 3) % items.length;
      const before = items[nth];
      if (before === undefined) return;
      items[nth] = { ...before, state: before.state === 'online' ? 'degraded' : 'online', since: at };
      events.publish('device', items[nth] ?? before);
    },
  };
}

export type LargeSite = Awaited<ReturnType<typeof openLargeSite>>;

function aSpace(lot: string, space: string, since: string): SpaceItem {
  const nth = Number(space.slice(1));
  return {
    ...{ site, lot, space, type: 'general', state: 'free', since, reason: null, until: null, name: null, zone: null },
    at: { x: 3 + 2.6 * (nth % 20), y: 4 + 6 * Math.floor(nth / 20), turn: 0 },
    size: { width: 2.5, length: 5 },
    bookable: false,
  };
}

function aLot(lot: string, all: readonly SpaceItem[]): LotItem {
  const own = all.filter((item) => item.lot === lot);
  const free = own.filter(({ state }) => state === 'free').length;
  const counts = { capacity: own.length, free, occupied: own.length - free, unknown: 0, outOfService: 0 };
  return {
    ...{
      site,
      lot,
      at: iso(systemClock.now()),
      state: 'open',
      ...counts,
      byType: { general: counts },
      sign: null,
      ttl: 60,
    },
    ...{ fullness: free === 0 ? 'full' : 'free', coverage: 1, name: { ko: `주차장 ${lot}`, en: `Car park ${lot}` } },
    ...{ timezone: 'Asia/Seoul', kind: 'off-street', operator: 'public', address: { road: null, parcel: null } },
    ...{
      location: null,
      outline: null,
      plan: { origin: null, width: 58, depth: 64 },
      zones: [],
      bookable: false,
      lanes: null,
    },
  };
}

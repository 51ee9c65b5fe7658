import { lotIdSchema, spaceIdSchema } from '../../contract/ids.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { keyOf } from '../../simulators/noise.ts';
import { siteId } from '../gateway/core-site.ts';
import { Cars, draws } from './cars.ts';
import { type Conflict, Drivers } from './drivers.ts';
import { Judge, type Planted, type SpaceTime } from './judge.ts';
import { ParkingGateway } from './parking-gateway.ts';
import { type Bay, baysOf, type Fault, Sensors } from './sensors.ts';
import { type TownSize, townSite } from './town.ts';

const hour = 3_600_000;

export type WeekOptions = {
  dir: string;
  size: TownSize;
  /** When it begins, such as 2026-11-30T00:00:00+09:00, and how many hours it lasts. */
  from: string;
  hours: number;
  seed: number;
  /** What each lot says otherwise than by default. */
  lot?: Record<string, unknown>;
  /** How many sensors of each kind of fault. */
  faults: Readonly<Record<Fault['kind'], number>>;
  /** Hours into it between which faults begin; only on days from 9 to 13 where it is longer than a day. */
  faultsWithin: readonly [number, number];
  /** One reservation each so many ms. */
  reserveEveryMs: number;
  onHour?: (hour: number) => void;
};

export type WeekResult = {
  readonly spaces: number;
  readonly time: SpaceTime;
  readonly wrongs: readonly string[];
  readonly planted: readonly Planted[];
  readonly doubts: readonly FoundDoubt[];
  /** Those about sensors that had no fault. */
  readonly falseSuspicions: readonly FoundDoubt[];
  readonly conflicts: readonly Conflict[];
  readonly reservations: number;
  readonly refused: number;
  readonly states: Readonly<Record<string, number>>;
};

/** A simulated week of the town, through the real store, commit, parking and reservations. */
export async function runWeek(options: WeekOptions): Promise<WeekResult> {
  const { dir, size, hours, seed } = options;
  const clock = new SimClock(Date.parse(options.from));
  const gateway = new ParkingGateway({ dir, site: townSite(size, options.lot), clock });
  const bays = baysOf(size);
  const sensors = new Sensors({ bays, gateway, clock, seed });
  const cars = new Cars({ clock, sensors, seed, isKept: (bay) => isKept(gateway, bay) });
  const drivers = new Drivers({ clock, gateway, cars, bays, seed });
  const judge = new Judge({ gateway, sensors, clock });
  sensors.begin();
  cars.begin();
  drivers.begin(options.reserveEveryMs);
  await clock.advance(10 * 60_000);
  judge.begin();
  plantFaults({ judge, clock, bays }, options);
  if (hours > 48) cutOnce(sensors, clock);
  for (let nth = 1; nth <= hours; nth += 1) {
    await clock.advance(hour);
    options.onHour?.(nth);
  }
  const doubts = doubtsOf(gateway);
  const states: Record<string, number> = {};
  for (const id of drivers.made) {
    const state = gateway.reservations.find(id)?.state ?? 'forgotten';
    states[state] = (states[state] ?? 0) + 1;
  }
  gateway.close();
  const { time, wrongs, planted } = judge;
  const { conflicts, made, refused } = drivers;
  const reservations = made.length;
  return {
    ...{ spaces: bays.length, time, wrongs, planted, doubts, falseSuspicions: withoutFault(doubts, planted) },
    ...{ conflicts, reservations, refused: refused.length, states },
  };
}

function isKept({ reservations, clock }: ParkingGateway, { lot, id }: Bay): boolean {
  if (lot === 'market') return false;
  const place = { site: siteId, lot: lotIdSchema.parse(lot), space: spaceIdSchema.parse(id) };
  const now = clock.now();
  return [0, 0.25, 0.5, 0.75, 1].some((hours) => reservations.holder(place, now + hours * hour) !== null);
}

type Plan = { readonly judge: Judge; readonly clock: SimClock; readonly bays: readonly Bay[] };

/** Each fault on a bay of its own, away from the others: stuck for a day and a half, the others for some hours. */
function plantFaults(
  { judge, clock, bays }: Plan,
  { faults, seed, faultsWithin: [first, last], hours }: WeekOptions,
): void {
  const random = draws(keyOf(seed, 'faults'));
  const taken = new Set<Bay>();
  const lasting = { stuck: 36, crosstalk: 10, lost: 6 } as const;
  for (const kind of ['stuck', 'crosstalk', 'lost'] as const) {
    for (let nth = 0; nth < faults[kind]; nth += 1) {
      const inReach = bays.filter(
        (bay) =>
          bay.n > 0 &&
          (kind === 'lost' || bay.lot === 'market' || (kind === 'stuck' && bay.lot === 'yard')) &&
          ![...taken].some((other) => other.lot === bay.lot && Math.abs(other.n - bay.n) < 4),
      );
      const bay = inReach[Math.floor(random() * inReach.length)];
      if (bay === undefined) continue;
      taken.add(bay);
      const at = first + (last - first) * random();
      const inHours = hours > 24 ? 24 * Math.floor(at / 24) + 9 + 4 * random() : at;
      clock.after(inHours * hour, () => {
        const from = clock.monotonic();
        judge.plant(bay, { kind, from, to: from + lasting[kind] * hour });
      });
    }
  }
}

/** On the second day at noon the link is down for twenty minutes; the agent tells what it saw afterwards. */
function cutOnce(sensors: Sensors, clock: SimClock): void {
  clock.after(36 * hour, () => sensors.cut());
  clock.after(36 * hour + 20 * 60_000, () => sensors.link());
}

export type FoundDoubt = {
  readonly lot: string;
  readonly space: string;
  readonly from: number;
  readonly reason: string;
};

/** Doubts as they were written, in order. `from`: monotonic ms. */
function doubtsOf({ store, clock }: ParkingGateway): FoundDoubt[] {
  const rows = store.db
    .prepare<[], FoundDoubt>(
      `SELECT s.lot, s.space, d.from_at AS "from", d.reason
       FROM parking_doubts d JOIN parking_spaces s ON s.id = d.space ORDER BY d.from_at`,
    )
    .all();
  const offset = clock.now() - clock.monotonic();
  return rows.map((row) => ({ ...row, from: row.from - offset }));
}

/** Doubts about sensors that had no fault. */
function withoutFault(doubts: readonly FoundDoubt[], planted: readonly Planted[]): FoundDoubt[] {
  return doubts.filter(
    ({ lot, space, from }) =>
      !planted.some(
        ({ bay, fault }) => bay.lot === lot && bay.id === space && from >= fault.from && from <= fault.to + hour,
      ),
  );
}

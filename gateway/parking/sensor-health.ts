import type { Detection } from '../../config/lots/detection.ts';
import type { SpaceId } from '../../contract/ids.ts';
import type { ParkingReason } from '../../contract/reasons/parking.ts';
import type { Level } from './occupancy/detector.ts';

/**
 * Which sensors of a lot are doubted, by what the lot itself does.
 *
 * | doubt | when |
 * |---|---|
 * | stuck | no change of its own while its neighbours made `transitions`, for `after`, and for `longest` times the longest that any space of the lot stood in that state, or that others of it stand in it now |
 * | crosstalk | so many changes in a row came within `within` of one of the space beside it |
 *
 * The third condition of "stuck" is there because a car that stays all day looks like a sensor that stands still: one stay
 * in three of a public lot is longer than 90 minutes. Those that stand now count because a lot may not have seen a weekend
 * yet; only the third of them does, so that two stuck sensors do not excuse each other.
 *
 * What was seen in a few days says little of what is longer than a night: a car that stays at home on a Friday stands until
 * Monday. So the longest counts only once the lot was watched for `watched` times as long as would be too long by it.
 * Times are ms on one axis that never steps.
 */
export type SensorHealth = {
  /** Its last change; −∞ before the first one known. */
  readonly changedAt: number;
  readonly level: Level | null;
  /** Changes of its neighbours since. */
  readonly neighbourChanges: number;
  readonly together: ReadonlyMap<SpaceId, Pair>;
  readonly doubt: Doubt | null;
};

export type Doubt = {
  readonly since: number;
  readonly reason: Extract<ParkingReason, { code: 'sensor-stuck' | 'crosstalk' | 'feed-frozen' }>;
};

/** The longest that a space of the lot stood free, and occupied, and out of how many times. */
export type Longest = { readonly [level in Level]: { readonly ms: number; readonly spells: number } };

export type LotHealth = {
  readonly sensors: ReadonlyMap<SpaceId, SensorHealth>;
  readonly longest: Longest;
  /** Since when the longest was looked for. */
  readonly watchedFrom: number;
};

/** As much of a space as its neighbours are known by. */
export type Bay = { readonly id: SpaceId; readonly neighbours: readonly SpaceId[] };

export const newSensor: SensorHealth = {
  changedAt: Number.NEGATIVE_INFINITY,
  level: null,
  neighbourChanges: 0,
  together: new Map(),
  doubt: null,
};

export function newLotHealth(now: number): LotHealth {
  const none = { ms: 0, spells: 0 };
  return { sensors: new Map(), longest: { free: none, occupied: none }, watchedFrom: now };
}

type Settings = Pick<Detection, 'stuck' | 'crosstalk'>;

/** A space changed to a level, at the time of its edge. */
export function changed(
  health: LotHealth,
  { bay, level, at }: { bay: Bay; level: Level; at: number },
  settings: Settings,
): LotHealth {
  const sensors = new Map(health.sensors);
  const own = sensors.get(bay.id) ?? newSensor;
  const doubt = own.doubt?.reason.code === 'sensor-stuck' ? null : own.doubt;
  sensors.set(bay.id, { ...own, changedAt: at, level, neighbourChanges: 0, doubt });
  for (const id of bay.neighbours) {
    const beside = sensors.get(id) ?? newSensor;
    sensors.set(id, { ...beside, neighbourChanges: beside.neighbourChanges + 1 });
    meet(bay, id, sensors, at, settings);
  }
  return { ...health, sensors, longest: longestWith(health.longest, own, at) };
}

/** The first that is known of a space since its sensor was last lost or looked at: no change of its own. */
export function begun(health: LotHealth, id: SpaceId, level: Level, at: number): LotHealth {
  const sensor = { ...(health.sensors.get(id) ?? newSensor), changedAt: at, level, neighbourChanges: 0 };
  return { ...health, sensors: new Map(health.sensors).set(id, sensor) };
}

/** So many others that stand still excuse nobody; from one more on, standing still is what the lot does at this time. */
const excused = 2;

/** Sensors that now stand still for too long. `bays` are those whose word is heard. */
export function stuckSensors(health: LotHealth, bays: readonly Bay[], now: number, settings: Settings): LotHealth {
  const trustedBays = bays.flatMap(({ id }) => {
    const sensor = health.sensors.get(id);
    return sensor === undefined || sensor.doubt !== null ? [] : [{ id, sensor }];
  });
  const found = trustedBays.flatMap(({ id, sensor }) => {
    if (now < stuckAt(sensor, health, now, settings)) return [];
    const others = trustedBays.flatMap(({ id: other, sensor: { level, changedAt } }) =>
      other !== id && level === sensor.level ? [changedAt] : [],
    );
    const since = others.toSorted((a, b) => a - b)[excused];
    if (since !== undefined && now - sensor.changedAt < settings.stuck.longest * (now - since)) return [];
    const minutes = Math.floor((now - sensor.changedAt) / 60_000);
    const reason = { code: 'sensor-stuck' as const, minutes, neighbours: sensor.neighbourChanges };
    return [[id, { ...sensor, doubt: { since: now, reason } }] as const];
  });
  return found.length === 0 ? health : { ...health, sensors: new Map([...health.sensors, ...found]) };
}

/**
 * When a sensor will count as stuck if it does not change before, by what is known now; +∞ while its neighbours have not
 * changed enough.
 */
export function stuckAt(sensor: SensorHealth, health: LotHealth, now: number, { stuck }: Settings): number {
  const { level, changedAt, neighbourChanges } = sensor;
  if (level === null || neighbourChanges < stuck.transitions) return Number.POSITIVE_INFINITY;
  const { ms, spells } = health.longest[level];
  const tooLong = stuck.longest * ms;
  const isKnown = spells >= stuck.spells && now - health.watchedFrom >= stuck.watched * tooLong;
  return changedAt + Math.max(stuck.after, isKnown ? tooLong : stuck.longest * stuck.untilThen);
}

/** No change of its own although its neighbours changed enough, for so long that it is worth a look, and no doubt yet. */
export function isQuiet(sensor: SensorHealth, now: number, { stuck }: Settings): boolean {
  return sensor.doubt === null && sensor.neighbourChanges >= stuck.transitions && now - sensor.changedAt >= stuck.after;
}

/** Somebody looked: what it did before no longer counts against it. */
export function trusted(health: LotHealth, id: SpaceId, now: number): LotHealth {
  const sensor = health.sensors.get(id) ?? newSensor;
  const clean = { ...sensor, changedAt: now, neighbourChanges: 0, together: new Map(), doubt: null };
  return { ...health, sensors: new Map(health.sensors).set(id, clean) };
}

/** The pair after a change of `bay` at `at`: whether the neighbour changed with it, in which order, and how often in a row. */
function meet(bay: Bay, id: SpaceId, sensors: Map<SpaceId, SensorHealth>, at: number, { crosstalk }: Settings): void {
  const [own, other] = [sensors.get(bay.id) ?? newSensor, sensors.get(id) ?? newSensor];
  const [mine, theirs] = [next(own.together.get(id)), other.together.get(bay.id) ?? noPair];
  // Edges of two spaces may become certain in another order than they happened in.
  const apart = at - other.changedAt;
  if (!(Math.abs(apart) <= crosstalk.within)) {
    sensors.set(bay.id, withPair(own, id, mine));
    if (mine.alone >= crosstalk.coincidences) clear(id, bay.id, sensors);
    return;
  }
  const [seen, shown] = apart > 0 ? (['earlier', 'later'] as const) : (['later', 'earlier'] as const);
  sensors.set(bay.id, withPair(own, id, matched(mine, apart === 0 ? null : seen)));
  // Its last change may have been matched by an earlier one of this space already.
  if (!theirs.isMatched) sensors.set(id, withPair(other, bay.id, matched(theirs, apart === 0 ? null : shown)));
  for (const suspect of suspectsOf(bay.id, id, sensors, crosstalk.coincidences)) doubt(suspect, sensors, at);
}

/** From the side of one space: how its changes and those of a neighbour fall together. */
export type Pair = {
  /** Changes in a row that came together with one of the neighbour; in how many of them it was the earlier, or the later. */
  readonly times: number;
  readonly earlier: number;
  readonly later: number;
  /** Changes in a row that came without one of the neighbour. */
  readonly alone: number;
  /** The neighbour changed with its last change. */
  readonly isMatched: boolean;
};

const noPair: Pair = { times: 0, earlier: 0, later: 0, alone: 0, isMatched: true };

/** A new change, which the neighbour has not joined yet. */
function next(pair: Pair = noPair): Pair {
  if (pair.isMatched) return { ...pair, isMatched: false };
  return { times: 0, earlier: 0, later: 0, alone: pair.alone + 1, isMatched: false };
}

function matched(pair: Pair, neighbour: 'earlier' | 'later' | null): Pair {
  return {
    times: pair.times + 1,
    earlier: pair.earlier + (neighbour === 'earlier' ? 1 : 0),
    later: pair.later + (neighbour === 'later' ? 1 : 0),
    alone: 0,
    isMatched: true,
  };
}

function withPair(sensor: SensorHealth, id: SpaceId, pair: Pair): SensorHealth {
  return { ...sensor, together: new Map(sensor.together).set(id, pair) };
}

/** Of two that always change together the one that follows; both where the order does not tell. */
function suspectsOf(a: SpaceId, b: SpaceId, sensors: ReadonlyMap<SpaceId, SensorHealth>, coincidences: number) {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const pair = sensors.get(one)?.together.get(other) ?? noPair;
    if (pair.times < coincidences) continue;
    const ids = pair.later === pair.times ? [other] : pair.earlier === pair.times ? [one] : [one, other];
    return ids.map((id) => ({ id, with: id === one ? other : one, times: pair.times }));
  }
  return [];
}

type Suspect = { readonly id: SpaceId; readonly with: SpaceId; readonly times: number };

function doubt({ id, with: other, times }: Suspect, sensors: Map<SpaceId, SensorHealth>, at: number): void {
  const sensor = sensors.get(id);
  if (sensor === undefined || sensor.doubt?.reason.code === 'crosstalk') return;
  sensors.set(id, { ...sensor, doubt: { since: at, reason: { code: 'crosstalk', with: other, times } } });
}

/** The neighbour has changed so often without it that it no longer follows. */
function clear(id: SpaceId, by: SpaceId, sensors: Map<SpaceId, SensorHealth>): void {
  const sensor = sensors.get(id);
  const reason = sensor?.doubt?.reason;
  if (sensor !== undefined && reason?.code === 'crosstalk' && reason.with === by)
    sensors.set(id, { ...sensor, doubt: null });
}

function longestWith(longest: Longest, { level, changedAt, doubt }: SensorHealth, at: number): Longest {
  if (level === null || doubt !== null || !Number.isFinite(changedAt)) return longest;
  const { ms, spells } = longest[level];
  return { ...longest, [level]: { ms: Math.max(ms, at - changedAt), spells: spells + 1 } };
}

import type { PointName } from '../contract/ids.ts';
import { InputError } from '../contract/input-error.ts';
import { addressesOf, type Stretch, stretchOf } from './addresses.ts';
import type { ReadRequest } from './modbus/pdu.ts';
import type { LineTiming } from './modbus/rtu.ts';
import { partnersOf, togetherWith } from './partners.ts';
import type { PointProfile, Profile, Table } from './profile.ts';

/** One read request: what it takes, how often, and the points that come out of it. */
export type ReadRange = {
  fn: 1 | 2 | 3 | 4;
  address: number;
  /** Registers or bits that the points need. */
  count: number;
  /**
   * Any count up to this one may be asked instead, from the same address: a reply of another length can then not be
   * taken for this one. Equal to `count` where the map forbids it.
   */
  maxCount: number;
  everyMs: number;
  /** Read as a whole or not at all. */
  isBlock?: true;
  /** `isAside`: read here for another point's sake; its own readings come out of another range. */
  points: readonly { name: PointName; profile: PointProfile; isAside?: boolean }[];
};

/** The request for a range as it stands. */
export function readOf({ fn, address, count }: Pick<ReadRange, 'fn' | 'address' | 'count'>): ReadRequest {
  return { kind: 'read', fn, address, count };
}

const tableNames = { 1: 'coils', 2: 'discrete inputs', 3: 'holding', 4: 'input' } as const;

/** A range for a person, and by name within its device: `holding 16–18`. */
export function rangeName({ fn, address, count }: Pick<ReadRange, 'fn' | 'address' | 'count'>): string {
  const last = address + count - 1;
  return `${tableNames[fn]} ${last === address ? address : `${address}–${last}`}`;
}

type PlannedPoint = { name: PointName; profile: PointProfile; everyMs: number };

/**
 * The requests that read a device. Points of one table and one period are joined over adjacent addresses and through gaps
 * of at most `maxGapRegisters` (or as many bits), as far as the limits go and the map allows: inside one `readable` range,
 * or, where the table declares none, over addresses that points of the profile cover.
 *
 * A partner is read with every point that needs it, so it may stand in several ranges, or in one though nobody asked for
 * its value. What a point is valid or invalid while comes in the same request; a `scaleFrom` partner if the map allows,
 * else in a range of its own at the same period, which goes first.
 * @throws InputError when a point, or what must be read with it, does not go into one request: the profile contradicts itself
 */
export function planReads(device: {
  profile: Profile;
  points: readonly PlannedPoint[];
  maxGapRegisters?: number;
}): readonly ReadRange[] {
  const { profile, maxGapRegisters = slowLineGapRegisters } = device;
  const groups = Map.groupBy(withPartners(device), (point) => `${point.everyMs} ${point.profile.table}`);
  const ranges = [...groups.values()].flatMap((group) => rangesOf(profile, group, maxGapRegisters));
  const needed = new Set(ranges.filter((range) => isNeededElsewhere(range, ranges)));
  const rank = (range: ReadRange) => (needed.has(range) ? 0 : 1);
  return ranges.sort((a, b) => a.everyMs - b.everyMs || rank(a) - rank(b) || a.fn - b.fn || a.address - b.address);
}

/** The one request by which a point is read with all that its value needs in the same reply. @throws InputError as {@link planReads} */
export function readOfPoint(profile: Profile, point: Omit<PlannedPoint, 'everyMs'>): ReadRange | undefined {
  const ranges = planReads({ profile, points: [{ ...point, everyMs: 1000 }] });
  return ranges.find(({ points }) => points.some(({ name }) => name === point.name));
}

/** Whether a point of this range scales one that is read without it: read right before that, its value is the newest there is. */
function isNeededElsewhere(range: ReadRange, ranges: readonly ReadRange[]): boolean {
  const own = new Set(range.points.map(({ name }) => name));
  return ranges.some(
    ({ everyMs, points }) =>
      everyMs === range.everyMs &&
      points.some(({ profile }) =>
        partnersOf(profile).some(({ name }) => own.has(name) && !points.some((point) => point.name === name)),
      ),
  );
}

const functions = { coil: 1, discrete: 2, holding: 3, input: 4 } as const satisfies Record<Table, number>;
/** What {@link breakEvenGapRegisters} gives up to 19,200 baud. */
const slowLineGapRegisters = 10;

/**
 * The widest gap between two points, in registers, that is cheaper to read through than to ask twice: a second request
 * costs its own 8 and 5 characters, two silences, and the device's turnaround, which is taken as a millisecond here, so
 * that a quick device is not made slower.
 */
export function breakEvenGapRegisters({ charMs, silenceMs }: LineTiming, gapMs: number): number {
  const secondRequestMs = 13 * charMs + silenceMs + Math.max(silenceMs, gapMs) + 1;
  return Math.floor(secondRequestMs / (2 * charMs));
}

/** The points asked for, and every partner at each period at which a point needs it (and not slower besides). */
function withPartners({ profile, points }: { profile: Profile; points: readonly PlannedPoint[] }): PlannedPoint[] {
  const partners = points.flatMap((point) => needsOf(profile, point));
  const needed = new Map(partners.map((partner) => [`${partner.name} ${partner.everyMs}`, partner]));
  const asked = points.filter(
    (point) => !partners.some((partner) => partner.name === point.name && partner.everyMs <= point.everyMs),
  );
  return [...asked, ...needed.values()];
}

/** What a point needs, and what that needs in turn, at the point's own period. */
function needsOf(profile: Profile, point: PlannedPoint): PlannedPoint[] {
  const found = new Map<PointName, PlannedPoint>([[point.name, point]]);
  for (const { profile: own } of found.values())
    for (const { name } of partnersOf(own)) {
      const partner = profile.points[name];
      if (partner !== undefined && !found.has(name))
        found.set(name, { name, profile: partner, everyMs: point.everyMs });
    }
  return [...found.values()].slice(1);
}

/** Points that one request reads together, and the addresses from the first to the last. */
type Cluster = Stretch & { points: readonly PlannedPoint[] };

function rangesOf(profile: Profile, group: readonly PlannedPoint[], maxGapRegisters: number): ReadRange[] {
  const joined: Cluster[] = [];
  for (const cluster of clustersOf(profile, group)) {
    const last = joined.at(-1);
    const both =
      last && tryJoin(profile, last, cluster, isBitTable(cluster.table) ? 16 * maxGapRegisters : maxGapRegisters);
    if (both === undefined) joined.push(cluster);
    else joined[joined.length - 1] = both;
  }
  return joined.flatMap((cluster) => rangeOf(profile, cluster));
}

/** Each point by itself, or with its partners where they fit into one request; by rising address. */
function clustersOf(profile: Profile, group: readonly PlannedPoint[]): Cluster[] {
  const alone = new Map(group.map((point) => [point.name, clusterOf(profile, point)]));
  const paired = [...alone.values()].map((cluster) => withPartner(profile, together(profile, cluster, alone), alone));
  const taken = new Set(paired.flatMap(({ points }) => points.slice(1)));
  const needed = paired.filter(
    ({ points: [own, partner] }) => partner !== undefined || own === undefined || !taken.has(own),
  );
  return needed.sort((a, b) => a.first - b.first || a.last - b.last);
}

type Clusters = ReadonlyMap<PointName, Cluster>;

/** A point with all that must come out of the same reply. */
function together(profile: Profile, cluster: Cluster, all: Clusters): Cluster {
  const [own] = cluster.points;
  const partners = own === undefined ? [] : togetherWith(profile.points, own.name);
  return partners.reduce((joined, name) => {
    const partner = all.get(name);
    const both = partner && tryJoin(profile, joined, partner, Number.POSITIVE_INFINITY);
    if (both === undefined)
      throw new InputError([`profile ${profile.id}: ${own?.name} and ${name} do not go into one request`]);
    return both;
  }, cluster);
}

function withPartner(profile: Profile, cluster: Cluster, all: Clusters): Cluster {
  const name = cluster.points[0]?.profile.scaleFrom ?? null;
  const partner = name === null ? undefined : all.get(name);
  return (partner && tryJoin(profile, cluster, partner, Number.POSITIVE_INFINITY)) ?? cluster;
}

/** Whether these points go into one request, and if not, why. */
export function togetherProblem(profile: Profile, names: readonly PointName[]): TogetherProblem | undefined {
  const points = names.flatMap((name) => profile.points[name] ?? []);
  const stretches = points.map((point) => {
    const own = stretchOf(point);
    return { ...own, ...addressesOf(profile, own.table).blockOf(own.first, own.last) };
  });
  const [table, other] = new Set(stretches.map((stretch) => stretch.table));
  if (table === undefined || other !== undefined) return { kind: 'tables' };
  const [first, last] = [Math.min(...stretches.map((s) => s.first)), Math.max(...stretches.map((s) => s.last))];
  const limit = limitOf(profile, table);
  if (last - first + 1 > limit) return { kind: 'too-wide', takes: last - first + 1, limit };
  const isOne = stretches.some((stretch) => stretch.first === first && stretch.last === last);
  return isOne || addressesOf(profile, table).mayRead(first, last)
    ? undefined
    : { kind: 'not-readable', table, first, last };
}

export type TogetherProblem =
  | { kind: 'tables' }
  | { kind: 'too-wide'; takes: number; limit: number }
  | { kind: 'not-readable'; table: Table; first: number; last: number };

function clusterOf(profile: Profile, point: PlannedPoint): Cluster {
  const own = stretchOf(point.profile);
  const stretch = { ...own, ...addressesOf(profile, own.table).blockOf(own.first, own.last) };
  const [width, limit] = [stretch.last - stretch.first + 1, limitOf(profile, point.profile.table)];
  if (width > limit)
    throw new InputError([
      `profile ${profile.id}: ${point.name} takes ${width} registers, but limits.maxRegisters is ${limit}: correct one of them`,
    ]);
  return { ...stretch, points: [point] };
}

/** Both as one request, or undefined when the gap, the limits or the map forbid it. */
function tryJoin(profile: Profile, a: Cluster, b: Cluster, maxGap: number): Cluster | undefined {
  const [first, last] = [Math.min(a.first, b.first), Math.max(a.last, b.last)];
  const gap = Math.max(a.first, b.first) - Math.min(a.last, b.last) - 1;
  const table = a.table;
  if (b.table !== table || gap > maxGap || last - first + 1 > limitOf(profile, table)) return undefined;
  const isInOther = last - first === Math.max(a.last - a.first, b.last - b.first);
  if (!isInOther && !addressesOf(profile, table).mayRead(first, last)) return undefined;
  const points = new Map([...a.points, ...b.points].map((point) => [point.name, point]));
  return { table, first, last, points: [...points.values()] };
}

function rangeOf(profile: Profile, cluster: Cluster): ReadRange[] {
  const { table, first, last } = cluster;
  const [point] = cluster.points;
  if (point === undefined) return [];
  const addresses = addressesOf(profile, table);
  const limit = first + limitOf(profile, table) - 1;
  let end = last;
  while (end < limit && addresses.mayRead(first, end + 1) && !addresses.cuts(end + 1)) end++;
  const points = [...cluster.points].sort((a, b) => a.profile.address - b.profile.address);
  const isBlock = addresses.blockOf(first, last) !== undefined;
  return [
    {
      ...(isBlock ? { isBlock: true as const } : {}),
      fn: functions[table],
      address: first,
      count: last - first + 1,
      maxCount: end - first + 1,
      everyMs: point.everyMs,
      points: points.map(({ name, profile: pointProfile }) => ({ name, profile: pointProfile })),
    },
  ];
}

function isBitTable(table: Table): boolean {
  return table === 'coil' || table === 'discrete';
}

function limitOf({ limits }: Profile, table: Table): number {
  return isBitTable(table) ? limits.maxBits : limits.maxRegisters;
}

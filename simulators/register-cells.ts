import { type PointName, pointNameSchema } from '../contract/ids.ts';
import { type PointProfile, type Profile, registersOf, type Table } from '../devices/profile.ts';

/** Which points have a part in which register of a device. */

export type Part = { name: PointName; point: PointProfile; index: number };
export type Cells = ReadonlyMap<number, readonly Part[]>;

export function cellsOf(profile: Profile, table: Table): Cells {
  const cells = new Map<number, Part[]>();
  for (const [first, last] of profile.readable[table] ?? []) {
    for (let at = first; at <= last; at++) cells.set(at, []);
  }
  for (const [name, point] of pointsOf(profile)) {
    if (point.table !== table) continue;
    for (let index = 0; index < registersOf(point); index++) {
      const at = point.address + index;
      cells.set(at, [...(cells.get(at) ?? []), { name, point, index }]);
    }
  }
  return cells;
}

/** The word of a register from the parts that points have in it; undefined when one that must speak cannot. */
export function joined(parts: readonly Part[], shareOf: (part: Part) => number | undefined): number | undefined {
  const wholes = parts.filter(({ point }) => isWhole(point));
  const spoken = wholes.map(shareOf).findLast((share) => share !== undefined);
  const pieces = parts.filter(({ point }) => !isWhole(point)).map(shareOf);
  const shares = wholes.length > 0 ? [spoken, ...pieces] : pieces;
  if (shares.includes(undefined)) return undefined;
  return shares.reduce<number>((word, share) => word | (share ?? 0), 0);
}

function isWhole({ type, mask }: PointProfile): boolean {
  return type !== 'bit' && mask === undefined;
}

/** A profile's points with their names, whose type is lost on a record's keys. */
export function pointsOf(profile: Profile): [PointName, PointProfile][] {
  return Object.entries(profile.points).map(([name, point]) => [pointNameSchema.parse(name), point]);
}

/**
 * Points whose registers an earlier point of the profile takes whole as well, such as a distance beside the status that
 * the same word spells: they show what that one shows, until they are set themselves.
 */
export function viewsOf(profile: Profile): ReadonlySet<PointName> {
  const wholes = pointsOf(profile).filter(([, point]) => isWhole(point));
  const views = wholes.filter(([, point], i) => wholes.slice(0, i).some(([, earlier]) => shares(point, earlier)));
  return new Set(views.map(([name]) => name));
}

/** Other points that take the same registers whole: of such, one speaks. */
export function sharersOf(profile: Profile, name: PointName): readonly PointName[] {
  const known = sharers.get(profile) ?? sharersByName(profile);
  sharers.set(profile, known);
  return known.get(name) ?? [];
}

const sharers = new WeakMap<Profile, ReadonlyMap<PointName, readonly PointName[]>>();

function sharersByName(profile: Profile): ReadonlyMap<PointName, readonly PointName[]> {
  const wholes = pointsOf(profile).filter(([, point]) => isWhole(point));
  return new Map(
    wholes.map(([name, point]) => [
      name,
      wholes.filter(([other, each]) => other !== name && shares(point, each)).map(([other]) => other),
    ]),
  );
}

function shares(a: PointProfile, b: PointProfile): boolean {
  const overlap = Math.min(a.address + registersOf(a), b.address + registersOf(b)) > Math.max(a.address, b.address);
  return a.table === b.table && overlap;
}

import type { StayMark } from '../../contract/reasons/parking.ts';
import type { Mark, Visit } from './occupancy/visits.ts';

/**
 * A stay is one continuous occupation of a space, named by the space and its first edge. The name stays when late readings
 * move that edge, so that a restart or a backlog never makes two stays of one.
 */
export type Stay = {
  /** `{space}@{first edge, epoch ms}`, of the moment at which it was first known. */
  readonly id: string;
  /** Times are of the axis; see axis.ts. */
  readonly from: number;
  /** Null while it lasts. */
  readonly to: number | null;
  readonly marks: readonly Mark[];
  /** Rises with every change but its regular end. */
  readonly version: number;
};

export function stayOf({ space, wallOf }: Naming, { from, to, marks }: Visit): Stay {
  return { id: `${space}@${wallOf(from)}`, from, to, marks, version: 1 };
}

/** How stays of a space are named, and by which clock. */
export type Naming = { readonly space: string; readonly wallOf: (time: number) => number };

/** What the same visit says now; the stay itself where nothing changed. */
export function updated(stay: Stay, { to, marks }: Visit): Stay {
  const own = stay.marks.filter(({ kind }) => isOwn(kind));
  const all = [...marks, ...own].toSorted((a, b) => a.at - b.at);
  if (to === stay.to && sameMarks(all, stay.marks)) return stay;
  return { ...stay, to, marks: all };
}

export type Amendments = {
  /** All stays that the visits make, the known ones under their names. */
  readonly stays: readonly Stay[];
  /** Those among them that are new or changed. */
  readonly changed: readonly Stay[];
  /** Known ones that never were: one car passed for two, or none stood there. */
  readonly withdrawn: readonly Stay[];
};

/**
 * Lays visits that were made out again over the stays that are known. A visit goes with the stay of its first edge, else with
 * the one that it shares the most time with; what is changed by it says so.
 */
export function amended(
  known: readonly Stay[],
  visits: readonly Visit[],
  { now, ...naming }: Naming & { readonly now: number },
): Amendments {
  const left = new Set(known);
  const stays: Stay[] = [];
  const changed: Stay[] = [];
  const byEdge = new Map(known.map((stay) => [stay.from, stay]));
  const exact = visits.map((visit) => byEdge.get(visit.from));
  for (const stay of exact) if (stay !== undefined) left.delete(stay);
  for (const [i, visit] of visits.entries()) {
    const old = exact[i] ?? mostShared(left, visit, now);
    if (old === undefined) {
      const made = stayOf(naming, visit);
      const late = { ...made, marks: [...made.marks, { kind: 'amended-late' as const, at: now }] };
      stays.push(late);
      changed.push(late);
      continue;
    }
    left.delete(old);
    const next = changedBy(old, visit, now);
    stays.push(next);
    if (next !== old) changed.push(next);
  }
  return { stays, changed, withdrawn: [...left] };
}

/** Marks that no reading makes, so that making out the readings again does not take them away. */
function isOwn(kind: StayMark): boolean {
  return kind === 'amended-late' || kind === 'seen-empty' || kind === 'sensor-doubted' || kind === 'roof-changed';
}

function changedBy(old: Stay, visit: Visit, now: number): Stay {
  const next = updated({ ...old, from: visit.from }, visit);
  const moved = old.from !== visit.from || old.to !== visit.to;
  if (!moved && next.to === old.to && sameMarks(next.marks, old.marks)) return old;
  const earlier = next.marks.filter(({ kind }) => kind !== 'amended-late');
  const marks = moved ? [...earlier, { kind: 'amended-late' as const, at: now }] : next.marks;
  return { ...next, marks, version: old.version + 1 };
}

function mostShared(left: ReadonlySet<Stay>, visit: Visit, now: number): Stay | undefined {
  let [best, most] = [undefined as Stay | undefined, 0];
  for (const stay of left) {
    const shared = Math.min(stay.to ?? now, visit.to ?? now) - Math.max(stay.from, visit.from);
    if (shared > most) [best, most] = [stay, shared];
  }
  return best;
}

function sameMarks(a: readonly Mark[], b: readonly Mark[]): boolean {
  return a.length === b.length && a.every(({ kind, at }, i) => kind === b[i]?.kind && at === b[i]?.at);
}

/** Marks at which another car may stand there, so that the first one is not billed on. */
const ends: ReadonlySet<StayMark> = new Set([
  'possible-change',
  'roof-changed',
  'sensor-gap',
  'sensor-doubted',
  'seen-empty',
]);

/** The part of a stay that is surely one car's. `isWhole`: billing was not stopped before its end. */
export function billable({ from, to, marks }: Stay, now: number): { from: number; to: number; isWhole: boolean } {
  const stop = marks.find(({ kind, at }) => ends.has(kind) && at >= from);
  const end = to ?? now;
  return stop === undefined || stop.at >= end
    ? { from, to: end, isWhole: true }
    : { from, to: stop.at, isWhole: false };
}

/** Shorter than a stay may be: a car that turned round. */
export function isManoeuvre({ from, to }: Pick<Stay, 'from' | 'to'>, minStayMs: number): boolean {
  return to !== null && to - from < minStayMs;
}

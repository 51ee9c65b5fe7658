/** Something to be asked of a unit again and again. */
export type Task = {
  readonly unit: number;
  readonly everyMs: number;
  readonly urgency: 'life-safety' | 'routine';
  /** Replies to tasks of one unit and one function can be mistaken for each other, so these hold each other back. */
  readonly fn: number;
};

/** A task's place in the queue of its bus. Times are monotonic ms. */
export type Slot<T extends Task> = {
  readonly task: T;
  dueAt: number;
  ranAt: number;
  /** How long it may wait for its turn before it goes ahead of others; at most its period. */
  patienceMs: number;
  /** Goes first of its unit, whatever is due. */
  isFirst: boolean;
};

/** A task that was never asked does not wait out a long period for its first turn, however full the bus is. */
export const firstTurnMs = 1000;

export function slotOf<T extends Task>(task: T, dueAt: number): Slot<T> {
  return { task, dueAt, ranAt: never, patienceMs: firstTurnMs, isFirst: false };
}

/**
 * Whose turn is next on a bus. Of the tasks that are due and may be asked, life safety goes first, then the earliest
 * deadline, which is when the task would be due again. A routine task that is late by three of its periods and 10 s goes
 * with life safety, so that an overloaded bus forgets nothing. A task that is due and held back, because its reply could
 * be mistaken for another of its unit and function, holds back the later ones of these: they would hold it back for ever.
 * @param units the slots of each unit that may come next
 * @param readyAt from when the bus may ask a slot's unit for it, monotonic ms; Infinity while it is being asked, which
 * holds nothing back
 * @param dueBy what is due by then has its turn now
 */
export function nextTurn<S extends Slot<Task>>(
  units: Iterable<readonly S[]>,
  now: number,
  readyAt: (slot: S) => number,
  dueBy = now,
): { kind: 'run'; slot: S } | { kind: 'wait'; until: number } {
  let best: S | undefined;
  let until = Number.POSITIVE_INFINITY;
  for (const slots of units) {
    let held: S[] = none;
    // As a rule one at most, for which no list is made: this is asked a thousand times a second.
    let first: S | undefined;
    let others: S[] = none;
    for (const slot of slots) {
      const at = slot.dueAt > dueBy ? slot.dueAt : readyAt(slot);
      if (at > now) until = Math.min(until, at);
      if (slot.dueAt > dueBy || at === Number.POSITIVE_INFINITY) continue;
      if (at > now) held = [...held, slot];
      else if (first === undefined) first = slot;
      else others = [...others, slot];
    }
    if (first !== undefined) best = better(best, first, held, now);
    for (const slot of others) best = better(best, slot, held, now);
  }
  return best === undefined ? { kind: 'wait', until } : { kind: 'run', slot: best };
}

/** The slot, where it goes before the best one so far and is not held back. */
function better<S extends Slot<Task>>(best: S | undefined, slot: S, held: readonly S[], now: number): S | undefined {
  if (best !== undefined && !goesBefore(slot, best, now)) return best;
  const waits = held.length > 0 && held.some((one) => one.task.fn === slot.task.fn && goesBefore(one, slot, now));
  return waits ? best : slot;
}

/**
 * The slot had its turn, which ended now: it is due at its next time from here. Turns it has missed meanwhile merge into
 * this one, so nothing is caught up in bursts.
 * @returns how many it has missed
 */
export function hadTurn(slot: Slot<Task>, now: number): number {
  const { everyMs } = slot.task;
  const missed = Math.max(0, Math.floor((now - slot.dueAt) / everyMs));
  slot.isFirst = false;
  slot.ranAt = now;
  slot.patienceMs = everyMs;
  slot.dueAt += (missed + 1) * everyMs;
  return missed;
}

function goesBefore(slot: Slot<Task>, other: Slot<Task>, now: number): boolean {
  const isUrgent = goesWithLifeSafety(slot, now);
  if (isUrgent !== goesWithLifeSafety(other, now)) return isUrgent;
  const due = deadline(slot);
  const otherDue = deadline(other);
  return due === otherDue ? slot.ranAt < other.ranAt : due < otherDue;
}

function goesWithLifeSafety({ task, dueAt }: Slot<Task>, now: number): boolean {
  return task.urgency === 'life-safety' || now - dueAt > Math.max(forgottenMs, forgottenPeriods * task.everyMs);
}

function deadline({ isFirst, dueAt, patienceMs, task }: Slot<Task>): number {
  return isFirst ? never : dueAt + Math.min(patienceMs, task.everyMs);
}

/** Shared by all, and never written to. */
const none: never[] = [];
const never = Number.NEGATIVE_INFINITY;
const forgottenMs = 10_000;
const forgottenPeriods = 3;

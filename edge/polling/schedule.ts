import { hadTurn, nextTurn, type Slot, slotOf, type Task } from '../../devices/polling/order.ts';

/** A task of the agent. */
export type ScheduledTask = Task & {
  /** Asked rarely from the start. */
  readonly isResting: boolean;
  /** Its first turn is the unit's next one. */
  readonly goesFirst?: boolean;
};

/** What comes next, or until when (monotonic ms) nothing does. */
export type Turn<T> = { kind: 'run'; task: T } | { kind: 'wait'; until: number };

/**
 * Whose poll is next on one bus, by the order of devices/polling/order.ts; knows no clock: time comes in, monotonic ms.
 *
 * A unit whose breaker is open gets one short probe every 18–27 s, one range at a time in turn; a range that rests is
 * asked as rarely while the rest of its unit goes on. At random, so that dead units do not fall into step.
 */
export class Schedule<T extends ScheduledTask> {
  readonly #random: () => number;
  readonly #units = new Map<number, Unit<T>>();

  constructor(options: { random: () => number }) {
    this.#random = options.random;
  }

  /** Gives a unit its tasks. One it had already keeps its time, a new one is due at once; the breaker stays as it is. */
  set(unit: number, tasks: readonly T[], now: number): void {
    const before = this.#units.get(unit);
    const slots = tasks.map((task) => {
      const known = before?.slots.find((slot) => slot.task === task);
      const dueAt = task.isResting ? this.#later(now) : now;
      return known ?? { ...slotOf(task, dueAt), isResting: task.isResting, isFirst: task.goesFirst === true };
    });
    this.#units.set(unit, { slots, probe: before?.probe ?? null });
  }

  /** @param readyAt from when the bus may ask this task's unit for it, monotonic ms */
  next(now: number, readyAt: (task: T) => number): Turn<T> {
    const turn = nextTurn(this.#candidates(), now, ({ task }) => readyAt(task), now + timerStepMs);
    return turn.kind === 'run' ? { kind: 'run', task: turn.slot.task } : turn;
  }

  /** When the next turn is due once this task has had its own, monotonic ms; what may be asked already is due now. */
  dueAfter(task: T, now: number): number {
    let soonest = Number.POSITIVE_INFINITY;
    for (const slots of this.#candidates())
      for (const slot of slots)
        soonest = Math.min(soonest, slot.task === task ? Math.max(slot.dueAt, now) + task.everyMs : slot.dueAt);
    return soonest;
  }

  /** The task had its turn: it is due again at its next time from here. */
  ran(task: T, now: number): void {
    const unit = this.#units.get(task.unit);
    if (unit === undefined) return;
    if (unit.probe !== null) unit.probe = { at: this.#later(now), turn: unit.probe.turn + 1, askedAt: now };
    const slot = this.#slot(task);
    if (slot === undefined) return;
    hadTurn(slot, now);
    if (slot.isResting) slot.dueAt = this.#later(now);
  }

  /** One more turn at the head of the queue, as soon as the bus may ask the unit; the rest of the unit waits for it. */
  retry(task: T, now: number): void {
    const slot = this.#slot(task);
    // Due since the time that was its own, so that its next time is as well.
    if (slot !== undefined) Object.assign(slot, { dueAt: Math.min(now, slot.dueAt - task.everyMs), isFirst: true });
  }

  /** Another task of the same unit, one that `fits`, has the unit's next turn: is the unit dead, or only this range? */
  askAnother(task: T, now: number, fits: (other: T) => boolean): void {
    const slots = this.#units.get(task.unit)?.slots ?? [];
    const others = slots.filter((slot) => slot.task !== task && !slot.isResting && fits(slot.task));
    const [soonest] = others.toSorted((a, b) => a.dueAt - b.dueAt);
    if (soonest !== undefined) Object.assign(soonest, { dueAt: Math.min(soonest.dueAt, now), isFirst: true });
  }

  /** From now on the task is asked only every 18–27 s. */
  rest(task: T, now: number): void {
    const slot = this.#slot(task);
    if (slot !== undefined) Object.assign(slot, { isResting: true, dueAt: this.#later(now) });
  }

  /** The task is asked at its own pace again. */
  wake(task: T, now: number): void {
    const slot = this.#slot(task);
    if (slot?.isResting) Object.assign(slot, { isResting: false, dueAt: now + task.everyMs });
  }

  /** Opens the unit's breaker. */
  openBreaker(unit: number, now: number): void {
    const entry = this.#units.get(unit);
    if (entry !== undefined) entry.probe = { at: this.#later(now), turn: 0, askedAt: now };
  }

  /** The next probe of a unit with an open breaker is due at once. */
  probeNow(unit: number, now: number): void {
    const entry = this.#units.get(unit);
    if (entry?.probe) entry.probe = { ...entry.probe, at: now };
  }

  /** The same probe once more, as soon as the bus may ask the unit. */
  probeAgain(unit: number, now: number): void {
    const entry = this.#units.get(unit);
    if (entry?.probe) entry.probe = { ...entry.probe, at: now, turn: entry.probe.turn - 1 };
  }

  /**
   * Another unit of the bus is back, perhaps by the same power: the next probe of this one is due within 2 s, unless it has
   * just been asked. At random, so that many do not hold up the line together.
   */
  probeSoon(unit: number, now: number): void {
    const entry = this.#units.get(unit);
    if (!entry?.probe || now - entry.probe.askedAt < leastBetweenProbesMs) return;
    entry.probe = { ...entry.probe, at: Math.min(entry.probe.at, now + this.#random() * soonMs) };
  }

  /** How many probes the unit has had since its breaker opened. */
  probes(unit: number): number {
    return this.#units.get(unit)?.probe?.turn ?? 0;
  }

  /** Closes the unit's breaker: everything of it is due at once. */
  closeBreaker(unit: number, now: number): void {
    const entry = this.#units.get(unit);
    if (entry === undefined) return;
    entry.probe = null;
    for (const slot of entry.slots) Object.assign(slot, { dueAt: now, isResting: false });
  }

  /** Those of each unit that may come next. */
  #candidates(): (readonly Place<T>[])[] {
    const units: (readonly Place<T>[])[] = [];
    for (const unit of this.#units.values()) units.push(candidatesOf(unit));
    return units;
  }

  #slot(task: T): Place<T> | undefined {
    return this.#units.get(task.unit)?.slots.find((slot) => slot.task === task);
  }

  #later(now: number): number {
    return now + probeMs + this.#random() * probeSpreadMs;
  }
}

type Place<T extends ScheduledTask> = Slot<T> & { isResting: boolean };
type Unit<T extends ScheduledTask> = {
  readonly slots: readonly Place<T>[];
  probe: { at: number; turn: number; askedAt: number } | null;
};

function candidatesOf<T extends ScheduledTask>({ slots, probe }: Unit<T>): readonly Place<T>[] {
  if (probe === null) return slots.some(isFirst) ? slots.filter(isFirst) : slots;
  const slot = slots[probe.turn % Math.max(1, slots.length)];
  return slot === undefined ? [] : [{ ...slot, dueAt: probe.at, isFirst: false }];
}

function isFirst(slot: { readonly isFirst: boolean }): boolean {
  return slot.isFirst;
}

/** A timer counts whole milliseconds and may come so much too early; to wait for the rest would be one more timer for each poll. */
const timerStepMs = 1;

/** With a timeout of 300 ms a dead unit takes 1.3 % of the wire, and is found again within 27 s. */
const probeMs = 18_000;
const probeSpreadMs = 9000;

const soonMs = 2000;
const leastBetweenProbesMs = 5000;

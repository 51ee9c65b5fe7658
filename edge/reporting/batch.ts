import type { Clock, Timer } from '../../contract/clock.ts';
import { type DeviceId, type PointRef, splitPointRef } from '../../contract/ids.ts';
import type { Reading } from '../../contract/reading.ts';
import type { ClockState } from '../box/box-clock.ts';
import type { NewRow } from '../outbox/outbox.ts';
import { type Column, Gathered } from './gathered.ts';

export type BatchesOptions = {
  clock: Clock;
  /** Points whose readings wait for nothing. */
  urgent: ReadonlySet<PointRef>;
  /** Points of which a heard message waits no longer than `gatherNowMs`. */
  lifeSafety: ReadonlySet<PointRef>;
  commitEveryMs: number;
  clockState(): ClockState;
  /** Takes the rows of one commit, in order. */
  commit(rows: readonly NewRow[]): void;
};

type Known = {
  readonly device: DeviceId;
  readonly gathered: Gathered;
  readonly column: Column;
  readonly isUrgent: boolean;
};

/**
 * Gathers readings by device. A reading of an urgent point takes its device's batch along at once; the rest goes
 * `commitEveryMs` after the first one that waits.
 */
export class Batches {
  readonly #options: BatchesOptions;
  /** Of every device that was heard. */
  readonly #gathered = new Map<DeviceId, Gathered>();
  /** Those of which something waits. */
  readonly #waiting = new Set<DeviceId>();
  /** Whose point it is, by its reference: taken apart once. */
  readonly #points = new Map<PointRef, Known>();
  #timer: Timer | undefined;
  /** Devices that were heard, and how far: committed together, a moment later. */
  readonly #marks = new Map<DeviceId, string>();
  /** Messages among what waits. */
  #heard = 0;
  #handing: { done: PromiseWithResolvers<void>; at: number; timer: Timer | undefined } | undefined;

  constructor(options: BatchesOptions) {
    this.#options = options;
  }

  /** With a `mark`, how far the one device was heard, they wait a moment for those of other devices, and no longer. */
  add(readings: readonly Reading[], mark?: string): void {
    if (mark !== undefined) {
      this.#addHeard(readings, mark);
      return;
    }
    let urgent: Set<DeviceId> | undefined;
    let of: DeviceId | undefined;
    for (const reading of readings) {
      const { device, gathered, column, isUrgent } = this.#points.get(reading.point) ?? this.#learnt(reading.point);
      if (device !== of) this.#waiting.add(device);
      of = device;
      gathered.add(column, reading);
      if (isUrgent) urgent = (urgent ?? new Set()).add(device);
    }
    if (urgent !== undefined) this.#commit([...urgent]);
    this.#flushLater();
  }

  /** A broker says what it has in one go; a commit for each would cost more than all else of it. */
  #addHeard(readings: readonly Reading[], mark: string): void {
    const [first] = readings;
    if (first === undefined) return;
    const { device } = this.#points.get(first.point) ?? this.#learnt(first.point);
    this.#waiting.add(device);
    for (const reading of readings) {
      const { gathered, column } = this.#points.get(reading.point) ?? this.#learnt(reading.point);
      gathered.add(column, reading);
    }
    this.#marks.set(device, mark);
    this.#heard++;
    this.#flushLater();
    if (this.#heard >= mostHeard) this.#hand();
    else this.#handWithin(readings.some(({ point }) => this.#options.lifeSafety.has(point)) ? gatherNowMs : gatherMs);
  }

  #learnt(ref: PointRef): Known {
    const { device, point } = splitPointRef(ref);
    const gathered = this.#gathered.get(device) ?? new Gathered();
    this.#gathered.set(device, gathered);
    const learnt = { device, gathered, column: gathered.columnOf(point), isUrgent: this.#options.urgent.has(ref) };
    this.#points.set(ref, learnt);
    return learnt;
  }

  #flushLater(): void {
    if (this.#waiting.size > 0)
      this.#timer ??= this.#options.clock.after(this.#options.commitEveryMs, () => this.flush());
  }

  #handWithin(ms: number): void {
    const at = this.#options.clock.monotonic() + ms;
    this.#handing ??= { done: Promise.withResolvers<void>(), at: Number.POSITIVE_INFINITY, timer: undefined };
    if (this.#handing.at <= at) return;
    this.#handing.timer?.cancel();
    this.#handing.at = at;
    this.#handing.timer = this.#options.clock.after(ms, () => this.#hand());
  }

  #hand(): void {
    const handing = this.#handing;
    this.#handing = undefined;
    this.#heard = 0;
    handing?.timer?.cancel();
    this.#commit([...this.#marks.keys()]);
    handing?.done.resolve();
  }

  /** Resolves when what devices were heard to say has gone to be committed; one promise for all that go together. */
  handedOn(): Promise<void> {
    return this.#handing?.done.promise ?? handed;
  }

  /** Commits everything that waits. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#commit([...this.#waiting]);
  }

  #commit(devices: readonly DeviceId[]): void {
    // The clock's state is asked of the file system.
    if (devices.length === 0) return;
    const state = this.#options.clockState();
    const rows = devices.flatMap((device) =>
      marked(this.#gathered.get(device)?.take(device, state) ?? [], this.#marks.get(device)),
    );
    for (const device of devices) {
      this.#waiting.delete(device);
      this.#marks.delete(device);
    }
    if (rows.length > 0) this.#options.commit(rows);
  }
}

/** What sensors say by radio is seconds old, so a moment more is nothing; what saves lives waits only for what came with it. */
const gatherMs = 50;
const gatherNowMs = 5;
/** A broker has that many under way by default (mosquitto's `max_inflight_messages`), and says no more before they are acknowledged. */
const mostHeard = 20;
const handed = Promise.resolve();

/** The last row has it, so that nothing is marked before all of it is kept. */
function marked(rows: readonly NewRow[], mark: string | undefined): readonly NewRow[] {
  const last = rows.at(-1);
  return mark === undefined || last === undefined ? rows : [...rows.slice(0, -1), { ...last, mark }];
}

import type { Clock, Timer } from '../../contract/clock.ts';
import { type DeviceId, type PointRef, splitPointRef } from '../../contract/ids.ts';
import type { ReadingsMessage } from '../../contract/messages.ts';
import type { Reading } from '../../contract/reading.ts';
import type { ClockState } from '../box/box-clock.ts';
import type { NewRow } from '../outbox/outbox.ts';

/** Leaves room for the head of a message that is to stay under 32 kB. */
const maxPointsBytes = 31_000;

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

/**
 * Gathers readings by device. A reading of an urgent point takes its device's batch along at once; the rest goes
 * `commitEveryMs` after the first one that waits.
 */
export class Batches {
  readonly #options: BatchesOptions;
  readonly #waiting = new Map<DeviceId, Reading[]>();
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
    for (const reading of readings) {
      const { device } = splitPointRef(reading.point);
      this.#waitFor(device).push(reading);
      if (this.#options.urgent.has(reading.point)) urgent = (urgent ?? new Set()).add(device);
    }
    if (urgent !== undefined) this.#commit([...urgent]);
    this.#flushLater();
  }

  /** A broker says what it has in one go; a commit for each would cost more than all else of it. */
  #addHeard(readings: readonly Reading[], mark: string): void {
    const [first] = readings;
    if (first === undefined) return;
    const { device } = splitPointRef(first.point);
    this.#waitFor(device).push(...readings);
    this.#marks.set(device, mark);
    this.#heard++;
    this.#flushLater();
    if (this.#heard >= mostHeard) this.#hand();
    else this.#handWithin(readings.some(({ point }) => this.#options.lifeSafety.has(point)) ? gatherNowMs : gatherMs);
  }

  #waitFor(device: DeviceId): Reading[] {
    const waiting = this.#waiting.get(device);
    if (waiting !== undefined) return waiting;
    const begun: Reading[] = [];
    this.#waiting.set(device, begun);
    return begun;
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
    this.#commit([...this.#waiting.keys()]);
  }

  #commit(devices: readonly DeviceId[]): void {
    // The clock's state is asked of the file system.
    if (devices.length === 0) return;
    const state = this.#options.clockState();
    const rows = devices.flatMap((device) =>
      marked(rowsOf(device, this.#waiting.get(device) ?? [], state), this.#marks.get(device)),
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

/** The rows of a device's readings, oldest first: one, or as many as it takes to keep each message under 32 kB. */
export function rowsOf(device: DeviceId, readings: readonly Reading[], clock: ClockState): NewRow[] {
  const [first] = readings;
  if (first === undefined) return [];
  // A column is wholly late, or not at all; history goes ahead, as it was.
  const late = readings.filter((reading) => reading.late === true);
  if (late.length > 0 && late.length < readings.length)
    return [late, readings.filter((reading) => reading.late !== true)].flatMap((each) => rowsOf(device, each, clock));
  const points = JSON.stringify(columnsOf(first.mono, readings));
  if (readings.length === 1 || Buffer.byteLength(points) <= maxPointsBytes) {
    return [{ device, at: first.at, mono: first.mono, clock, points }];
  }
  const half = Math.ceil(readings.length / 2);
  return [...rowsOf(device, readings.slice(0, half), clock), ...rowsOf(device, readings.slice(half), clock)];
}

/** Offsets come from the monotonic clock, so a wall clock that steps within a batch bends nothing. */
function columnsOf(mono: number, readings: readonly Reading[]): ReadingsMessage['points'] {
  const byPoint = Map.groupBy(readings, (reading) => reading.point);
  return Object.fromEntries([...byPoint].map(([ref, column]) => [splitPointRef(ref).point, columnOf(mono, column)]));
}

function columnOf(mono: number, readings: readonly Reading[]): ReadingsMessage['points'][string] {
  const dt = readings.map((reading) => Math.round(reading.mono - mono));
  const v = readings.map((reading) => reading.value);
  const q = readings.map((reading) => reading.fault);
  const late = readings[0]?.late === true ? { late: true as const } : {};
  return q.every((fault) => fault === null) ? { dt, v, ...late } : { dt, v, q, ...late };
}

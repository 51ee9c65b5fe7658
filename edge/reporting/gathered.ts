import type { DeviceId, PointName } from '../../contract/ids.ts';
import type { ReadingsMessage } from '../../contract/messages.ts';
import type { FaultCode, Reading, Value } from '../../contract/reading.ts';
import type { ClockState } from '../box/box-clock.ts';
import type { NewRow } from '../outbox/outbox.ts';

/** Leaves room for the head of a message that is to stay under 32 kB. */
const maxPointsBytes = 31_000;

/**
 * A device's readings that wait to be committed, in columns as a message has them, which are written over with each batch. Neither an
 * object a reading nor a list a batch: what is thrown away each second outlives the young generation often enough to be costly.
 */
export class Gathered {
  /** Moments in the order in which they came: readings of one reply share one, a point has one reading in each. */
  readonly #at: number[] = [];
  readonly #mono: number[] = [];
  #moments = 0;
  readonly #present: Column[] = [];
  /** History of the batch; a reading of it is rare. */
  #late = new Map<PointName, Column>();

  /** Where a point's readings go, as `add` takes it. One for each point, once. */
  columnOf(name: PointName): Column {
    const column = columnOf(name);
    this.#present.push(column);
    return column;
  }

  /** A column is wholly late, or not at all. */
  add(present: Column, { at, mono, value, fault, late }: Reading): void {
    const column = late === true ? this.#lateOf(present.name) : present;
    const { count } = column;
    let nth = this.#moments - 1;
    if (
      this.#moments === 0 ||
      this.#at[nth] !== at ||
      this.#mono[nth] !== mono ||
      (count > 0 && column.nths[count - 1] === nth)
    ) {
      nth = this.#moments++;
      this.#at[nth] = at;
      this.#mono[nth] = mono;
    }
    column.nths[count] = nth;
    column.values[count] = value;
    if (fault !== null) column.faults ??= new Array<null>(count).fill(null);
    column.faults?.push(fault);
    column.count++;
  }

  /** What waits, as rows, oldest first: one, or as many as it takes to keep each message under 32 kB. History goes ahead, as it was. */
  take(device: DeviceId, clock: ClockState): NewRow[] {
    const all = { from: 0, to: this.#moments };
    const rows = [
      ...this.#rowsOf(readIn(this.#late.values()), all, { device, clock, late: { late: true } }),
      ...this.#rowsOf(readIn(this.#present), all, { device, clock, late: {} }),
    ];
    this.#clear();
    return rows;
  }

  #clear(): void {
    this.#moments = 0;
    this.#late = new Map();
    if (this.#at.length > mostKept) {
      this.#at.length = 0;
      this.#mono.length = 0;
    }
    for (const column of this.#present) {
      column.count = 0;
      column.faults = null;
      if (column.nths.length <= mostKept) continue;
      column.nths.length = 0;
      column.values.length = 0;
    }
  }

  #lateOf(name: PointName): Column {
    const found = this.#late.get(name);
    if (found !== undefined) return found;
    const begun = columnOf(name);
    this.#late.set(name, begun);
    return begun;
  }

  #rowsOf(columns: Columns, { from, to }: Span, about: About): NewRow[] {
    if (columns.size === 0) return [];
    const first = Math.min(...[...columns.values()].map(({ nths }) => nths[0] ?? to));
    const { at, mono } = { at: this.#at[first] ?? 0, mono: this.#mono[first] ?? 0 };
    const { device, clock, late } = about;
    const points = JSON.stringify(this.#told(columns, mono, late));
    const isOneMoment = to - from === 1;
    if ((isOneMoment && columns.size === 1) || Buffer.byteLength(points) <= maxPointsBytes)
      return [{ device, clock, at, mono, points }];
    if (isOneMoment) return halvesOf(columns).flatMap((half) => this.#rowsOf(half, { from, to }, about));
    const middle = Math.ceil((from + to) / 2);
    const halves = [
      { from, to: middle },
      { from: middle, to },
    ];
    return halves.flatMap((half) => this.#rowsOf(within(columns, half), half, about));
  }

  /** Offsets come from the monotonic clock, so a wall clock that steps within a batch bends nothing. */
  #told(columns: Columns, mono: number, late: About['late']): ReadingsMessage['points'] {
    return Object.fromEntries(
      [...columns].map(([name, { nths, values: v, faults: q }]) => {
        const dt = nths.map((nth) => Math.round((this.#mono[nth] ?? mono) - mono));
        return [name, q === null ? { dt, v, ...late } : { dt, v, q, ...late }];
      }),
    );
  }
}

type About = Pick<NewRow, 'device' | 'clock'> & { readonly late: { readonly late?: true } };

/** Which moments: the first, and the one behind the last. */
type Span = { readonly from: number; readonly to: number };
type Columns = Map<PointName, Filled>;
/** `faults`: null while there was none. */
type Filled = Pick<Column, 'nths' | 'values' | 'faults'>;

/** A point's readings: the first `count` of its lists, what stands behind is of an earlier batch. `faults`: null while there was none. */
export type Column = {
  readonly name: PointName;
  readonly nths: number[];
  readonly values: Value[];
  faults: (FaultCode | null)[] | null;
  count: number;
};

/** Lists that a burst has made longer are not kept. */
const mostKept = 1024;

function columnOf(name: PointName): Column {
  return { name, nths: [], values: [], faults: null, count: 0 };
}

/** Those in which something stands, and that alone. */
function readIn(columns: Iterable<Column>): Columns {
  const filled: Columns = new Map();
  for (const { name, nths, values, faults, count } of columns)
    if (count > 0) filled.set(name, { nths: nths.slice(0, count), values: values.slice(0, count), faults });
  return filled;
}

/** A moment's points, where one message does not hold them all. */
function halvesOf(columns: Columns): [Columns, Columns] {
  const [all, middle] = [[...columns], Math.ceil(columns.size / 2)];
  return [new Map(all.slice(0, middle)), new Map(all.slice(middle))];
}

/** Those readings alone. */
function within(columns: Columns, { from, to }: Span): Columns {
  const parts: Columns = new Map();
  for (const [name, { nths, values, faults }] of columns) {
    const [begin, end] = [firstFrom(nths, from), firstFrom(nths, to)];
    if (begin === end) continue;
    const own = faults?.slice(begin, end) ?? [];
    const hasFault = own.some((fault) => fault !== null);
    parts.set(name, {
      nths: nths.slice(begin, end),
      values: values.slice(begin, end),
      faults: hasFault ? own : null,
    });
  }
  return parts;
}

function firstFrom(nths: readonly number[], nth: number): number {
  const at = nths.findIndex((each) => each >= nth);
  return at < 0 ? nths.length : at;
}

import type { DeviceId, PointName } from '../../contract/ids.ts';
import type { ReadingsMessage } from '../../contract/messages.ts';
import type { FaultCode, Reading, Value } from '../../contract/reading.ts';
import type { ClockState } from '../box/box-clock.ts';
import type { NewRow } from '../outbox/outbox.ts';

/** Leaves room for the head of a message that is to stay under 32 kB. */
const maxPointsBytes = 31_000;

/**
 * A device's readings that wait to be committed, in columns as a message has them. Lists of numbers and not an object a reading:
 * thousands that live for a second would be moved by the collector, and then be its garbage of the costly kind.
 */
export class Gathered {
  /** Moments in the order in which they came: readings of one reply share one, a point has one reading in each. */
  readonly #at: number[] = [];
  readonly #mono: number[] = [];
  /** A column is wholly late, or not at all. */
  readonly #late: Columns = new Map();
  readonly #present: Columns = new Map();

  add(name: PointName, { at, mono, value, fault, late }: Reading): void {
    const columns = late === true ? this.#late : this.#present;
    let column = columns.get(name);
    if (column === undefined) {
      column = { nths: [], values: [], faults: null };
      columns.set(name, column);
    }
    let nth = this.#at.length - 1;
    if (this.#at[nth] !== at || this.#mono[nth] !== mono || column.nths.at(-1) === nth) {
      nth = this.#at.push(at) - 1;
      this.#mono.push(mono);
    }
    column.nths.push(nth);
    if (fault !== null) column.faults ??= column.values.map(() => null);
    column.faults?.push(fault);
    column.values.push(value);
  }

  /** As rows, oldest first: one, or as many as it takes to keep each message under 32 kB. History goes ahead, as it was. */
  rows(device: DeviceId, clock: ClockState): NewRow[] {
    const all = { from: 0, to: this.#at.length };
    return [
      ...this.#rowsOf(this.#late, all, { device, clock, late: { late: true } }),
      ...this.#rowsOf(this.#present, all, { device, clock, late: {} }),
    ];
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
type Columns = Map<PointName, Column>;
/** `faults`: null while there was none. */
type Column = { readonly nths: number[]; readonly values: Value[]; faults: (FaultCode | null)[] | null };

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

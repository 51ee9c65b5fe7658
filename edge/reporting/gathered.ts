import type { DeviceId, PointName } from '../../contract/ids.ts';
import type { ReadingsMessage } from '../../contract/messages.ts';
import type { FaultCode, Reading, Value } from '../../contract/reading.ts';
import type { ClockState } from '../box/box-clock.ts';
import type { NewRow } from '../outbox/outbox.ts';

/** Leaves room for the head of a message that is to stay under 32 kB. */
const maxPointsBytes = 31_000;

/**
 * A device's readings that wait to be committed, in the order in which they came. A list a field and not an object a reading:
 * thousands that live for a second would be moved by the collector, and then be its garbage of the costly kind.
 */
export class Gathered {
  readonly #names: PointName[] = [];
  readonly #at: number[] = [];
  readonly #mono: number[] = [];
  readonly #values: Value[] = [];
  readonly #faults: (FaultCode | null)[] = [];
  readonly #isLate: boolean[] = [];
  #late = 0;

  add(name: PointName, { at, mono, value, fault, late }: Reading): void {
    this.#names.push(name);
    this.#at.push(at);
    this.#mono.push(mono);
    this.#values.push(value);
    this.#faults.push(fault);
    this.#isLate.push(late === true);
    if (late === true) this.#late++;
  }

  /** As rows, oldest first: one, or as many as it takes to keep each message under 32 kB. */
  rows(device: DeviceId, clock: ClockState): NewRow[] {
    // A column is wholly late, or not at all; history goes ahead, as it was.
    return [true, false].flatMap((late) => this.#rowsOf(this.#nths(late), { device, clock }));
  }

  #nths(late: boolean): readonly number[] {
    if ((late ? this.#late : this.#names.length - this.#late) === 0) return [];
    return [...this.#isLate.keys()].filter((nth) => this.#isLate[nth] === late);
  }

  #rowsOf(nths: readonly number[], about: Pick<NewRow, 'device' | 'clock'>): NewRow[] {
    const [first] = nths;
    if (first === undefined) return [];
    const { at, mono } = { at: this.#at[first] ?? 0, mono: this.#mono[first] ?? 0 };
    const points = JSON.stringify(this.#columns(mono, nths));
    if (nths.length === 1 || Buffer.byteLength(points) <= maxPointsBytes) return [{ ...about, at, mono, points }];
    const half = Math.ceil(nths.length / 2);
    return [...this.#rowsOf(nths.slice(0, half), about), ...this.#rowsOf(nths.slice(half), about)];
  }

  /** Offsets come from the monotonic clock, so a wall clock that steps within a batch bends nothing. */
  #columns(mono: number, nths: readonly number[]): ReadingsMessage['points'] {
    const columns = new Map<PointName, Column>();
    for (const nth of nths) {
      const name = this.#names[nth];
      if (name !== undefined) this.#put(columns, name, nth, mono);
    }
    return Object.fromEntries([...columns].map(([name, column]) => [name, told(column)]));
  }

  #put(columns: Map<PointName, Column>, name: PointName, nth: number, mono: number): void {
    let column = columns.get(name);
    if (column === undefined) {
      column = { dt: [], v: [], q: [], isGood: true, late: this.#isLate[nth] === true };
      columns.set(name, column);
    }
    const fault = this.#faults[nth] ?? null;
    column.dt.push(Math.round((this.#mono[nth] ?? mono) - mono));
    column.v.push(this.#values[nth] ?? null);
    column.q.push(fault);
    if (fault !== null) column.isGood = false;
  }
}

type Column = { dt: number[]; v: Value[]; q: (FaultCode | null)[]; isGood: boolean; readonly late: boolean };

function told({ dt, v, q, isGood, late }: Column): ReadingsMessage['points'][string] {
  const said = late ? { late: true as const } : {};
  return isGood ? { dt, v, ...said } : { dt, v, q, ...said };
}

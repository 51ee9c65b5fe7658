import type { PointColumn } from '../../contract/messages.ts';
import { type FaultCode, isExact, type Value } from '../../contract/reading.ts';
import type { PointRows, Row } from '../state/changes.ts';
import { freshForMs, type Held, type LiveDevice, type LivePoint } from '../state/live-state.ts';
import { type Moment, readingTime } from '../store/reading-time.ts';

/** What all columns of a message have in common. `mono`: the gateway's monotonic clock when it came. */
export type OfMessage = {
  readonly device: LiveDevice;
  /** The epoch's number in the store. */
  readonly epoch: number;
  readonly seq: number;
  /** ms from the message to its sending, as the agent measured it. */
  readonly age: number | undefined;
  readonly moment: Moment;
  readonly receivedAt: number;
  readonly mono: number;
};

export type OfPoint = { readonly point: LivePoint; readonly late: boolean; readonly of: PointColumn };

/** A column of a message as services see it. */
export class ColumnRows implements PointRows {
  readonly late: boolean;
  readonly #point: LivePoint;
  readonly #column: PointColumn;
  readonly #of: OfMessage;
  readonly #simulated: boolean;
  /** The last row, made out already where it is live. */
  readonly #held: Held | null;
  #rows: readonly Row[] | null = null;

  constructor({ point, late, of: column }: OfPoint, of: OfMessage, held: Held | null) {
    this.late = late;
    this.#held = held;
    this.#point = point;
    this.#column = column;
    this.#of = of;
    this.#simulated = of.device.simulated;
  }

  get site() {
    return this.#of.device.agent.site;
  }

  get point() {
    return this.#point.ref;
  }

  get id() {
    return this.#point.id;
  }

  get epoch() {
    return this.#of.epoch;
  }

  get seq() {
    return this.#of.seq;
  }

  get simulated() {
    return this.#simulated;
  }

  get freshForMs() {
    return freshForMs(this.#point);
  }

  get count() {
    return this.#column.v.length;
  }

  get rows(): readonly Row[] {
    this.#rows ??= this.#column.v.map((said, place): Row => {
      const { at, time } = this.#timeAt(place);
      const { value, fault } = sound(said, this.#column.q?.[place] ?? null, this.#point.valueType);
      return { at, time, mono: this.monoAt(place), value, fault };
    });
    return this.#rows;
  }

  valueAt(place: number): Value {
    const held = this.#heldAt(place);
    if (held !== null) return held.value;
    const value = this.#column.v[place] ?? null;
    return isSound(value, this.#point.valueType) ? value : null;
  }

  faultAt(place: number): FaultCode | null {
    const held = this.#heldAt(place);
    if (held !== null) return held.fault;
    const value = this.#column.v[place] ?? null;
    return isSound(value, this.#point.valueType) ? (this.#column.q?.[place] ?? null) : 'out-of-range';
  }

  monoAt(place: number): number {
    return this.#heldAt(place)?.mono ?? monoOf(this.#of, this.#column.dt[place] ?? 0);
  }

  atOf(place: number): number | null {
    const held = this.#heldAt(place);
    return held === null ? this.#timeAt(place).at : held.at;
  }

  #heldAt(place: number): Held | null {
    return place === this.#column.v.length - 1 ? this.#held : null;
  }

  #timeAt(place: number): Moment {
    const { moment, receivedAt } = this.#of;
    return readingTime(moment, this.#column.dt[place] ?? 0, receivedAt);
  }
}

/** The gateway's monotonic clock at a reading, `dt` ms after its message; −∞ when nobody can say. */
export function monoOf({ mono, age, moment, receivedAt }: OfMessage, dt: number): number {
  if (age !== undefined) return mono - Math.max(0, age - dt);
  const { at } = readingTime(moment, dt, receivedAt);
  return at === null ? Number.NEGATIVE_INFINITY : mono - Math.max(0, receivedAt - at);
}

/**
 * A whole number that a double has rounded is no value: nobody knows which it was. Nor is a value of another type than
 * the point's: the text "false" would read as true.
 */
export function sound(
  value: Value,
  fault: FaultCode | null,
  type: LivePoint['valueType'] | undefined,
): { readonly value: Value; readonly fault: FaultCode | null } {
  return isSound(value, type) ? { value, fault } : { value: null, fault: 'out-of-range' };
}

function isSound(value: Value, type: LivePoint['valueType'] | undefined): boolean {
  if (value === null) return true;
  return (typeof value !== 'number' || isExact(value)) && (type === undefined || typeof value === type);
}

import type { PointRef } from '../../contract/ids.ts';
import type { FaultCode, Value } from '../../contract/reading.ts';
import type { PointRows, Row } from '../state/changes.ts';
import type { Alert, Why } from './alert.ts';

/** A reading as evidence keeps it: epoch ms (null: order known, time not), value, fault. */
export type EvidenceRow = readonly [at: number | null, value: Value, fault: FaultCode | null];

/** The last readings of points that rules judge, so that what came before an alert can be frozen with it. */
export class RecentRows {
  readonly #limit: number;
  readonly #rows = new Map<string, Ring>();
  readonly #byNumber: (Ring | undefined)[] = [];

  /** @param limit readings kept of a point */
  constructor(limit = 128) {
    this.#limit = limit;
  }

  /** `clock`: from the gateway's monotonic clock to the one that `since` is asked on. */
  add(column: PointRows, clock: { ofReading(mono: number): number }): void {
    const ring = this.#byNumber[column.id] ?? this.#open(column);
    const { count } = column;
    for (let place = 0; place < count; place += 1)
      ring.add(clock.ofReading(column.monoAt(place)), column.atOf(place), column.valueAt(place), column.faultAt(place));
  }

  /** Readings of a point since `fromMono`, at most the limit, the oldest first. */
  since(point: string, fromMono: number): EvidenceRow[] {
    return this.#rows.get(point)?.since(fromMono) ?? [];
  }

  #open(column: PointRows): Ring {
    const { site, point, id } = column;
    const ring = new Ring(this.#limit, typeof column.valueAt(0) === 'boolean');
    this.#rows.set(`${site}/${point}`, ring);
    this.#byNumber[id] = ring;
    return ring;
  }
}

/** What a ring does not hold as a figure. */
type Odd = Pick<Row, 'value' | 'fault'>;

/**
 * A ring of figures side by side: every reading goes through it, so that one more must cost neither an object that lives
 * on nor more than one place of memory.
 */
class Ring {
  readonly #size: number;
  /** Of each reading its mono, its time (NaN: not known) and its value (NaN: it is among the odd ones). */
  readonly #figures: Float64Array;
  /** By place: what is no good number, or no good contact in a ring of contacts. */
  readonly #odd: (Odd | undefined)[] = [];
  readonly #isContact: boolean;
  #count = 0;
  #place = 0;

  constructor(size: number, isContact: boolean) {
    this.#size = size;
    this.#isContact = isContact;
    this.#figures = new Float64Array(3 * size);
  }

  add(mono: number, at: number | null, value: Value, fault: FaultCode | null): void {
    const place = this.#place;
    this.#place = place + 1 === this.#size ? 0 : place + 1;
    this.#count += 1;
    const figures = this.#figures;
    const isPlain = fault === null && typeof value === (this.#isContact ? 'boolean' : 'number');
    figures[3 * place] = mono;
    figures[3 * place + 1] = at ?? Number.NaN;
    figures[3 * place + 2] = isPlain ? Number(value) : Number.NaN;
    if (!isPlain) this.#odd[place] = { value, fault };
  }

  since(fromMono: number): EvidenceRow[] {
    const first = Math.max(0, this.#count - this.#size);
    return Array.from({ length: this.#count - first }, (_, n) => (first + n) % this.#size)
      .filter((place) => (this.#figures[3 * place] ?? Number.NaN) >= fromMono)
      .map((place): EvidenceRow => {
        const [at = Number.NaN, figure = Number.NaN] = this.#figures.subarray(3 * place + 1, 3 * place + 3);
        const { value = null, fault = null } = Number.isNaN(figure) ? (this.#odd[place] ?? {}) : this.#plain(figure);
        return [Number.isNaN(at) ? null : at, value, fault];
      });
  }

  #plain(figure: number): Odd {
    return { value: this.#isContact ? figure === 1 : figure, fault: null };
  }
}

export const evidenceParts = ['raise', 'after', 'gone', 'clear'] as const;

/** raise: as the alert began. after: what followed. gone: as the condition was gone first. clear: as it was closed. */
export type EvidencePart = (typeof evidenceParts)[number];

export type Evidence = {
  readonly part: EvidencePart;
  readonly alert: string;
  /** Wall time of freezing, epoch ms. */
  readonly at: number;
  readonly rule: string;
  readonly why: Why;
  readonly firstOut: PointRef | null;
  readonly witnesses: readonly PointRef[];
  /** What nobody could say anything of at that moment. */
  readonly unknown: readonly string[];
  readonly readings: Readonly<Record<string, readonly EvidenceRow[]>>;
};

export function evidenceOf(
  part: EvidencePart,
  alert: Alert,
  of: { at: number; points: readonly PointRef[]; unknown: readonly string[]; rows: (point: PointRef) => EvidenceRow[] },
): Evidence {
  const readings = Object.fromEntries(of.points.map((point) => [point, of.rows(point)]));
  const { id, rule, why, witnesses } = alert;
  const firstOut = witnesses[0] ?? null;
  return { part, alert: id, at: of.at, rule, why, firstOut, witnesses, unknown: of.unknown, readings };
}

/** The text that is hashed and kept: the same evidence always gives the same text. */
export function evidenceText(evidence: Evidence): string {
  return JSON.stringify(evidence, (_key, value: unknown) => (isPlain(value) ? sorted(value) : value));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

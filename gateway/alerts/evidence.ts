import type { PointRef } from '../../contract/ids.ts';
import type { FaultCode, Value } from '../../contract/reading.ts';
import type { Alert, Why } from './alert.ts';

/** A reading as evidence keeps it: epoch ms (null: order known, time not), value, fault. */
export type EvidenceRow = readonly [at: number | null, value: Value, fault: FaultCode | null];

/** The last readings of points that rules judge, so that what came before an alert can be frozen with it. */
export class RecentRows {
  readonly #limit: number;
  readonly #rows = new Map<string, Ring>();

  /** @param limit readings kept of a point */
  constructor(limit = 128) {
    this.#limit = limit;
  }

  add(point: string, mono: number, { at, value, fault }: RecentRow): void {
    let ring = this.#rows.get(point);
    if (ring === undefined) {
      ring = new Ring(this.#limit);
      this.#rows.set(point, ring);
    }
    ring.add(mono, { at, value, fault });
  }

  /** Readings of a point since `fromMono`, at most the limit, the oldest first. */
  since(point: string, fromMono: number): EvidenceRow[] {
    return this.#rows.get(point)?.since(fromMono) ?? [];
  }
}

type RecentRow = { readonly at: number | null; readonly value: Value; readonly fault: FaultCode | null };

/** A ring of columns: every reading goes through it, so that one more must cost no object that lives on. */
class Ring {
  readonly #size: number;
  readonly #monos: Float64Array;
  /** NaN: not known. */
  readonly #ats: Float64Array;
  /** NaN where `others` has the value. */
  readonly #numbers: Float64Array;
  readonly #others: Value[];
  readonly #faults: (FaultCode | null)[];
  #count = 0;

  constructor(size: number) {
    this.#size = size;
    this.#monos = new Float64Array(size);
    this.#ats = new Float64Array(size);
    this.#numbers = new Float64Array(size);
    this.#others = new Array<Value>(size).fill(null);
    this.#faults = new Array<FaultCode | null>(size).fill(null);
  }

  add(mono: number, { at, value, fault }: RecentRow): void {
    const place = this.#count % this.#size;
    this.#count += 1;
    this.#monos[place] = mono;
    this.#ats[place] = at ?? Number.NaN;
    this.#numbers[place] = typeof value === 'number' ? value : Number.NaN;
    this.#others[place] = typeof value === 'number' ? null : value;
    this.#faults[place] = fault;
  }

  since(fromMono: number): EvidenceRow[] {
    const first = Math.max(0, this.#count - this.#size);
    return Array.from({ length: this.#count - first }, (_, n) => (first + n) % this.#size)
      .filter((place) => (this.#monos[place] ?? Number.NaN) >= fromMono)
      .map((place): EvidenceRow => {
        const [at = Number.NaN, number = Number.NaN] = [this.#ats[place], this.#numbers[place]];
        const value = Number.isNaN(number) ? (this.#others[place] ?? null) : number;
        return [Number.isNaN(at) ? null : at, value, this.#faults[place] ?? null];
      });
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

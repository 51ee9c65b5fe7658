import type { PointRef } from '../../contract/ids.ts';
import type { FaultCode, Value } from '../../contract/reading.ts';
import type { Alert, Why } from './alert.ts';

/** A reading as evidence keeps it: epoch ms (null: order known, time not), value, fault. */
export type EvidenceRow = readonly [at: number | null, value: Value, fault: FaultCode | null];

/** The last readings of points that rules judge, so that what came before an alert can be frozen with it. */
export class RecentRows {
  readonly #limit: number;
  readonly #rows = new Map<string, { mono: number; row: EvidenceRow }[]>();

  /** @param limit readings kept of a point */
  constructor(limit = 128) {
    this.#limit = limit;
  }

  add(point: string, mono: number, row: EvidenceRow): void {
    let list = this.#rows.get(point);
    if (list === undefined) {
      list = [];
      this.#rows.set(point, list);
    }
    list.push({ mono, row });
    // Cut seldom, so that a reading costs no move of the whole list.
    if (list.length > 2 * this.#limit) list.splice(0, list.length - this.#limit);
  }

  /** Readings of a point since `fromMono`, at most the limit, the oldest first. */
  since(point: string, fromMono: number): EvidenceRow[] {
    const list = this.#rows.get(point) ?? [];
    return list
      .slice(-this.#limit)
      .filter(({ mono }) => mono >= fromMono)
      .map(({ row }) => row);
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

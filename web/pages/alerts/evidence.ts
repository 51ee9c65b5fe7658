/** Reads the JSON text of a piece of evidence. Pure. */

export type EvidenceRow = {
  /** Epoch ms; null where the order is known and the time is not. */
  readonly at: number | null;
  readonly value: number | boolean | string | null;
  readonly fault: string | null;
};
export type EvidenceReadings = readonly { readonly point: string; readonly rows: readonly EvidenceRow[] }[];

/** What of it is readings, by point. A text of another form gives none, and is still shown as it stands. */
export function readingsOf(body: string): EvidenceReadings {
  const readings = fieldOf(parsed(body), 'readings');
  if (!isRecord(readings)) return [];
  return Object.entries(readings).map(([point, rows]) => ({
    point,
    rows: Array.isArray(rows) ? rows.flatMap(rowOf) : [],
  }));
}

function rowOf(row: unknown): EvidenceRow[] {
  if (!Array.isArray(row)) return [];
  const [at, value, fault]: unknown[] = row;
  return [
    {
      at: typeof at === 'number' ? at : null,
      value: typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' ? value : null,
      fault: typeof fault === 'string' ? fault : null,
    },
  ];
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not JSON: nothing is taken for a reading, and the text is shown.
    return null;
  }
}

function fieldOf(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

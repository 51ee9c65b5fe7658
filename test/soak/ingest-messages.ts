/** What the killed ingest is sent. Each value tells which message it is of, and which row. */

export const devicesOfIngest = { 'tilt-se': 2, 'di-1': 2 };

export type Sent = {
  id: number;
  at: number;
  epoch: string;
  start: number;
  seq: number;
  kind: 'good' | 'no-device' | 'no-point' | 'one-point' | 'bad' | 'unsynced';
  rows: number;
  /** The status before it, where that announced its epoch. */
  live?: string | null;
};

export type Line =
  | Sent
  | { status: string; epoch: string; lost: { from: number; to: number }[] }
  | { answered: string }
  | { garbage: true }
  | { of: number; isRefused: boolean };

/** Whole lines; the last may have been cut. */
export function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

const rowsAtMost = 8;

/** The values of a message by the point they are of: `device/point`. */
export function valuesOf({ id, seq, kind, rows }: Sent): { point: string; values: number[] }[] {
  if (kind === 'no-device' || kind === 'no-point' || kind === 'bad') return [];
  const device = seq % 3 === 0 ? 'di-1' : 'tilt-se';
  const columns = kind === 'one-point' ? [0] : [0, 1];
  return columns.map((column) => ({
    point: `${device}/p_${column}`,
    values: Array.from({ length: rows }, (_, row) => (id * 2 + column) * rowsAtMost + row),
  }));
}

export function idOf(value: number): number {
  return Math.floor(value / (2 * rowsAtMost));
}

export function bodyOf(message: Sent, ageMs: number): string {
  const { epoch, start, seq, at, kind } = message;
  const column = (v: readonly unknown[]) => ({ dt: v.map((_, row) => row * 10 - 50), v });
  const known = valuesOf(message).map(({ point, values }) => [point.split('/')[1], column(values)] as const);
  const unknown = kind === 'no-point' || kind === 'one-point' ? [['x_9', column([1, 2])] as const] : [];
  const points = kind === 'bad' ? { p_0: { dt: 'none', v: [1] } } : Object.fromEntries([...known, ...unknown]);
  const when = kind === 'unsynced' ? { clock: 'unsynced' } : { age: ageMs, clock: 'synced' };
  return JSON.stringify({
    v: 1,
    epoch,
    start,
    seq,
    at,
    ...when,
    points: kind === 'no-device' ? { p_0: column([1]) } : points,
  });
}

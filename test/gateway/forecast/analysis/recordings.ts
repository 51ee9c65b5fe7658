import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Hour } from '../../../../gateway/forecast/analysis/analysis.ts';
import { median } from '../../../../gateway/forecast/analysis/robust.ts';
import { shared } from '../../../needs.ts';

/** Recordings of movements and of nothing, as buckets. */

const dayMs = 86_400_000;

export type Reading = { readonly at: number; readonly value: number };

function linesOf(path: string): string[] {
  const bytes = readFileSync(join(shared, 'data', path));
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.trimEnd().split(/\r?\n/);
}

/** Millimetres of a prism on a pit wall, about one reading a day. */
export function slope(prism: '22-1917' | '40-1975' | '40-1980'): Reading[] {
  return linesOf(`slope-century-mine/prism_${prism}.csv`)
    .slice(1)
    .map((line) => line.split(','))
    .map(([time = '', value = '']) => ({ at: Date.parse(`${time}Z`), value: Number(value) }));
}

/** A column of the bridge's strain or tilt at 100 Hz; times as they stand in the file. */
export function bridge(
  file: 'reference_state_inclination' | 'reference_state_strain' | 'support_01_lowering_strain',
): Reading[] {
  return linesOf(`bridge-load-test/${file}_100hz.csv.gz`)
    .slice(1)
    .map((line) => line.split(','))
    .map(([time = '', value = '']) => ({ at: Date.parse(`${time.replace(' ', 'T')}Z`), value: Number(value) }))
    .filter(({ at, value }) => !Number.isNaN(at + value));
}

/** Crack length, mm, over load cycles, of each specimen. */
export function cracks(): { specimen: string; readings: { cycles: number; mm: number }[] }[] {
  const [header = '', ...lines] = linesOf('crack-virkler/crack_growth.csv');
  const rows = lines.map((line) => line.split(',').map(Number));
  return header
    .split(',')
    .slice(1)
    .map((specimen, i) => ({
      specimen,
      readings: rows.map((row) => ({ mm: row[0] ?? Number.NaN, cycles: row[i + 1] ?? Number.NaN })),
    }));
}

/** Mean size of the vibration of each channel over the time that the rig ran, ten minutes a row; without rows of a rig that stands still. */
export function bearings(test: 'test1_8ch' | 'test3_4ch'): { channel: string; readings: Reading[] }[] {
  const [header = '', ...lines] = linesOf(`bearing-run-to-failure/${test}.csv.gz`);
  const rows = lines.map((line) => line.split(','));
  return header
    .split(',')
    .slice(2)
    .map((channel, i) => ({
      channel,
      readings: rows
        .map((row) => Number(row[i + 2]))
        .filter((value) => value > 0.01)
        .map((value, k) => ({ at: k * 600_000, value })),
    }));
}

/** Medians of buckets; each expects what a full one of the recording holds. */
export function bucketsOf(readings: readonly Reading[], bucketMs: number): Hour[] {
  const groups = Map.groupBy(readings, ({ at }) => Math.floor(at / bucketMs));
  const expected = Math.max(1, Math.round(median(Array.from(groups.values(), (group) => group.length))));
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([bucket, group]) => ({
      ...{ at: bucket * bucketMs, median: median(group.map(({ value }) => value)), n: group.length, expected },
    }));
}

export { dayMs };

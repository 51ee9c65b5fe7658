import { readFileSync } from 'node:fs';

/**
 * Measuring on a machine that others use too: both sides of a ratio run in turn, a calibration loop runs before each
 * round, and a round in which it varied by more than a quarter is void and run again.
 */

export type Verdict = 'met' | 'unmet' | 'void';
export type Row = { what: string; value: string; bar: string; verdict: Verdict | 'printed' };

const maxTries = 5;
const maxVariation = 0.25;

/** Milliseconds for a fixed piece of work; its spread says how far the machine may be trusted just now. */
export function calibrate(): number {
  const from = performance.now();
  let x = 0;
  for (let i = 0; i < 3e7; i++) x = (x * 31 + i) | 0;
  return x === 1 ? 0 : performance.now() - from;
}

/** Runs a round until its calibration holds still; the last try counts, marked, when none did. */
export async function steadily<T>(round: () => Promise<T>): Promise<{ result: T; steady: boolean }> {
  calibrate(); // the first run compiles it
  for (let attempt = 1; ; attempt++) {
    const before = calibrate();
    const result = await round();
    const after = calibrate();
    const steady = Math.abs(after - before) / Math.min(after, before) <= maxVariation;
    if (steady || attempt === maxTries) return { result, steady };
  }
}

export function judge(
  what: string,
  value: number,
  bar: { atLeast: number } | { atMost: number },
  options: { steady: boolean; unit?: string },
): Row {
  const unit = options.unit ?? '';
  const met = 'atLeast' in bar ? value >= bar.atLeast : value <= bar.atMost;
  const text = 'atLeast' in bar ? `≥ ${bar.atLeast}${unit}` : `≤ ${bar.atMost}${unit}`;
  return {
    what,
    value: `${round(value)}${unit}`,
    bar: text,
    verdict: options.steady ? (met ? 'met' : 'unmet') : 'void',
  };
}

export function note(what: string, value: string): Row {
  return { what, value, bar: '–', verdict: 'printed' };
}

export function print(title: string, rows: readonly Row[]): void {
  console.log(`\n${title}`);
  const width = Math.max(...rows.map((row) => row.what.length));
  for (const row of rows) {
    console.log(`  ${row.what.padEnd(width)}  ${row.value.padStart(16)}  ${row.bar.padStart(12)}  ${row.verdict}`);
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function round(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

/** CPU time of a process so far, user and system, ms (10 ms steps). */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident memory of a process, MB. */
export function residentMb(pid: number): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? Number.NaN) / 1024;
}

export type Memory = { resident: number; anonymous: number };

/** Memory of a process as the kernel counts it, MB. */
export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) / 1024;
  return { resident: of('Rss'), anonymous: of('Anonymous') };
}

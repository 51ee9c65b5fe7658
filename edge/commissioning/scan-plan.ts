import type { LineSetting } from '../../config/site.ts';
import { lineTiming } from '../../devices/modbus/rtu.ts';
import type { Line } from './lines.ts';

/** In which order a scan asks, and how long that takes. Pure. */

/** A line and the units that are asked on it. */
export type ScanStep = { readonly line: Line; readonly units: readonly number[] };

/** How devices ship, the most common first: 9,600 8N1 is the way of most profiles. */
export const usualSettings: readonly LineSetting[] = [9600, 19_200, 115_200, 4800, 38_400, 57_600, 2400].flatMap(
  (baudRate) => [{ baudRate, parity: 'none' as const, stopBits: 1 as const }],
);

/**
 * With several settings those units come first, at every setting, that devices ship with: most scans end there. The rest
 * is asked where somebody answered, or everywhere where nobody did.
 */
export function firstSteps(lines: readonly Line[], units: readonly number[], likely: ReadonlySet<number>): ScanStep[] {
  if (lines.length === 1) return lines.map((line) => ({ line, units }));
  const first = units.filter((unit) => likely.has(unit));
  return first.length === 0 ? lines.map((line) => ({ line, units })) : lines.map((line) => ({ line, units: first }));
}

/** What the first steps left out. @param answered lines on which somebody was heard */
export function laterSteps(
  first: readonly ScanStep[],
  units: readonly number[],
  answered: ReadonlySet<Line>,
): readonly ScanStep[] {
  const lines = answered.size === 0 ? first.map(({ line }) => line) : [...answered];
  return lines
    .map((line) => {
      const asked = new Set(first.filter((step) => step.line === line).flatMap((step) => step.units));
      return { line, units: units.filter((unit) => !asked.has(unit)) };
    })
    .filter((step) => step.units.length > 0);
}

/** What a unit that does not answer takes, ms: the request, the wait, the silence. */
export function silentUnitMs({ link, timeoutMs }: Line, pauseMs: number): number {
  if (link.kind === 'modbus-tcp') return timeoutMs + pauseMs;
  const { charMs, silenceMs } = lineTiming(link);
  return requestBytes * charMs + timeoutMs + Math.max(silenceMs, pauseMs);
}

const requestBytes = 8;

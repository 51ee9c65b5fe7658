import type { PointRef } from '../../contract/ids.ts';

/** What is wrong with a condition on its points, and how to fix it. */
export type RuleProblem = {
  /** Keys from the top of the condition. */
  readonly path: readonly (string | number)[];
  /** The point it is wrong on; null: wrong by itself. */
  readonly point: PointRef | null;
  readonly message: string;
  readonly severity: 'error' | 'warning';
};

export function wrong(path: RuleProblem['path'], message: string, point: PointRef | null = null): RuleProblem {
  return { path, point, message, severity: 'error' };
}

export function doubtful(path: RuleProblem['path'], message: string, point: PointRef | null = null): RuleProblem {
  return { path, point, message, severity: 'warning' };
}

/** Milliseconds as a person would write them: `250ms`, `5s`, `10m`, `2h`. */
export function durationText(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms >= 1000 && ms % 100 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

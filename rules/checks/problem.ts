import type { PointRef } from '../../contract/ids.ts';

export { durationText } from '../../contract/words/check/text.ts';

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

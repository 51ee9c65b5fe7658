import type { PointRef } from '../../contract/ids.ts';
import type { CheckReason } from '../../contract/words/check/check.ts';
import { say } from '../../contract/words/check/said.ts';

export { durationText } from '../../contract/words/check/text.ts';

/** What is wrong with a condition on its points, and how to fix it. */
export type RuleProblem = {
  /** Keys from the top of the condition. */
  readonly path: readonly (string | number)[];
  /** The point it is wrong on; null: wrong by itself. */
  readonly point: PointRef | null;
  /** English, without the point. */
  readonly message: string;
  readonly reason: CheckReason;
  readonly severity: 'error' | 'warning';
};

export function wrong(path: RuleProblem['path'], reason: CheckReason, point: PointRef | null = null): RuleProblem {
  return { path, point, ...say(reason), severity: 'error' };
}

export function doubtful(path: RuleProblem['path'], reason: CheckReason, point: PointRef | null = null): RuleProblem {
  return { path, point, ...say(reason), severity: 'warning' };
}

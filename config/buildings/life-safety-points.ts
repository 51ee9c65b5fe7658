import type { PointRef } from '../../contract/ids.ts';
import type { Rule } from '../../rules/rule.ts';

/** Points that a life-safety rule leans on: each must say often that it is well, and its polls go first. */
export function lifeSafetyPoints(rules: readonly Pick<Rule, 'lifeSafety' | 'points'>[]): ReadonlySet<PointRef> {
  return new Set(rules.filter(({ lifeSafety }) => lifeSafety).flatMap(({ points }) => points.map(({ ref }) => ref)));
}

import type { CompiledRule, RulePoint } from './compiled-rule.ts';
import type { Condition } from './condition.ts';
import { judgeThreshold } from './kinds/threshold.ts';
import { judgeVoting } from './kinds/voting.ts';
import { highest, overPoints } from './over-points.ts';
import type { Rule } from './rule.ts';

/** Makes a rule ready to judge. Every point it judges starts unknown. */
export function compileRule(rule: Pick<Rule, 'id' | 'condition' | 'points'>): CompiledRule {
  const { id, condition, points } = rule;
  const common = { id, form: formOf(condition, points) };
  switch (condition.kind) {
    case 'threshold':
      return overPoints({
        ...common,
        judged: each(points, (point) => judgeThreshold(condition, point)),
        combine: highest,
      });
    case 'voting':
      return overPoints({ ...common, ...judgeVoting(condition, byRef(points)) });
  }
}

function each<J>(points: readonly RulePoint[], judge: (point: RulePoint) => J) {
  return points.map((point) => ({ ref: point.ref, judge: judge(point) }));
}

function byRef(points: readonly RulePoint[]): ReadonlyMap<string, RulePoint> {
  return new Map(points.map((point) => [point.ref, point]));
}

/** Names a condition on its points, so that what another condition remembered is not taken for its own (FNV-1a). */
function formOf(condition: Condition, points: readonly RulePoint[]): string {
  const text = JSON.stringify([condition, points.map(({ ref, type }) => [ref, type])]);
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

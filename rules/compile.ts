import type { CompiledRule, Json, RulePoint } from './compiled-rule.ts';
import type { Condition } from './condition.ts';
import { judgeDeviation } from './kinds/deviation.ts';
import { judgeDose } from './kinds/dose.ts';
import { judgeEquipment } from './kinds/equipment.ts';
import { judgeExceedances } from './kinds/exceedances.ts';
import { judgeHeld } from './kinds/held.ts';
import { judgeMissing } from './kinds/missing.ts';
import { judgePpv } from './kinds/ppv.ts';
import { judgeRate } from './kinds/rate.ts';
import { judgeThreshold } from './kinds/threshold.ts';
import { judgeVoting } from './kinds/voting.ts';
import { highest, overPoints, type PointJudge } from './over-points.ts';
import type { Rule } from './rule.ts';

/** Makes a rule ready to judge. Every point it judges starts unknown. */
export function compileRule({ id, condition, points }: Pick<Rule, 'id' | 'condition' | 'points'>): CompiledRule {
  const common = { id, form: formOf(condition, points) };
  const each = <S extends Json>(judge: (point: RulePoint) => PointJudge<S>) => {
    const judged = points.map((point) => ({ ref: point.ref, judge: judge(point) }));
    return overPoints({ ...common, judged, combine: highest });
  };
  switch (condition.kind) {
    case 'threshold':
      return each((point) => judgeThreshold(condition, point));
    case 'rate':
      return each((point) => judgeRate(condition, point));
    case 'deviation':
      return each((point) => judgeDeviation(condition, point));
    case 'dose':
      return each((point) => judgeDose(condition, point));
    case 'exceedances':
      return each((point) => judgeExceedances(condition, point));
    case 'held':
      return each((point) => judgeHeld(condition, point));
    case 'missing':
      return each((point) => judgeMissing(condition, point));
    case 'equipment':
      return each((point) => judgeEquipment(condition, point));
    case 'ppv':
      return overPoints({ ...common, judged: judgePpv(condition, byRef(points)), combine: highest });
    case 'voting':
      return overPoints({ ...common, ...judgeVoting(condition, byRef(points)) });
  }
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

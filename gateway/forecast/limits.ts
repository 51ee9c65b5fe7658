import { type Level, levels } from '../../contract/hazards.ts';
import type { PointRef } from '../../contract/ids.ts';
import type { Condition } from '../../rules/condition.ts';
import type { Rule } from '../../rules/rule.ts';

export type Ends = { readonly high: number | null; readonly low: number | null };

/**
 * Ends of what a point may reach, in its unit; null where no rule sets one. `learning`: a rule sets a distance, and has not
 * learnt yet what it measures from.
 */
export type Limits = Ends & { readonly learning: boolean };

type LevelLimits = Ends & { readonly level: Level };

/**
 * The limit whose date is said: of all rules that judge the point, the nearest one of the lowest level from `from` on; where
 * all levels are lower, of the highest there is. `baselineOf`: what a rule on a distance measures from; null while it does
 * not know that.
 */
export function limitsOf(
  point: PointRef,
  rules: readonly Rule[],
  { from, baselineOf }: { from: Level; baselineOf(rule: Rule, point: PointRef): number | null },
): Limits {
  const all = rules.flatMap((rule) => limitsIn(rule, point, baselineOf(rule, point)));
  const rankOf = ({ level }: LevelLimits) => levels.indexOf(level);
  const wanted = all.filter((one) => rankOf(one) >= levels.indexOf(from));
  const ranks = (wanted.length > 0 ? wanted : all).map(rankOf);
  const chosen = wanted.length > 0 ? Math.min(...ranks) : Math.max(...ranks);
  const own = all.filter((one) => rankOf(one) === chosen);
  const highs = own.flatMap(({ high }) => high ?? []);
  const lows = own.flatMap(({ low }) => low ?? []);
  const learning =
    all.length === 0 && rules.some((rule) => isDistance(rule, point) && baselineOf(rule, point) === null);
  return {
    ...{ high: highs.length > 0 ? Math.min(...highs) : null, low: lows.length > 0 ? Math.max(...lows) : null },
    learning,
  };
}

/** One that moves along with the point is no limit. */
function isDistance({ condition }: Rule, point: PointRef): boolean {
  if (condition.kind !== 'deviation') return false;
  const isMoving = typeof condition.baseline === 'object' && 'median' in condition.baseline;
  return !isMoving || condition.baselines[point] !== undefined;
}

function limitsIn(rule: Rule, point: PointRef, baseline: number | null): LevelLimits[] {
  const { condition } = rule;
  if (condition.kind === 'threshold') return thresholds(condition);
  if (condition.kind !== 'deviation' || baseline === null || !isDistance(rule, point)) return [];
  const { direction } = condition;
  return levels.flatMap((level) => {
    const above = condition.levels[level]?.above;
    if (above === undefined) return [];
    const high = direction === 'fall' ? null : baseline + above;
    return [{ level, high, low: direction === 'rise' ? null : baseline - above }];
  });
}

function thresholds({ levels: given }: Extract<Condition, { kind: 'threshold' }>): LevelLimits[] {
  return levels.flatMap((level) => {
    const test = given[level];
    if (test === undefined || (test.above === undefined && test.below === undefined)) return [];
    return [{ level, high: test.above ?? null, low: test.below ?? null }];
  });
}

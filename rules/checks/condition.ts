import { levels } from '../../contract/hazards.ts';
import type { RulePoint } from '../compiled-rule.ts';
import type { Condition } from '../condition.ts';
import type { Deviation } from '../kinds/deviation.ts';
import type { Equipment } from '../kinds/equipment.ts';
import type { Exceedances } from '../kinds/exceedances.ts';
import type { Ppv } from '../kinds/ppv.ts';
import type { Threshold } from '../kinds/threshold.ts';
import type { Voting } from '../kinds/voting.ts';
import {
  delayProblems,
  figuresOf,
  numberProblems,
  orderProblems,
  sizeProblems,
  slowProblems,
  testProblems,
  wordProblems,
} from './limits.ts';
import { type RuleProblem, wrong } from './problem.ts';

export type { RuleProblem } from './problem.ts';

/**
 * What is wrong with a condition on these points: another type, a level that cannot be reached, a hysteresis that never
 * lets it come back, delays that contradict each other. Empty: it can be judged.
 */
export function conditionProblems(condition: Condition, points: readonly RulePoint[]): RuleProblem[] {
  switch (condition.kind) {
    case 'threshold':
      return thresholdProblems(condition, points);
    case 'rate':
      return [
        ...numberProblems(points, 'rate'),
        ...sizes(condition, points),
        ...delayProblems(condition, points, condition.window),
        ...points
          .filter(({ maxSilenceMs }) => maxSilenceMs > condition.window)
          .map(({ ref, maxSilenceMs }) =>
            wrong(['window'], { code: 'heard-too-seldom', silenceMs: maxSilenceMs, windowMs: condition.window }, ref),
          ),
      ];
    case 'deviation':
      return deviationProblems(condition, points);
    case 'dose':
      return [
        ...numberProblems(points, 'dose'),
        ...backProblems(condition),
        ...orderProblems(aboves(condition.levels), ['levels'], ['above']),
        ...testProblems({ above: condition.curve[0]?.[0] }, 0, points, ['curve']).map((one) => ({
          ...one,
          path: ['curve'],
        })),
        ...delayProblems(condition, points),
      ];
    case 'exceedances':
      return exceedancesProblems(condition, points);
    case 'held':
      return [
        ...points.flatMap((point) => wordProblems(condition.is, point, ['is'])),
        ...orderProblems(condition.levels, ['levels']),
        ...slowProblems(Math.min(...Object.values(condition.levels)), points, ['levels']),
      ];
    case 'missing':
      return orderProblems(condition.levels, ['levels']);
    case 'equipment':
      return equipmentProblems(condition, points);
    case 'ppv':
      return ppvProblems(condition, points);
    case 'voting':
      return votingProblems(condition, points);
  }
}

function thresholdProblems(condition: Threshold, points: readonly RulePoint[]): RuleProblem[] {
  const { levels: given, hysteresis, magnitude } = condition;
  const tests = levels.flatMap((level) => {
    const test = given[level];
    if (test === undefined) return [];
    const path = ['levels', level];
    if (!magnitude) return testProblems(test, hysteresis, points, path);
    if (test.above === undefined) return [wrong(path, { code: 'magnitude-above-alone' })];
    return sizeProblems(test.above, hysteresis, points, path);
  });
  return [
    ...(magnitude ? numberProblems(points, 'magnitude') : []),
    ...tests,
    ...orderProblems(figuresOf(given, 'above'), ['levels'], ['above']),
    ...orderProblems(figuresOf(given, 'below'), ['levels'], ['below']),
    ...delayProblems(condition, points),
  ];
}

type Sized = {
  readonly levels: { readonly [level: string]: { readonly above: number } | undefined };
  readonly hysteresis: number;
};

function aboves(given: Sized['levels']) {
  return Object.fromEntries(
    levels.flatMap((level) => {
      const above = given[level]?.above;
      return above === undefined ? [] : [[level, above] as const];
    }),
  );
}

function sizes({ levels: given, hysteresis }: Sized, points: readonly RulePoint[]): RuleProblem[] {
  const figures = aboves(given);
  const each = Object.entries(figures).flatMap(([level, above]) =>
    sizeProblems(above, hysteresis, points, ['levels', level]),
  );
  return [...each, ...orderProblems(figures, ['levels'], ['above'])];
}

/** Of a share, which begins at 0. */
function backProblems({ levels: given, hysteresis }: Sized): RuleProblem[] {
  const lowest = Math.min(...Object.values(aboves(given)));
  if (hysteresis < lowest) return [];
  return [wrong(['hysteresis'], { code: 'hysteresis-over-span', hysteresis, lowest })];
}

function deviationProblems(condition: Deviation, points: readonly RulePoint[]): RuleProblem[] {
  const { baseline, baselines } = condition;
  const refs: readonly string[] = points.map(({ ref }) => ref);
  const strangers = Object.keys(baselines).filter((ref) => !refs.includes(ref));
  const own = (point: RulePoint) => baselines[point.ref] ?? (typeof baseline === 'number' ? baseline : undefined);
  const moving = typeof baseline === 'object' && 'median' in baseline ? baseline.median : null;
  return [
    ...numberProblems(points, 'deviation'),
    ...sizes(condition, points),
    ...strangers.map((ref) => wrong(['baselines', ref], { code: 'baseline-of-stranger', point: ref })),
    ...points.flatMap((point) => {
      const from = own(point);
      if (from === undefined || point.valid === null || (from >= point.valid[0] && from <= point.valid[1])) return [];
      const path = Object.hasOwn(baselines, point.ref) ? ['baselines', point.ref] : ['baseline'];
      return [
        wrong(
          path,
          { code: 'baseline-outside', least: point.valid[0], most: point.valid[1], baseline: from },
          point.ref,
        ),
      ];
    }),
    ...delayProblems(condition, points, moving),
  ];
}

function exceedancesProblems(condition: Exceedances, points: readonly RulePoint[]): RuleProblem[] {
  const { above, hysteresis, window: windowMs, levels: given } = condition;
  const tooMany = levels.flatMap((level) => {
    const count = given[level];
    if (count === undefined) return [];
    return points
      .filter(({ everyMs }) => 2 * count * everyMs > windowMs)
      .map(({ ref, everyMs }) =>
        wrong(['levels', level], { code: 'too-slow-to-exceed', everyMs, times: count, windowMs }, ref),
      );
  });
  return [
    ...testProblems({ above }, hysteresis, points, []),
    ...tooMany,
    ...orderProblems(given, ['levels']),
    ...delayProblems(condition, points, windowMs),
  ];
}

function equipmentProblems({ levels: given, onDelay }: Equipment, points: readonly RulePoint[]): RuleProblem[] {
  const each = levels.flatMap((level) => {
    const test = given[level];
    if (test === undefined) return [];
    if (test.bits === undefined)
      return points.flatMap((point) => wordProblems(test.is ?? [], point, ['levels', level, 'is']));
    return numberProblems(points, 'bits').map((one) => ({ ...one, path: ['levels', level, 'bits'] }));
  });
  return [...each, ...delayProblems({ onDelay }, points)];
}

function ppvProblems(condition: Ppv, points: readonly RulePoint[]): RuleProblem[] {
  const beside: readonly string[] = condition.frequencies;
  const velocities = points.filter(({ ref }) => !beside.includes(ref));
  const missing = velocities
    .slice(condition.frequencies.length)
    .map(({ ref }) => wrong(['frequencies'], { code: 'no-frequency' }, ref));
  const unused = Math.max(0, condition.frequencies.length - velocities.length);
  const units = points.flatMap((point) => {
    const wanted = beside.includes(point.ref) ? 'Hz' : 'mm/s';
    if (point.unit === wanted) return [];
    return [wrong(['line'], { code: 'line-unit', unit: point.unit, wanted }, point.ref)];
  });
  return [
    ...numberProblems(points, 'vibration'),
    ...units,
    ...missing,
    ...(unused > 0 ? [wrong(['frequencies'], { code: 'frequencies-left-over', count: unused })] : []),
    ...backProblems(condition),
    ...orderProblems(aboves(condition.levels), ['levels'], ['above']),
    ...delayProblems(condition, velocities),
  ];
}

function votingProblems({ witnesses, levels: given }: Voting, points: readonly RulePoint[]): RuleProblem[] {
  const known = new Map<string, RulePoint>(points.map((point) => [point.ref, point]));
  const refs = witnesses.flatMap(({ points: own }) => own);
  const twice = refs.filter((ref, index) => refs.indexOf(ref) !== index);
  const each = witnesses.flatMap((witness, index) => {
    const own = witness.points.flatMap((ref) => known.get(ref) ?? []);
    const path = ['witnesses', index];
    const found = [...testProblems(witness, witness.hysteresis, own, path), ...delayProblems(witness, own)];
    return found.map((one) => (one.path[0] === 'witnesses' ? one : { ...one, path: [...path, ...one.path] }));
  });
  const short = levels.flatMap((level) => {
    const needed = given[level];
    if (needed === undefined || needed <= refs.length) return [];
    return [wrong(['levels', level], { code: 'too-few-witnesses', needed, named: refs.length })];
  });
  const alone = witnesses.some((witness) => witness.alone && witness.points.length > 0);
  return [
    ...each,
    ...twice.map((ref) => wrong(['witnesses'], { code: 'witness-twice' }, ref)),
    ...(alone || refs.length === 0 ? [] : [wrong(['witnesses'], { code: 'no-witness-alone' })]),
    ...orderProblems(given, ['levels']),
    ...short,
  ];
}

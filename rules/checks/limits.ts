import { type Level, levels } from '../../contract/hazards.ts';
import type { CheckReason } from '../../contract/words/check/check.ts';
import type { RulePoint } from '../compiled-rule.ts';
import { type DebounceFile, type TestFile, wordsOf } from '../kinds/shape.ts';
import { doubtful, type RuleProblem, wrong } from './problem.ts';

/** What kinds of condition have in common to be wrong about: types, ranges, order of levels, delays. */

type Path = RuleProblem['path'];
type Judged = Extract<CheckReason, { code: 'judged-on-numbers' }>['judged'];
type Range = readonly [number, number] | null;

/** A test of a point's own values: its type, its words, and whether it can be passed and come back. */
export function testProblems(
  test: TestFile,
  hysteresis: number,
  points: readonly RulePoint[],
  path: Path,
): RuleProblem[] {
  return points.flatMap((point) => {
    if (test.is !== undefined) return wordProblems(test.is, point, [...path, 'is']);
    const key = test.above === undefined ? 'below' : 'above';
    const limit = test.above ?? test.below;
    if (point.type !== 'number')
      return [wrong([...path, key], { code: 'test-of-type', type: point.type, test: key }, point.ref)];
    return limit === undefined ? [] : rangeProblems({ key, limit, hysteresis, range: point.valid, point, path });
  });
}

/** Magnitudes and distances: a limit on what begins at 0. */
export function sizeProblems(
  above: number,
  hysteresis: number,
  points: readonly RulePoint[],
  path: Path,
): RuleProblem[] {
  return points.flatMap((point) => {
    const range: Range = point.valid === null ? null : [0, point.valid[1] - point.valid[0]];
    return rangeProblems({
      key: 'above',
      limit: above,
      hysteresis,
      range: range ?? [0, Number.MAX_VALUE],
      point,
      path,
    });
  });
}

function rangeProblems(options: {
  key: 'above' | 'below';
  limit: number;
  hysteresis: number;
  range: Range;
  point: RulePoint;
  path: Path;
}): RuleProblem[] {
  const { key, limit, hysteresis, range, point, path } = options;
  if (range === null) return [];
  const [lo, hi] = range;
  const figures = { least: lo, most: hi === Number.MAX_VALUE ? null : hi, unit: point.unit, test: key, limit };
  const isOut = key === 'above' ? limit > hi : limit < lo;
  if (isOut) return [wrong([...path, key], { code: 'never-reached', ...figures }, point.ref)];
  const isAlways = key === 'above' ? limit <= lo : limit >= hi;
  if (isAlways) return [wrong([...path, key], { code: 'always-met', ...figures }, point.ref)];
  const back = key === 'above' ? limit - hysteresis : limit + hysteresis;
  const isStuck = key === 'above' ? back < lo : back > hi;
  if (!isStuck) return [];
  return [wrong(['hysteresis'], { code: 'never-back', ...figures, hysteresis, back }, point.ref)];
}

/** Words of another type are for other points of the rule, as long as one is for this. */
export function wordProblems(is: NonNullable<TestFile['is']>, point: RulePoint, path: Path): RuleProblem[] {
  const own = wordsOf(is).filter((word) => typeof word === point.type);
  if (own.length === 0) {
    const given = wordsOf(is).map((word) => JSON.stringify(word));
    return [wrong(path, { code: 'word-of-type', type: point.type, given }, point.ref)];
  }
  const { words } = point;
  if (words === null) return [];
  return own
    .filter((word) => typeof word === 'string')
    .filter((word) => !words.includes(word))
    .map((word) => wrong(path, { code: 'never-says', word, words }, point.ref));
}

export function numberProblems(points: readonly RulePoint[], judged: Judged): RuleProblem[] {
  return points
    .filter(({ type }) => type !== 'number')
    .map(({ ref, type }) => wrong(['kind'], { code: 'judged-on-numbers', type, judged }, ref));
}

/** Levels must rise with what they ask, or the lower one could never stand by itself. */
export function orderProblems(
  given: { readonly [L in Level]?: number | undefined },
  path: Path,
  key: string[] = [],
): RuleProblem[] {
  const steps = levels.flatMap((level) => {
    const figure = given[level];
    return figure === undefined ? [] : [{ level, figure }];
  });
  return steps.flatMap((step, index) => {
    const lower = steps[index - 1];
    if (lower === undefined || step.figure > lower.figure) return [];
    const reason = { code: 'levels-do-not-rise', level: step.level, lower: lower.level } as const;
    return [wrong([...path, step.level, ...key], reason)];
  });
}

/** The figures of tests in one direction, so that they can be compared: below counts downwards. */
export function figuresOf(given: { readonly [L in Level]?: TestFile | undefined }, key: 'above' | 'below') {
  const sign = key === 'above' ? 1 : -1;
  return Object.fromEntries(
    levels.flatMap((level) => {
      const figure = given[level]?.[key];
      return figure === undefined ? [] : [[level, sign * figure] as const];
    }),
  );
}

/** Delays are counted between readings, so they need some. */
export function delayProblems(
  { onDelay, of }: Pick<DebounceFile, 'onDelay' | 'of'>,
  points: readonly RulePoint[],
  windowMs: number | null = null,
): RuleProblem[] {
  const problems: RuleProblem[] = [];
  if (windowMs !== null && onDelay >= windowMs)
    problems.push(wrong(['onDelay'], { code: 'delay-over-window', windowMs, delayMs: onDelay }));
  if (windowMs !== null && of !== undefined && of.apart * (of.n - 1) >= windowMs)
    problems.push(wrong(['of'], { code: 'readings-over-window', n: of.n, apartMs: of.apart, windowMs }));
  return [...problems, ...slowProblems(onDelay, points, ['onDelay'])];
}

/** A time that is over only when the next reading comes, which may be long after. */
export function slowProblems(ms: number, points: readonly RulePoint[], path: Path): RuleProblem[] {
  if (ms === 0) return [];
  return points
    .filter(({ maxSilenceMs }) => maxSilenceMs > ms)
    .map(({ ref, maxSilenceMs }) => doubtful(path, { code: 'judged-late', ms, silenceMs: maxSilenceMs }, ref));
}

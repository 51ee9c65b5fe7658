import { type Level, levels } from '../../contract/hazards.ts';
import type { RulePoint } from '../compiled-rule.ts';
import { type DebounceFile, type TestFile, wordsOf } from '../kinds/shape.ts';
import { doubtful, durationText, type RuleProblem, wrong } from './problem.ts';

/** What kinds of condition have in common to be wrong about: types, ranges, order of levels, delays. */

type Path = RuleProblem['path'];
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
      return [wrong([...path, key], `is a ${point.type}; ${key} is for numbers, is: … for the others`, point.ref)];
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
  const reads =
    hi === Number.MAX_VALUE ? `${lo} and more` : `${lo} to ${hi}${point.unit === '' ? '' : ` ${point.unit}`}`;
  const isOut = key === 'above' ? limit > hi : limit < lo;
  if (isOut)
    return [wrong([...path, key], `reads ${reads}, so ${key} ${limit} can never be reached; correct it`, point.ref)];
  const isAlways = key === 'above' ? limit <= lo : limit >= hi;
  if (isAlways)
    return [wrong([...path, key], `reads ${reads}, so ${key} ${limit} is always met; correct it`, point.ref)];
  const back = key === 'above' ? limit - hysteresis : limit + hysteresis;
  const isStuck = key === 'above' ? back < lo : back > hi;
  if (!isStuck) return [];
  const message = `reads ${reads}, so with a hysteresis of ${hysteresis} ${key} ${limit} never comes back (at ${back}); the hysteresis is wider than the span: lower it`;
  return [wrong(['hysteresis'], message, point.ref)];
}

/** Words of another type are for other points of the rule, as long as one is for this. */
export function wordProblems(is: NonNullable<TestFile['is']>, point: RulePoint, path: Path): RuleProblem[] {
  const own = wordsOf(is).filter((word) => typeof word === point.type);
  if (own.length === 0) {
    const expects = point.type === 'boolean' ? 'true or false' : point.type === 'number' ? 'a number' : 'a word';
    const given = wordsOf(is).map((word) => JSON.stringify(word));
    return [wrong(path, `is a ${point.type}, which is never ${given.join(' or ')}; write ${expects}`, point.ref)];
  }
  const { words } = point;
  if (words === null) return [];
  return own
    .filter((word) => typeof word === 'string' && !words.includes(word))
    .map((word) => wrong(path, `never says ${JSON.stringify(word)}; it says ${words.join(', ')}`, point.ref));
}

export function numberProblems(points: readonly RulePoint[], what: string): RuleProblem[] {
  return points
    .filter(({ type }) => type !== 'number')
    .map(({ ref, type }) => wrong(['kind'], `is a ${type}; ${what} is judged on numbers`, ref));
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
    const message = `${step.level} asks no more than ${lower.level}, so ${lower.level} can never stand by itself; levels rise: 관심, 주의, 경계, 심각`;
    return [wrong([...path, step.level, ...key], message)];
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
    problems.push(
      wrong(
        ['onDelay'],
        `what is seen is forgotten after ${durationText(windowMs)}, so it never lasts ${durationText(onDelay)}; shorten the delay, or lengthen the window`,
      ),
    );
  if (windowMs !== null && of !== undefined && of.apart * (of.n - 1) >= windowMs)
    problems.push(
      wrong(
        ['of'],
        `${of.n} readings ${durationText(of.apart)} apart take longer than the window of ${durationText(windowMs)}; shorten apart`,
      ),
    );
  return [...problems, ...slowProblems(onDelay, points, ['onDelay'])];
}

/** A time that is over only when the next reading comes, which may be long after. */
export function slowProblems(ms: number, points: readonly RulePoint[], path: Path): RuleProblem[] {
  if (ms === 0) return [];
  return points
    .filter(({ maxSilenceMs }) => maxSilenceMs > ms)
    .map(({ ref, maxSilenceMs }) =>
      doubtful(
        path,
        `is judged after ${durationText(ms)} only when its next reading comes, which may take ${durationText(maxSilenceMs)}; give it a lower maxSilence`,
        ref,
      ),
    );
}

import { pointNameSchema } from '../../contract/ids.ts';
import type { Condition } from '../../devices/conditions.ts';
import { togetherWith } from '../../devices/partners.ts';
import { togetherProblem } from '../../devices/plan.ts';
import { type AnyProfile, isTalker, type PointProfile, type Profile, valueTypeOf } from '../../devices/profile.ts';
import type { TalkerPoint } from '../../devices/serial/talker-profile.ts';
import type { Finding } from '../files/problem.ts';
import { didYouMean, listed, oneOf } from './did-you-mean.ts';

type AnyPoint = PointProfile | TalkerPoint;
type Points = Readonly<Record<string, AnyPoint>>;

const keys = ['validWhile', 'invalidWhile', 'negativeWhile'] as const;

/** A point of a sensor that talks has no sign elsewhere. */
function conditionsOf(point: AnyPoint, key: (typeof keys)[number]): readonly Condition[] {
  return key === 'negativeWhile' ? ('negativeWhile' in point ? point.negativeWhile : []) : point[key];
}

/** What points are valid or invalid while: others that are not there, say something else, or cannot come in one reply. */
export function conditionFindings(profile: AnyProfile): Finding[] {
  const points: Points = profile.points;
  return Object.entries(points).flatMap(([name, point]) => {
    const findings = keys.flatMap((key) =>
      conditionsOf(point, key).flatMap((condition) => {
        const message = conditionProblem(points, condition);
        return message === undefined ? [] : [{ path: ['points', name, key], message }];
      }),
    );
    if (findings.length > 0) return findings;
    return [...circleFindings(points, name), ...(isTalker(profile) ? [] : togetherFindings(profile, name))];
  });
}

function conditionProblem(points: Points, { point: name, is }: Condition): string | undefined {
  const point = Object.hasOwn(points, name) ? points[name] : undefined;
  if (point === undefined) {
    const names = Object.keys(points);
    return `the profile has no point ${name}; ${didYouMean(name, names) ?? `it has ${names.join(', ')}`}`;
  }
  const type = valueTypeOf(point);
  const stranger = is.find((value) => typeof value !== type);
  if (stranger !== undefined) {
    const say = type === 'boolean' ? 'true or false' : `a ${type === 'number' ? 'number' : 'word of it'}`;
    return `${name} is a ${type === 'boolean' ? 'yes or no' : type}, and ${stranger} is none of its values; write { ${name}: … } with ${say}`;
  }
  const words = point.enum === null ? [] : Object.values(point.enum);
  const unknown = is.find((value) => point.enum !== null && !words.includes(String(value)));
  return unknown === undefined ? undefined : `${name} never says ${unknown}; it says ${oneOf([...new Set(words)])}`;
}

function circleFindings(points: Points, name: string): Finding[] {
  const seen = new Set<string>();
  const next = [name];
  for (let each = next.pop(); each !== undefined; each = next.pop()) {
    const point = Object.hasOwn(points, each) ? points[each] : undefined;
    for (const key of keys)
      for (const condition of point === undefined ? [] : conditionsOf(point, key)) {
        if (condition.point === name)
          return [
            { path: ['points', name], message: `${name} waits for itself (by ${each}); remove one of the conditions` },
          ];
        if (!seen.has(condition.point)) {
          seen.add(condition.point);
          next.push(condition.point);
        }
      }
  }
  return [];
}

function togetherFindings(profile: Profile, key: string): Finding[] {
  const name = pointNameSchema.parse(key);
  const point = profile.points[name];
  const partners = togetherWith(profile.points, name);
  if (point === undefined || partners.length === 0) return [];
  const problem = togetherProblem(profile, [name, ...partners]);
  if (problem === undefined) return [];
  const at = keys.find((each) => point[each].length > 0) ?? 'validWhile';
  const says = `${listed(partners)} ${partners.length === 1 ? 'says' : 'say'}`;
  const both =
    at === 'negativeWhile'
      ? `${name} has its sign by what ${says} in the same reply`
      : `${name} counts only while ${says} so in the same reply`;
  return [{ path: ['points', name, at], message: `${both}, and ${whyNot(problem)}` }];
}

function whyNot(problem: NonNullable<ReturnType<typeof togetherProblem>>): string {
  if (problem.kind === 'tables') return 'no request reads two tables; remove it';
  if (problem.kind === 'too-wide')
    return `one request would take ${problem.takes} registers where the limits allow ${problem.limit}; remove it, or correct the limits`;
  const { table, first, last } = problem;
  return `nothing says that ${table} ${first}–${last} may be read in one request; if the source does, add readable: { ${table}: [[${first}, ${last}]] }`;
}

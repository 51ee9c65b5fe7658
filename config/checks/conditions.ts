import { pointNameSchema } from '../../contract/ids.ts';
import type { CheckReason } from '../../contract/words/check/check.ts';
import { say } from '../../contract/words/check/said.ts';
import type { Condition } from '../../devices/conditions.ts';
import { togetherWith } from '../../devices/partners.ts';
import { togetherProblem } from '../../devices/plan.ts';
import { type AnyPoint, type AnyProfile, isModbus, type Profile, valueTypeOf } from '../../devices/profile.ts';
import type { Finding } from '../files/problem.ts';
import { nearNames } from './did-you-mean.ts';

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
        const reason = conditionProblem(points, condition);
        return reason === undefined ? [] : [{ path: ['points', name, key], ...say(reason) }];
      }),
    );
    if (findings.length > 0) return findings;
    return [...circleFindings(points, name), ...(isModbus(profile) ? togetherFindings(profile, name) : [])];
  });
}

function conditionProblem(points: Points, { point: name, is }: Condition): CheckReason | undefined {
  const point = Object.hasOwn(points, name) ? points[name] : undefined;
  if (point === undefined) {
    const names = Object.keys(points);
    return { code: 'profile-without-point', point: name, near: nearNames(name, names), known: names };
  }
  const type = valueTypeOf(point);
  const stranger = is.find((value) => typeof value !== type);
  if (stranger !== undefined) return { code: 'condition-of-type', point: name, type, value: String(stranger) };
  const words = point.enum === null ? [] : Object.values(point.enum);
  const unknown = is.find((value) => point.enum !== null && !words.includes(String(value)));
  return unknown === undefined
    ? undefined
    : { code: 'condition-never-said', point: name, value: String(unknown), words: [...new Set(words)] };
}

function circleFindings(points: Points, name: string): Finding[] {
  const seen = new Set<string>();
  const next = [name];
  for (let each = next.pop(); each !== undefined; each = next.pop()) {
    const point = Object.hasOwn(points, each) ? points[each] : undefined;
    for (const key of keys)
      for (const condition of point === undefined ? [] : conditionsOf(point, key)) {
        if (condition.point === name)
          return [{ path: ['points', name], ...say({ code: 'waits-for-itself', point: name, by: each }) }];
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
  const figures = { point: name, with: partners, sign: at === 'negativeWhile' };
  return [{ path: ['points', name, at], ...say({ ...whyNot(problem), ...figures }) }];
}

type Apart = Extract<
  CheckReason,
  { code: 'condition-in-other-table' | 'condition-too-far' | 'condition-not-readable' }
>;
type WithoutPoint<R> = R extends Apart ? Omit<R, 'point' | 'with' | 'sign'> : never;

function whyNot(problem: NonNullable<ReturnType<typeof togetherProblem>>): WithoutPoint<Apart> {
  if (problem.kind === 'tables') return { code: 'condition-in-other-table' };
  if (problem.kind === 'too-wide') return { code: 'condition-too-far', takes: problem.takes, limit: problem.limit };
  const { table, first, last } = problem;
  return { code: 'condition-not-readable', table, first, last };
}

import { type PointName, pointNameSchema } from '../../contract/ids.ts';
import type { CheckReason } from '../../contract/words/check/check.ts';
import { say } from '../../contract/words/check/said.ts';
import type { Condition } from '../../devices/conditions.ts';
import { togetherWith } from '../../devices/partners.ts';
import { togetherProblem } from '../../devices/plan.ts';
import {
  type AnyPoint,
  type AnyProfile,
  isModbus,
  isUplink,
  type Profile,
  valueTypeOf,
} from '../../devices/profile.ts';
import type { Finding } from '../files/problem.ts';
import { nearNames } from './did-you-mean.ts';
import { longestText, reachIn } from './reach.ts';

type Points = Readonly<Record<string, AnyPoint>>;

const keys = ['validWhile', 'invalidWhile', 'negativeWhile'] as const;

/** What a point waits for, by one key or by any. A point of a sensor that talks has no sign elsewhere. */
export function conditionsOf(point: AnyPoint, key?: (typeof keys)[number]): readonly Condition[] {
  if (key === undefined) return keys.flatMap((each) => conditionsOf(point, each));
  return key === 'negativeWhile' ? ('negativeWhile' in point ? point.negativeWhile : []) : point[key];
}

/** What points are valid or invalid while: others that are not there, say something else, or cannot come in one reply. */
export function conditionFindings(profile: AnyProfile): Finding[] {
  const points: Points = profile.points;
  return Object.entries(points).flatMap(([name, point]) => {
    const findings = keys.flatMap((key) =>
      conditionsOf(point, key).flatMap((condition) => {
        const reason = conditionProblem(profile, condition);
        return reason === undefined ? [] : [{ path: ['points', name, key], ...say(reason) }];
      }),
    );
    if (findings.length > 0) return findings;
    const never = neverValid(points, point);
    if (never !== undefined) return [{ path: ['points', name, 'invalidWhile'], ...say(never) }];
    return [...circleFindings(points, name), ...(isModbus(profile) ? togetherFindings(profile, name) : [])];
  });
}

/** What is asked for by one key and ruled out by the other, or ruled out whatever the other point says. */
function neverValid(points: Points, point: AnyPoint): CheckReason | undefined {
  for (const { point: name, is } of conditionsOf(point, 'invalidWhile')) {
    const asked = conditionsOf(point, 'validWhile').find((other) => other.point === name);
    if (asked?.is.every((value) => is.includes(value))) return { code: 'condition-against-itself', point: name };
    const other = points[name];
    const all = other === undefined ? undefined : statesOf(other);
    if (all?.every((value) => is.includes(value))) return { code: 'condition-always-invalid', point: name };
  }
  return undefined;
}

/** All that a point says; undefined where that is not a short list. */
function statesOf(point: AnyPoint): readonly (string | boolean)[] | undefined {
  if (valueTypeOf(point) === 'boolean') return [true, false];
  return point.enum === null ? undefined : Object.values(point.enum);
}

/** What a condition asks of a point that never says so: what waits for that counts for ever, or never. */
export function conditionProblem(profile: AnyProfile, { point: name, is }: Condition): CheckReason | undefined {
  const points: Points = profile.points;
  const point = Object.hasOwn(points, name) ? points[name] : undefined;
  if (point === undefined) {
    const names = Object.keys(points);
    return { code: 'profile-without-point', point: name, near: nearNames(name, names), known: names };
  }
  const type = valueTypeOf(point);
  const stranger = is.find((value) => typeof value !== type);
  if (stranger !== undefined) return { code: 'condition-of-type', point: name, type, value: String(stranger) };
  if (type === 'number') return neverThatNumber(profile, name, point, is);
  if (type === 'boolean') return undefined;
  const words = point.enum === null ? null : Object.values(point.enum);
  if (words === null) return neverThatText(profile, name, point, is);
  const unknown = is.find((value) => !words.includes(String(value)));
  return unknown === undefined
    ? undefined
    : { code: 'condition-never-said', point: name, value: String(unknown), words: [...new Set(words)] };
}

type Asked = Condition['is'];

function neverThatNumber(profile: AnyProfile, name: PointName, point: AnyPoint, is: Asked): CheckReason | undefined {
  const { least, most, has } = reachIn(profile, name, point);
  const value = is.find((each) => typeof each === 'number' && !has(each));
  return typeof value !== 'number' ? undefined : { code: 'condition-never-number', point: name, value, least, most };
}

function neverThatText(profile: AnyProfile, name: PointName, point: AnyPoint, is: Asked): CheckReason | undefined {
  const characters = longestText(profile, name, point);
  const isNever = (text: string) => text !== withoutPadding(profile, text) || text.length > (characters ?? Infinity);
  const value = is.find((each) => isNever(String(each)));
  return value === undefined
    ? undefined
    : { code: 'condition-never-text', point: name, value: String(value), characters };
}

/** Text as decoding leaves it: registers are padded behind it, fields of a line on both sides. */
function withoutPadding(profile: AnyProfile, text: string): string {
  if (isModbus(profile)) return text.replace(/ +$/, '');
  return isUplink(profile) ? text : text.trim();
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

import type { PointRef } from '../../contract/ids.ts';
import { say } from '../../contract/words/check/said.ts';
import { conditionProblems } from '../../rules/checks/condition.ts';
import type { Condition } from '../../rules/condition.ts';
import type { RulePoint } from '../../rules/rule.ts';
import type { Finding } from '../files/problem.ts';
import type { ReadyRule } from './rule-file.ts';
import type { SitePoint } from './site-points.ts';

/** The points of one alert subject; `condition` where it is not that of the whole rule. */
type Subject = {
  readonly about: PointRef | null;
  readonly points: readonly RulePoint[];
  readonly condition?: Condition;
};

export type Selected = {
  readonly condition: Condition;
  readonly subjects: readonly Subject[];
  readonly findings: readonly Finding[];
};

type Around = { readonly own: readonly SitePoint[]; readonly all: ReadonlyMap<PointRef, SitePoint> };

/** Finds the points of a rule and splits it by alert subject. Paths of findings begin at the rule. */
export function selectPoints(condition: Condition, said: ReadyRule, around: Around): Selected {
  if (condition.kind === 'voting') return selectWitnesses(condition, said, around);
  if (condition.kind === 'ppv') return selectPairs(condition, said, around);
  const { points, findings } = mainPoints(said, around, (point) => suits(condition, point));
  return split(condition, points, said, findings);
}

function split(
  condition: Condition,
  points: readonly RulePoint[],
  said: ReadyRule,
  findings: readonly Finding[],
): Selected {
  const subjects: Subject[] =
    said.each === 'point'
      ? points.map((point) => ({ about: point.ref, points: [point] }))
      : points.length === 0
        ? []
        : [{ about: null, points }];
  return {
    condition,
    subjects,
    findings: [...findings, ...judged(condition, points, said), ...unitFindings(points, said)],
  };
}

/** The points named, or those of the kinds asked for that the condition can be judged on. */
function mainPoints(
  { points: named, pointKinds }: Pick<ReadyRule, 'points' | 'pointKinds'>,
  { own, all }: Around,
  isSuited: (point: RulePoint) => boolean,
): { points: readonly RulePoint[]; findings: readonly Finding[] } {
  if (named.length > 0) {
    const twice = named.flatMap((ref, index) => (named.indexOf(ref) === index ? [] : [index]));
    return {
      points: [...new Set(named)].flatMap((ref) => all.get(ref)?.point ?? []),
      findings: twice.map((index) => ({
        path: ['points', index],
        ...say({ code: 'named-above', point: named[index] ?? '' }),
      })),
    };
  }
  if (pointKinds === undefined)
    return {
      points: [],
      findings: [{ path: ['points'], ...say({ code: 'judges-nothing', kinds: true }) }],
    };
  const points = own.map(({ point }) => point).filter((point) => pointKinds.includes(point.kind) && isSuited(point));
  return { points, findings: points.length === 0 ? [noneOf(pointKinds)] : [] };
}

function noneOf(kinds: readonly string[]): Finding {
  return { path: ['points'], ...say({ code: 'no-point-of-kind', kinds }) };
}

/** Whether a point of the right kind is of the type that the condition asks. */
function suits(condition: Condition, point: RulePoint): boolean {
  switch (condition.kind) {
    case 'threshold':
      return Object.values(condition.levels).every((test) => suitsTest(test, point));
    case 'held':
      return suitsTest({ is: condition.is }, point);
    case 'equipment':
      return Object.values(condition.levels).some((test) =>
        test.bits === undefined ? suitsTest(test, point) : point.type === 'number',
      );
    case 'missing':
      return true;
    default:
      return point.type === 'number';
  }
}

type Test = { readonly is?: unknown; readonly above?: unknown; readonly below?: unknown };

function suitsTest({ is }: Test, point: RulePoint): boolean {
  if (is === undefined) return point.type === 'number';
  const words: readonly unknown[] = Array.isArray(is) ? is : [is];
  return words.some((word) =>
    point.words === null ? typeof word === point.type : point.words.some((own) => own === word),
  );
}

/** Every witness finds its own points; a kind that is not there is no error while others witness. */
function selectWitnesses(condition: Extract<Condition, { kind: 'voting' }>, said: ReadyRule, around: Around): Selected {
  const taken = new Set<PointRef>();
  const witnesses = condition.witnesses.map((witness) => {
    const found =
      witness.points.length > 0 || witness.pointKinds === undefined
        ? witness.points
        : around.own
            .filter(({ point }) => witness.pointKinds?.includes(point.kind) && suitsTest(witness, point))
            .map(({ point }) => point.ref);
    const points = witness.points.length > 0 ? found : found.filter((ref) => !taken.has(ref));
    for (const ref of points) taken.add(ref);
    return { ...witness, points };
  });
  const whole = { ...condition, witnesses };
  const points = [...taken].flatMap((ref) => around.all.get(ref)?.point ?? []);
  const findings: Finding[] = [];
  if (said.points.length > 0) findings.push({ path: ['points'], ...say({ code: 'voting-points' }) });
  if (said.each === 'point') findings.push({ path: ['each'], ...say({ code: 'voting-each-point' }) });
  if (taken.size === 0) findings.push(noneOf(condition.witnesses.flatMap(({ pointKinds = [] }) => pointKinds)));
  const problems = taken.size === 0 ? [] : judged(whole, points, said);
  return {
    condition: whole,
    subjects: points.length === 0 ? [] : [{ about: null, points }],
    findings: [...findings, ...problems],
  };
}

/** A velocity and the frequency beside it: `velocity_x` and `frequency_x` of one device. */
function selectPairs(condition: Extract<Condition, { kind: 'ppv' }>, said: ReadyRule, around: Around): Selected {
  const { points: velocities, findings } = mainPoints(
    said,
    around,
    ({ type, unit }) => type === 'number' && unit === 'mm/s',
  );
  const frequencies =
    condition.frequencies.length > 0
      ? condition.frequencies
      : velocities.flatMap(({ ref }) => frequencyBeside(ref, around.all)?.point.ref ?? []);
  const whole = { ...condition, frequencies };
  const all = [...velocities, ...frequencies.flatMap((ref) => around.all.get(ref)?.point ?? [])];
  const pairs = velocities.flatMap((velocity, index): Subject[] => {
    const beside = frequencies[index];
    const frequency = beside === undefined ? undefined : around.all.get(beside)?.point;
    if (beside === undefined || frequency === undefined) return [];
    return [{ about: velocity.ref, points: [velocity, frequency], condition: { ...condition, frequencies: [beside] } }];
  });
  const together: Subject[] = pairs.length === 0 ? [] : [{ about: null, points: all }];
  return {
    condition: whole,
    subjects: said.each === 'point' ? pairs : together,
    findings: [...findings, ...judged(whole, all, said)],
  };
}

function frequencyBeside(ref: PointRef, all: ReadonlyMap<PointRef, SitePoint>): SitePoint | undefined {
  const own = all.get(ref);
  const ending = /_[a-z0-9]+$/.exec(ref)?.[0] ?? '';
  return [...all.values()].find(
    ({ device, point }) =>
      device === own?.device && point.unit === 'Hz' && (ending === '' || point.ref.endsWith(ending)),
  );
}

function judged(condition: Condition, points: readonly RulePoint[], said: ReadyRule): Finding[] {
  return conditionProblems(condition, points).map(({ path, point, reason, severity }): Finding => {
    const index = point === null ? -1 : said.points.indexOf(point);
    // On a point that the rule names, the name is what a person looks for; the figure stands in the message.
    const place = index >= 0 && path[0] === 'kind' ? ['points', index] : ['condition', ...path];
    return { path: place, ...say(point === null ? reason : { ...reason, on: point }), severity };
  });
}

function unitFindings(points: readonly RulePoint[], { unit, points: named }: ReadyRule): Finding[] {
  if (unit === undefined) return [];
  return points
    .filter((point) => point.type === 'number' && point.unit !== unit)
    .map((point) => {
      const index = named.indexOf(point.ref);
      const said = say({ code: 'other-unit', point: point.ref, unit: point.unit, wanted: unit });
      return { path: index < 0 ? ['unit'] : ['points', index], ...said };
    });
}

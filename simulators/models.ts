import type { PointName } from '../contract/ids.ts';
import { type PointProfile, type Profile, rawRangeOf, valueTypeOf } from '../devices/profile.ts';
import { encodableRange, isEncodable, nearestEncodable, someEncodable } from './encodable.ts';
import { keyOf, wander } from './noise.ts';
import { pointsOf, type SimValue, viewsOf } from './registers.ts';
import type { Curve, PointContext } from './world/point-context.ts';
import { contactOf, kindOf, restingAt, tryQuantity } from './world/point-models.ts';
import type { SiteContext } from './world/site-context.ts';

/** A point's value at a simulated time, epoch milliseconds. */
export type Model = (tMs: number) => SimValue;

/**
 * What each point of a device shows in its surroundings: a pure function of simulated time and of the events begun, so a
 * run can be repeated and a restart goes on where it was. Values are such as the point's registers carry. NaN is none: the
 * registers then hold a sentinel, or, of a view, what another point makes of them.
 */
export function modelsOf(options: { profile: Profile; site: SiteContext }): ReadonlyMap<PointName, Model> {
  const points = pointsOf(options.profile);
  const exponents = new Set(points.map(([, point]) => point.scaleFrom));
  const factors = new Set(points.flatMap(([, point]) => point.scaleBy));
  const signs = new Map(points.flatMap(([, point]) => point.negativeWhile.map(({ point: name, is }) => [name, is])));
  const views = viewsOf(options.profile);
  const counts = countingStates(points.map(([, point]) => point));
  const kinds = points.map(([, point]) => kindOf(point));
  const seen = new Map<string, number>();
  return new Map(
    points.map(([name, point], i) => {
      const kind = kinds[i] ?? '';
      const alike = `${kind} ${valueTypeOf(point)}`;
      const nth = seen.get(alike) ?? 0;
      seen.set(alike, nth + 1);
      const context: PointContext = {
        key: keyOf(options.site.seed, `${options.site.device}/${name}`),
        name,
        point,
        nth,
        kinds: new Set(kinds),
        siblings: points.map(([sibling]) => sibling),
        countOf: (wanted) => kinds.filter((each) => each === wanted).length,
        site: options.site,
      };
      if (exponents.has(name)) return [name, constant(0)];
      if (factors.has(name)) return [name, constant(nearestEncodable(point, 1) ?? 1)];
      const negative = signs.get(name);
      if (negative !== undefined) return [name, constant(positive(point, negative))];
      const state = counts.get(name)?.(point);
      if (state !== undefined) return [name, constant(state)];
      if (!views.has(name)) return [name, modelOf(point, context)];
      return [name, isDistanceToHeat(point) ? unlessZero(modelOf(point, context)) : constant(Number.NaN)];
    }),
  );
}

/**
 * What the points say by which others count, so that these do count: a device at rest is well, and what is set by hand is
 * what is read. Left out are contacts that say that something is wrong, which are quiet by themselves and may be struck.
 */
function countingStates(
  points: readonly PointProfile[],
): ReadonlyMap<PointName, (point: PointProfile) => SimValue | undefined> {
  const valid = points.flatMap(({ validWhile }) => validWhile);
  const invalid = points.flatMap(({ invalidWhile }) => invalidWhile);
  const names = new Set([...valid, ...invalid].map(({ point }) => point));
  return new Map(
    [...names].map((name) => {
      const of = (list: typeof valid) => list.filter(({ point }) => point === name);
      const isGood = (value: SimValue) =>
        of(valid).every(({ is }) => is.includes(value)) && of(invalid).every(({ is }) => !is.includes(value));
      const wanted = (point: PointProfile) =>
        point.enum === null ? of(valid).flatMap(({ is }) => is) : Object.values(point.enum);
      return [name, (point: PointProfile) => wanted(point).find((value) => isGood(value) && isEncodable(point, value))];
    }),
  );
}

/** What the point of a sign says while the value is not negative. */
function positive(point: PointProfile, negative: readonly SimValue[]): SimValue {
  const said: readonly SimValue[] = point.enum === null ? [false, true, 0, 1] : Object.values(point.enum);
  return said.find((value) => typeof value === valueTypeOf(point) && !negative.includes(value)) ?? false;
}

/** It stands in the register of its zone's word, and says more than that. */
function isDistanceToHeat(point: PointProfile): boolean {
  return kindOf(point) === 'heat' && valueTypeOf(point) === 'number';
}

function modelOf(point: PointProfile, context: PointContext): Model {
  if (point.enum !== null) return word(point, context);
  switch (valueTypeOf(point)) {
    case 'string':
      return constant('SIM'.slice(0, 2 * (point.length ?? 1)));
    case 'boolean':
      return contactOf(context);
    case 'number':
      return carried(point, numberOf(point, context));
  }
}

/** No hot spot anywhere: then the word beside it speaks for the register. */
function unlessZero(model: Model): Model {
  return (t) => {
    const value = model(t);
    return value === 0 ? Number.NaN : value;
  };
}

function constant(value: SimValue): Model {
  return () => value;
}

/** That of the lowest raw value: by habit "normal", "ok", "off"; another while what the point watches for is so. */
function word(point: PointProfile, context: PointContext): Model {
  const byRaw = Object.entries(point.enum ?? {}).sort(([a], [b]) => rawRangeOf(a)[0] - rawRangeOf(b)[0]);
  const words = byRaw.map(([, text]) => text).filter((text) => isEncodable(point, text));
  const [quiet = byRaw[0]?.[1] ?? ''] = words;
  const struck = words.find((text) => /alarm|fire|smoke|gas|leak|wet|fail|occupied|detected/i.test(text));
  if (struck === undefined || struck === quiet) return constant(quiet);
  const isSo = contactOf(context);
  return (t) => (isSo(t) ? struck : quiet);
}

function numberOf(point: PointProfile, context: PointContext): Curve {
  const rests = restingAt(context);
  if (rests !== undefined) return () => rests;
  const known = tryQuantity(context);
  if (known === undefined) return anywhere(point, context.key);
  const [, highest] = encodableRange(point);
  // A counter that is full begins again, as those of real devices do.
  return kindOf(point) === 'counter' && highest < Number.MAX_SAFE_INTEGER ? (t) => known(t) % (highest + 1) : known;
}

/** A kind nobody wrote a curve for: slowly about the middle of its range, or about 10 where the range is wide open. */
function anywhere(point: PointProfile, key: number): Curve {
  const [lowest, highest] = encodableRange(point);
  const mean = point.valid === null ? Math.min(highest, Math.max(lowest, 10)) : (lowest + highest) / 2;
  const swing = Math.min((highest - lowest) / 4, 10);
  return (t) => mean + swing * wander(key, t, 600_000);
}

/** The nearest that the registers carry; NaN where there is nothing to measure. */
function carried(point: PointProfile, value: Curve): Model {
  const [lowest, highest] = encodableRange(point);
  const anyOther = anyEncodable(point);
  return (t) => {
    const wanted = value(t);
    if (Number.isNaN(wanted)) return wanted;
    const inRange = Math.min(highest, Math.max(lowest, wanted));
    return nearestEncodable(point, inRange) ?? anyOther() ?? inRange;
  };
}

function anyEncodable(point: PointProfile): () => SimValue | undefined {
  let found: { value: SimValue | undefined } | undefined;
  return () => {
    found ??= { value: someEncodable(point) };
    return found.value;
  };
}

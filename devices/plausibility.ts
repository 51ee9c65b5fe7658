import type { CheckReason } from '../contract/words/check/check.ts';
import { type Said, say } from '../contract/words/check/said.ts';
import { scaleExactly } from './decimal.ts';
import { type PlausibilityDefault, plausibilityDefaults } from './plausibility-defaults.ts';
import type { PlausibilitySettings } from './plausibility-schema.ts';
import { type AnyPoint, type PointProfile, valueTypeOf } from './profile.ts';

/** How a point's plausibility is watched, with every default filled in. null: not watched. Lengths in the point's unit. */
export type Plausibility = {
  /** The smallest step its value can take; 0 of floats, which have none of their own. */
  readonly count: number;
  readonly restsAt: readonly number[];
  /** `at` is empty for contacts: there it means "unchanged". */
  readonly stuck: { readonly afterMs: number; readonly at: readonly number[] } | null;
  readonly frozenAfterMs: number | null;
  readonly maxNoise: number | null;
  /** A second. */
  readonly maxRise: number | null;
  readonly maxFall: number | null;
};

/** Nothing is watched. */
export const unwatched: Plausibility = {
  count: 0,
  restsAt: [],
  stuck: null,
  frozenAfterMs: null,
  maxNoise: null,
  maxRise: null,
  maxFall: null,
};

/** Readings that must agree before standing still is called one: at a slow poll the time alone would say nothing. */
export const leastRepeats = { stuck: 3, frozen: 20 } as const;

/** What is watched of a point: the defaults of its kind, unit and poll period, then each of `layers` over what stood before. */
export function plausibilityOf(
  point: AnyPoint,
  everyMs: number,
  layers: readonly (PlausibilitySettings | undefined)[],
): Plausibility {
  const type = valueTypeOf(point);
  const settings: PlausibilitySettings = Object.assign({}, ...layers);
  if (type === 'string') return unwatched;
  if (type === 'boolean') return { ...unwatched, stuck: stuckOf(settings.stuckAfter, []) };
  const own = plausibilityDefaults.find(({ kind, unit }) => kind === point.kind && unit === point.unit);
  const restsAt = settings.restsAt ?? own?.rests ?? [];
  const count = countOf(point) ?? 0;
  return {
    count,
    restsAt,
    stuck: stuckOf(settings.stuckAfter ?? own?.stuck?.afterMs, endsOf(point, settings, own, restsAt), 'ends'),
    frozenAfterMs: orOff(settings.frozenAfter ?? frozenDefault(point, own)),
    maxNoise: orOff(settings.maxNoise ?? noiseDefault(own, everyMs)),
    ...ratesOf(settings, own),
  };
}

export type PlausibilityProblem = { readonly key: keyof PlausibilitySettings } & Said;

/**
 * Settings that say nothing, or something impossible, for the point they stand at. Only what `said` holds is judged;
 * `beneath` is what it is laid over.
 */
export function plausibilityProblems(options: {
  point: AnyPoint;
  everyMs: number;
  said: PlausibilitySettings;
  beneath?: PlausibilitySettings | undefined;
}): PlausibilityProblem[] {
  const { point, everyMs, said, beneath } = options;
  const asked = { point, everyMs, type: valueTypeOf(point), settings: { ...beneath, ...said } };
  return settingKeys.flatMap((key) => {
    const reason = said[key] === undefined ? undefined : problemOf(key, asked);
    return reason === undefined ? [] : [{ key, ...say(reason) }];
  });
}

type Asked = {
  readonly point: AnyPoint;
  readonly type: ReturnType<typeof valueTypeOf>;
  readonly everyMs: number;
  readonly settings: PlausibilitySettings;
};

const settingKeys = [
  'stuckAfter',
  'stuckAt',
  'frozenAfter',
  'restsAt',
  'maxNoise',
  'maxRate',
] as const satisfies readonly (keyof PlausibilitySettings)[];

function problemOf(
  key: keyof PlausibilitySettings,
  { point, type, everyMs, settings }: Asked,
): CheckReason | undefined {
  if (type === 'string') return { code: 'not-watched', isWord: point.enum !== null };
  if (type === 'boolean' && key !== 'stuckAfter') return { code: 'watch-for-numbers', key };
  if (key === 'stuckAfter')
    return tooSoon(settings.stuckAfter, everyMs, leastRepeats.stuck, key) ?? noEnds({ type, point, everyMs, settings });
  if (key === 'frozenAfter') return tooSoon(settings.frozenAfter, everyMs, leastRepeats.frozen, key);
  if (key === 'stuckAt' || key === 'restsAt') return neverSeen(point, settings[key] ?? []);
  return key === 'maxNoise' ? belowCount(point, settings.maxNoise) : undefined;
}

function tooSoon(
  after: number | false | undefined,
  everyMs: number,
  repeats: number,
  key: 'stuckAfter' | 'frozenAfter',
): CheckReason | undefined {
  if (after === undefined || after === false || after >= repeats * everyMs) return undefined;
  return { code: 'watch-too-soon', key, everyMs, repeats };
}

function noEnds({ type, point, everyMs, settings }: Asked): CheckReason | undefined {
  if (type !== 'number' || settings.stuckAfter === false || settings.stuckAfter === undefined) return undefined;
  if (plausibilityOf(point, everyMs, [settings]).stuck !== null) return undefined;
  return { code: 'no-end-to-stick-at' };
}

function neverSeen({ valid }: Pick<PointProfile, 'valid'>, values: readonly number[]): CheckReason | undefined {
  const outside = valid === null ? undefined : values.find((value) => value < valid[0] || value > valid[1]);
  if (outside === undefined || valid === null) return undefined;
  return { code: 'outside-valid', value: outside, least: valid[0], most: valid[1] };
}

function belowCount(point: AnyPoint, maxNoise: number | false | undefined): CheckReason | undefined {
  const count = countOf(point);
  if (count === null || maxNoise === undefined || maxNoise === false || maxNoise >= count) return undefined;
  return { code: 'noise-below-step', step: count };
}

/** null: scaled by another point, or written with as many decimals as its device likes, so not known here. */
function countOf(point: AnyPoint): number | null {
  const { type, scale } = point;
  if ('scaleFrom' in point && (point.scaleFrom !== null || point.scaleBy.length > 0)) return null;
  // Where it stands decides what a step of it is, and it may stand in several places.
  if ('from' in point || !('decimals' in point || 'at' in point || 'table' in point)) return null;
  if (type === 'number' && 'decimals' in point)
    return point.decimals === undefined ? null : Math.abs(scaleExactly(1, scale, 0, -point.decimals));
  return type === 'f32' || type === 'f64' ? 0 : Math.abs(scale);
}

function endsOf(
  { valid }: Pick<PointProfile, 'valid'>,
  { stuckAt }: PlausibilitySettings,
  own: PlausibilityDefault | undefined,
  restsAt: readonly number[],
): readonly number[] {
  if (stuckAt !== undefined) return stuckAt;
  if (valid === null) return [];
  const ends = own?.stuck === undefined ? valid : [own.stuck.end === 'low' ? valid[0] : valid[1]];
  return ends.filter((end) => !restsAt.includes(end));
}

function stuckOf(after: number | false | undefined, at: readonly number[], needs?: 'ends'): Plausibility['stuck'] {
  const afterMs = orOff(after);
  return afterMs === null || (needs === 'ends' && at.length === 0) ? null : { afterMs, at };
}

function frozenDefault(point: AnyPoint, own: PlausibilityDefault | undefined): number | undefined {
  const count = countOf(point);
  return own?.frozen !== undefined && count !== null && count <= own.frozen.count ? own.frozen.afterMs : undefined;
}

function noiseDefault(own: PlausibilityDefault | undefined, everyMs: number): number | undefined {
  return own?.noise !== undefined && everyMs <= own.noise.everyMs ? own.noise.limit : undefined;
}

function ratesOf(
  { maxRate }: PlausibilitySettings,
  own: PlausibilityDefault | undefined,
): Pick<Plausibility, 'maxRise' | 'maxFall'> {
  const both = typeof maxRate === 'object' ? maxRate : { rise: maxRate, fall: maxRate };
  return { maxRise: orOff(both.rise ?? own?.maxRise), maxFall: orOff(both.fall ?? own?.maxFall) };
}

function orOff(limit: number | false | undefined): number | null {
  return limit === undefined || limit === false ? null : limit;
}

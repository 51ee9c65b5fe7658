import { z } from 'zod';
import { pointRefSchema } from '../../contract/ids.ts';
import type { RuleReason } from '../../contract/reasons/rules.ts';
import type { RulePoint, Sample } from '../compiled-rule.ts';
import { type Curve, curveSchema, linearCurve } from '../curve.ts';
import { cutRun, isPast, type Limit, type LimitState, limitOf, notPassed, stepLimit } from '../limit.ts';
import type { JudgedPoint, PointJudge } from '../over-points.ts';
import { rankOf } from '../verdict.ts';
import { aboveLimits, byLevel, debounceShape } from './shape.ts';

/**
 * Peak particle velocity judged with its frequency. DIN 4150-3 gives, for short-term vibration at the foundation, a
 * guideline value that rises with the frequency, so a velocity alone can be judged only where every frequency says the
 * same of it: below the lowest value of the line, or above the highest.
 */
export const ppvSchema = z.strictObject({
  kind: z.literal('ppv').describe('peak particle velocity, judged with its frequency'),
  line: curveSchema.describe('guideline values, mm/s, by frequency, Hz: [[1, 5], [10, 5], [50, 15], [100, 20]]'),
  frequencies: z
    .array(pointRefSchema)
    .default([])
    .describe('the frequency of each velocity, in the order of the points; else the point whose name ends alike'),
  levels: byLevel(z.strictObject({ above: z.number().positive() })).describe(
    'the share of the guideline value that meets each level: { 주의: { above: 1 } }',
  ),
  ...debounceShape,
});

export type Ppv = z.infer<typeof ppvSchema>;

/** [mono, velocity, 1 when doubted], waiting for the frequency of the same moment. */
type Waiting = readonly [number, number, 0 | 1];

type State = {
  /** The last frequency: [epoch, mono, hertz]; null: none is known. */
  readonly hertz: readonly [number, number, number] | null;
  readonly waiting: readonly Waiting[];
  readonly epoch: number | null;
  /** What was judged last: [velocity, hertz or null, share]; kept only while a limit is passed. */
  readonly seen: readonly [number, number | null, number] | null;
  readonly limits: readonly LimitState[];
  /** The velocity is known, and could be judged. */
  readonly known: boolean;
};

/** Velocities that wait for their frequency at most; a batch of one poll has one. */
const mostWaiting = 32;

export function judgePpv(condition: Ppv, points: ReadonlyMap<string, RulePoint>): JudgedPoint<State>[] {
  const beside = new Set<string>(condition.frequencies);
  const velocities = [...points.values()].filter(({ ref }) => !beside.has(ref));
  return velocities.map((point, index) => {
    const frequency = condition.frequencies[index];
    const judge = judgePair(condition, point);
    return { ref: point.ref, judge, beside: frequency === undefined ? [] : [frequency] };
  });
}

function judgePair(condition: Ppv, point: RulePoint): PointJudge<State> {
  const limits = aboveLimits(condition.levels, condition);
  const judged = pairJudge(condition.line, limits);
  const lost = (state: State): State => {
    const isLost = !state.known && state.waiting.length === 0 && state.limits.every(({ since }) => since === null);
    return isLost ? state : { ...state, known: false, waiting: [], limits: state.limits.map(cutRun) };
  };
  return {
    start: () => ({
      hertz: null,
      waiting: [],
      epoch: null,
      seen: null,
      limits: limits.map(() => notPassed),
      known: false,
    }),
    sample(state, sample, from) {
      return from === point.ref ? withVelocity(judged, lost, state, sample) : withFrequency(judged, state, sample);
    },
    unknown: (state, _mono, from) => (from === point.ref ? lost(judged(state, () => true)) : withoutFrequency(state)),
    tick: (state, mono) => (state.waiting.length === 0 ? state : judged(state, ([at]) => at <= mono)),
    view({ seen, limits: states, known, waiting }) {
      const index = states.findLastIndex(({ on }) => on);
      const limit = limits[index];
      return {
        rank: limit === undefined ? -1 : rankOf(limit.level),
        known,
        why: limit === undefined || seen === null ? null : whyOver(point, limit, seen, condition.line),
        due: waiting[0]?.[0] ?? null,
      };
    },
  };
}

type Judged = (state: State, isReady: (waiting: Waiting) => boolean) => State;

/** A velocity waits for the frequency of its moment: until that comes, or one of a later moment, or a tick. */
function withVelocity(judged: Judged, lost: (state: State) => State, state: State, sample: Sample): State {
  const { value, fault, epoch, mono } = sample;
  if (typeof value !== 'number') return lost(judged(state, () => true));
  if (!Number.isFinite(mono)) return state;
  const isFull = state.waiting.length >= mostWaiting;
  const before = state.epoch === epoch && !isFull ? state : judged(state, () => true);
  return { ...before, epoch, waiting: [...before.waiting, [mono, value, fault === null ? 0 : 1]] };
}

function withFrequency(judged: Judged, state: State, { value, fault, epoch, mono }: Sample): State {
  if (typeof value !== 'number' || fault !== null || !Number.isFinite(mono)) return withoutFrequency(state);
  const before = judged(state, ([at]) => state.epoch !== epoch || at < mono);
  return judged({ ...before, hertz: [epoch, mono, value] }, ([at]) => at <= mono);
}

function withoutFrequency(state: State): State {
  return state.hertz === null ? state : { ...state, hertz: null };
}

/** Judges what waits and is ready, in order, with the frequency that is known now. */
function pairJudge(line: Curve, limits: readonly Limit[]): Judged {
  const valueAt = linearCurve(line);
  const values = line.map(([, value]) => value);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  return (state, isReady) => {
    const ready = state.waiting.filter(isReady);
    if (ready.length === 0) return state;
    const rest = state.waiting.filter((one) => !isReady(one));
    return ready.reduce<State>((now, waiting) => judgeOne(now, waiting), { ...state, waiting: rest });
  };

  function judgeOne(state: State, [mono, velocity, doubt]: Waiting): State {
    const epoch = state.epoch ?? 0;
    // Frequencies of another epoch cannot be told apart from old ones.
    const hertz = state.hertz !== null && state.hertz[0] === epoch ? state.hertz[2] : null;
    const at = { epoch, mono };
    const shares = hertz === null ? [velocity / highest, velocity / lowest] : [velocity / valueAt(hertz)];
    const [least = 0, most = least] = shares;
    const states = limits.map((limit, index) => {
      const own = state.limits[index] ?? notPassed;
      const [low, high] = [isPast(limit.test, least, own.on), isPast(limit.test, most, own.on)];
      // Where the frequencies disagree, nothing can be said: what runs starts again, what stands stands.
      return low === high ? stepLimit(limit, own, { past: low, doubted: doubt === 1, at }) : cutRun(own);
    });
    const isJudged = limits.every(({ test }, index) => {
      const wasOn = state.limits[index]?.on ?? false;
      return isPast(test, least, wasOn) === isPast(test, most, wasOn);
    });
    const isOn = states.some(({ on }) => on);
    return {
      ...state,
      limits: states,
      seen: isOn ? [velocity, hertz, least] : null,
      known: isJudged && doubt === 0,
    };
  }
}

function whyOver({ ref, unit }: RulePoint, { test }: Limit, seen: NonNullable<State['seen']>, line: Curve): RuleReason {
  const [value, hertz, share] = seen;
  const value0 = hertz === null ? Math.max(...line.map(([, one]) => one)) : linearCurve(line)(hertz);
  const back = !isPast(test, share, false);
  return {
    code: 'over-vibration-line',
    point: ref,
    value,
    hertz,
    line: value0,
    share,
    limit: limitOf(test),
    unit,
    back,
  };
}

import type { RuleReason } from '../contract/reasons/rules.ts';
import { type Calm, calmUnder } from './calm.ts';
import type { Json, RulePoint, Sample } from './compiled-rule.ts';
import { cutRun, isPast, type Limit, type LimitState, type Moment, notPassed, stepLimit } from './limit.ts';
import type { PointJudge } from './over-points.ts';
import { rankOf } from './verdict.ts';

/**
 * What is compared with the limits: a value itself, or something made of it and of what was before it. M is the memory
 * that takes, plain JSON.
 */
export type Measure<M extends Json> = {
  start(): M;
  /** The value itself, or its size, and nothing is remembered. */
  readonly plain?: 'value' | 'size';
  /**
   * One reading later. A doubtful value is compared and not remembered.
   * value null: nothing to compare yet. `whole` false: it may pass a limit and never brings one back.
   */
  next(memory: M, value: number | boolean | string, at: Moment, doubted: boolean): Measured<M>;
  /** Nothing is known from here on, until the next value. */
  cut(memory: M): M;
  /** Why nothing is compared yet, although there are readings. */
  waiting?(memory: M): RuleReason | null;
};

export type Measured<M> = {
  readonly memory: M;
  readonly value: number | boolean | string | null;
  readonly whole: boolean;
};

/** `seen`: what was compared last, kept only while a limit is passed. */
type State<M extends Json> = {
  readonly known: boolean;
  readonly seen: number | boolean | string | null;
  readonly limits: readonly LimitState[];
  readonly memory: M;
};

/** The words for a limit that is passed, when `seen` was compared last. `past`: it still lies past it. */
export type WhyPassed<M> = (limit: Limit, seen: number | boolean | string, past: boolean, memory: M) => RuleReason;

/** Judges one point by limits on a measure of it. */
export function limitsJudge<M extends Json>(options: {
  point: Pick<RulePoint, 'ref' | 'type'>;
  limits: readonly Limit[];
  measure: Measure<M>;
  why: WhyPassed<M>;
  /** Words by which the point says that it sees nothing: they are no value. */
  blind?: readonly (boolean | number | string)[];
}): PointJudge<State<M>> {
  const { point, limits, measure, why, blind = [] } = options;
  const ranks = limits.map(({ level }) => rankOf(level));
  const lost = (state: State<M>): State<M> => {
    const memory = measure.cut(state.memory);
    return changedTo(state, { ...state, known: false, limits: mapped(state.limits, cutRun), memory });
  };
  const isUndelayed = measure.plain === 'value' && limits.every(({ debounce }) => debounce.m === 1);
  /** Most readings: good, past no limit, and nothing runs. They change nothing. */
  const isCalm = ({ known, limits: states }: State<M>, value: number | boolean | string): boolean =>
    isUndelayed &&
    known &&
    states.every(({ on, since }) => !on && since === null) &&
    !limits.some(({ test }) => isPast(test, value, false));
  const values = calmValues(options);
  return {
    calm: ({ known, seen, limits: states }) =>
      known && seen === null && states.every((own, index) => isAtRest(own, limits[index])) ? values : null,
    start: () => ({ known: false, seen: null, limits: limits.map(() => notPassed), memory: measure.start() }),
    sample(state, { value, fault, epoch, mono }: Sample) {
      if (value === null || typeof value !== point.type || blind.includes(value)) return lost(state);
      if (fault === null && isCalm(state, value)) return state;
      const at = { epoch, mono: Number.isFinite(mono) ? mono : null };
      const { memory, value: compared, whole } = measure.next(state.memory, value, at, fault !== null);
      const known = fault === null && measureKnown(measure, memory);
      if (compared === null) return changedTo(state, { ...state, known, memory });
      const doubted = fault !== null || !whole;
      const stepped = mapped(state.limits, (own, index) => {
        const limit = limits[index];
        if (limit === undefined) return own;
        return stepLimit(limit, own, { past: isPast(limit.test, compared, own.on), doubted, at });
      });
      const seen = stepped.some(({ on }) => on) ? compared : null;
      return changedTo(state, { known, seen, limits: stepped, memory });
    },
    unknown: lost,
    view({ known, seen, limits: states, memory }) {
      const index = states.findLastIndex(({ on }) => on);
      const limit = limits[index];
      if (limit === undefined)
        return { rank: -1, known, why: known ? null : (measure.waiting?.(memory) ?? null), due: null };
      const passed = seen === null ? null : why(limit, seen, isPast(limit.test, seen, false), memory);
      return { rank: ranks[index] ?? -1, known, why: passed, due: null };
    },
  };
}

function measureKnown<M extends Json>(measure: Measure<M>, memory: M): boolean {
  return (measure.waiting?.(memory) ?? null) === null;
}

/** The same list when no item changed. */
function mapped(
  states: readonly LimitState[],
  change: (own: LimitState, index: number) => LimitState,
): readonly LimitState[] {
  let isSame = true;
  const next = states.map((own, index) => {
    const changed = change(own, index);
    isSame &&= changed === own;
    return changed;
  });
  return isSame ? states : next;
}

function changedTo<M extends Json>(was: State<M>, is: State<M>): State<M> {
  const isSame = was.known === is.known && was.seen === is.seen && was.limits === is.limits && was.memory === is.memory;
  return isSame ? was : is;
}

/** Values past no limit, which change nothing while every limit is at rest. */
function calmValues<M extends Json>({
  point,
  limits,
  measure,
  blind = [],
}: Pick<Parameters<typeof limitsJudge<M>>[0], 'point' | 'limits' | 'measure' | 'blind'>): Calm | null {
  // A reading that has to be apart from the last is remembered by its time.
  if (measure.plain === undefined || limits.some(({ debounce }) => debounce.apartMs > 0)) return null;
  const tests = limits.map(({ test }) => test);
  const calm = calmUnder(tests, point.type, measure.plain === 'size');
  return calm === null ? null : { ...calm, except: [...calm.except, ...blind] };
}

/** Not passed, nothing runs, and one more reading behind it is one of many. */
function isAtRest({ on, since, last }: LimitState, limit: Limit | undefined): boolean {
  if (on || since !== null || limit === undefined) return false;
  return limit.debounce.m === 1 || last === '0'.repeat(limit.debounce.m);
}

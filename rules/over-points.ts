import type { PointRef } from '../contract/ids.ts';
import type { RuleReason } from '../contract/reasons/rules.ts';
import type { Calm } from './calm.ts';
import type { CompiledRule, Json, Judgement, RuleInput, RuleState, Sample } from './compiled-rule.ts';
import { levelOf } from './verdict.ts';

/** How one point is judged by itself. S is its plain JSON; every function returns the same object where nothing changed. */
export type PointJudge<S extends Json> = {
  start(): S;
  sample(state: S, sample: Sample, from: PointRef): S;
  /** Nothing may be said of it from now on. */
  unknown(state: S, mono: number, from: PointRef): S;
  tick?(state: S, mono: number): S;
  view(state: S): PointView;
  /** Good values that leave this very state; null, or not there, when it cannot be said. */
  calm?(state: S): Calm | null;
};

export type PointView = {
  /** Rank of the highest level that is met; -1: none. */
  readonly rank: number;
  readonly known: boolean;
  /** Of the level that is met, or of what is not known; null where nothing is worth saying. */
  readonly why: RuleReason | null;
  readonly due: number | null;
};

export type JudgedPoint<S extends Json> = {
  readonly ref: PointRef;
  readonly judge: PointJudge<S>;
  /** Other points that it also hears of, such as the frequency of a vibration. */
  readonly beside?: readonly PointRef[];
};

export type Seen = { readonly ref: PointRef; readonly view: PointView };

/** What all points together come to. */
export type Combine = (seen: readonly Seen[]) => { readonly rank: number; readonly why: RuleReason | null };

/** The highest level of any point; the first point that has it says why. */
export const highest: Combine = (seen) => {
  let best: Seen | undefined;
  for (const one of seen) if (one.view.rank > (best?.view.rank ?? -1)) best = one;
  return best === undefined ? { rank: -1, why: null } : { rank: best.view.rank, why: best.view.why };
};

/** A rule made of points that are each judged by themselves. */
export function overPoints<S extends Json>(options: {
  id: string;
  form: string;
  judged: readonly JudgedPoint<S>[];
  combine: Combine;
}): CompiledRule {
  const { id, form, judged, combine } = options;
  const home = new Map(judged.flatMap((one) => [one.ref, ...(one.beside ?? [])].map((ref) => [ref, one] as const)));
  const judgements = new WeakMap<RuleState, Judgement>();
  type State = { readonly form: string; readonly points: { readonly [point: string]: S } };

  const start = (): State => ({
    form,
    points: Object.fromEntries(judged.map(({ ref, judge }) => [ref, judge.start()])),
  });
  const judgementOf = (state: State): Judgement => {
    const known = judgements.get(state);
    if (known !== undefined) return known;
    const seen = judged.map(({ ref, judge }) => ({ ref, view: judge.view(state.points[ref] ?? judge.start()) }));
    const judgement = judgementFrom(seen, combine(seen));
    judgements.set(state, judgement);
    return judgement;
  };
  const next = (state: State, { ref, judge }: JudgedPoint<S>, change: (own: S) => S): State => {
    const own = state.points[ref] ?? judge.start();
    const changed = change(own);
    return changed === own ? state : { form, points: { ...state.points, [ref]: changed } };
  };
  const fed = (state: State, input: RuleInput): State => {
    if (input.kind === 'tick')
      return judged.reduce((all, one) => next(all, one, (own) => one.judge.tick?.(own, input.mono) ?? own), state);
    const one = home.get(input.point);
    if (one === undefined) return state;
    return next(state, one, (own) =>
      input.kind === 'sample'
        ? one.judge.sample(own, input.sample, input.point)
        : one.judge.unknown(own, input.mono, input.point),
    );
  };
  return {
    id,
    points: [...home.keys()],
    start,
    step(state: State, input: RuleInput) {
      const after = fed(state.form === form ? state : start(), input);
      return { state: after, judgement: judgementOf(after) };
    },
    calm(state: State, point) {
      const one = home.get(point);
      const own = state.points[point];
      // What is only beside another point bears on that one's state.
      if (one === undefined || own === undefined || one.ref !== point || state.form !== form) return null;
      return one.judge.calm?.(own) ?? null;
    },
  };
}

function judgementFrom(seen: readonly Seen[], { rank, why }: ReturnType<Combine>): Judgement {
  const unknown = seen.filter(({ view }) => !view.known);
  const first = unknown[0];
  const dues = seen.flatMap(({ view }) => (view.due === null ? [] : [view.due]));
  return {
    verdict: rank >= 0 ? 'met' : first === undefined ? 'unmet' : 'unknown',
    level: levelOf(rank),
    witnesses: seen.filter(({ view }) => view.rank >= 0).map(({ ref }) => ref),
    unknown: unknown.map(({ ref }) => ref),
    why: why ?? (first === undefined ? { code: 'within-limits' } : notKnown(first, unknown.length, seen.length)),
    due: dues.length === 0 ? null : Math.min(...dues),
  };
}

function notKnown({ ref, view }: Seen, count: number, of: number): RuleReason {
  return view.why ?? { code: 'no-verdict', point: ref, count, of };
}

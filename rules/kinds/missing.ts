import { z } from 'zod';
import { durationSchema } from '../../contract/duration.ts';
import { anyOf } from '../calm.ts';
import type { RulePoint, Sample } from '../compiled-rule.ts';
import type { PointJudge } from '../over-points.ts';
import { rankOf } from '../verdict.ts';
import { byLevel, durationsByLevel } from './shape.ts';

/**
 * A detector that no good reading comes from. It is counted on the judge's clock, from when nothing could be said of the
 * point any more: a bad or doubtful reading, its agent or device not heard, or its last reading too old.
 */
export const missingSchema = z.strictObject({
  kind: z.literal('missing').describe('no good reading of a point'),
  levels: byLevel(durationSchema).describe('how long it may be unknown before each level is met: { 관심: 60s }'),
});

export type Missing = z.infer<typeof missingSchema>;

/** `lost`: since when, mono; `rank`: what has been reached; `heard`: there has been word of the point at all. */
type State = { readonly lost: number | null; readonly rank: number; readonly heard: boolean };

export function judgeMissing({ levels: given }: Missing, { ref, type }: RulePoint): PointJudge<State> {
  const steps = durationsByLevel(given).map(({ level, ms }) => ({ rank: rankOf(level), ms }));
  const at = (state: State, mono: number): State => {
    if (state.lost === null) return state;
    // A clock that went back is another start of the judge: what has run is not known, so it runs from now.
    if (mono < state.lost) return { ...state, lost: mono };
    const ranMs = mono - state.lost;
    const rank = Math.max(state.rank, ...steps.filter(({ ms }) => ranMs >= ms).map((step) => step.rank));
    return rank === state.rank ? state : { ...state, rank };
  };
  const lostAt = (state: State, mono: number): State => {
    const isNew = state.lost === null || !state.heard;
    return at(isNew ? { ...state, lost: state.lost ?? mono, heard: true } : state, mono);
  };
  return {
    calm: ({ lost, rank, heard }) => (heard && lost === null && rank === -1 ? anyOf(type) : null),
    start: () => ({ lost: null, rank: -1, heard: false }),
    sample(state, { value, fault, mono }: Sample) {
      if (value !== null && fault === null)
        return state.heard && state.lost === null && state.rank === -1 ? state : { lost: null, rank: -1, heard: true };
      return Number.isFinite(mono) ? lostAt(state, mono) : state;
    },
    unknown: lostAt,
    tick: at,
    view({ lost, rank, heard }) {
      const next = lost === null ? undefined : steps.find((step) => step.rank > rank);
      const reached = steps.findLast((step) => step.rank === rank);
      return {
        rank,
        known: heard,
        why: reached === undefined ? null : { code: 'no-good-reading', point: ref, limitMs: reached.ms },
        due: next === undefined || lost === null ? null : lost + next.ms,
      };
    },
  };
}

import type { Interval } from '../calendar/intervals.ts';
import { overlaps } from '../calendar/intervals.ts';

/**
 * An owner takes a shared space back for some time. That needs notice, and a reservation that stands is not cut: the
 * recall keeps the space from new ones alone.
 */
export type Recall = Interval & { readonly id: string };

export type RecallAnswer =
  | {
      readonly kind: 'recalled';
      /** From when it counts: as asked, or when the notice has passed. */
      readonly times: Interval;
      /** Reserved times inside it, which stand. */
      readonly kept: readonly Interval[];
    }
  | { readonly kind: 'refused'; readonly code: 'ends-before-start' | 'in-the-past' | 'notice-too-short' };

export function judgeRecall(
  asked: Interval,
  { now, noticeMs, reserved }: { now: number; noticeMs: number; reserved: readonly Interval[] },
): RecallAnswer {
  if (!(asked.from < asked.to)) return { kind: 'refused', code: 'ends-before-start' };
  if (asked.to <= now) return { kind: 'refused', code: 'in-the-past' };
  const times = { from: Math.max(asked.from, now + noticeMs), to: asked.to };
  if (times.from >= times.to) return { kind: 'refused', code: 'notice-too-short' };
  return { kind: 'recalled', times, kept: reserved.filter((each) => overlaps(each, asked)) };
}

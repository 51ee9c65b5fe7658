import type { PointRef } from '../contract/ids.ts';
import type { FaultCode, Value } from '../contract/reading.ts';
import type { RuleReason } from '../contract/reasons/rules.ts';
import type { CompiledRule, Judgement, RuleInput, RulePoint } from './compiled-rule.ts';
import { type Level, rankOf } from './verdict.ts';

/** What a rule would have said of what was recorded. Pure; the times are those of the recording. */

/** One reading of a recording. `epoch`: readings of one run of their agent, or of one unbroken recording. */
export type Recorded = {
  readonly point: PointRef;
  /** When it was read, epoch ms; rises within an epoch. */
  readonly at: number;
  readonly value: Value;
  readonly fault: FaultCode | null;
  readonly epoch: number;
};

/** One alert: from the first level that was met until none was. */
export type Episode = {
  readonly from: number;
  /** null: it stands at the end of the recording. */
  readonly to: number | null;
  /** The highest level it reached, and when. */
  readonly level: Level;
  readonly levelAt: number;
  /** Why, at its highest. */
  readonly why: RuleReason;
  readonly witnesses: readonly PointRef[];
};

export type Replayed = {
  readonly episodes: readonly Episode[];
  readonly readings: number;
  /** Time of the recording, and how much of it the rule could not say anything, ms. */
  readonly spanMs: number;
  readonly unknownMs: number;
};

/** Runs a rule over readings one by one; `progress` follows them. Call `end` once after the last. */
export function startReplay(rule: CompiledRule, points: readonly RulePoint[]) {
  const silenceMs = new Map(points.map(({ ref, maxSilenceMs }) => [ref, 3 * maxSilenceMs]));
  const heard = new Map<PointRef, number>();
  const episodes: Episode[] = [];
  let state = rule.start();
  let judgement: Judgement | null = null;
  let open: Episode | null = null;
  let [first, last, readings, unknownMs] = [Number.NaN, Number.NaN, 0, 0];

  const feed = (input: RuleInput, at: number): void => {
    if (judgement?.verdict === 'unknown' && at > last) unknownMs += at - last;
    if (at > last || Number.isNaN(last)) last = at;
    const next = rule.step(state, input);
    state = next.state;
    judgement = next.judgement;
    open = follow(open, judgement, at, episodes);
  };
  /** What passes without a reading: points that fall silent, and times at which the rule wants to be asked. */
  const passTo = (at: number): void => {
    for (;;) {
      const lost = nextSilence(heard, silenceMs);
      const due = judgement?.due ?? Number.POSITIVE_INFINITY;
      if (Math.min(lost?.at ?? Number.POSITIVE_INFINITY, due) >= at) return;
      if (lost !== null && lost.at <= due) {
        heard.delete(lost.point);
        feed({ kind: 'unknown', point: lost.point, mono: lost.at, why: { code: 'no-reply' } }, lost.at);
      } else {
        const mono = Math.max(due, last);
        feed({ kind: 'tick', mono }, mono);
        if (judgement?.due === due) return;
      }
    }
  };
  return {
    add({ point, at, value, fault, epoch }: Recorded): void {
      if (Number.isNaN(first)) first = at;
      passTo(at);
      readings += 1;
      if (value !== null) heard.set(point, at);
      feed({ kind: 'sample', point, sample: { value, fault, epoch, mono: at } }, at);
    },
    end(): Replayed {
      const spanMs = readings === 0 ? 0 : last - first;
      return { episodes: open === null ? episodes : [...episodes, open], readings, spanMs, unknownMs };
    },
  };
}

/** The point that falls silent first, and when. */
function nextSilence(heard: ReadonlyMap<PointRef, number>, silenceMs: ReadonlyMap<PointRef, number>) {
  let first: { readonly point: PointRef; readonly at: number } | null = null;
  for (const [point, since] of heard) {
    const at = since + (silenceMs.get(point) ?? Number.POSITIVE_INFINITY);
    if (first === null || at < first.at) first = { point, at };
  }
  return first;
}

function follow(
  open: Episode | null,
  { level, why, witnesses }: Judgement,
  at: number,
  done: Episode[],
): Episode | null {
  if (level === null) {
    if (open !== null) done.push({ ...open, to: at });
    return null;
  }
  if (open === null) return { from: at, to: null, level, levelAt: at, why, witnesses };
  return rankOf(level) > rankOf(open.level) ? { ...open, level, levelAt: at, why, witnesses } : open;
}

/** Alerts a week at the pace of the recording; null when it is shorter than an hour. */
export function perWeek({ episodes, spanMs }: Replayed): number | null {
  return spanMs < 3_600_000 ? null : (episodes.length * 7 * 86_400_000) / spanMs;
}

import type { Alert, Moment } from './alert.ts';
import { afterShelf } from './deeds.ts';
import { move, type Outcome, type TellingReason, toAllTold, unchanged } from './life-cycle.ts';

/** Who is told of an alert that nobody answers, step by step, and how long answers hold. Durations in ms. */
export type Escalation = {
  /** `afterMs` since the alert was raised; the first step's is 0. */
  readonly steps: readonly { readonly roles: readonly string[]; readonly afterMs: number }[];
  /** After the last step, how often all are told again; null: not again. */
  readonly repeatMs: number | null;
  /** How long an acknowledgement holds without a report of what was done; null: as long as the alert. */
  readonly acknowledgedForMs: number | null;
};

/**
 * What time alone does to an alert.
 *
 * | timer | runs while | then |
 * |---|---|---|
 * | escalate | nobody has answered | the next step is told; after the last, all again |
 * | ack | acknowledged, it stands, nothing is reported | unacknowledged again, the next step is told |
 * | shelf | shelved | it is judged afresh: what stands asks again, what is gone is closed |
 */
export const timers = ['escalate', 'ack', 'shelf'] as const;
export type AlertTimer = (typeof timers)[number];

/** A timer to be set or ended. */
export type TimerChange = { readonly timer: AlertTimer; readonly afterMs: number | null };

export function elapse(alert: Alert, timer: AlertTimer, at: Moment, escalation: Escalation): Outcome {
  if (waitOf(alert, timer, escalation) === null) return unchanged(alert); // it was answered in this very commit
  if (timer === 'shelf') return shelfEnds(alert, at);
  return timer === 'ack' ? answerAges(alert, at, escalation) : escalate(alert, at, escalation);
}

/** Which timers a change of an alert sets and ends. `before` is null for a new one. */
export function timerChanges(before: Alert | null, after: Alert, escalation: Escalation): TimerChange[] {
  return timers.flatMap((timer): TimerChange[] => {
    const afterMs = waitOf(after, timer, escalation);
    const running = before === null ? null : waitOf(before, timer, escalation);
    if (afterMs === null) return running === null ? [] : [{ timer, afterMs }];
    const same = before !== null && running !== null && markOf(before, timer) === markOf(after, timer);
    return same ? [] : [{ timer, afterMs }];
  });
}

/** How long the timer waits from its beginning; null when it does not run. */
export function waitOf(alert: Alert, timer: AlertTimer, escalation: Escalation): number | null {
  if (timer === 'shelf') return alert.shelved === null ? null : alert.shelved.until - alert.shelved.at.wall;
  if (timer === 'ack') {
    return alert.state === 'acked' && alert.report === null ? escalation.acknowledgedForMs : null;
  }
  if (!asksAnswer(alert)) return null;
  const [now, next] = [escalation.steps[alert.step], escalation.steps[alert.step + 1]];
  return next === undefined ? escalation.repeatMs : next.afterMs - (now?.afterMs ?? 0);
}

/** Of life safety also once the condition is gone: somebody must look. */
function asksAnswer({ state, lifeSafety }: Alert): boolean {
  return state === 'unack' || (state === 'rtn-unack' && lifeSafety);
}

/** What a running timer belongs to: when that is another one, it begins again. */
function markOf(alert: Alert, timer: AlertTimer): unknown {
  if (timer === 'shelf') return alert.shelved?.at.mono;
  return timer === 'ack' ? alert.acknowledged?.at.mono : alert.step;
}

function escalate(alert: Alert, at: Moment, { steps }: Escalation): Outcome {
  const step = alert.step + 1;
  const next = steps[step];
  // The timer of a repetition has to be set by who asked: nothing of the alert changes.
  if (next === undefined) return { alert, transitions: [], telling: toAllTold(alert, 'repeated') };
  const afterMs = next.afterMs;
  const moved = move(alert, { step }, { at, reason: { code: 'escalated', step, afterMs } });
  return { alert: moved.alert, transitions: [moved.transition], telling: { reason: 'escalated', steps: [step] } };
}

function answerAges(alert: Alert, at: Moment, escalation: Escalation): Outcome {
  const hasNext = escalation.steps[alert.step + 1] !== undefined;
  const patch = { acknowledged: null, step: hasNext ? alert.step + 1 : alert.step };
  const reason = { code: 'acknowledgement-aged', afterMs: escalation.acknowledgedForMs ?? 0 } as const;
  const moved = move(alert, patch, { at, reason });
  return { alert: moved.alert, transitions: [moved.transition], telling: told(moved.alert, 'acknowledgement-aged') };
}

function shelfEnds(alert: Alert, at: Moment): Outcome {
  const moved = move(alert, afterShelf(alert), { at, reason: { code: 'shelving-ended' } });
  return { alert: moved.alert, transitions: [moved.transition], telling: told(moved.alert, 'unshelved') };
}

function told(alert: Alert, reason: TellingReason) {
  if (alert.state === 'unack') return toAllTold(alert, reason);
  return alert.state === 'normal' ? toAllTold(alert, 'cleared') : null;
}

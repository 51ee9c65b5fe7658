import { type Alert, isCall, isForecast, isOpen, type Transition } from './alert.ts';
import { type Draft, standingKey, type TimerOrder } from './draft.ts';
import { timerChanges } from './elapse.ts';
import type { Outcome } from './life-cycle.ts';
import { isNuisance } from './nuisance.ts';
import { tell } from './tell.ts';

/** Takes in what became of an alert: history, timers, who is told, evidence. `before` is null for a new one. */
export function put(draft: Draft, before: Alert | null, { alert, transitions, telling }: Outcome): void {
  if (alert !== before) {
    draft.alerts.set(alert.id, alert);
    if (before === null) draft.standing.set(standingKey(alert), alert.id);
    else if (!isOpen(alert)) draft.standing.set(standingKey(alert), null);
    draft.transitions.push(...transitions);
    setTimers(draft, before, alert);
    keepEvidence(draft, before, alert, transitions);
    signal(draft, before, alert);
    if (before !== null && isOpen(before) && !isOpen(alert)) enterLedger(draft, alert);
  }
  if (telling === null) return;
  if (telling.reason === 'repeated') {
    const { repeatMs } = draft.escalation(alert);
    draft.timers.set(`alert:${alert.id}:escalate`, { afterMs: repeatMs, kept: 'stored' });
  }
  tell(draft, alert, telling);
}

function setTimers(draft: Draft, before: Alert | null, alert: Alert): void {
  for (const { timer, afterMs } of timerChanges(before, alert, draft.escalation(alert))) {
    draft.timers.set(`alert:${alert.id}:${timer}`, { afterMs, kept: 'stored' });
  }
}

/** An alert of a rule is frozen as it begins, a while after, as its condition is gone, and as it is closed. */
function keepEvidence(draft: Draft, before: Alert | null, alert: Alert, transitions: readonly Transition[]): void {
  const { before: beforeMs, after: afterMs } = draft.context.policy.evidenceMs.value;
  if (!draft.site(alert.site).rules.has(alert.rule)) return;
  if (before === null) {
    draft.freeze(alert, 'raise', beforeMs);
    if (!alert.late) draft.timers.set(`evidence:${alert.id}`, { afterMs, kept: 'stored' });
  } else if (!isOpen(alert)) draft.freeze(alert, 'clear', beforeMs);
  else if (transitions.some(({ reason }) => reason.code === 'condition-gone')) draft.freeze(alert, 'gone', beforeMs);
}

/** Those after us hear of life safety of a whole building as it begins, changes its level, and ends. */
function signal(draft: Draft, before: Alert | null, alert: Alert): void {
  if (!alert.lifeSafety || alert.late || isCall(alert) || isForecast(alert)) return;
  if (before !== null && before.level === alert.level && isOpen(before) === isOpen(alert)) return;
  const { site, building, id, hazard, level } = alert;
  draft.signals.push({ kind: 'emergency', site, building, alert: id, hazard, level, active: isOpen(alert) });
}

/** In a commit of its own: it counts what this one has entered. */
const atOnce: TimerOrder = { afterMs: 0, kept: 'stored' };

function enterLedger(draft: Draft, alert: Alert): void {
  const { cause, site, id, witnesses } = alert;
  // That a device was silent is no alarm of its points, whatever was answered.
  if (cause === null || alert.hazard === 'equipment') return;
  const at = draft.at.wall;
  draft.ledger.push(...witnesses.map((point) => ({ site, alert: id, point, at, cause })));
  if (isNuisance(cause)) for (const point of witnesses) draft.timers.set(`repair:${site}/${point}`, atOnce);
}

import { type Alert, type Cause, type Deed, isCall, type Moment } from './alert.ts';
import { cleared, move, type Outcome, toAllTold } from './life-cycle.ts';

/** What a person may do to an alert. Each carries the version that the person saw. */
export type AlertAction = { readonly version: number; readonly text: string } & (
  | { readonly kind: 'acknowledge'; readonly cause: Cause | null }
  | { readonly kind: 'shelve'; readonly forMs: number }
  | { readonly kind: 'unshelve' }
  | { readonly kind: 'reset'; readonly cause: Cause | null }
  | { readonly kind: 'report' }
);

/** Why a deed is refused; nothing has changed then. */
export type Refusal =
  | { readonly refused: 'alert-changed'; readonly version: number }
  | { readonly refused: 'alert-closed' }
  | { readonly refused: 'already-acknowledged'; readonly by: string }
  | { readonly refused: 'life-safety-not-shelved' }
  | { readonly refused: 'shelf-too-long'; readonly maxMs: number }
  | { readonly refused: 'already-shelved' }
  | { readonly refused: 'not-shelved' }
  | { readonly refused: 'not-acknowledged' }
  | { readonly refused: 'condition-stands' }
  | { readonly refused: 'not-verifiable'; readonly since: number }
  | { readonly refused: 'nothing-to-reset' }
  | { readonly refused: 'cause-required' };

export type DeedSettings = { readonly shelveMaxMs: number };

/**
 * What a person's deed makes of an alert. Compare-and-set: a deed on another version than the one that stands is refused,
 * so nobody acknowledges news that he has not seen.
 */
export function act(
  alert: Alert,
  action: AlertAction,
  { at, by, settings }: { at: Moment; by: string; settings: DeedSettings },
): Outcome | Refusal {
  if (alert.closed !== null) return { refused: 'alert-closed' };
  if (action.version !== alert.version) return { refused: 'alert-changed', version: alert.version };
  const deed: Deed = { by, at, text: action.text };
  switch (action.kind) {
    case 'acknowledge':
      return acknowledge(alert, deed, action.cause);
    case 'shelve':
      return shelve(alert, deed, { forMs: action.forMs, maxMs: settings.shelveMaxMs });
    case 'unshelve':
      return unshelve(alert, deed);
    case 'reset':
      return reset(alert, deed, action.cause);
    case 'report':
      return report(alert, deed);
  }
}

function acknowledge(alert: Alert, deed: Deed, cause: Cause | null): Outcome | Refusal {
  if (alert.acknowledged !== null) return { refused: 'already-acknowledged', by: alert.acknowledged.by };
  const patch = { acknowledged: deed, cause: cause ?? alert.cause };
  return done(alert, patch, deed, { code: 'acknowledged', text: deed.text });
}

function shelve(alert: Alert, deed: Deed, { forMs, maxMs }: { forMs: number; maxMs: number }): Outcome | Refusal {
  if (alert.lifeSafety) return { refused: 'life-safety-not-shelved' };
  if (alert.shelved !== null) return { refused: 'already-shelved' };
  if (forMs > maxMs) return { refused: 'shelf-too-long', maxMs };
  const until = deed.at.wall + forMs;
  const patch = { shelved: { ...deed, until, untilMono: deed.at.mono + forMs }, acknowledged: deed };
  return done(alert, patch, deed, { code: 'shelved', until, text: deed.text });
}

function unshelve(alert: Alert, deed: Deed): Outcome | Refusal {
  if (alert.shelved === null) return { refused: 'not-shelved' };
  return done(alert, afterShelf(alert), deed, { code: 'unshelved', text: deed.text });
}

/** Shelving counts as an answer to what is over; what still stands asks again. */
export function afterShelf(alert: Alert): Partial<Alert> {
  return alert.returned === null ? { shelved: null, acknowledged: null } : { shelved: null };
}

function reset(alert: Alert, deed: Deed, cause: Cause | null): Outcome | Refusal {
  if (!alert.latches || alert.late) return { refused: 'nothing-to-reset' };
  if (alert.returned === null) {
    return alert.unverifiable === null
      ? { refused: 'condition-stands' }
      : { refused: 'not-verifiable', since: alert.unverifiable.since.wall };
  }
  if (alert.unverifiable !== null) return { refused: 'not-verifiable', since: alert.unverifiable.since.wall };
  if (alert.acknowledged === null) return { refused: 'not-acknowledged' };
  const found = cause ?? alert.cause;
  if (found === null && asksCause(alert)) return { refused: 'cause-required' };
  return done(alert, { cause: found, closed: deed.at, maintenance: null, suppressedBy: null }, deed, {
    code: 'reset',
    cause: found ?? 'other',
    text: deed.text,
  });
}

/**
 * What was done is kept, and the acknowledgement no longer ages. It says nothing of a condition that sensors see; that of
 * a call for help is a person's word, and ends with the word of who went there.
 */
function report(alert: Alert, deed: Deed): Outcome | Refusal {
  const acknowledged = alert.acknowledged ?? deed;
  const returned = isCall(alert) ? (alert.returned ?? deed.at) : alert.returned;
  return done(alert, { report: deed, acknowledged, returned }, deed, { code: 'reported', text: deed.text });
}

/** Fires, gas and CO: what it turned out to be is what nuisance alarms are counted by. */
export function asksCause({ hazard, lifeSafety }: Pick<Alert, 'hazard' | 'lifeSafety'>): boolean {
  return lifeSafety && (hazard === 'fire' || hazard === 'gas' || hazard === 'co');
}

function done(alert: Alert, patch: Partial<Alert>, deed: Deed, reason: Parameters<typeof move>[2]['reason']): Outcome {
  const { alert: next, transition } = move(alert, patch, { at: deed.at, by: deed.by, reason });
  const telling =
    next.state === 'normal' ? cleared(next) : next.state === 'unack' ? toAllTold(next, 'unshelved') : null;
  return { alert: next, transitions: [transition], telling };
}

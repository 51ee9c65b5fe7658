import type { AlertSignal } from '../commit/participant.ts';
import { type Alert, isCall } from './alert.ts';
import { alertItem } from './alert-item.ts';
import type { AlertSite } from './alert-site.ts';
import { isNuisance } from './nuisance.ts';

/** An alert as the services after this one hear of it. */
export function alertSignal(alert: Alert, site: AlertSite): AlertSignal {
  const { headline, why, action } = alertItem({ ...alert, unverifiable: null }, site);
  return {
    kind: 'alert',
    site: alert.site,
    building: alert.building,
    alert: alert.id,
    hazard: alert.hazard,
    level: alert.level,
    rule: alert.rule,
    since: Math.round(alert.since.wall),
    headline,
    why,
    action,
    witnesses: alert.witnesses.length,
    status: alert.status,
    now: isCall(alert) && alert.closed === null ? 'quiet' : nowOf(alert),
  };
}

function nowOf({ state, late, cause }: Alert): AlertSignal['now'] {
  if (state === 'normal') return cause !== null && (isNuisance(cause) || cause === 'test') ? 'mistaken' : 'over';
  const isQuiet = late || state === 'shelved' || state === 'suppressed' || state === 'out-of-service';
  return isQuiet ? 'quiet' : 'stands';
}

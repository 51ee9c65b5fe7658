import { buildingAlertSchema } from '../../contract/http/alerts.ts';
import { digestWords } from '../../contract/words/alerts.ts';
import { guidelineFor } from '../../contract/words/guidelines/guidelines.ts';
import type { Notice, Urgency } from '../notify/notice.ts';
import { type Alert, isCall, isForecast, isOpen, noBuilding } from './alert.ts';
import { alertItem } from './alert-item.ts';
import type { Draft } from './draft.ts';
import { digest, offer, openGate } from './flood.ts';
import { rank, type Telling } from './life-cycle.ts';

/** Writes the notices of a telling, one a role, as far as the flood gate lets them pass by themselves. */
export function tell(draft: Draft, alert: Alert, telling: Telling): void {
  if (tellsResidents(draft, alert, telling)) draft.notices.push(toResidents(draft, alert, telling.reason));
  for (const [role, step] of rolesOf(draft, alert, telling)) {
    const audience = `${alert.site}/${role}`;
    const message = {
      alert: alert.id,
      about: `${alert.building}/${alert.hazard}`,
      lifeSafety: alert.lifeSafety && !alert.late,
      peak: alert.level === '심각' && (telling.reason === 'raised' || telling.reason === 'worse'),
    };
    const { flood } = draft.context.policy;
    const passage = offer(draft.gate(audience) ?? openGate, message, draft.at.mono, flood.value);
    draft.gates.set(audience, passage.gate);
    if (passage.verdict === 'send') draft.notices.push(noticeOf(draft, alert, { role, step, reason: telling.reason }));
    else if (passage.digestMs !== null) {
      draft.timers.set(`digest:${audience}`, { afterMs: passage.digestMs, kept: 'stored' });
    }
  }
}

const newsToResidents: ReadonlySet<Telling['reason']> = new Set(['raised', 'worse', 'back', 'cleared']);

/**
 * Those who live or work there: of what they may have to leave by, when its level rises, and of its end. One more detector
 * tells them nothing new. Floods hold nothing of it back.
 */
function tellsResidents(draft: Draft, alert: Alert, { reason }: Telling): boolean {
  if (!alert.lifeSafety || alert.late || alert.status === 'Test' || isCall(alert) || isForecast(alert)) return false;
  const from = draft.context.policy.residentsFrom.value;
  const before = draft.memory.alerts.get(alert.id);
  if (reason === 'worse' && before !== undefined && rank(alert.worst) <= rank(before.worst)) return false;
  return newsToResidents.has(reason) && rank(alert.worst) >= rank(from) && alert.building !== noBuilding;
}

/** Says what to do, in the guideline's few words, and not which sensor saw what. */
function toResidents(draft: Draft, alert: Alert, reason: string): Notice {
  const notice = noticeOf(draft, alert, { role: 'resident', step: 0, reason });
  const { hazard, level, cause } = alert;
  const phase = reason === 'cleared' ? 'after' : 'during';
  const { lines } = guidelineFor({ hazard, level, audience: 'resident', phase });
  const item = alertItem(alert, draft.site(alert.site));
  return {
    ...notice,
    urgency: alert.status === 'Test' ? 'routine' : 'life-safety',
    payload: { reason, alert: buildingAlertSchema.parse(item), guideline: lines, cause },
  };
}

/** Each role once, with the first step in which it stands. A test is told to test people alone. */
function rolesOf(draft: Draft, alert: Alert, { steps }: Telling): Map<string, number> {
  if (alert.status === 'Test') return new Map([['test', 0]]);
  const roles = new Map<string, number>();
  const escalation = draft.escalation(alert);
  for (const step of steps) {
    for (const role of escalation.steps[step]?.roles ?? []) if (!roles.has(role)) roles.set(role, step);
  }
  return roles;
}

function noticeOf(draft: Draft, alert: Alert, to: { role: string; step: number; reason: string }): Notice {
  const { role, step, reason } = to;
  // A repetition changes nothing of the alert, so its time tells it from the one before.
  const again = reason === 'repeated' ? `/${Math.round(draft.at.mono)}` : '';
  return {
    key: `${alert.id}/${alert.version}/${role}${again}`,
    part: 'alerts',
    site: alert.site,
    building: alert.building,
    alert: alert.id,
    audience: { role, step },
    reason,
    urgency: urgencyOf(alert, reason),
    payload: { reason, alert: alertItem(alert, draft.site(alert.site)) },
    created: draft.at.wall,
  };
}

function urgencyOf(alert: Alert, reason: string): Urgency {
  if (alert.late || reason === 'cleared' || alert.status === 'Test') return 'routine';
  if (alert.lifeSafety) return 'life-safety';
  return rank(alert.level) >= rank('주의') ? 'prompt' : 'routine';
}

/** The digest of an audience is due: one notice for all that was held back and is still open. */
export function tellDigest(draft: Draft, audience: string): void {
  const { gate, alerts: ids } = digest(
    draft.gate(audience) ?? openGate,
    draft.at.mono,
    draft.context.policy.flood.value,
  );
  draft.gates.set(audience, gate);
  const alerts = ids
    .flatMap((id) => draft.alert(id) ?? [])
    .filter(isOpen)
    .toSorted(firstOutOnTop);
  const [first] = alerts;
  if (first === undefined) return;
  const role = audience.slice(audience.indexOf('/') + 1);
  if (alerts.length === 1) {
    draft.notices.push(noticeOf(draft, first, { role, step: first.step, reason: 'held' }));
    return;
  }
  const lifeSafety = alerts.filter((alert) => alert.lifeSafety).length;
  const site = draft.site(first.site);
  const firstItem = alertItem(first, site);
  const buildings = new Set(alerts.map(({ building }) => building));
  draft.notices.push({
    key: `digest-${draft.nextNumber()}/${role}`,
    part: 'alerts',
    site: first.site,
    building: buildings.size === 1 ? first.building : 'site',
    alert: null,
    audience: { role, step: first.step },
    reason: 'digest',
    urgency: lifeSafety > 0 ? 'life-safety' : 'prompt',
    payload: {
      reason: 'digest',
      headline: digestWords({ count: alerts.length, lifeSafety, first: firstItem.headline }),
      first: firstItem,
      count: alerts.length,
      lifeSafety,
      alerts: alerts.map(({ id }) => id),
    },
    created: draft.at.wall,
  });
}

/** Life safety, then the higher level, then who came first. */
export function firstOutOnTop(one: Alert, other: Alert): number {
  return (
    Number(other.lifeSafety) - Number(one.lifeSafety) ||
    rank(other.level) - rank(one.level) ||
    one.since.mono - other.since.mono
  );
}

import { alertIdSchema, siteIdSchema, tryPointRef } from '../../contract/ids.ts';
import { isOpen } from './alert.ts';
import { endMaintenance } from './do-maintenance.ts';
import type { Draft } from './draft.ts';
import { elapse, timers } from './elapse.ts';
import { settle, standsByItself, tellTrouble } from './judge-troubles.ts';
import { repairNeeded } from './nuisance.ts';
import { put } from './put.ts';
import { tellDigest } from './tell.ts';

/** A deadline is over: `kind:of` is the key under which it was set. */
export function fire(draft: Draft, kind: string, of: string): void {
  fires[kind]?.(draft, of);
}

const fires: Readonly<Record<string, (draft: Draft, of: string) => void>> = {
  alert: fireAlert,
  evidence: freezeAfter,
  digest: tellDigest,
  trouble: tellTrouble,
  maintenance: (draft, id) => endMaintenance(draft, id, { by: 'system', why: null }),
  repair: askRepair,
  settled: settle,
};

function fireAlert(draft: Draft, of: string): void {
  const [id = '', name] = of.split(':');
  const timer = timers.find((one) => one === name);
  const alert = draft.alert(alertIdSchema.parse(id));
  if (timer === undefined || alert === undefined || !isOpen(alert)) return;
  put(draft, alert, elapse(alert, timer, draft.at, draft.escalation(alert)));
}

function freezeAfter(draft: Draft, id: string): void {
  const alert = draft.alert(alertIdSchema.parse(id));
  if (alert === undefined) return;
  draft.freeze(alert, 'after', draft.context.policy.evidenceMs.value.after);
}

/** Counts a point's nuisance alarms; too many are a repair with a date. */
function askRepair(draft: Draft, of: string): void {
  const slash = of.indexOf('/');
  const [site, text] = [siteIdSchema.parse(of.slice(0, slash)), of.slice(slash + 1)];
  const point = tryPointRef(text);
  if (point === undefined || !draft.context.sites.has(site)) return;
  const settings = draft.context.policy.nuisance.value;
  const repairedAt = draft.memory.repaired.get(of) ?? null;
  const entries = draft.memory.ledger.filter((entry) => entry.site === site);
  const task = repairNeeded(point, entries, { at: draft.at.wall, repairedAt, settings });
  if (task === null) return;
  draft.repairs.set(of, { site, point, due: task.due, repaired: repairedAt });
  const why = { code: 'repair-due', point, times: task.times, days: settings.days } as const;
  const building = draft.site(site).places.get(point)?.building ?? null;
  standsByItself(draft, {
    site,
    key: `repair:${point}`,
    stands: true,
    why,
    lifeSafety: false,
    building,
    points: [point],
  });
}

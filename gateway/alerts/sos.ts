import type { BuildingId, SiteId } from '../../contract/ids.ts';
import type { TroubleReason } from '../../contract/reasons/alerts.ts';
import type { Said } from '../audit/entry.ts';
import { type Alert, callKey } from './alert.ts';
import type { Draft } from './draft.ts';
import { move, type Outcome, toAllTold, unchanged } from './life-cycle.ts';
import { put } from './put.ts';
import { raiseAlert } from './raise-alert.ts';

/** A person calls for help. `isNew`: the person has not called in the alert that stands. */
export type Sos = {
  readonly site: SiteId;
  readonly building: BuildingId;
  readonly person: string;
  readonly text: string | null;
  readonly isNew: boolean;
};

type CallWhy = Extract<TroubleReason, { code: 'sos' }>;

/**
 * The calls for help of a building are one alert, so fifty presses are one with a count.
 *
 * | who presses | then |
 * |---|---|
 * | the first one | an alert of life safety is raised; it escalates like every other |
 * | somebody else, or anybody after it was reported as done | it is told again, whatever was acknowledged |
 * | the same person again | it is counted, and nobody is told |
 */
export function sos(draft: Draft, call: Sos, said: Said): Alert {
  const { site, building, person, text, isNew } = call;
  const standing = draft.standingOf(`${site}/${callKey(building)}`);
  const alert = standing === undefined ? raised(draft, call) : again(draft, standing, isNew);
  draft.signals.push({ kind: 'call', site, building, alert: alert.id, person, text });
  if (standing === undefined || isNew) {
    const after = { alert: alert.id };
    draft.audit.push({ ...said, action: 'sos', subject: `building:${site}/${building}`, before: null, after });
  }
  return alert;
}

function raised(draft: Draft, { site, building }: Sos): Alert {
  return raiseAlert(draft, {
    ...{ site, building, rule: callKey(building), hazard: 'sos', lifeSafety: true, witnesses: [] },
    ...{ level: draft.context.policy.callLevel.value, why: whyOf(1, 1) },
    ...{ since: draft.at, simulated: false, late: false },
  });
}

function again(draft: Draft, standing: Alert, isNew: boolean): Alert {
  const before = figuresOf(standing);
  const callers = before.callers + (isNew ? 1 : 0);
  const why = whyOf(callers, before.times + 1);
  const outcome = isNew || standing.returned !== null ? news(draft, standing, why) : unchanged({ ...standing, why });
  put(draft, standing, outcome);
  return outcome.alert;
}

function news(draft: Draft, standing: Alert, why: CallWhy): Outcome {
  const patch = { why, acknowledged: null, report: null, returned: null };
  const reason = { code: 'called-again', callers: why.callers } as const;
  const { alert, transition } = move(standing, patch, { at: draft.at, reason });
  return { alert, transitions: [transition], telling: alert.state === 'unack' ? toAllTold(alert, 'worse') : null };
}

function whyOf(callers: number, times: number): CallWhy {
  return { code: 'sos', callers, times };
}

function figuresOf({ why }: Alert): { callers: number; times: number } {
  return 'callers' in why && 'times' in why
    ? { callers: Number(why.callers), times: Number(why.times) }
    : { callers: 0, times: 0 };
}

import type { SiteId } from '../../contract/ids.ts';
import type { TroubleReason } from '../../contract/reasons/alerts.ts';
import type { StateChange } from '../state/changes.ts';
import { type Alert, noBuilding } from './alert.ts';
import type { Draft } from './draft.ts';
import { type AgentWiring, type Trouble, troublesOf } from './grouping.ts';
import { type Judged, judge } from './life-cycle.ts';
import { suppress } from './out-of-service.ts';
import { put } from './put.ts';
import { raiseAlert } from './raise-alert.ts';

/** Takes in what is known of agents and devices; the result is the agents whose troubles are to be looked at. */
export function seeParts(draft: Draft, changes: readonly StateChange[]): Set<AgentWiring> {
  const touched = new Set<AgentWiring>();
  for (const change of changes) {
    if (change.kind === 'agent') {
      const { state, simulated } = change;
      draft.agents.set(`${change.site}/${change.agent}`, { state, simulated });
    } else if (change.kind === 'device') draft.devices.set(`${change.site}/${change.device}`, change.state);
    const wiring = wiringOf(draft, change);
    if (wiring !== undefined) touched.add(wiring);
  }
  return touched;
}

function wiringOf(draft: Draft, change: StateChange): AgentWiring | undefined {
  if (change.kind === 'service' || change.kind === 'beat') return undefined;
  const { wiring } = draft.site(change.site);
  if (change.kind !== 'point') return wiring.find(({ agent }) => agent === change.agent);
  return draft.context.wiringOfPoint(change.site, change.point);
}

/**
 * Finds an agent's troubles as they are now. A new one waits before it is told, so that a line has the time to show itself
 * as a whole; one that has a wider cause now is left to that.
 */
export function judgeTroubles(draft: Draft, wiring: AgentWiring): void {
  const { site } = wiring;
  const now = new Map(troublesOf(wiring, knownOf(draft, wiring)).map((trouble) => [trouble.key, trouble]));
  for (const key of presentOf(draft, wiring)) if (!now.has(key)) forget(draft, `${site}/${key}`);
  for (const trouble of now.values()) notice(draft, wiring, trouble);
  for (const alert of standingOf(draft, wiring)) {
    const trouble = now.get(alert.rule);
    if (trouble !== undefined) judgeTrouble(draft, alert, judgedOf(trouble));
    else if (!draft.context.widerOf(site, alert.rule).some((wider) => now.has(wider))) judgeTrouble(draft, alert, gone);
  }
  for (const alert of standingOf(draft, wiring)) freeOf(draft, alert, now);
}

function knownOf(draft: Draft, { site, agent }: AgentWiring): Parameters<typeof troublesOf>[1] {
  const { memory } = draft;
  const heard = draft.agents.get(`${site}/${agent}`) ?? memory.agents.get(`${site}/${agent}`);
  return {
    agent: heard?.state ?? 'unknown',
    device: (device) => draft.devices.get(`${site}/${device}`) ?? memory.devices.get(`${site}/${device}`) ?? 'unknown',
    view: (point) => draft.view(site, point),
    isServiced: (point) => draft.maintenanceOf(site, point, 'service') !== undefined,
  };
}

function presentOf(draft: Draft, wiring: AgentWiring): string[] {
  const keys = new Set([...draft.memory.troubles.keys(), ...draft.troubles.keys()]);
  return [...keys].flatMap((key) => {
    const present = draft.trouble(key);
    return present === undefined || present.wiring !== wiring ? [] : [present.trouble.key];
  });
}

function standingOf(draft: Draft, wiring: AgentWiring): Alert[] {
  const { site } = wiring;
  const isOfIt = (alert: Alert) => alert.site === site && draft.context.wiringOfCause(site, alert.rule) === wiring;
  return [...draft.open()].filter(isOfIt);
}

function notice(draft: Draft, wiring: AgentWiring, trouble: Trouble): void {
  const key = `${wiring.site}/${trouble.key}`;
  const before = draft.trouble(key);
  draft.troubles.set(key, { wiring, trouble, since: before?.since ?? draft.at.mono });
  if (draft.standingOf(key) !== undefined || before?.trouble.isSaid === trouble.isSaid) return;
  draft.timers.set(`trouble:${key}`, { afterMs: waitOf(draft, trouble), kept: 'memory' });
}

/** Nobody is told of a silence that is none yet: what is read each minute may be heard of a minute later. */
function waitOf({ context }: Draft, { isSaid, everyMs }: Trouble): number {
  const { troubleSaidMs, troubleSilentMs } = context.policy;
  return isSaid ? troubleSaidMs.value : Math.max(troubleSilentMs.value, everyMs + troubleSaidMs.value);
}

function forget(draft: Draft, key: string): void {
  draft.troubles.set(key, null);
  draft.timers.set(`trouble:${key}`, { afterMs: null, kept: 'memory' });
}

/** What a wider cause explained speaks for itself again once that is over. */
function freeOf(draft: Draft, alert: Alert, now: ReadonlyMap<string, Trouble>): void {
  if (alert.suppressedBy === null) return;
  const by = draft.alert(alert.suppressedBy);
  if (by !== undefined && now.has(by.rule)) return;
  put(draft, alert, suppress(alert, null, draft.at));
}

/** Agents have had their time to come back after the start: what waited long enough by now is told. */
export function settle(draft: Draft): void {
  draft.settled = true;
  for (const key of new Set([...draft.memory.troubles.keys(), ...draft.troubles.keys()])) {
    const present = draft.trouble(key);
    if (present === undefined) continue;
    if (draft.at.mono - present.since >= waitOf(draft, present.trouble)) tellTrouble(draft, key);
  }
}

/** The wait is over: who is told, unless it ended meanwhile. */
export function tellTrouble(draft: Draft, key: string): void {
  const present = draft.trouble(key);
  if (present === undefined || draft.standingOf(key) !== undefined) return;
  if (!draft.settled) return;
  const { wiring, trouble, since } = present;
  const { site, agent } = wiring;
  const heard = draft.agents.get(`${site}/${agent}`) ?? draft.memory.agents.get(`${site}/${agent}`);
  const alert = raiseTrouble(draft, { site, trouble, simulated: heard?.simulated ?? false, since });
  for (const other of draft.open()) {
    const wider = draft.context.widerOf(site, other.rule);
    if (other.site === site && wider.includes(trouble.key)) put(draft, other, suppress(other, alert.id, draft.at));
  }
}

export function raiseTrouble(
  draft: Draft,
  of: {
    site: SiteId;
    trouble: Pick<Trouble, 'key' | 'building' | 'points' | 'lifeSafety' | 'why'>;
    simulated: boolean;
    since: number;
  },
): Alert {
  const { site, trouble, simulated, since } = of;
  return raiseAlert(draft, {
    site,
    building: trouble.building ?? noBuilding,
    rule: trouble.key,
    hazard: 'equipment',
    lifeSafety: false,
    level: trouble.lifeSafety ? '주의' : '관심',
    why: trouble.why,
    witnesses: trouble.points,
    since: { wall: Math.round(draft.at.wall - Math.max(0, draft.at.mono - since)), mono: since },
    simulated,
    late: false,
  });
}

function judgeTrouble(draft: Draft, alert: Alert, judged: Judged): void {
  const outcome = judge(alert, judged, draft.at, { quietMs: draft.context.policy.quietMs.value });
  if (outcome.alert.version !== alert.version) put(draft, alert, outcome);
}

function judgedOf({ lifeSafety, points, why }: Trouble): Judged {
  const level = lifeSafety ? '주의' : '관심';
  return { verdict: 'met', level, witnesses: points, zones: [], unknown: [], why };
}

const gone: Judged = {
  verdict: 'unmet',
  level: null,
  witnesses: [],
  zones: [],
  unknown: [],
  why: { code: 'within-limits' },
};

/** Trouble that no wiring tells: a service that fails, a part that is switched off, a repair that is due. */
export function standsByItself(
  draft: Draft,
  of: {
    site: SiteId;
    key: string;
    stands: boolean;
    why: TroubleReason;
    lifeSafety: boolean;
    building: Trouble['building'];
    points: Trouble['points'];
    /** The field is virtual. */
    simulated?: boolean;
  },
): void {
  const { site, key, stands, why, lifeSafety, building, points, simulated = false } = of;
  const standing = draft.standingOf(`${site}/${key}`);
  if (!stands) {
    if (standing !== undefined) judgeTrouble(draft, standing, gone);
    return;
  }
  if (standing !== undefined) {
    judgeTrouble(draft, standing, { ...gone, verdict: 'met', level: standing.level, witnesses: points, why });
    return;
  }
  raiseTrouble(draft, {
    site,
    trouble: { key, building, points, lifeSafety, why },
    simulated,
    since: draft.at.mono,
  });
}

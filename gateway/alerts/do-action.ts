import type { AlertId, BuildingId, PointRef, SiteId } from '../../contract/ids.ts';
import type { TroubleReason } from '../../contract/reasons/alerts.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Said } from '../audit/entry.ts';
import { type Alert, isCall, isForecast } from './alert.ts';
import { type AlertAction, act, type Refusal } from './deeds.ts';
import { endMaintenance, type MaintenanceAnswer, maintain, type NewMaintenance } from './do-maintenance.ts';
import type { Draft } from './draft.ts';
import type { ChainTrouble } from './judge-beats.ts';
import { judgeAlert } from './judge-rules.ts';
import { judgeTroubles, standsByItself } from './judge-troubles.ts';
import { disable } from './out-of-service.ts';
import { put } from './put.ts';
import { type Sos, sos } from './sos.ts';

/** What people and the gateway itself ask of the alerts part. */
export type AlertsAction =
  /** Once, when every service has joined. */
  | { readonly kind: 'start' }
  | { readonly kind: 'deed'; readonly alert: AlertId; readonly deed: AlertAction }
  | ({ readonly kind: 'maintain' } & NewMaintenance)
  | { readonly kind: 'end-maintenance'; readonly maintenance: string; readonly text: string }
  | { readonly kind: 'go-live'; readonly site: SiteId; readonly building: BuildingId; readonly live: boolean }
  | { readonly kind: 'rebaseline'; readonly site: SiteId; readonly rule: string; readonly text: string }
  | ({ readonly kind: 'sos' } & Sos)
  | { readonly kind: 'reach'; readonly site: SiteId; readonly troubles: readonly ReachTrouble[] }
  | { readonly kind: 'upkeep'; readonly site: SiteId; readonly troubles: readonly UpkeepTrouble[] }
  | { readonly kind: 'chain'; readonly site: SiteId; readonly trouble: ChainTrouble }
  | { readonly kind: 'repaired'; readonly site: SiteId; readonly point: PointRef; readonly text: string };

export type AlertsRefusal =
  | Refusal
  | Extract<MaintenanceAnswer, { refused: string }>
  | { readonly refused: 'alert-unknown' }
  | { readonly refused: 'nothing-to-repair' }
  | { readonly refused: 'rule-unknown' }
  | { readonly refused: 'no-learnt-baseline' };

export type AlertsAnswer = AlertsRefusal | { readonly alert: Alert } | MaintenanceAnswer | { readonly done: true };

export function doAction(draft: Draft, action: AlertsAction, said: Said): AlertsAnswer {
  switch (action.kind) {
    case 'start':
      return start(draft);
    case 'deed':
      return deed(draft, action, said);
    case 'maintain':
      return maintain(draft, action, said);
    case 'end-maintenance':
      return endMaintenance(draft, action.maintenance, said);
    case 'go-live':
      return goLive(draft, action, said);
    case 'rebaseline':
      return rebaseline(draft, action, said);
    case 'reach':
      return reach(draft, action);
    case 'sos':
      return { alert: sos(draft, action, said) };
    case 'upkeep':
      return upkeep(draft, action);
    case 'chain':
      return chain(draft, action);
    case 'repaired':
      return repaired(draft, action, said);
  }
}

/** Rules that the site file no longer has close their alerts as that; what stands is not verifiable until it is heard of. */
function start(draft: Draft): AlertsAnswer {
  const { context, memory } = draft;
  const known = new Map(context.index.all.map((rule) => [rule.key, rule]));
  for (const alert of draft.open()) {
    const rule = known.get(`${alert.site}/${alert.rule}`);
    if (rule === undefined) {
      if (!isOwn(draft, alert)) put(draft, alert, disable(alert, draft.at));
      continue;
    }
    const state = memory.rules.get(rule.key)?.state ?? rule.compiled.start();
    const { judgement } = rule.compiled.step(state, { kind: 'tick', mono: draft.at.mono });
    if (!alert.late) judgeAlert(draft, alert, rule, { judgement, simulated: false });
  }
  for (const key of memory.rules.keys()) if (!known.has(key)) draft.forgottenRules.add(key);
  for (const rule of context.index.all) {
    const memoryOf = memory.rules.get(rule.key);
    if (memoryOf === undefined) continue;
    const { due } = rule.compiled.step(memoryOf.state, { kind: 'tick', mono: draft.at.mono }).judgement;
    if (due === null) continue;
    draft.armed.set(rule.key, due);
    draft.timers.set(`rule:${rule.key}`, { afterMs: Math.max(1, due - draft.at.mono), kept: 'memory' });
  }
  // Nobody has been heard yet; who is not within the grace is told of.
  for (const { wiring } of context.sites.values()) for (const one of wiring) judgeTroubles(draft, one);
  draft.timers.set('settled', { afterMs: context.policy.startGraceMs.value, kept: 'memory' });
  return { done: true };
}

const ownKinds = [
  ...['service:', 'out-of-action:', 'repair:', 'chain:', 'interlock:', 'upkeep:'],
  ...['reach:', 'rota:', 'person:', 'residents:', 'suspect:'],
] as const;

/** Troubles that stand by themselves have no rule in a site file. */
function isOwn(draft: Draft, alert: Alert): boolean {
  const { site, rule } = alert;
  if (draft.context.wiringOfCause(site, rule) !== undefined) return true;
  if (isCall(alert)) return true;
  // The forecast itself ends those of points that it no longer follows.
  if (isForecast(alert)) return true;
  return ownKinds.some((kind) => rule.startsWith(kind));
}

function deed(
  draft: Draft,
  { alert: id, deed: what }: Extract<AlertsAction, { kind: 'deed' }>,
  said: Said,
): AlertsAnswer {
  const alert = draft.alert(id);
  if (alert === undefined) return { refused: 'alert-unknown' };
  const settings = { shelveMaxMs: draft.context.policy.shelveMaxMs.value };
  const outcome = act(alert, what, { at: draft.at, by: said.by, settings });
  if ('refused' in outcome) return outcome;
  put(draft, alert, outcome);
  draft.audit.push({
    ...said,
    action: `alert-${what.kind}`,
    subject: `alert:${alert.site}/${id}`,
    before: { state: alert.state, version: alert.version },
    after: { state: outcome.alert.state, version: outcome.alert.version },
    why: what.text,
  });
  return { alert: outcome.alert };
}

function goLive(
  draft: Draft,
  { site, building, live }: Extract<AlertsAction, { kind: 'go-live' }>,
  said: Said,
): AlertsAnswer {
  draft.audit.push({
    ...said,
    action: 'building-live',
    subject: `building:${site}/${building}`,
    before: { live: draft.isLive(site, building) },
    after: { live },
  });
  draft.live.set(`${site}/${building}`, live);
  return { done: true };
}

/**
 * A rule learns its baseline again, as after a sensor was replaced. What it raised stands until it is judged by the new one.
 */
function rebaseline(
  draft: Draft,
  { site, rule: id, text }: Extract<AlertsAction, { kind: 'rebaseline' }>,
  said: Said,
): AlertsAnswer {
  const rule = draft.context.index.byKey(`${site}/${id}`);
  if (rule === undefined) return { refused: 'rule-unknown' };
  if (!learnsBaseline(rule.rule)) return { refused: 'no-learnt-baseline' };
  const before = draft.rule(rule.key)?.state ?? null;
  draft.evaluation.restart(rule, draft.at.mono);
  draft.audit.push({
    ...said,
    action: 'rule-rebaseline',
    subject: `rule:${site}/${id}`,
    before: { state: JSON.stringify(before).slice(0, 500) },
    after: null,
    why: text,
  });
  return { done: true };
}

function learnsBaseline({ condition, points }: Rule): boolean {
  if (condition.kind !== 'deviation') return false;
  return points.some(({ ref }) => typeof (condition.baselines[ref] ?? condition.baseline) !== 'number');
}

/** People whom an alert would not arrive at stand as a trouble of the installation. */
export type ReachTrouble = {
  readonly building: BuildingId | null;
  readonly why: Extract<TroubleReason, { code: ReachCode }>;
  readonly stands: boolean;
};
/** As one looks at it. `stands` null: not known just now, so whatever stood before stays. */
export type ReachLook = Omit<ReachTrouble, 'stands'> & { readonly stands: boolean | null };

type ReachCode = 'role-unreachable' | 'rota-gap' | 'person-unreached' | 'residents-unreached' | 'channel-failing';

const reachCodes: ReadonlySet<string> = new Set<ReachCode>([
  ...(['role-unreachable', 'rota-gap', 'person-unreached', 'residents-unreached', 'channel-failing'] as const),
]);

export function isReachReason(why: { readonly code: string }): why is ReachTrouble['why'] {
  return reachCodes.has(why.code);
}

/** Under which key it stands. */
export function reachKey({ why }: Pick<ReachTrouble, 'why'>): string {
  switch (why.code) {
    case 'role-unreachable':
      return `reach:${why.role}${why.building === null ? '' : `/${why.building}`}`;
    case 'rota-gap':
      return `rota:${why.role}${why.building === null ? '' : `/${why.building}`}`;
    case 'person-unreached':
      return `person:${why.person}`;
    case 'residents-unreached':
      return `residents:${why.building}`;
    case 'channel-failing':
      return `channel:${why.channel}`;
  }
}

/** Those without whom nobody at all may be told weigh more than one of several people. */
const weighsMore: ReadonlySet<ReachCode> = new Set(['role-unreachable', 'rota-gap']);

function reach(draft: Draft, { site, troubles }: Extract<AlertsAction, { kind: 'reach' }>): AlertsAnswer {
  for (const of of troubles) {
    const { building, why, stands } = of;
    const lifeSafety = weighsMore.has(why.code);
    standsByItself(draft, { site, key: reachKey(of), stands, why, lifeSafety, building, points: [] });
  }
  return { done: true };
}

/** Under which key a broken chain stands: one a hop, and one an agent where that is what is silent. */
export function chainKey({ hop, agent }: ChainTrouble): string {
  return agent === null ? `chain:${hop}` : `chain:${hop}/${agent}`;
}

function chain(draft: Draft, { site, trouble }: Extract<AlertsAction, { kind: 'chain' }>): AlertsAnswer {
  const { hop, agent, stands } = trouble;
  const why = { code: 'chain-broken', hop, agent } as const;
  standsByItself(draft, {
    ...{ site, key: chainKey(trouble), stands, why },
    ...{ lifeSafety: true, building: null, points: [] },
  });
  return { done: true };
}

/** What the gateway needs of people for itself: copies that fail, a disk that fills or wears out. */
export type UpkeepTrouble = { readonly why: UpkeepReason; readonly stands: boolean };
export type UpkeepReason = Extract<TroubleReason, { code: UpkeepCode }>;
const upkeepCodes = [
  ...(['backup-failed', 'backup-overdue', 'drill-failed', 'drill-overdue'] as const),
  ...(['outputs-off', 'disk-filling', 'disk-failing', 'disk-full', 'card-wearing', 'configuration-returned'] as const),
] as const;
type UpkeepCode = (typeof upkeepCodes)[number];

export function isUpkeep(why: { readonly code: string }): why is UpkeepReason {
  return upkeepCodes.some((code) => code === why.code);
}

export function upkeepKey(why: UpkeepReason): string {
  const of = 'agent' in why && why.agent !== null ? `/${why.agent}` : '';
  return `upkeep:${why.code}${of}`;
}

function upkeep(draft: Draft, { site, troubles }: Extract<AlertsAction, { kind: 'upkeep' }>): AlertsAnswer {
  for (const { why, stands } of troubles) {
    standsByItself(draft, {
      ...{ site, key: upkeepKey(why), stands, why },
      ...{ lifeSafety: false, building: null, points: [] },
    });
  }
  return { done: true };
}

function repaired(
  draft: Draft,
  { site, point, text }: Extract<AlertsAction, { kind: 'repaired' }>,
  said: Said,
): AlertsAnswer {
  const key = `repair:${point}`;
  if (draft.standingOf(`${site}/${key}`) === undefined) return { refused: 'nothing-to-repair' };
  const why = { code: 'repair-due', point, times: 0, days: 0 } as const;
  standsByItself(draft, { site, key, stands: false, why, lifeSafety: false, building: null, points: [point] });
  draft.repairs.set(`${site}/${point}`, { site, point, due: null, repaired: draft.at.wall });
  draft.audit.push({
    ...said,
    action: 'repair-done',
    subject: `point:${site}/${point}`,
    before: null,
    after: null,
    why: text,
  });
  return { done: true };
}

import type { PointRef, SiteId } from '../../contract/ids.ts';
import type { Judgement } from '../../rules/rule.ts';
import type { PointRows, StateChange } from '../state/changes.ts';
import { type Alert, noBuilding } from './alert.ts';
import { zonesOf } from './alert-site.ts';
import type { Draft } from './draft.ts';
import { type Fed, feedOf, type Judging, type SiteRule } from './evaluate.ts';
import { type Judged, judge } from './life-cycle.ts';
import { put } from './put.ts';
import { raiseAlert } from './raise-alert.ts';

/** Feeds the rules with what a commit brought: readings first, then what became unknown, then time. */
export function judgeRules(draft: Draft, of: { changes: readonly StateChange[]; due: readonly SiteRule[] }): void {
  feedRows(draft);
  const touched = seePoints(draft, of.changes);
  for (const rule of of.due) {
    draft.armed.set(rule.key, null);
    draft.evaluation.step(rule, { kind: 'tick', mono: draft.at.mono }, ofNow(draft));
  }
  const { judgings } = draft.evaluation;
  for (const judging of judgings.toSorted((a, b) => a.mono - b.mono)) applyJudging(draft, judging);
  for (const rule of touched) verify(draft, rule);
  for (const rule of new Set([...draft.evaluation.stepped, ...of.due])) arm(draft, rule);
}

export type PointOfSite = { readonly site: SiteId; readonly point: PointRef };

function feedRows(draft: Draft): void {
  const { toJudge } = draft;
  if (toJudge.length === 0) return;
  const live = toJudge.filter(({ late }) => !late);
  feed(draft, live);
  if (live.length === toJudge.length) return;
  feed(
    draft,
    toJudge.filter(({ late }) => late),
  );
}

function feed(draft: Draft, columns: readonly PointRows[]): void {
  const { index } = draft.context;
  const { judgings } = draft.evaluation;
  const { single, mixed } = feedOf(columns, index);
  const first = judgings.length;
  for (const { column, rules, from } of single)
    for (const [place, row] of column.rows.entries()) feedRow(draft, rules, { column, row, nth: from + place });
  for (const [rule, list] of mixed) for (const fed of list) feedRow(draft, [rule], fed);
  if (mixed.size === 0) return;
  // In the order in which each reading would have been shown to all of its rules at once.
  const inOrder = judgings
    .splice(first)
    .toSorted((a, b) => a.nth - b.nth || index.placeOf(a.rule) - index.placeOf(b.rule));
  judgings.push(...inOrder);
}

/** One reading to each of these rules. */
function feedRow(draft: Draft, rules: readonly SiteRule[], { column, row, nth }: Fed): void {
  const { site, point, epoch, late, simulated } = column;
  if (draft.memory.maintenance.size > 0 && draft.maintenanceOf(site, point, 'service') !== undefined) return;
  const mono = draft.context.clock.ofReading(row.mono);
  // A value that is not of the present may raise and never clear, which is what uncertain means.
  const isStale = !late && draft.at.mono - mono > column.freshForMs;
  const fault = isStale && row.value !== null ? (row.fault ?? 'not-polled') : row.fault;
  const sample = { value: row.value, fault, epoch, mono };
  const of = { mono: Number.isFinite(mono) ? mono : draft.at.mono, readAt: row.at, simulated, late, nth };
  const input = { kind: 'sample', point, sample } as const;
  for (const rule of rules) draft.evaluation.step(rule, input, of, late ? lateKey(rule, column) : rule.key);
}

/** What is late is judged by itself, an epoch at a time, from nothing. */
function lateKey(rule: SiteRule, { epoch }: PointRows): string {
  return `${rule.key}~${epoch}`;
}

/** Rules of points of which something else may be said than before. */
function seePoints(draft: Draft, changes: readonly StateChange[]): Set<SiteRule> {
  const touched = new Set<SiteRule>();
  for (const change of changes) {
    if (change.kind !== 'point') continue;
    const { site, point, view } = change;
    draft.views.set(`${site}/${point}`, view);
    if (view === 'unknown') feedUnknown(draft, site, point, 'not-heard');
    for (const rule of draft.context.index.of(site, point)) touched.add(rule);
  }
  return touched;
}

/** Nothing may be said of the point from now on. */
export function feedUnknown(draft: Draft, site: SiteId, point: PointRef, code: string): void {
  for (const rule of draft.context.index.of(site, point)) {
    draft.evaluation.step(rule, { kind: 'unknown', point, mono: draft.at.mono, why: { code } }, ofNow(draft));
  }
}

function ofNow(draft: Draft): Omit<Judging, 'rule' | 'judgement'> {
  const nth = Number.MAX_SAFE_INTEGER;
  return { mono: draft.at.mono, readAt: null, simulated: false, late: false, nth };
}

/** What a judgement makes of the rule's alert: its next state, or a new one. */
export function applyJudging(draft: Draft, judging: Judging): void {
  const { rule, judgement, late } = judging;
  if (rule.rule.action === null) {
    enterLog(draft, judging);
    return;
  }
  const standing = draft.standingOf(rule.key);
  if (late) {
    if (judgement.verdict !== 'met' || standing !== undefined) return;
    if (draft.standingOf(`late:${rule.key}`) === undefined) raiseOf(draft, judging);
  } else if (standing === undefined) {
    if (judgement.verdict === 'met') raiseOf(draft, judging);
  } else judgeAlert(draft, standing, rule, judging);
}

/** A point came back, or went, and no reading changed what the rule says: the alert may be verifiable again, or not. */
function verify(draft: Draft, rule: SiteRule): void {
  const standing = draft.standingOf(rule.key);
  const judgement = draft.rule(rule.key)?.judgement;
  if (standing === undefined || judgement === undefined || judgement === null) return;
  judgeAlert(draft, standing, rule, { judgement, simulated: false });
}

export function judgeAlert(
  draft: Draft,
  alert: Alert,
  rule: SiteRule,
  { judgement, simulated }: Pick<Judging, 'judgement' | 'simulated'>,
): void {
  const judged = judgedOf(draft, rule, alert, judgement);
  const before = { ...alert, status: statusAfter(draft, alert, judged, simulated) };
  const settings = { quietMs: draft.context.policy.quietMs.value };
  const outcome = judge(before, judged, draft.at, settings);
  if (!isSameAlert(outcome.alert, alert)) put(draft, alert, outcome);
}

/** A witness that is under no test makes a test's alert a real one. */
function statusAfter(draft: Draft, alert: Alert, { witnesses }: Judged, simulated: boolean): Alert['status'] {
  if (alert.status !== 'Test') return alert.status;
  const points = [...new Set([...alert.witnesses, ...witnesses])];
  return draft.statusOf(alert.site, { building: alert.building, points, simulated });
}

function isSameAlert(one: Alert, other: Alert): boolean {
  return one.version === other.version && one.unverifiable === other.unverifiable && one.status === other.status;
}

function judgedOf(draft: Draft, { site }: SiteRule, alert: Alert, judgement: Judgement): Judged {
  const { verdict, level, witnesses, why } = judgement;
  const dark = [...alert.witnesses, ...witnesses].filter((point) => draft.view(site, point) !== 'fresh');
  const unknown = [...new Set([...judgement.unknown, ...dark])];
  return { verdict, level, witnesses, zones: zonesOf(draft.site(site), witnesses), unknown, why };
}

function raiseOf(draft: Draft, { rule, judgement, mono, readAt, simulated, late }: Judging): void {
  const { hazard, lifeSafety, id, building } = rule.rule;
  if (judgement.level === null) return;
  raiseAlert(draft, {
    site: rule.site,
    building: building ?? noBuilding,
    rule: id,
    hazard,
    lifeSafety,
    level: judgement.level,
    why: judgement.why,
    witnesses: judgement.witnesses,
    since: { wall: readAt ?? draft.at.wall, mono },
    simulated,
    late,
  });
}

/** A rule that asks nobody to do anything makes a log entry each time its condition begins. */
function enterLog(draft: Draft, { rule, judgement, late }: Judging): void {
  const before = draft.memory.rules.get(rule.key)?.judgement?.verdict;
  if (late || judgement.verdict !== 'met' || judgement.level === null || before === 'met') return;
  const { level, why } = judgement;
  draft.log.push({ at: draft.at.wall, site: rule.site, rule: rule.rule.id, level, why });
}

/** Waits for the moment at which a rule wants to be judged again. One that comes too early is harmless. */
function arm(draft: Draft, rule: SiteRule): void {
  const due = draft.rule(rule.key)?.judgement?.due ?? null;
  if (due === null) return;
  const armed = draft.armed.has(rule.key) ? draft.armed.get(rule.key) : draft.memory.armed.get(rule.key);
  if (armed !== undefined && armed !== null && armed <= due) return;
  draft.armed.set(rule.key, due);
  draft.timers.set(`rule:${rule.key}`, { afterMs: Math.max(1, due - draft.at.mono), kept: 'memory' });
}

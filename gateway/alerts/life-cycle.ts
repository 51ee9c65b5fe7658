import { type Level, levels } from '../../contract/hazards.ts';
import type { PointRef } from '../../contract/ids.ts';
import type { TransitionReason } from '../../contract/reasons/alerts.ts';
import type { Alert, AlertState, Moment, Transition, Why } from './alert.ts';

/**
 * The life of an alert after ISA-18.2, as pure functions: an alert and what happened give the next alert, the transitions
 * to be kept, and who is to be told. What people do to it stands in deeds.ts, what time does in elapse.ts.
 *
 * | what happens | follows |
 * |---|---|
 * | a higher level, a new witness, a new zone | unacknowledged, told again, whatever was acknowledged or shelved |
 * | the condition is gone, by a good fresh reading | rtn-unack; latched or normal once acknowledged |
 * | nobody can say whether it stands | it stands, and says since when it cannot be verified |
 * | the condition is back before it was closed | the same occurrence stands again |
 */

/** What is told now, and to which steps of the escalation. */
export type Telling = { readonly reason: TellingReason; readonly steps: readonly number[] };

export type TellingReason =
  | 'raised'
  | 'late'
  | 'worse'
  | 'back'
  | 'escalated'
  | 'repeated'
  | 'acknowledgement-aged'
  | 'unshelved'
  | 'back-in-service'
  | 'cleared';

export type Outcome = {
  readonly alert: Alert;
  readonly transitions: readonly Transition[];
  readonly telling: Telling | null;
};

/** What the rule says now. `level` is never null when the verdict is met. */
export type Judged = {
  readonly verdict: 'met' | 'unmet' | 'unknown';
  readonly level: Level | null;
  readonly witnesses: readonly PointRef[];
  readonly zones: readonly string[];
  readonly unknown: readonly PointRef[];
  readonly why: Why;
};

/** How long a condition must have been gone for its return to be told although nobody acknowledged the first time, ms. */
export type LifeCycleSettings = { readonly quietMs: number };

/** The state that the facts of an alert amount to. */
export function stateOf(alert: Omit<Alert, 'state'>): AlertState {
  const { closed, late, maintenance, suppressedBy, shelved, returned, acknowledged, unverifiable, latches } = alert;
  if (closed !== null) return 'normal';
  if (late) return acknowledged === null ? 'late' : 'normal';
  if (maintenance !== null) return 'out-of-service';
  if (suppressedBy !== null) return 'suppressed';
  if (shelved !== null) return 'shelved';
  if (returned === null) return acknowledged === null ? 'unack' : 'acked';
  if (acknowledged === null) return 'rtn-unack';
  if (latches) return 'latched';
  return unverifiable === null ? 'normal' : 'acked';
}

/** A step of an alert's life: the facts that change, why, and by whom. The version rises by one. */
export function move(
  alert: Alert,
  patch: Partial<Alert>,
  of: { readonly at: Moment; readonly reason: TransitionReason; readonly by?: string },
): { alert: Alert; transition: Transition } {
  const changed = { ...alert, ...patch, version: alert.version + 1 };
  const state = stateOf(changed);
  const closed = state === 'normal' ? (changed.closed ?? of.at) : null;
  const next = { ...changed, state, closed };
  const { by = 'system', reason } = of;
  return { alert: next, transition: { alert: alert.id, at: of.at.wall, from: alert.state, to: state, by, reason } };
}

/** A new occurrence. Nobody is told while it is out of service or suppressed; a late record carries no urgency. */
export function raise(facts: Omit<Alert, 'state' | 'version' | 'closed' | 'worst' | 'step'>): Outcome {
  const fresh = { ...facts, version: 1, closed: null, worst: facts.level, step: 0 };
  const alert: Alert = { ...fresh, state: stateOf(fresh) };
  const reason: TransitionReason = { code: alert.late ? 'raised-late' : 'raised', level: alert.level };
  const transition: Transition = {
    alert: alert.id,
    at: alert.since.wall,
    from: 'normal',
    to: alert.state,
    by: 'system',
    reason,
  };
  const telling: Telling | null =
    alert.state === 'unack' ? { reason: 'raised', steps: [0] } : alert.late ? { reason: 'late', steps: [0] } : null;
  return { alert, transitions: [transition], telling };
}

/** What the rule's present judgement makes of an open alert. */
export function judge(alert: Alert, judged: Judged, at: Moment, settings: LifeCycleSettings): Outcome {
  if (alert.late || alert.closed !== null) return unchanged(alert);
  switch (verdictOn(alert, judged)) {
    case 'unknown':
      return notVerifiable(alert, judged, at);
    case 'unmet':
      return gone(alert, at);
    case 'met':
      return stands(alert, judged, at, settings);
  }
}

/**
 * What a rule's verdict says of this occurrence, by the points that witness it now, or ever did. Met or over only by
 * readings that are too old by now is unknown; a dead detector next door keeps no fire from ending.
 */
function verdictOn(alert: Alert, { verdict, witnesses, unknown }: Judged): Judged['verdict'] {
  const isDark = (point: PointRef) => unknown.includes(point);
  if (verdict === 'met') return witnesses.length > 0 && witnesses.every(isDark) ? 'unknown' : 'met';
  if (alert.witnesses.length === 0) return verdict;
  return alert.witnesses.some(isDark) ? 'unknown' : 'unmet';
}

/** Unknown never clears and never raises: it only says since when. */
function notVerifiable(alert: Alert, { unknown }: Judged, at: Moment): Outcome {
  if (alert.unverifiable !== null) return unchanged(alert);
  return unchanged({ ...alert, unverifiable: { since: at, points: unknown } });
}

function gone(alert: Alert, at: Moment): Outcome {
  if (alert.returned !== null) {
    if (alert.unverifiable === null) return unchanged(alert);
    // The reading that could not be had when it was acknowledged.
    const seen = { ...alert, unverifiable: null };
    return stateOf(seen) === alert.state ? unchanged(seen) : close(seen, at);
  }
  const { alert: next, transition } = move(
    alert,
    { returned: at, unverifiable: null },
    { at, reason: { code: 'condition-gone' } },
  );
  return { alert: next, transitions: [transition], telling: next.state === 'normal' ? cleared(next) : null };
}

function close(alert: Alert, at: Moment): Outcome {
  const moved = move(alert, {}, { at, reason: { code: 'condition-gone' } });
  return { alert: moved.alert, transitions: [moved.transition], telling: cleared(moved.alert) };
}

function stands(alert: Alert, judged: Judged, at: Moment, { quietMs }: LifeCycleSettings): Outcome {
  const reasons = worseNews(alert, judged);
  const isWorse = reasons.length > 0;
  const wasGone = alert.returned;
  if (wasGone !== null) reasons.push({ code: 'condition-back' });
  const level = levelAfter(alert, judged);
  if (level !== alert.level && !reasons.some(({ code }) => code === 'level-rose')) {
    reasons.push(levelChange(alert.level, level));
  }
  const isBack =
    wasGone !== null && alert.shelved === null && (alert.acknowledged !== null || at.mono - wasGone.mono >= quietMs);
  const facts = {
    level,
    worst: isWorse ? higher(alert.worst, level) : alert.worst,
    why: judged.why,
    witnesses: [...new Set([...alert.witnesses, ...judged.witnesses])],
    zones: [...new Set([...alert.zones, ...judged.zones])],
    unverifiable: null,
    returned: null,
  };
  // Who acknowledged the first news has not seen the worse.
  const unseen = isWorse || isBack ? { acknowledged: null, report: null, shelved: null } : {};
  let next: Alert = { ...alert, ...facts };
  if (reasons.length === 0) return unchanged(next);
  const transitions: Transition[] = [];
  next = { ...alert, ...facts, returned: alert.returned };
  for (const reason of reasons) {
    const moved = move(next, { ...unseen, returned: null }, { at, reason });
    next = moved.alert;
    transitions.push(moved.transition);
  }
  const speaks = (isWorse || isBack) && next.state === 'unack';
  return { alert: next, transitions, telling: speaks ? toAllTold(next, isWorse ? 'worse' : 'back') : null };
}

function worseNews(alert: Alert, judged: Judged): TransitionReason[] {
  const reasons: TransitionReason[] = [];
  if (judged.level !== null && rank(judged.level) > rank(alert.worst)) {
    reasons.push({ code: 'level-rose', from: alert.level, to: judged.level });
  }
  const points = judged.witnesses.filter((point) => !alert.witnesses.includes(point));
  const zones = judged.zones.filter((zone) => !alert.zones.includes(zone));
  if (points.length > 0) reasons.push({ code: 'new-witness', points });
  if (zones.length > 0) reasons.push({ code: 'new-zone', zones });
  return reasons;
}

/** What latches keeps its highest level: a fire that one detector no longer sees is not a smaller fire. */
function levelAfter(alert: Alert, judged: Judged): Level {
  const level = judged.level ?? alert.level;
  return alert.latches ? higher(alert.level, level) : level;
}

function levelChange(from: Level, to: Level): TransitionReason {
  return { code: rank(to) > rank(from) ? 'level-rose' : 'level-fell', from, to };
}

/** 0 for 관심 to 3 for 심각. */
export function rank(level: Level): number {
  return levels.indexOf(level);
}

export function higher(one: Level, other: Level): Level {
  return rank(one) >= rank(other) ? one : other;
}

/** Everybody who was told of it so far. */
export function toAllTold(alert: Alert, reason: TellingReason): Telling {
  return { reason, steps: Array.from({ length: alert.step + 1 }, (_, step) => step) };
}

/** An end is told to those who know of the beginning. */
export function cleared(alert: Alert): Telling | null {
  return alert.late ? null : toAllTold(alert, 'cleared');
}

export function unchanged(alert: Alert): Outcome {
  return { alert, transitions: [], telling: null };
}

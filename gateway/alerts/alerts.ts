import type { Published } from '../../contract/http/events.ts';
import { alertIdSchema, type PointRef, type SiteId } from '../../contract/ids.ts';
import type {
  Announcement,
  Deadline,
  Decided,
  Facts,
  Participant,
  Recording,
  Retained,
} from '../commit/participant.ts';
import type { NoticeSink } from '../notify/notice.ts';
import type { Alert } from './alert.ts';
import { alertItem, alertRetained } from './alert-item.ts';
import { alertSignal } from './alert-signal.ts';
import { type AlertTables, isNewsOfRule, remember, type StoredRule } from './alert-tables.ts';
import { CalmPoints } from './calm-points.ts';
import type { AlertContext } from './context.ts';
import { type AlertsAction, type AlertsAnswer, doAction } from './do-action.ts';
import { Draft } from './draft.ts';
import { fire } from './fire.ts';
import { judgeBeats } from './judge-beats.ts';
import { judgeForecasts } from './judge-forecasts.ts';
import { judgeInterlocks } from './judge-interlocks.ts';
import { judgeRules } from './judge-rules.ts';
import { judgeTroubles, seeParts, standsByItself } from './judge-troubles.ts';
import type { Maintenance } from './maintenance.ts';
import type { AlertsMemory } from './memory.ts';

export type AlertsOptions = {
  context: AlertContext;
  tables: AlertTables;
  memory: AlertsMemory;
  notices: NoticeSink;
  /** Every reading goes through every rule of its point, also those that change nothing: for comparing. */
  judgeAll?: boolean;
};

/** A rule's state is stored at once where its verdict changes, and otherwise no more often than this. */
const storeEveryMs = 1000;

/** Alerts as a part of the commit: readings, silence, time and people in; alerts, their history and notices out. */
export class Alerts implements Participant<AlertsAction, Draft, AlertsAnswer> {
  readonly name = 'alerts';
  readonly #context: AlertContext;
  readonly #tables: AlertTables;
  readonly #notices: NoticeSink;
  readonly #memory: AlertsMemory;
  readonly #calm: CalmPoints;

  constructor({ context, tables, memory, notices, judgeAll = false }: AlertsOptions) {
    this.#context = context;
    this.#tables = tables;
    this.#notices = notices;
    this.#memory = memory;
    this.#calm = new CalmPoints(context.index, { rules: memory.rules, clock: context.clock, judgeAll });
  }

  /** Open alerts, as they stand. */
  open(): Iterable<Alert> {
    return this.#memory.alerts.values();
  }

  find(id: string): Alert | undefined {
    const known = alertIdSchema.safeParse(id);
    return known.success ? this.#memory.alerts.get(known.data) : undefined;
  }

  maintained(): Iterable<Maintenance> {
    return this.#memory.maintenance.values();
  }

  get memory(): AlertsMemory {
    return this.#memory;
  }

  get context(): AlertContext {
    return this.#context;
  }

  watches(site: SiteId, point: PointRef): boolean {
    return this.#context.index.has(site, point) || this.#context.wiringOfPoint(site, point) !== undefined;
  }

  decide(facts: Facts<AlertsAction>): Decided<Draft, AlertsAnswer> | null {
    const at = this.#context.clock.at(facts.at);
    const { rows, toJudge } = this.#calm.split(facts.rows, at);
    const isQuiet = rows.length === 0 && facts.changes.length === 0 && facts.due.length === 0;
    if (isQuiet && facts.signals.length === 0 && facts.action === null) return null;
    const draft = new Draft(this.#memory, this.#context, { at, rows, toJudge });
    const { action } = facts;
    const answer = action === null ? undefined : doAction(draft, action.action, action.by);
    if (answer !== undefined && 'refused' in answer) return { decisions: null, answer };
    decideOn(draft, facts);
    const { audit } = draft;
    const signals = [
      ...draft.signals,
      ...[...draft.alerts.values()].map((alert) => alertSignal(alert, draft.site(alert.site))),
    ];
    return { decisions: draft, signals, audit, ...(answer === undefined ? {} : { answer }) };
  }

  record(draft: Draft, recording: Recording): void {
    this.#tables.record(draft, this.#rulesToStore(draft));
    for (const notice of draft.notices) this.#notices.add(notice);
    for (const [key, { afterMs, kept }] of draft.timers) {
      if (afterMs === null) recording.cancel(key);
      else if (kept === 'stored') recording.arm(key, afterMs);
      else recording.wake(key, afterMs);
    }
  }

  apply(draft: Draft): Announcement {
    const stored = this.#rulesToStore(draft);
    remember(this.#memory, draft, stored);
    this.#calm.changed(draft.evaluation.changed.keys());
    this.#calm.changed(draft.forgottenRules);
    for (const column of draft.rows) if (!column.late) this.#memory.recent.add(column, this.#context.clock);
    const alerts = [...draft.alerts.values()];
    const events = alerts.map((alert): Published => ['alert', alertItem(alert, draft.site(alert.site))]);
    const retained = alerts.map((alert) => alertRetained(alert, draft.site(alert.site)));
    return { events, retained, notices: draft.notices.length > 0 };
  }

  standing(): Retained[] {
    return [...this.#memory.alerts.values()].flatMap((alert) => {
      const site = this.#context.sites.get(alert.site);
      return site === undefined ? [] : [alertRetained(alert, site)];
    });
  }

  #rulesToStore(draft: Draft): StoredRule[] {
    const due: StoredRule[] = [];
    for (const { key } of draft.evaluation.stepped) {
      const now = draft.evaluation.changed.get(key);
      if (now === undefined) continue;
      const before = this.#memory.rules.get(key);
      if (before?.state === now.state) continue;
      const isNews = isNewsOfRule(before?.judgement, now.judgement);
      const last = this.#memory.stored.get(key) ?? Number.NEGATIVE_INFINITY;
      if (isNews || draft.at.mono - last >= storeEveryMs) due.push({ key, state: now.state });
    }
    return due;
  }
}

/** Everything but a person's deed: silence and readings first, then what they mean for the wiring, then time. */
function decideOn(draft: Draft, { changes, due, signals }: Facts<AlertsAction>): void {
  const wirings = seeParts(draft, changes);
  const rules = due.flatMap(({ key }) => (key.startsWith('rule:') ? (ruleOf(draft, key.slice(5)) ?? []) : []));
  judgeRules(draft, { changes, due: rules });
  for (const wiring of wirings) judgeTroubles(draft, wiring);
  judgeInterlocks(draft, changes);
  judgeBeats(draft, changes);
  judgeForecasts(draft, signals);
  for (const change of changes) if (change.kind === 'service') judgeService(draft, change);
  for (const deadline of due) fireOne(draft, deadline);
}

function ruleOf(draft: Draft, key: string) {
  return draft.context.index.byKey(key);
}

function fireOne(draft: Draft, { key }: Deadline): void {
  const colon = key.indexOf(':');
  const [kind, of] = colon < 0 ? [key, ''] : [key.slice(0, colon), key.slice(colon + 1)];
  if (kind !== 'rule') fire(draft, kind, of);
}

function judgeService(draft: Draft, { service, state }: { service: string; state: 'failing' | 'working' }): void {
  const [site] = draft.context.sites.keys();
  if (site === undefined) return;
  standsByItself(draft, {
    site,
    key: `service:${service}`,
    stands: state === 'failing',
    why: { code: 'service-failing', service },
    lifeSafety: true,
    building: null,
    points: [],
  });
}

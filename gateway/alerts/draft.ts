import type { DeviceState } from '../../contract/http/live.ts';
import type { AlertId, BuildingId, PointRef, SiteId } from '../../contract/ids.ts';
import type { AuditEntry } from '../audit/entry.ts';
import type { Signal } from '../commit/participant.ts';
import type { Notice } from '../notify/notice.ts';
import type { PointRows } from '../state/changes.ts';
import { type Alert, type AlertStatus, isOpen, type Moment, type Transition } from './alert.ts';
import { type AlertSite, escalationOf, placeOf } from './alert-site.ts';
import type { AlertContext } from './context.ts';
import type { Escalation } from './elapse.ts';
import { Evaluation, type RuleMemory } from './evaluate.ts';
import { type Evidence, type EvidencePart, type EvidenceRow, evidenceOf } from './evidence.ts';
import type { Gate } from './flood.ts';
import { covers, type Maintenance } from './maintenance.ts';
import type { AlertsMemory, PresentTrouble } from './memory.ts';
import type { LedgerEntry } from './nuisance.ts';

/** stored: goes on after a restart. memory: what it waits for is found again then. */
export type TimerOrder = { readonly afterMs: number | null; readonly kept: 'stored' | 'memory' };

export type LogEntry = {
  readonly at: number;
  readonly site: SiteId;
  readonly rule: string;
  readonly level: string;
  readonly why: { readonly code: string };
};

export type DraftOf = {
  readonly at: Moment;
  readonly rows: readonly PointRows[];
  readonly toJudge: readonly PointRows[];
};

/**
 * One commit's decisions in the making: what is remembered, with what is new laid over it. Nothing of the memory is
 * changed. Once `decide` is over this is what is recorded, and what memory takes in after COMMIT.
 */
export class Draft {
  readonly at: Moment;
  readonly memory: AlertsMemory;
  readonly context: AlertContext;
  /** All rows of points that rules judge. */
  readonly rows: readonly PointRows[];
  /** Those of them that may change what a rule says or remembers. */
  readonly toJudge: readonly PointRows[];
  readonly evaluation: Evaluation;
  readonly alerts = new Map<AlertId, Alert>();
  readonly standing = new Map<string, AlertId | null>();
  readonly transitions: Transition[] = [];
  readonly notices: Notice[] = [];
  readonly evidence: Evidence[] = [];
  readonly signals: Signal[] = [];
  readonly audit: AuditEntry[] = [];
  readonly timers = new Map<string, TimerOrder>();
  readonly armed = new Map<string, number | null>();
  readonly forgottenRules = new Set<string>();
  readonly gates = new Map<string, Gate>();
  readonly agents = new Map<string, { state: 'online' | 'offline' | 'unknown'; simulated: boolean }>();
  readonly devices = new Map<string, DeviceState>();
  readonly views = new Map<string, 'fresh' | 'bad' | 'unknown'>();
  readonly troubles = new Map<string, PresentTrouble | null>();
  readonly maintenance = new Map<string, { item: Maintenance; endedBy: string | null }>();
  readonly live = new Map<string, boolean>();
  readonly ledger: LedgerEntry[] = [];
  readonly repairs = new Map<string, { site: SiteId; point: string; due: number | null; repaired: number | null }>();
  readonly log: LogEntry[] = [];
  number: number;
  settled: boolean;

  constructor(memory: AlertsMemory, context: AlertContext, of: DraftOf) {
    this.memory = memory;
    this.context = context;
    this.at = of.at;
    this.rows = of.rows;
    this.toJudge = of.toJudge;
    this.evaluation = new Evaluation(memory.rules);
    this.number = memory.number;
    this.settled = memory.settled;
  }

  site(site: SiteId): AlertSite {
    const found = this.context.sites.get(site);
    if (found === undefined) throw new Error(`no site ${site}`);
    return found;
  }

  alert(id: AlertId): Alert | undefined {
    return this.alerts.get(id) ?? this.memory.alerts.get(id);
  }

  /** Every open alert, as it stands in this draft. */
  *open(): Iterable<Alert> {
    for (const id of new Set([...this.memory.alerts.keys(), ...this.alerts.keys()])) {
      const alert = this.alert(id);
      if (alert !== undefined && isOpen(alert)) yield alert;
    }
  }

  /** The open alert of a rule or trouble, or of its late records. By `{site}/{rule}`. */
  standingOf(key: string): Alert | undefined {
    const id = this.standing.has(key) ? this.standing.get(key) : this.memory.standing.get(key);
    return id === undefined || id === null ? undefined : this.alert(id);
  }

  nextNumber(): number {
    this.number += 1;
    return this.number;
  }

  escalation(alert: Alert): Escalation {
    const rule = this.site(alert.site).rules.get(alert.rule);
    return escalationOf(this.context.policy, { lifeSafety: alert.lifeSafety, who: rule?.who ?? 'operator' });
  }

  /** A trouble that is there now, by `{site}/{cause}`. */
  trouble(key: string): PresentTrouble | undefined {
    const own = this.troubles.get(key);
    return own === undefined ? this.memory.troubles.get(key) : (own ?? undefined);
  }

  gate(audience: string): Gate | undefined {
    return this.gates.get(audience) ?? this.memory.gates.get(audience);
  }

  view(site: SiteId, point: PointRef): 'fresh' | 'bad' | 'unknown' {
    const key = `${site}/${point}`;
    return this.views.get(key) ?? this.memory.views.get(key) ?? 'unknown';
  }

  rule(key: string): RuleMemory | undefined {
    return this.evaluation.memory(key);
  }

  /** Maintenance that stands, in this draft. */
  *maintained(): Iterable<Maintenance> {
    for (const [id, item] of this.memory.maintenance) if (!this.maintenance.has(id)) yield item;
    for (const { item, endedBy } of this.maintenance.values()) if (endedBy === null) yield item;
  }

  /** What a point is under: a test, or what takes it out of service. */
  maintenanceOf(site: SiteId, point: PointRef, mode: 'test' | 'service'): Maintenance | undefined {
    for (const item of this.maintained()) {
      if (item.site !== site || (item.mode === 'test') !== (mode === 'test')) continue;
      if (covers(item, point, placeOf(this.site(site), point))) return item;
    }
    return undefined;
  }

  isLive(site: SiteId, building: BuildingId): boolean {
    const key = `${site}/${building}`;
    return this.live.get(key) ?? this.memory.live.has(key);
  }

  /** Nothing simulated and nothing that is not switched live is ever called real. */
  statusOf(site: SiteId, of: { building: BuildingId; points: readonly PointRef[]; simulated: boolean }): AlertStatus {
    const { points } = of;
    const isTest = points.length > 0 && points.every((point) => this.maintenanceOf(site, point, 'test') !== undefined);
    if (isTest) return 'Test';
    return of.simulated || !this.isLive(site, of.building) ? 'Exercise' : 'Actual';
  }

  freeze(alert: Alert, part: EvidencePart, beforeMs: number): void {
    const rule = this.site(alert.site).rules.get(alert.rule);
    if (rule === undefined) return;
    const points = rule.points.map(({ ref }) => ref);
    const unknown = points.filter((point) => this.view(alert.site, point) !== 'fresh');
    const rows = (point: PointRef) => this.#recent(alert.site, point, this.at.mono - beforeMs);
    this.evidence.push(evidenceOf(part, alert, { at: this.at.wall, points, unknown, rows }));
  }

  #recent(site: SiteId, point: PointRef, fromMono: number): EvidenceRow[] {
    const now = this.rows
      .filter((column) => column.site === site && column.point === point && !column.late)
      .flatMap(({ rows }) => rows.map(({ at, value, fault }): EvidenceRow => [at, value, fault]));
    return [...this.memory.recent.since(`${site}/${point}`, fromMono), ...now];
  }
}

export function standingKey({ site, rule, late }: Pick<Alert, 'site' | 'rule' | 'late'>): string {
  return late ? `late:${site}/${rule}` : `${site}/${rule}`;
}

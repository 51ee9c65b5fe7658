import { createHash } from 'node:crypto';
import type { AlertId } from '../../contract/ids.ts';
import type { Judgement, RuleState } from '../../rules/rule.ts';
import type { Database } from '../store/database.ts';
import { migrate } from '../store/migrations.ts';
import { type Alert, isOpen, type Moment, type Transition } from './alert.ts';
import type { Draft, LogEntry } from './draft.ts';
import { standingKey } from './draft.ts';
import { type Evidence, evidenceText } from './evidence.ts';
import type { Gate } from './flood.ts';
import type { Maintenance } from './maintenance.ts';
import { type AlertsMemory, emptyMemory } from './memory.ts';
import type { LedgerEntry } from './nuisance.ts';
import { alertSchema } from './schema-tables.ts';

/** Writes a commit's decisions on alerts, within its transaction, and reads at start what was written. */
export class AlertTables {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'alerts', alertSchema);
    this.#sql = statements(db);
  }

  /** Both clocks when something was stored last; null when nothing was. */
  last(): Moment | null {
    const row = this.#sql.counter.get();
    return row === undefined ? null : { wall: row.wall, mono: row.mono };
  }

  /** What is remembered over a restart. Nothing is known of agents and points then. */
  load(ledgerFrom: number): AlertsMemory {
    const memory = emptyMemory();
    memory.number = this.#sql.counter.get()?.number ?? 0;
    for (const body of this.#sql.open.all()) {
      const alert = parse<Alert>(body);
      memory.alerts.set(alert.id, alert);
      memory.standing.set(standingKey(alert), alert.id);
    }
    for (const { key, state } of this.#sql.rules.all()) {
      memory.rules.set(key, { state: parse<RuleState>(state), judgement: null });
    }
    for (const { audience, gate } of this.#sql.gates.all()) memory.gates.set(audience, parse<Gate>(gate));
    for (const body of this.#sql.maintenance.all()) {
      const item = parse<Maintenance>(body);
      memory.maintenance.set(item.id, item);
    }
    for (const building of this.#sql.live.all()) memory.live.add(building);
    memory.ledger.push(...this.#sql.ledger.all(ledgerFrom));
    for (const { site, point, repaired } of this.#sql.repairs.all()) memory.repaired.set(`${site}/${point}`, repaired);
    return memory;
  }

  record(draft: Draft, rules: readonly StoredRule[]): void {
    if (!hasSomething(draft, rules)) return;
    this.#sql.keepCounter.run(draft.number, draft.at.wall, draft.at.mono);
    for (const alert of draft.alerts.values()) this.#keepAlert(alert);
    for (const transition of draft.transitions) this.#addTransition(transition);
    for (const evidence of draft.evidence) this.#addEvidence(evidence);
    for (const { key, state } of rules) this.#sql.keepRule.run(key, JSON.stringify(state));
    for (const key of draft.forgottenRules) this.#sql.forgetRule.run(key);
    for (const [audience, gate] of draft.gates) this.#sql.keepGate.run(audience, JSON.stringify(gate));
    for (const { item, endedBy } of draft.maintenance.values()) {
      const ended = endedBy === null ? null : draft.at.wall;
      this.#sql.keepMaintenance.run(item.id, item.site, ended, endedBy, JSON.stringify(item));
    }
    for (const [building, live] of draft.live) (live ? this.#sql.goLive : this.#sql.endLive).run(building);
    for (const entry of draft.ledger) this.#sql.addLedger.run(entry);
    for (const repair of draft.repairs.values()) this.#sql.keepRepair.run(repair);
    for (const entry of draft.log) this.#addLog(entry);
  }

  #keepAlert(alert: Alert): void {
    const { id, site, building, since, closed } = alert;
    const number = Number(id.slice(id.lastIndexOf('-') + 1));
    const row = { id, number, site, building, since: Math.round(since.wall), closed: closed?.wall ?? null };
    this.#sql.keepAlert.run({ ...row, body: JSON.stringify(alert) });
  }

  #addTransition({ alert, at, from, to, by, reason }: Transition): void {
    this.#sql.addTransition.run({
      alert,
      at: Math.round(at),
      from,
      to,
      by,
      code: reason.code,
      reason: JSON.stringify(reason),
    });
  }

  /** Frozen once: a second one of the same part is left out. */
  #addEvidence(evidence: Evidence): void {
    const body = evidenceText(evidence);
    const sha256 = createHash('sha256').update(body).digest('hex');
    this.#sql.addEvidence.run(evidence.alert, evidence.part, evidence.at, sha256, body);
  }

  #addLog({ at, site, rule, level, why }: LogEntry): void {
    this.#sql.addLog.run(at, site, rule, level, JSON.stringify(why));
  }
}

export type StoredRule = { readonly key: string; readonly state: RuleState };

function hasSomething(draft: Draft, rules: readonly StoredRule[]): boolean {
  const { alerts, transitions, evidence, gates, maintenance, live, ledger, repairs, log, forgottenRules } = draft;
  const lists = [transitions, evidence, ledger, log, rules];
  const tables = [alerts, gates, maintenance, live, repairs, forgottenRules];
  const isNumbered = draft.number !== draft.memory.number;
  return isNumbered || lists.some((list) => list.length > 0) || tables.some(({ size }) => size > 0);
}

/** Memory follows the disk. */
export function remember(memory: AlertsMemory, draft: Draft, rules: readonly StoredRule[]): void {
  for (const [id, alert] of draft.alerts) {
    if (isOpen(alert)) memory.alerts.set(id, alert);
    else memory.alerts.delete(id);
  }
  replace(memory.standing, draft.standing);
  for (const [key, rule] of draft.evaluation.changed) memory.rules.set(key, rule);
  for (const { key } of rules) memory.stored.set(key, draft.at.mono);
  for (const key of draft.forgottenRules) memory.rules.delete(key);
  replace(memory.armed, draft.armed);
  for (const [key, value] of draft.agents) memory.agents.set(key, value);
  for (const [key, value] of draft.devices) memory.devices.set(key, value);
  for (const [key, value] of draft.views) memory.views.set(key, value);
  replace(memory.troubles, draft.troubles);
  for (const [id, { item, endedBy }] of draft.maintenance) {
    if (endedBy === null) memory.maintenance.set(id, item);
    else memory.maintenance.delete(id);
  }
  for (const [audience, gate] of draft.gates) memory.gates.set(audience, gate);
  for (const [building, live] of draft.live) {
    if (live) memory.live.add(building);
    else memory.live.delete(building);
  }
  memory.ledger.push(...draft.ledger);
  for (const [key, { repaired }] of draft.repairs) if (repaired !== null) memory.repaired.set(key, repaired);
  memory.number = draft.number;
  memory.settled = draft.settled;
}

function replace<T>(map: Map<string, T>, changes: ReadonlyMap<string, T | null>): void {
  for (const [key, value] of changes) {
    if (value === null) map.delete(key);
    else map.set(key, value);
  }
}

/** What this program wrote itself. */
function parse<T>(json: string): T {
  return JSON.parse(json) as T;
}

export function isNewsOfRule(before: Judgement | null | undefined, after: Judgement | null): boolean {
  return (
    (before ?? null) === null || after === null || before?.verdict !== after.verdict || before.level !== after.level
  );
}

function statements(db: Database) {
  return {
    counter: db.prepare<[], { number: number; wall: number; mono: number }>(
      'SELECT number, wall, mono FROM alert_counter',
    ),
    keepCounter: db.prepare<[number, number, number]>('INSERT OR REPLACE INTO alert_counter VALUES (1, ?, ?, ?)'),
    open: db.prepare<[], string>('SELECT body FROM alerts WHERE closed IS NULL ORDER BY number').pluck(),
    keepAlert: db.prepare(
      `INSERT INTO alerts (id, number, site, building, since, closed, body)
       VALUES (@id, @number, @site, @building, @since, @closed, @body)
       ON CONFLICT (id) DO UPDATE SET closed = @closed, body = @body`,
    ),
    addTransition: db.prepare(
      `INSERT INTO alert_transitions (alert, at, from_state, to_state, by, code, reason)
       VALUES (@alert, @at, @from, @to, @by, @code, @reason)`,
    ),
    addEvidence: db.prepare<[AlertId | string, string, number, string, string]>(
      'INSERT OR IGNORE INTO alert_evidence (alert, part, at, sha256, body) VALUES (?, ?, ?, ?, ?)',
    ),
    rules: db.prepare<[], { key: string; state: string }>('SELECT key, state FROM alert_rules'),
    keepRule: db.prepare<[string, string]>('INSERT OR REPLACE INTO alert_rules (key, state) VALUES (?, ?)'),
    forgetRule: db.prepare<[string]>('DELETE FROM alert_rules WHERE key = ?'),
    gates: db.prepare<[], { audience: string; gate: string }>('SELECT audience, gate FROM alert_gates'),
    keepGate: db.prepare<[string, string]>('INSERT OR REPLACE INTO alert_gates (audience, gate) VALUES (?, ?)'),
    maintenance: db.prepare<[], string>('SELECT body FROM alert_maintenance WHERE ended IS NULL').pluck(),
    keepMaintenance: db.prepare<[string, string, number | null, string | null, string]>(
      'INSERT OR REPLACE INTO alert_maintenance (id, site, ended, ended_by, body) VALUES (?, ?, ?, ?, ?)',
    ),
    live: db.prepare<[], string>('SELECT building FROM alert_live').pluck(),
    goLive: db.prepare<[string]>('INSERT OR IGNORE INTO alert_live (building) VALUES (?)'),
    endLive: db.prepare<[string]>('DELETE FROM alert_live WHERE building = ?'),
    ledger: db.prepare<[number], LedgerEntry>(
      'SELECT site, alert, point, at, cause FROM alert_ledger WHERE at > ? ORDER BY id',
    ),
    addLedger: db.prepare(
      'INSERT INTO alert_ledger (site, alert, point, at, cause) VALUES (@site, @alert, @point, @at, @cause)',
    ),
    repairs: db.prepare<[], { site: string; point: string; repaired: number }>(
      'SELECT site, point, repaired FROM alert_repairs WHERE repaired IS NOT NULL',
    ),
    keepRepair: db.prepare(
      `INSERT OR REPLACE INTO alert_repairs (site, point, due, repaired) VALUES (@site, @point, @due, @repaired)`,
    ),
    addLog: db.prepare<[number, string, string, string, string]>(
      'INSERT INTO alert_log (at, site, rule, level, why) VALUES (?, ?, ?, ?, ?)',
    ),
  };
}

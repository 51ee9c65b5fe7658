import type { AlertDetail, AlertItem, NuisanceItem } from '../../contract/http/alerts.ts';
import type { PointRef, SiteId } from '../../contract/ids.ts';
import { transitionReasonSchema } from '../../contract/reasons/alerts.ts';
import { transitionWords } from '../../contract/words/alerts.ts';
import type { NoticeRow } from '../notify/notice-table.ts';
import type { Database } from '../store/database.ts';
import type { Alert, Cause, Transition } from './alert.ts';
import { alertItem, isoOf } from './alert-item.ts';
import { placeOf } from './alert-site.ts';
import type { AlertContext } from './context.ts';
import type { Activation } from './figures.ts';
import { covers, type Maintenance } from './maintenance.ts';
import { isNuisance } from './nuisance.ts';

export type AlertFilter = {
  readonly site: string;
  readonly building: string | null;
  readonly before: number;
  readonly limit: number;
};

type TransitionRow = Omit<Transition, 'alert' | 'reason'> & { readonly reason: string };
type EvidenceRow = Omit<AlertDetail['evidence'][number], 'at'> & { readonly at: number };
type ActivationRow = { rule: string; level: string; at: number; code: string; alert: string };

/** Reads alerts, open and closed, as HTTP shows them. */
export class AlertQueries {
  readonly #sql: ReturnType<typeof statements>;
  readonly #context: AlertContext;
  readonly #noticesOf: (alert: string) => readonly NoticeRow[];

  constructor(of: { db: Database; context: AlertContext; noticesOf: (alert: string) => readonly NoticeRow[] }) {
    this.#sql = statements(of.db);
    this.#context = of.context;
    this.#noticesOf = of.noticesOf;
  }

  /** The newest first. `next` is the number below which to go on. */
  list({ site, building, before, limit }: AlertFilter): { items: AlertItem[]; next: number | null } {
    const rows = this.#sql.list.all({ site, building, before, limit });
    const last = rows.at(-1);
    const items = rows.flatMap(({ body }) => this.#item(body) ?? []);
    return { items, next: last === undefined || rows.length < limit ? null : last.number };
  }

  find(id: string): AlertDetail | undefined {
    const body = this.#sql.find.get(id);
    const item = body === undefined ? undefined : this.#item(body);
    if (item === undefined) return undefined;
    return { ...item, transitions: this.#transitions(id), evidence: this.#evidence(id), notices: this.#notices(id) };
  }

  /** Every beginning of an alert's condition since `from`, and how long it stood. */
  activations(site: string, from: number): Activation[] {
    const open = new Map<string, Activation>();
    const all: Activation[] = [];
    for (const { alert, rule, level, at, code } of this.#sql.activations.all(site, from)) {
      const standing = open.get(alert);
      if (code === 'raised' || code === 'condition-back') {
        const one = { rule, level, at, goneAt: null };
        open.set(alert, one);
        all.push(one);
      } else if (standing !== undefined) {
        all[all.indexOf(standing)] = { ...standing, goneAt: at };
        open.delete(alert);
      }
    }
    return all;
  }

  /** When a part that covers the point was worked on or tested, epoch ms; null as its end while it still is. */
  handled(site: SiteId, point: PointRef): { from: number; to: number | null }[] {
    const known = this.#context.sites.get(site);
    if (known === undefined) return [];
    const place = placeOf(known, point);
    return this.#sql.maintenance.all(site).flatMap(({ body, ended }) => {
      const item = JSON.parse(body) as Maintenance;
      return covers(item, point, place) ? [{ from: item.since.wall, to: ended }] : [];
    });
  }

  /** Points that alarmed for nothing since `from`, the worst first. */
  nuisances(site: string, from: number): NuisanceItem[] {
    const byPoint = new Map<string, { alert: string; at: number; cause: Cause }[]>();
    for (const { point, ...entry } of this.#sql.ledger.all(site, from)) {
      byPoint.set(point, [...(byPoint.get(point) ?? []), entry]);
    }
    const due = new Map(this.#sql.repairs.all(site).map((row) => [row.point, row.due]));
    const items = [...byPoint].map(([point, entries]) => ({
      site,
      point,
      times: entries.filter(({ cause }) => isNuisance(cause)).length,
      entries: entries.map(({ alert, at, cause }) => ({ alert, at: isoOf(at), cause })),
      repairDue: isoOf(due.get(point) ?? null),
    }));
    return items.toSorted((a, b) => b.times - a.times);
  }

  #item(body: string): AlertItem | undefined {
    const alert = JSON.parse(body) as Alert; // written by this program
    const site = this.#context.sites.get(alert.site);
    return site === undefined ? undefined : alertItem(alert, site);
  }

  #transitions(id: string): AlertDetail['transitions'] {
    return this.#sql.transitions.all(id).map(({ at, from, to, by, reason: json }) => {
      const reason = transitionReasonSchema.parse(JSON.parse(json));
      return { at: isoOf(at), from, to, by, reason, words: transitionWords(reason) };
    });
  }

  #evidence(id: string): AlertDetail['evidence'] {
    return this.#sql.evidence.all(id).map(({ at, ...row }) => ({ ...row, at: isoOf(at) }));
  }

  #notices(id: string): AlertDetail['notices'] {
    return this.#noticesOf(id).map(({ created, audience, reason, key, done }) => ({
      at: isoOf(created),
      role: audience.role,
      step: audience.step,
      reason,
      key,
      done: isoOf(done),
    }));
  }
}

function statements(db: Database) {
  return {
    list: db.prepare<AlertFilter, { number: number; body: string }>(
      `SELECT number, body FROM alerts
       WHERE site = @site AND (@building IS NULL OR building = @building) AND number < @before
       ORDER BY number DESC LIMIT @limit`,
    ),
    find: db.prepare<[string], string>('SELECT body FROM alerts WHERE id = ?').pluck(),
    transitions: db.prepare<[string], TransitionRow>(
      `SELECT at, from_state AS "from", to_state AS "to", by, reason FROM alert_transitions WHERE alert = ? ORDER BY id`,
    ),
    evidence: db.prepare<[string], EvidenceRow>(
      'SELECT part, at, sha256, body FROM alert_evidence WHERE alert = ? ORDER BY at, rowid',
    ),
    activations: db.prepare<[string, number], ActivationRow>(
      `SELECT t.alert AS alert, json_extract(a.body, '$.rule') AS rule, json_extract(a.body, '$.level') AS level, t.at AS at, t.code AS code
       FROM alert_transitions t JOIN alerts a ON a.id = t.alert
       WHERE a.site = ? AND t.at >= ? AND t.code IN ('raised', 'condition-back', 'condition-gone') ORDER BY t.id`,
    ),
    ledger: db.prepare<[string, number], { point: string; alert: string; at: number; cause: Cause }>(
      'SELECT point, alert, at, cause FROM alert_ledger WHERE site = ? AND at >= ? ORDER BY id',
    ),
    maintenance: db.prepare<[string], { body: string; ended: number | null }>(
      'SELECT body, ended FROM alert_maintenance WHERE site = ? ORDER BY rowid',
    ),
    repairs: db.prepare<[string], { point: string; due: number }>(
      'SELECT point, due FROM alert_repairs WHERE site = ? AND due IS NOT NULL',
    ),
  };
}

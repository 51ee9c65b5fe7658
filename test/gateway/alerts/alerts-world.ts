import { cpSync } from 'node:fs';
import { agentIdSchema } from '../../../contract/ids.ts';
import type { AlertMessage } from '../../../contract/messages.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import type { Alert } from '../../../gateway/alerts/alert.ts';
import type { Alerts } from '../../../gateway/alerts/alerts.ts';
import type { AlertAction } from '../../../gateway/alerts/deeds.ts';
import type { AlertsAction, AlertsAnswer } from '../../../gateway/alerts/do-action.ts';
import { openAlerts } from '../../../gateway/alerts/open-tables.ts';
import { type AlertPolicy, defaultPolicy } from '../../../gateway/alerts/policy.ts';
import type { Act } from '../../../gateway/commit/commit.ts';
import { NoticeTable } from '../../../gateway/notify/notice-table.ts';
import type { Rule } from '../../../rules/rule.ts';
import { tempDir } from '../../temp.ts';
import { Core, readings, siteId, siteOf, status } from '../core.ts';
import { doorRule, fireRule, parts, siteWith } from './alerts-site.ts';

export * from './alerts-site.ts';

export type WorldOptions = {
  rules?: readonly Rule[];
  devices?: Record<string, number>;
  dir?: string;
  clock?: SimClock;
  policy?: AlertPolicy;
  /** How often points are read. */
  everyMs?: number;
};

/** A gateway without doors that judges alerts, on simulated time. */
export class AlertsWorld {
  readonly core: Core;
  readonly alerts: Alerts;
  readonly notices: NoticeTable;
  readonly retained = new Map<string, string>();
  readonly #options: WorldOptions;
  readonly #act: Act<AlertsAction, AlertsAnswer>;
  #seq = 0;
  #epoch = 'e1';
  #connection: object | null = null;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    const { rules = [fireRule, doorRule], devices = parts, policy = defaultPolicy } = options;
    const clock = options.clock ?? new SimClock();
    this.core = new Core({ site: siteOf(devices, 'boolean'), clock, dir: options.dir ?? tempDir() });
    const { store, commit } = this.core;
    this.notices = new NoticeTable(store.db);
    const opened = openAlerts({
      db: store.db,
      sites: [siteWith(rules, devices, options.everyMs)],
      notices: this.notices,
      clock,
      policy,
    });
    this.alerts = opened.alerts;
    this.#act = commit.join(this.alerts);
    commit.announceTo({
      retain: ({ topic, payload }) => this.retained.set(topic, payload),
      publish: () => {},
      deliver: () => {},
    });
    for (const { topic, payload } of commit.standing()) this.retained.set(topic, payload);
    commit.start();
    this.#act({ by: 'system', why: null }, { kind: 'start' });
  }

  /** The agent signs in with a new start, as after a power cut, or with the one it had. */
  online(start: 'new' | 'same' = 'same', simulated = false): void {
    if (start === 'new') {
      this.#epoch = `e${Number(this.#epoch.slice(1)) + 1}`;
      this.#seq = 0;
    }
    this.#connection = {};
    const agent = this.core.fleet.agents()[0]?.agent;
    if (agent === undefined) throw new Error('no agent');
    this.core.fleet.connected(siteId, agentIdSchema.parse(agent), this.#connection);
    this.core.take(status({ epoch: this.#epoch, start: Number(this.#epoch.slice(1)), simulated }));
  }

  offline(): void {
    if (this.#connection !== null)
      this.core.fleet.disconnected(siteId, agentIdSchema.parse('cabinet-1'), this.#connection);
    this.#connection = null;
  }

  /** One message of readings, read just now: `{ 'contacts-1/p_0': true }`, or several values in order. */
  read(values: Record<string, boolean | null | readonly (boolean | null)[]>): void {
    const byDevice = new Map<string, Record<string, { v: (boolean | null)[]; q?: (string | null)[] }>>();
    for (const [ref, given] of Object.entries(values)) {
      const [device = '', name = ''] = ref.split('/');
      const v = Array.isArray(given) ? [...given] : [given as boolean | null];
      const points = byDevice.get(device) ?? {};
      points[name] = v.includes(null) ? { v, q: v.map((one) => (one === null ? 'timeout' : null)) } : { v };
      byDevice.set(device, points);
    }
    const messages = [...byDevice].map(([device, points]) => {
      this.#seq += 1;
      const start = Number(this.#epoch.slice(1));
      return readings(this.core, { seq: this.#seq, points, device, epoch: this.#epoch, start, age: 0 });
    });
    const failed = this.core.take(...messages).find((answer) => answer !== null);
    if (failed) throw failed;
  }

  /** The agent says the chain's own reading, some time ago. What came of it. */
  beat(age = 0): Error | null {
    this.#seq += 1;
    const start = Number(this.#epoch.slice(1));
    const points = { beat: { dt: [0, 0], v: [false, true] } };
    const of = { seq: this.#seq, points, device: 'chain', epoch: this.#epoch, start, age };
    return this.core.take(readings(this.core, of))[0] ?? null;
  }

  /** Every point says that it is well, some of them otherwise. */
  readAll(values: Record<string, boolean | null> = {}): void {
    const devices = this.#options.devices ?? parts;
    const calm = Object.entries(devices).flatMap(([device, count]) =>
      Array.from({ length: count }, (_, n) => [`${device}/p_${n}`, false] as const),
    );
    this.read({ ...Object.fromEntries(calm), ...values });
  }

  /** Time passes; the agent reads every point each 5 s, as it stands. */
  async pass(ms: number, values?: Record<string, boolean | null>): Promise<void> {
    for (let left = ms; left > 0; left -= 5000) {
      await this.core.clock.advance(Math.min(left, 5000));
      if (values !== undefined && this.#connection !== null) this.readAll(values);
    }
  }

  act(action: AlertsAction, by = 'person:kim'): AlertsAnswer {
    return this.#act({ by, why: null }, action);
  }

  deed(alert: Alert, kind: AlertAction['kind'], more: { cause?: 'real' | 'steam'; forMs?: number } = {}): AlertsAnswer {
    const { version } = this.alert(alert.id);
    const { cause = 'real', forMs = 3_600_000 } = more;
    return this.act({
      kind: 'deed',
      alert: alert.id,
      deed: { kind, version, text: '확인', cause, forMs } as AlertAction,
    });
  }

  /** The open alerts, without troubles of the installation unless asked for. */
  open(which: 'rules' | 'all' = 'rules'): Alert[] {
    return [...this.alerts.open()].filter(({ hazard }) => which === 'all' || hazard !== 'equipment');
  }

  one(rule: string): Alert {
    const found = [...this.alerts.open()].filter((alert) => alert.rule === rule);
    const [only] = found;
    if (only === undefined || found.length > 1) throw new Error(`${found.length} open alerts of ${rule}`);
    return only;
  }

  alert(id: string): Alert {
    const row = this.core.store.db.prepare<[string], string>('SELECT body FROM alerts WHERE id = ?').pluck().get(id);
    if (row === undefined) throw new Error(`no alert ${id}`);
    return JSON.parse(row);
  }

  /** How often something was told, by reason. */
  told(alert?: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const notice of this.notices.undone(0, 10_000)) {
      if (alert !== undefined && notice.alert !== alert) continue;
      counts[notice.reason] = (counts[notice.reason] ?? 0) + 1;
    }
    return counts;
  }

  codes(alert: string): string[] {
    const rows = this.core.store.db.prepare<[string], string>(
      'SELECT code FROM alert_transitions WHERE alert = ? ORDER BY id',
    );
    return rows.pluck().all(alert);
  }

  message(alert: Alert): AlertMessage {
    return JSON.parse(this.retained.get(`jari/v1/${siteId}/alerts/${alert.building}/${alert.id}`) ?? 'null');
  }

  /** A new process on the same disk, some time later: after a clean stop, or as the disk was at this very moment. */
  restart(
    how: 'stop' | 'kill',
    options: { downMs?: number; wallStepMs?: number; rules?: readonly Rule[] } = {},
  ): AlertsWorld {
    const { downMs = 5000, wallStepMs = 0, rules = this.#options.rules } = options;
    let { dir } = this.core;
    const wall = this.core.clock.now();
    if (how === 'kill') {
      dir = tempDir();
      cpSync(this.core.dir, dir, { recursive: true });
    }
    this.core.close();
    const clock = new SimClock(wall + downMs + wallStepMs);
    const next = new AlertsWorld({ ...this.#options, ...(rules === undefined ? {} : { rules }), dir, clock });
    next.#seq = this.#seq;
    next.#epoch = this.#epoch;
    return next;
  }
}

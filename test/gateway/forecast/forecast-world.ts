import { cpSync } from 'node:fs';
import type { Site } from '../../../config/site.ts';
import type { PointRef } from '../../../contract/ids.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import type { Alert } from '../../../gateway/alerts/alert.ts';
import type { Alerts } from '../../../gateway/alerts/alerts.ts';
import type { AlertsAction, AlertsAnswer } from '../../../gateway/alerts/do-action.ts';
import { openAlerts } from '../../../gateway/alerts/open-tables.ts';
import { alertSiteOf } from '../../../gateway/alerts/site-parts.ts';
import type { Act } from '../../../gateway/commit/commit.ts';
import type { Analysis } from '../../../gateway/forecast/analysis/analysis.ts';
import { noMemory } from '../../../gateway/forecast/analysis/judge.ts';
import type { Analyst } from '../../../gateway/forecast/analyst.ts';
import { hourMs } from '../../../gateway/forecast/hours.ts';
import type { Task } from '../../../gateway/forecast/packed.ts';
import { ForecastService } from '../../../gateway/forecast/service.ts';
import { silentLog } from '../../../gateway/log.ts';
import { NoticeTable } from '../../../gateway/notify/notice-table.ts';
import { tempDir } from '../../temp.ts';
import { Core, readings, ref, siteId, status } from '../core.ts';
import { structuralSite } from './structural-site.ts';

/** Of a day that tells of no movement. */
export const quiet: Analysis = {
  state: 'none',
  judged: true,
  since: null,
  rate: null,
  window: null,
  maySeasonal: false,
  why: { code: 'no-movement', change: 0, noise: 0.001, blocks: 28, unit: 'deg' },
  whyNot: [],
  steps: [],
  temperature: null,
  days: [],
  method: 'test/1',
  memory: noMemory,
};

export function moving(state: 'trend' | 'accelerating' | 'imminent'): Analysis {
  const figures = { perDay: 0.002, low: 0.001, high: 0.003, unit: 'deg' };
  const why = { code: 'trend', change: 0.05, noise: 0.001, p: 0.001, blocks: 28, ...figures } as const;
  return { ...quiet, state, why, rate: { perDay: 0.002, interval: [0.001, 0.003] } };
}

type Options = {
  dir?: string;
  clock?: SimClock;
  site?: Site;
  analyst?: Analyst;
};

/** Alerts and the forecast on one commit, on simulated time; the analysis is what the test says. */
export class ForecastWorld {
  readonly core: Core;
  readonly alerts: Alerts;
  readonly service: ForecastService;
  /** What was to be analysed, the last one last. */
  readonly tasks: Task[] = [];
  /** What rules on distances measure from. */
  baseline: number | null = null;
  says: (task: Task) => Analysis | Promise<Analysis> = () => quiet;
  isSimulated = false;
  handled: { from: number; to: number | null }[] = [];
  readonly #act: Act<AlertsAction, AlertsAnswer>;
  readonly #site: Site;
  #seq = 0;

  constructor({ dir, clock = new SimClock(), site = structuralSite(), analyst }: Options = {}) {
    this.#site = site;
    this.core = new Core({ site, clock, dir: dir ?? tempDir() });
    const { store, commit, history } = this.core;
    this.service = new ForecastService({
      ...{ db: store.db, commit, sites: [site], history, clock, log: silentLog },
      baselineOf: () => this.baseline,
      handled: () => this.handled,
      isSimulated: () => this.isSimulated,
      analyst: analyst ?? {
        run: async (task) => {
          this.tasks.push(task);
          return Promise.all(task.untils.map(() => this.says(task)));
        },
        rest: () => {},
      },
    });
    const notices = new NoticeTable(store.db);
    this.alerts = openAlerts({ db: store.db, sites: [alertSiteOf(site)], notices, clock }).alerts;
    this.#act = commit.join(this.alerts);
    commit.start();
    this.act({ kind: 'start' });
    this.core.online();
  }

  act(action: AlertsAction): AlertsAnswer {
    return this.#act({ by: 'person:kim', why: null }, action);
  }

  /** One value an hour of each point, from `from` hours ago until now. */
  record(points: readonly string[], hours: number, valueAt: (hour: number) => number | null = () => 1): void {
    const now = this.core.clock.now();
    for (const point of points) {
      const [device = '', name = ''] = point.split('/');
      for (let first = hours; first > 0; first -= 24) {
        const count = Math.min(24, first);
        const at = now - first * hourMs;
        const dt = Array.from({ length: count }, (_, nth) => nth * hourMs);
        const v = dt.map((_, nth) => valueAt(first - nth));
        const q = v.map((value) => (value === null ? 'timeout' : null));
        this.#seq += 1;
        const answers = this.core.take(
          readings(this.core, { seq: this.#seq, device, at, age: null, points: { [name]: { dt, v, q } } }),
        );
        if (answers[0]) throw answers[0];
      }
    }
  }

  /** Does what is due, while time passes. */
  async work(): Promise<void> {
    let isDone = false;
    const done = this.service.work().finally(() => {
      isDone = true;
    });
    while (!isDone) await this.core.clock.advance(20);
    await done;
  }

  async nextDay(says?: Analysis): Promise<void> {
    if (says !== undefined) this.says = () => says;
    this.core.clock.stepWall(24 * hourMs);
    await this.work();
  }

  hours(point: string) {
    const id = this.service.forecast.readOf(siteId, ref(point))?.id ?? 0;
    return this.service.tables.hours(id, 0, 1e6);
  }

  open(): Alert[] {
    return [...this.alerts.open()].filter(({ rule }) => rule.startsWith('forecast:') || rule.startsWith('suspect:'));
  }

  one(point: string): Alert | undefined {
    return this.open().find(({ witnesses }) => witnesses[0] === (point as PointRef));
  }

  /** A new process on the disk as it is at this very moment, or after a clean stop. */
  restart(how: 'kill' | 'stop', more: Options = {}): ForecastWorld {
    let { dir } = this.core;
    const now = this.core.clock.now();
    if (how === 'kill') {
      dir = tempDir();
      cpSync(this.core.dir, dir, { recursive: true });
    }
    this.service.close();
    this.core.close();
    const next = new ForecastWorld({ dir, clock: new SimClock(now + 5000), site: this.#site, ...more });
    next.#seq = this.#seq;
    return next;
  }
}

export { status };

import type { ForecastSettings } from '../../config/forecast/forecast-settings.ts';
import { defaultForecastSettings } from '../../config/forecast/forecast-settings.ts';
import type { Site } from '../../config/site.ts';
import type { Clock, Timer } from '../../contract/clock.ts';
import type { ForecastItem, ForecastReport } from '../../contract/http/forecasts.ts';
import type { AgentId, PointRef, SiteId } from '../../contract/ids.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { Rule } from '../../rules/rule.ts';
import type { Said } from '../audit/entry.ts';
import type { Act, Commit } from '../commit/commit.ts';
import type { Log } from '../log.ts';
import type { Database } from '../store/database.ts';
import type { History, Page } from '../store/history.ts';
import { analyse } from './analysis/analyse.ts';
import type { Analysis, Series } from './analysis/analysis.ts';
import type { Fold, ForecastAction, ForecastAnswer, Result } from './decisions.ts';
import { type FollowedPoint, followedPoints, readPoints } from './followed.ts';
import { Forecast, type ReadState } from './forecast.ts';
import { ForecastTables } from './forecast-tables.ts';
import { type GoodOrNot, hourMs, hourOf, hoursFrom } from './hours.ts';
import { forecastItem } from './items.ts';
import { type Limits, limitsOf } from './limits.ts';
import { utcOffsetMs } from './local-days.ts';
import { defaultForecastPolicy, type ForecastPolicy } from './policy.ts';
import { forecastReport } from './report.ts';
import { SeriesSource } from './series.ts';

export type ForecastServiceOptions = {
  readonly db: Database;
  readonly commit: Commit;
  readonly sites: readonly Site[];
  readonly history: Pick<History, 'readingsInSteps' | 'earliest'>;
  readonly clock: Clock;
  readonly log: Log;
  /** What a rule that judges distances measures this point from; null while it has not learnt it. */
  readonly baselineOf: (site: SiteId, rule: Rule, point: PointRef) => number | null;
  /** Whether the agent that reads a point reads a virtual field. */
  readonly isSimulated: (site: SiteId, agent: AgentId) => boolean;
  readonly policy?: ForecastPolicy;
  readonly settings?: ForecastSettings;
  /** Stands in for the analysis in tests. */
  readonly analyse?: (
    series: Series,
    settings: ForecastSettings,
    before: Analysis | null,
  ) => Analysis | Promise<Analysis>;
};

const system: Said = { by: 'system', why: null };
/** Days of a point in one commit, and points' results. */
const daysPerCommit = 60;
const resultsPerCommit = 25;
const readingsPerPage = 5000;
const shownChanges = 50;

/**
 * The slow lane: reads hours from the history and forecasts each point once a day, in slices of milliseconds between which
 * everything else goes on. What it has done is stored with each commit, so a kill costs at most what was under way.
 */
export class ForecastService {
  readonly forecast: Forecast;
  readonly tables: ForecastTables;
  readonly policy: ForecastPolicy;
  readonly settings: ForecastSettings;
  readonly #options: ForecastServiceOptions;
  readonly #act: Act<ForecastAction, ForecastAnswer>;
  readonly #series: SeriesSource;
  #timer: Timer | null = null;
  #stop = new AbortController();
  #working: Promise<void> | null = null;
  #workedFrom = 0;
  #oldest: { readonly asked: number; readonly at: number } | null = null;

  constructor(options: ForecastServiceOptions) {
    const { db, commit, sites, clock, policy = defaultForecastPolicy, settings = defaultForecastSettings } = options;
    this.#options = options;
    this.policy = policy;
    this.settings = settings;
    this.tables = new ForecastTables(db);
    const followed = sites.map((site) => ({ site, points: followedPoints(site, policy) }));
    this.forecast = new Forecast({
      tables: this.tables,
      followed: followed.flatMap(({ points }) => points),
      reads: followed.flatMap(({ site, points }) => readPoints(site, points)),
      now: clock.now(),
    });
    this.#series = new SeriesSource({
      policy,
      baselineOf: options.baselineOf,
      hours: (site, point, { from, to }) => {
        const state = this.forecast.readOf(site, point);
        return state === undefined ? [] : this.tables.hours(state.id, from, to);
      },
    });
    this.#act = commit.join(this.forecast);
  }

  /** Once, when every service has joined. */
  start(): void {
    this.#act(system, { kind: 'begin' });
    this.#later(0);
  }

  close(): void {
    this.#stop.abort();
    this.#timer?.cancel();
  }

  /** Every structural point of a site, in the order of its file. */
  items(site: SiteId): ForecastItem[] {
    return [...this.forecast.followed()]
      .filter(([, of]) => of.site === site)
      .map(([id, of]) => forecastItem(of, this.forecast.resultOf(id), this.#limits(of)));
  }

  /** Undefined for a point that is not followed. */
  report(site: SiteId, point: PointRef): ForecastReport | undefined {
    const id = this.forecast.readOf(site, point)?.id;
    const of = id === undefined ? undefined : this.forecast.followed().get(id);
    if (id === undefined || of === undefined) return undefined;
    const to = hourOf(this.#options.clock.now()) + 1;
    return forecastReport({
      ...{ point: of, known: this.forecast.resultOf(id), limits: this.#limits(of), settings: this.settings },
      days: this.tables.days(id),
      changes: this.tables.changes(id, shownChanges),
      hours: this.tables.hours(id, to - 24 * this.policy.recordDays.value, to),
      version: packageJson.version,
    });
  }

  #limits(of: FollowedPoint): Limits {
    const baselineOf = (rule: Rule) => this.#options.baselineOf(of.site, rule, of.point);
    return limitsOf(of.point, of.rules, { from: this.policy.limitFrom.value, baselineOf });
  }

  /** What is due is done; resolves when all of it is. For tests, and the timer. */
  work(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  #later(ms: number): void {
    if (this.#stop.signal.aborted) return;
    this.#timer = this.#options.clock.after(ms, () => {
      void this.work().then(() => this.#later(this.policy.lookEveryMs.value));
    });
  }

  async #work(): Promise<void> {
    const { log, clock } = this.#options;
    this.#workedFrom = clock.monotonic();
    try {
      await this.#fold();
      await this.#forecast();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      log.error({ error: error instanceof Error ? error.stack : String(error) }, 'forecast-failed');
    }
  }

  /** Brings every point's hours up to now, then back to where its history begins, then those that came late. */
  async #fold(): Promise<void> {
    const now = this.#options.clock.now();
    const ready = hourOf(now - this.policy.settleMs.value);
    const oldest = hourOf(Math.max(this.#earliest(now), now - this.policy.recordDays.value * 24 * hourMs));
    let folds: Fold[] = [];
    const keep = async (fold: Fold) => {
      folds.push(fold);
      if (folds.length < daysPerCommit) return;
      this.#commit({ kind: 'folded', folds: folds.splice(0) });
      await this.#rest();
    };
    for (const part of ['forward', 'late', 'back'] as const) {
      for (const state of this.forecast.reads()) {
        for (const span of spansOf(part, state, { ready, oldest, late: this.forecast.lateOf(state.id) })) {
          this.forecast.claim(state, span.marks);
          for (const hour of span.clean) this.forecast.takeLate(state.id, hour);
          await keep({ id: state.id, hours: await this.#hours(state, span), ...span.marks, clean: span.clean });
        }
      }
      if (folds.length > 0) this.#commit({ kind: 'folded', folds: folds.splice(0) });
      folds = [];
    }
  }

  /** Looked up once an hour: it moves only by what came very late. */
  #earliest(now: number): number {
    const known = this.#oldest;
    if (known !== null && hourOf(known.asked) === hourOf(now)) return known.at;
    const at = this.#options.history.earliest() ?? now;
    this.#oldest = { asked: now, at };
    return at;
  }

  async #hours({ of }: ReadState, { first, count }: Span): Promise<Fold['hours']> {
    const { history, isSimulated } = this.#options;
    const readings: GoodOrNot[] = [];
    const range = {
      site: of.site,
      point: of.point,
      from: Math.floor(first * hourMs - of.holdMs),
      to: (first + count) * hourMs,
    };
    for (let cursor: string | null = null; ; ) {
      const page: Page = await this.#steps(history.readingsInSteps({ ...range, limit: readingsPerPage, cursor }));
      for (const { at, value, fault } of page.itemsOf(0, page.count)) {
        if (at !== null)
          readings.push({ at: Date.parse(at), value: typeof value === 'number' && fault === null ? value : null });
      }
      await this.#breathe();
      cursor = page.next;
      if (cursor === null) break;
    }
    const simulated = isSimulated(of.site, of.agent);
    const hours = hoursFrom(readings, { first, count, holdMs: of.holdMs });
    await this.#breathe();
    return hours.flatMap(({ median, minutes }, nth) =>
      minutes === 0 ? [] : [{ hour: first + nth, stored: { median, minutes, simulated, imported: false } }],
    );
  }

  /** Every point whose last whole local day has not been judged yet. */
  async #forecast(): Promise<void> {
    const results: Result[] = [];
    for (const [id, of] of this.forecast.followed()) {
      const now = this.#options.clock.now();
      const offset = utcOffsetMs(of.timezone, now);
      const block = Math.floor((now - this.policy.settleMs.value + offset) / this.settings.blockMs) - 1;
      if ((this.forecast.resultOf(id)?.block ?? Number.NEGATIVE_INFINITY) >= block) continue;
      const until = (block + 1) * this.settings.blockMs - offset;
      const { series, simulated } = await this.#steps(this.#series.of(of, { until, utcOffsetMs: offset }));
      const before = this.forecast.resultOf(id);
      const past = before === undefined ? null : { ...before.analysis, days: this.tables.days(id) };
      const analysis = await (this.#options.analyse ?? analyse)(series, this.settings, past);
      results.push({ id, at: now, block, simulated, analysis });
      await this.#rest();
      if (results.length >= resultsPerCommit) this.#commit({ kind: 'analysed', results: results.splice(0) });
    }
    if (results.length > 0) this.#commit({ kind: 'analysed', results });
    this.#series.forget();
  }

  #commit(action: ForecastAction): void {
    this.#stop.signal.throwIfAborted();
    this.#act(system, action);
  }

  async #steps<T>(steps: Generator<void, T>): Promise<T> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      await this.#breathe();
    }
  }

  /** Lets everything else have its turn once this slice has lasted long enough. */
  async #breathe(): Promise<void> {
    if (this.#options.clock.monotonic() - this.#workedFrom >= this.policy.pace.value.workMs) await this.#rest();
  }

  async #rest(): Promise<void> {
    const { clock } = this.#options;
    await clock.sleep(this.policy.pace.value.restMs, this.#stop.signal);
    this.#stop.signal.throwIfAborted();
    this.#workedFrom = clock.monotonic();
  }
}

/** Hours that are read together, at most a day, and how far the point is read after that. */
type Span = {
  readonly first: number;
  readonly count: number;
  readonly marks: { readonly through: number; readonly back: number };
  readonly clean: readonly number[];
};

/** Each after the one before it is kept, so that the marks stand for what was read. */
function* spansOf(
  part: 'forward' | 'late' | 'back',
  state: ReadState,
  { ready, oldest, late }: { ready: number; oldest: number; late: readonly number[] },
): Generator<Span> {
  let { through, back } = state;
  if (part === 'late') {
    for (const hour of late) yield { first: hour, count: 1, marks: { through, back }, clean: [hour] };
    return;
  }
  // What is older than the record that is looked at is not read.
  while (part === 'forward' && through < ready) {
    const first = Math.max(through, oldest);
    const count = Math.min(24, ready - first);
    through = first + count;
    yield { first, count, marks: { through, back }, clean: [] };
  }
  while (part === 'back' && back > oldest) {
    const first = Math.max(oldest, back - 24);
    const count = back - first;
    back = first;
    yield { first, count, marks: { through, back }, clean: [] };
  }
}

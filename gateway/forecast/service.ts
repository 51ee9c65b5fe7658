import type { ForecastSettings } from '../../config/forecast/forecast-settings.ts';
import { defaultForecastSettings } from '../../config/forecast/forecast-settings.ts';
import type { Site } from '../../config/site.ts';
import type { Clock, Timer } from '../../contract/clock.ts';
import type { ForecastItem, ForecastReport } from '../../contract/http/forecasts.ts';
import type { AgentId, PointRef, SiteId } from '../../contract/ids.ts';
import { utcOffsetMs } from '../../contract/time-zone.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { Rule } from '../../rules/rule.ts';
import type { Said } from '../audit/entry.ts';
import type { Act, Commit } from '../commit/commit.ts';
import type { Log } from '../log.ts';
import type { Database } from '../store/database.ts';
import type { History } from '../store/history.ts';
import type { Analysis } from './analysis/analysis.ts';
import { type Analyst, ProcessAnalyst } from './analyst.ts';
import type { Change, Fold, ForecastAction, ForecastAnswer, Mark, Result } from './decisions.ts';
import { type FollowedPoint, followedPoints, readPoints } from './followed.ts';
import { Forecast } from './forecast.ts';
import { ForecastTables, type StoredResult } from './forecast-tables.ts';
import { HourReader, type HourReaderOptions } from './hour-reader.ts';
import { hourMs, hourOf } from './hours.ts';
import { forecastItem } from './items.ts';
import { type Ends, type Limits, limitsOf } from './limits.ts';
import { Pace } from './pace.ts';
import { defaultForecastPolicy, type ForecastPolicy } from './policy.ts';
import { forecastReport } from './report.ts';
import { type SeriesSourceOptions, seriesOf } from './series.ts';
import { spansOf } from './spans.ts';

export type ForecastServiceOptions = {
  readonly db: Database;
  readonly commit: Commit;
  readonly sites: readonly Site[];
  readonly history: Pick<History, 'readingsInSteps' | 'earliest'>;
  readonly clock: Clock;
  readonly log: Log;
  /** What a rule that judges distances measures this point from; null while it has not learnt it. */
  readonly baselineOf: (site: SiteId, rule: Rule, point: PointRef) => number | null;
  /** When somebody worked on a point or tested it, epoch ms; null as its end while they still do. */
  readonly handled: HourReaderOptions['handled'];
  /** Whether the agent that reads a point reads a virtual field. */
  readonly isSimulated: (site: SiteId, agent: AgentId) => boolean;
  readonly policy?: ForecastPolicy;
  readonly settings?: ForecastSettings;
  /** Stands in for the process in tests. */
  readonly analyst?: Analyst;
};

const system: Said = { by: 'system', why: null };
/** Days of a point in one commit, and points' results. */
const daysPerCommit = 20;
const resultsPerCommit = 25;
const keptEveryMs = 2000;
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
  readonly #analyst: Analyst;
  readonly #source: SeriesSourceOptions;
  #timer: Timer | null = null;
  readonly #stop = new AbortController();
  readonly #pace: Pace;
  readonly #reader: HourReader;
  #working: Promise<void> | null = null;
  #toldAt = 0;
  /** Old hours are still to be read. */
  #isBehind = false;
  /** Hours that came late and are read, of which nothing is on disk yet. */
  #taken: Mark[] = [];
  readonly #failed = new Map<number, number>();
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
    this.#analyst = options.analyst ?? new ProcessAnalyst();
    this.#pace = new Pace(clock, policy.pace.value, this.#stop.signal);
    this.#reader = new HourReader({ ...options, pace: this.#pace });
    this.#source = {
      policy,
      limitsOf: (of) => this.#limits(of),
      record: (site, point, range) => {
        const state = this.forecast.readOf(site, point);
        return state === undefined
          ? { hours: new Float64Array(), isReal: false, hasSimulated: false }
          : this.tables.record(state.id, range);
      },
    };
    this.#act = commit.join(this.forecast);
  }

  /** Once, when every service has joined. */
  start(): void {
    this.#tell();
    this.#later(0);
  }

  /** Alerts hear what is said of every point; one that knows it already changes nothing. */
  #tell(): void {
    this.#toldAt = this.#options.clock.monotonic();
    this.#act(system, { kind: 'begin' });
  }

  close(): void {
    this.#stop.abort();
    this.#timer?.cancel();
    this.#analyst.rest();
  }

  /** Every structural point of a site, in the order of its file. */
  items(site: SiteId): ForecastItem[] {
    return [...this.forecast.followed()]
      .filter(([, of]) => of.site === site)
      .map(([id, of]) => forecastItem(of, this.#fresh(id), this.#limits(of)));
  }

  /** Undefined for a point that is not followed. */
  report(site: SiteId, point: PointRef): ForecastReport | undefined {
    const id = this.forecast.readOf(site, point)?.id;
    const of = id === undefined ? undefined : this.forecast.followed().get(id);
    if (id === undefined || of === undefined) return undefined;
    const to = hourOf(this.#options.clock.now()) + 1;
    return forecastReport({
      ...{ point: of, known: this.#fresh(id), limits: this.#limits(of), settings: this.settings },
      days: this.tables.days(id),
      changes: this.tables.changes(id, shownChanges),
      record: this.tables.summary(id, to - 24 * this.policy.recordDays.value, to),
      version: packageJson.version,
    });
  }

  /** What was judged too long ago still says what it was, and no longer that it is so. */
  #fresh(id: number): StoredResult | undefined {
    const known = this.forecast.resultOf(id);
    const isStale = known !== undefined && this.#options.clock.now() - known.at > this.policy.staleMs.value;
    return isStale ? { ...known, analysis: { ...known.analysis, judged: false } } : known;
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
      void this.work().then(() => this.#later(this.#isBehind ? 0 : this.policy.lookEveryMs.value));
    });
  }

  async #work(): Promise<void> {
    const { log, clock } = this.#options;
    this.#pace.begin();
    try {
      for (const { id, hour } of this.#taken.splice(0)) this.forecast.giveBackLate(id, hour);
      await this.#fold();
      await this.#forecast();
      if (clock.monotonic() - this.#toldAt >= this.policy.tellEveryMs.value) this.#tell();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      log.error({ error: error instanceof Error ? error.stack : String(error) }, 'forecast-failed');
    }
  }

  /** Brings every point's hours up to now, then back to where its history begins, then those that came late. */
  async #fold(): Promise<void> {
    const now = this.#options.clock.now();
    const ready = hourOf(now - this.policy.settleMs.value);
    const oldest = this.#oldestHour(now);
    const until = this.#options.clock.monotonic() + this.policy.backForMs.value;
    const folds: Fold[] = [];
    const keep = async (fold: Fold) => {
      folds.push(fold);
      if (folds.length < daysPerCommit) return;
      this.#commitFolds(folds.splice(0));
      await this.#pace.rest();
    };
    this.#isBehind = false;
    for (const part of ['forward', 'late', 'back'] as const) {
      for (const state of this.forecast.reads()) {
        // What is old waits while a day is judged.
        this.#isBehind ||= part === 'back' && state.back > oldest && this.#options.clock.monotonic() >= until;
        if (this.#isBehind) break;
        for (const span of spansOf(part, state, { ready, oldest, late: this.forecast.lateOf(state.id) })) {
          this.forecast.claim(state, span.marks);
          for (const hour of span.clean) this.#takeLate(state.id, hour);
          await keep({ id: state.id, hours: await this.#reader.hours(state, span), ...span.marks, clean: span.clean });
        }
      }
      if (folds.length > 0) this.#commitFolds(folds.splice(0));
    }
  }

  #takeLate(id: number, hour: number): void {
    this.#taken.push({ id, hour });
    this.forecast.takeLate(id, hour);
  }

  /** Of everything that was taken until now. */
  #commitFolds(folds: readonly Fold[]): void {
    this.#commit({ kind: 'folded', folds });
    this.#taken = [];
  }

  /** Nothing older than this is read. */
  #oldestHour(now: number): number {
    return hourOf(Math.max(this.#earliest(now), now - this.policy.recordDays.value * 24 * hourMs));
  }

  /** Looked up once an hour: it moves only by what came very late. */
  #earliest(now: number): number {
    const known = this.#oldest;
    if (known !== null && hourOf(known.asked) === hourOf(now)) return known.at;
    const at = this.#options.history.earliest() ?? now;
    this.#oldest = { asked: now, at };
    return at;
  }

  /** Every point whose last whole local day has not been judged yet; days that were missed first, one by one. */
  async #forecast(): Promise<void> {
    const results: Result[] = [];
    let kept = this.#options.clock.monotonic();
    try {
      for (const [id, of] of this.forecast.followed()) {
        const due = this.#dueOf(id, of);
        if (due === null) continue;
        const result = await this.#tryOne(id, of, due);
        if (result !== null) results.push(result);
        const isDue = this.#options.clock.monotonic() - kept >= keptEveryMs;
        if (results.length < resultsPerCommit && !isDue) continue;
        this.#commit({ kind: 'analysed', results: results.splice(0) });
        kept = this.#options.clock.monotonic();
      }
    } finally {
      this.#analyst.rest();
    }
    if (results.length > 0) this.#commit({ kind: 'analysed', results });
  }

  /** The last whole local day of a point, where it has not been judged; a new point waits until all of its past is read. */
  #dueOf(id: number, of: FollowedPoint): Due | null {
    const now = this.#options.clock.now();
    const offset = utcOffsetMs(of.timezone, now);
    const block = Math.floor((now - this.policy.settleMs.value + offset) / this.settings.blockMs) - 1;
    const known = this.forecast.resultOf(id);
    if (known === undefined && !this.forecast.isWhole(id, this.#oldestHour(now))) return null;
    // A result of a day to come was made when the clock was ahead.
    if (known !== undefined && known.block === block && isSame(known.limits, this.#limits(of))) return null;
    return this.#failed.get(id) === block ? null : { now, offset, block };
  }

  /** One point that cannot be worked out leaves the others alone, and is tried again the next day. */
  async #tryOne(id: number, of: FollowedPoint, due: Due): Promise<Result | null> {
    try {
      return await this.#forecastOne(id, of, due);
    } catch (error) {
      this.#stop.signal.throwIfAborted();
      this.#failed.set(id, due.block);
      const why = error instanceof Error ? error.stack : String(error);
      this.#options.log.error({ site: of.site, point: of.point, error: why }, 'forecast-failed');
      return null;
    }
  }

  async #forecastOne(id: number, of: FollowedPoint, { now, offset, block }: Due): Promise<Result> {
    const { blockMs } = this.settings;
    const known = this.forecast.resultOf(id);
    // The same day again where only its limits are others by now.
    const next = Math.min(block, (known?.block ?? -1) + 1);
    const first = Math.max(next, block - this.policy.catchUpDays.value + 1);
    const blocks = Array.from({ length: block - first + 1 }, (_, nth) => first + nth);
    const endOf = (one: number) => (one + 1) * blockMs - offset;
    const when = { until: endOf(block), utcOffsetMs: offset };
    const { series, simulated } = await this.#pace.steps(seriesOf(of, when, this.#source));
    const recorded = series.hours[0] === undefined ? blocks.slice(-1) : blocksWithin(blocks, series.hours[0], endOf);
    // Nothing of a virtual field is carried over to the real one.
    const isOther = known?.simulated === true && !simulated;
    const before = known === undefined || isOther ? null : { ...known.analysis, days: this.tables.days(id) };
    const found = await this.#analyst.run({ series, settings: this.settings, before, untils: recorded.map(endOf) });
    await this.#pace.rest();
    const analysis = found.at(-1);
    if (analysis === undefined) throw new Error('an analysis of no day');
    const changes = changesIn(found, { was: known?.analysis.state ?? 'none', at: recorded.map(endOf) });
    return { id, at: now, block, simulated, analysis, changes, limits: series.limits };
  }

  #commit(action: ForecastAction): void {
    this.#stop.signal.throwIfAborted();
    this.#act(system, action);
  }
}

type Due = { readonly now: number; readonly offset: number; readonly block: number };

/** Each day on which another word was said than the day before. */
function changesIn(found: readonly Analysis[], { was, at }: { was: string; at: readonly number[] }): Change[] {
  return found.flatMap(({ state, why }, nth) => {
    const before = found[nth - 1]?.state ?? was;
    return state === before ? [] : [{ at: at[nth] ?? 0, was: before, state, why }];
  });
}

function isSame(one: Ends, other: Ends): boolean {
  return one.high === other.high && one.low === other.low;
}

/** Blocks that end after the record begins; the last one in any case. */
function blocksWithin(blocks: readonly number[], firstHour: number, endOf: (block: number) => number): number[] {
  return blocks.filter((block, nth) => endOf(block) > firstHour * hourMs || nth === blocks.length - 1);
}

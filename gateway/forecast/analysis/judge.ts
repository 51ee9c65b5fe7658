import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import { judgeAcceleration, type Ladder } from './acceleration.ts';
import type { Analysis, ForecastState, Memory, Series } from './analysis.ts';
import { type Dates, isNarrow, judgeDates } from './dates.ts';
import { type Company, companyOf } from './neighbours.ts';
import { type Noise, noiseOf } from './noise.ts';
import { correctedBlocks, type Prepared } from './prepare.ts';
import { median } from './robust.ts';
import { judgeTrend, type Movement, type TrendVerdict } from './trend.ts';

/** Everything that one update found out, from which words and reasons follow. */
export type Judged = {
  readonly noise: Noise;
  readonly trend: TrendVerdict & { readonly movement: Movement };
  readonly ladder: Ladder | null;
  readonly company: Company;
  readonly isDrift: boolean;
  readonly level: number;
  /** The limit that the movement leads to, and how far it is; null: none is known. */
  readonly limit: { readonly value: number; readonly distance: number } | null;
  readonly dates: Dates | null;
  /** From now until `earliest` and `latest`, as times. */
  readonly window: readonly [number, number] | null;
  readonly state: ForecastState;
  readonly memory: Memory;
};

export const noMemory: Memory = {
  block: null,
  trendUpdates: 0,
  releaseUpdates: 0,
  acceleratingUpdates: [],
  calmUpdates: 0,
  datelessUpdates: 0,
  aloneUpdates: 0,
  dates: null,
  datesBefore: null,
};

/** null: the record since its last step is too short for any word. */
export function judge(
  prepared: Prepared,
  series: Series,
  settings: ForecastSettings,
  before: Analysis | null,
): Judged | null {
  const { segment, blocks } = prepared;
  const noise = noiseOf(segment, settings);
  if (noise === null) return null;
  const verdict = judgeTrend(segment, noise, settings);
  if (verdict.movement === null) return null;
  const trend = { ...verdict, movement: verdict.movement };
  // What an older version stored may lack what this one counts.
  const past = { ...noMemory, ...before?.memory };
  const last = blocks.at[blocks.values.findLastIndex((value) => !Number.isNaN(value))] ?? 0;
  const now = (blocks.at.at(-1) ?? 0) + settings.blockMs;
  const ladder = judgeAcceleration(segment, noise, settings);
  const isNew = rank(before?.state) < rank('trend');
  const company = trend.isMet && isNew ? neighboursOf(series, settings, trend) : { of: 0, along: 0 };
  const isDrift = isWithinDrift(series, trend, settings);
  const isAlone = company.of > 0 && company.along === 0;
  const isNext = past.block === null || last > past.block;
  const counts = count(past, isNext, { trend, ladder, isDrift, isAlone });
  const { level, limit } = limitAhead(series.limits, segment, trend.movement, ladder);
  const isRising = counts.acceleratingUpdates.some((updates) => updates > 0) || isSaid(before, 'accelerating');
  // Beyond its limit, what is still ahead is failure itself.
  const ahead = limit !== null && limit.distance > 0 ? limit.distance : null;
  const dates = isRising ? judgeDates(segment, ahead, settings) : null;
  const sayable = datesFrom(dates, now, past, isNext, settings);
  const memory = { ...counts, ...sayable.memory, block: last };
  const state =
    wordOf({ memory, before, isAlone, isSaid: sayable.window !== null }, settings) ?? quiet(prepared, settings, now);
  const window = state === 'imminent' ? sayable.window : null;
  return { noise, trend, ladder, company, isDrift, level, limit, dates, window, state, memory };
}

type Word = { memory: Memory; before: Analysis | null; isAlone: boolean; isSaid: boolean };

/** The loudest word that its updates allow; one that was said goes on until as many updates speak against it. null: none. */
function wordOf({ memory, before, isAlone, isSaid: hasDates }: Word, settings: ForecastSettings): ForecastState | null {
  const { trend, accelerating, neighbours } = settings;
  const isAccelerating = isSaid(before, 'accelerating')
    ? memory.calmUpdates < trend.releaseUpdates
    : accelerating.bars.some(({ updates }, i) => (memory.acceleratingUpdates[i] ?? 0) >= updates);
  const isStillImminent = isSaid(before, 'imminent') && memory.datelessUpdates < trend.releaseUpdates;
  if (isAccelerating) return hasDates || isStillImminent ? 'imminent' : 'accelerating';
  const mayRaise = !isAlone || memory.aloneUpdates > neighbours.patience;
  const isTrend = isSaid(before, 'trend')
    ? memory.releaseUpdates < trend.releaseUpdates
    : memory.trendUpdates >= trend.updates && mayRaise;
  return isTrend ? 'trend' : null;
}

type Sayable = {
  readonly window: readonly [number, number] | null;
  readonly memory: Pick<Memory, 'dates' | 'datesBefore' | 'datelessUpdates'>;
};

/** Dates that may be said: narrow for their lead, and overlapping with those of the block before. */
function datesFrom(
  dates: Dates | null,
  now: number,
  past: Memory,
  isNext: boolean,
  settings: ForecastSettings,
): Sayable {
  const datesBefore = isNext ? past.dates : past.datesBefore;
  const isSharp = dates !== null && isNarrow(dates, settings);
  const found = isSharp
    ? ([now + dates.earliest * settings.blockMs, now + dates.latest * settings.blockMs] as const)
    : null;
  const agrees = found !== null && datesBefore !== null && found[0] <= datesBefore[1] && datesBefore[0] <= found[1];
  return {
    window: agrees ? found : null,
    memory: { dates: found, datesBefore, datelessUpdates: agrees ? 0 : past.datelessUpdates + (isNext ? 1 : 0) },
  };
}

const loudness: readonly ForecastState[] = ['none', 'step', 'trend', 'accelerating', 'imminent'];

export function rank(state: ForecastState | undefined): number {
  return state === undefined ? 0 : loudness.indexOf(state);
}

function isSaid(before: Analysis | null, state: ForecastState): boolean {
  return rank(before?.state) >= rank(state);
}

type Findings = Pick<Judged, 'trend' | 'ladder' | 'isDrift'> & { readonly isAlone: boolean };
type Counts = Omit<Memory, 'block' | 'dates' | 'datesBefore' | 'datelessUpdates'>;

/** Updates in a row; the same block judged again counts nothing twice. */
function count(past: Memory, isNext: boolean, { trend, ladder, isDrift, isAlone }: Findings): Counts {
  const run = (isSo: boolean, before = 0) => (isSo ? Math.max(1, before + (isNext ? 1 : 0)) : 0);
  const over = ladder?.over ?? [];
  return {
    trendUpdates: run(trend.isMet && !isDrift, past.trendUpdates),
    releaseUpdates: run(trend.isOver, past.releaseUpdates),
    acceleratingUpdates: over.map((isSo, i) => run(isSo, past.acceleratingUpdates[i])),
    calmUpdates: run(!over.includes(true), past.calmUpdates),
    aloneUpdates: run(trend.isMet && isAlone, past.aloneUpdates),
  };
}

function quiet({ steps }: Prepared, { step, blockMs }: ForecastSettings, now: number): ForecastState {
  const at = steps.at(-1)?.at;
  return at !== undefined && now - at <= step.settle * blockMs ? 'step' : 'none';
}

function neighboursOf(series: Series, settings: ForecastSettings, { movement }: TrendVerdict): Company {
  if (movement === null) return { of: 0, along: 0 };
  const blocks = series.neighbours.map(({ hours }) => correctedBlocks(hours, series, settings));
  return companyOf(blocks, { rate: movement.slope.slope, blocks: movement.blocks }, settings);
}

/** No faster than the sensor drifts by itself. */
function isWithinDrift({ drift }: Series, { movement }: TrendVerdict, { blockMs }: ForecastSettings): boolean {
  return drift !== null && movement !== null && Math.abs(movement.slope.slope) <= driftPerBlock(drift.perYear, blockMs);
}

export function driftPerBlock(perYear: number, blockMs: number): number {
  return (perYear / 365.25) * (blockMs / 86_400_000);
}

/** Blocks whose median is where an accelerating movement stands. */
const levelBlocks = 3;

/** Where the point stands, and the limit it moves to. */
function limitAhead(
  limits: Series['limits'],
  segment: Float64Array,
  movement: Movement,
  ladder: Ladder | null,
): Pick<Judged, 'level' | 'limit'> {
  const isRising = ladder?.over.includes(true) === true;
  const rate = isRising ? (ladder.velocities.at(-1) ?? 0) : movement.slope.slope;
  const onLine = movement.slope.intercept + movement.slope.slope * (movement.blocks - 1);
  const level = isRising ? median(segment.subarray(-levelBlocks)) : onLine;
  const value = rate > 0 ? limits.high : limits.low;
  const limit = value === null ? null : { value, distance: rate > 0 ? value - level : level - value };
  return { level, limit };
}

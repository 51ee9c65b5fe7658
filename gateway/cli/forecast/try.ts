import { defaultForecastSettings, type ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import { tryDuration } from '../../../contract/duration.ts';
import { type PointRef, pointRefSchema } from '../../../contract/ids.ts';
import { InputError } from '../../../contract/input-error.ts';
import type { ForecastReason } from '../../../contract/reasons/forecast.ts';
import { dayWords, utcOffsetMs } from '../../../contract/time-zone.ts';
import { forecastText } from '../../../contract/words/forecast.ts';
import type { Recorded } from '../../../rules/replay.ts';
import { analyse } from '../../forecast/analysis/analyse.ts';
import type { Analysis, Hour, Series } from '../../forecast/analysis/analysis.ts';
import { type Output, table } from '../output.ts';
import { timezoneOf } from '../rules/moments.ts';
import { readRecording, usualStepMs } from '../rules/recording.ts';

export type ForecastTryOptions = {
  readonly file: string;
  readonly time: string;
  readonly value: string;
  readonly unit: string;
  readonly temperature?: string;
  readonly high?: string;
  readonly low?: string;
  readonly block?: string;
  /** Whose days are judged, and of times that have no zone. Without it days are UTC, and such times refused. */
  readonly timezone?: string;
  /** Hears how far it is, 0–1. */
  readonly progress?: (share: number) => void;
};

/** A word, and how long it was said. A step is over as it begins. Epoch ms. */
export type Episode = {
  readonly state: 'step' | 'trend' | 'accelerating' | 'imminent';
  readonly from: number;
  /** null: it was still said at the end. */
  readonly to: number | null;
  readonly window: readonly [number, number] | null;
  readonly why: ForecastReason;
};

type Update = { readonly at: number; readonly analysis: Analysis };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const value: PointRef = pointRefSchema.parse('recording/value');
const temperature: PointRef = pointRefSchema.parse('recording/temperature');

/**
 * `jari forecast try`: a recording as it would have come in, judged at the end of each block by what was there by then.
 * Writes nothing.
 * @throws InputError
 */
export function runForecastTry(options: ForecastTryOptions): Output {
  const { file, time, unit } = options;
  const columns = [
    { point: value, column: options.value },
    ...(options.temperature === undefined ? [] : [{ point: temperature, column: options.temperature }]),
  ];
  const timezone = timezoneOf(options.timezone);
  const read = readRecording(file, { time, points: columns, only: 'numbers', timezone });
  // By the wall clock from here on, so that buckets of any length begin where its days do.
  const offset = timezone === undefined ? 0 : utcOffsetMs(timezone, read[0]?.at ?? 0);
  const readings = read.map((one) => ({ ...one, at: one.at + offset }));
  const own = readings.filter(({ point, value: read }) => point === value && read !== null);
  if (own.length === 0) throw new InputError([`${file}: column "${options.value}" holds no value`]);
  const settings = scaleOf(own, options);
  const bucketsFor = (point: PointRef) =>
    bucketsOf(
      readings.filter((one) => one.point === point),
      settings.bucketMs,
    );
  const series: Series = {
    unit,
    hours: bucketsFor(value),
    temperature: options.temperature === undefined ? null : bucketsFor(temperature),
    neighbours: [],
    limits: { high: numberOf('--high', options.high), low: numberOf('--low', options.low) },
    drift: null,
    utcOffsetMs: 0,
  };
  const updates = replay(series, settings, options.progress);
  const zone = timezone ?? 'UTC';
  return output(episodesIn(updates, unit), { series, settings, updates, readings: own.length, file, zone, offset });
}

function numberOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number))
    throw new InputError([`${option} ${text}: is no number; give one such as 0.2`]);
  return number;
}

/** How many blocks a short recording is cut into, and how many buckets a block has. */
const blocksOfShort = 50;
const bucketsPerBlock = 24;
const longMs = 14 * dayMs;

/**
 * The time scale: a recording of weeks is judged by days, of hourly medians where it has them. A shorter one has a scale of its
 * own, since the windows are counted in blocks.
 */
function scaleOf(readings: readonly Recorded[], { block }: ForecastTryOptions): ForecastSettings {
  const stepMs = usualStepMs(readings);
  const spanMs = (readings.at(-1)?.at ?? 0) - (readings[0]?.at ?? 0);
  const blockMs = block === undefined ? usualBlockMs(spanMs) : durationOf(block);
  const finest = Math.max(1, Math.round(blockMs / bucketsPerBlock));
  // Slower than that, a block is one bucket.
  return { ...defaultForecastSettings, blockMs, bucketMs: stepMs > 2 * finest ? blockMs : finest };
}

function usualBlockMs(spanMs: number): number {
  if (spanMs >= longMs) return dayMs;
  // Medians over less than a second are still alike, and would find trends in what sways.
  const bucketMs = Math.max(1000, spanMs / blocksOfShort / bucketsPerBlock);
  const unit = bucketMs >= 60_000 ? 60_000 : 1000;
  return Math.round(bucketMs / unit) * unit * bucketsPerBlock;
}

function durationOf(text: string): number {
  const ms = tryDuration(text);
  if (ms === undefined || !(ms >= bucketsPerBlock))
    throw new InputError([`--block ${text}: is no duration; write 24h, 1h or 24s`]);
  return ms;
}

/** Medians; each expects what a full one of the recording holds. */
function bucketsOf(readings: readonly Recorded[], bucketMs: number): Hour[] {
  const groups = [...Map.groupBy(readings, ({ at }) => Math.floor(at / bucketMs))];
  const sizes = groups.map(([, group]) => group.length).toSorted((a, b) => a - b);
  const expected = Math.max(1, sizes[sizes.length >> 1] ?? 1);
  return groups.map(([bucket, group]): Hour => {
    const good = group.flatMap((one) => (typeof one.value === 'number' ? [one.value] : [])).sort((a, b) => a - b);
    const [low, high] = [good[(good.length - 1) >> 1], good[good.length >> 1]];
    const median = low === undefined || high === undefined ? null : (low + high) / 2;
    return { at: bucket * bucketMs, median, n: good.length, expected };
  });
}

/** Asked once at the end of each block, from the second on. */
function replay(series: Series, settings: ForecastSettings, progress: ForecastTryOptions['progress']): Update[] {
  const { bucketMs, blockMs } = settings;
  const [first, last] = [series.hours[0]?.at ?? 0, (series.hours.at(-1)?.at ?? 0) + bucketMs];
  const updates: Update[] = [];
  const begin = (Math.floor(first / blockMs) + 2) * blockMs;
  let [own, air] = [0, 0];
  for (let at = begin; at <= last; at += blockMs) {
    while ((series.hours[own]?.at ?? at) < at) own += 1;
    while ((series.temperature?.[air]?.at ?? at) < at) air += 1;
    const known: Series = {
      ...series,
      hours: series.hours.slice(0, own),
      temperature: series.temperature?.slice(0, air) ?? null,
    };
    updates.push({ at, analysis: analyse(known, settings, updates.at(-1)?.analysis ?? null) });
    progress?.(Math.min(1, (at - first) / Math.max(1, last - first)));
  }
  return updates;
}

/** Steps as they were found, and each word for as long as it was said. */
function episodesIn(updates: readonly Update[], unit: string): Episode[] {
  const found = new Map(updates.flatMap(({ analysis }) => analysis.steps.map((step) => [step.at, step] as const)));
  const steps = [...found.values()].map(({ at, by, noise }): Episode => {
    return { state: 'step', from: at, to: at, window: null, why: { code: 'step', at, by, noise, unit } };
  });
  return [...steps, ...wordsIn(updates)].toSorted((a, b) => a.from - b.from);
}

/** An update that can tell nothing ends no word. */
function wordsIn(updates: readonly Update[]): Episode[] {
  const said: Episode[] = [];
  let isOpen = false;
  for (const { at, analysis } of updates) {
    const { state, window, why, judged } = analysis;
    const last: Episode | undefined = isOpen ? said.at(-1) : undefined;
    if (last !== undefined && (!judged || state === last.state)) {
      said[said.length - 1] = judged ? { ...last, window: window ?? last.window, why } : last;
      continue;
    }
    if (last !== undefined) said[said.length - 1] = { ...last, to: at };
    isOpen = state !== 'none' && state !== 'step';
    if (state !== 'none' && state !== 'step') said.push({ state, from: at, to: null, window, why });
  }
  return said;
}

function output(
  episodes: readonly Episode[],
  of: {
    series: Series;
    settings: ForecastSettings;
    updates: readonly Update[];
    readings: number;
    file: string;
    zone: string;
    offset: number;
  },
): Output {
  const { series, settings, updates, readings, file, zone, offset } = of;
  const utc = (at: number) => iso(at - offset);
  const said = (why: ForecastReason) => forecastText(why, dayWords('UTC')).en;
  const last = updates.at(-1)?.analysis;
  const own = settings.blockMs === dayMs ? `, days of ${zone}` : `; a day in the words is such a time`;
  const scale = `medians of ${span(settings.bucketMs)}, judged each ${span(settings.blockMs)}${own}`;
  const rows = episodes.map(({ state, from, to, window, why }) => [
    state,
    utc(from),
    to === null ? 'still' : utc(to),
    window === null ? '' : window.map(utc).join(' to '),
    said(why),
  ]);
  const judged = updates.filter(({ analysis }) => analysis.judged).length;
  const list = rows.length === 0 ? silence(updates, said) : table(['', 'from', 'to', 'limit reached', 'why'], rows);
  return {
    text: [`${file}: ${readings} readings, ${scale}`, list, atTheEnd(last, said)].join('\n'),
    json: {
      episodes: episodes.map(({ from, to, window, why, state }) => ({
        ...{ state, why: ahead(why, -offset) },
        ...{ from: utc(from), to: to === null ? null : utc(to), window: window?.map(utc) ?? null },
      })),
      readings,
      ...{ updates: updates.length, judged, timezone: zone },
      unit: series.unit,
      bucketMs: settings.bucketMs,
      blockMs: settings.blockMs,
      method: last?.method ?? null,
      last: last === undefined ? null : lastOf(last, offset),
    },
  };
}

function lastOf({ state, judged, why, whyNot }: Analysis, offset: number) {
  return { state, judged, why: ahead(why, -offset), whyNot: whyNot.map((one) => ahead(one, -offset)) };
}

const instants: ReadonlySet<string> = new Set(['at', 'since', 'earliest', 'latest']);

/** The moments in a reason moved by so many ms. */
function ahead(why: ForecastReason, by: number): object {
  const moved = ([key, one]: [string, unknown]) => [key, typeof one === 'number' && instants.has(key) ? one + by : one];
  return Object.fromEntries(Object.entries(why).map(moved));
}

type Say = (why: ForecastReason) => string;

/** Without a step or a word: quiet is what was judged, and nothing else. */
function silence(updates: readonly Update[], say: Say): string {
  const blind = updates.filter(({ analysis }) => !analysis.judged);
  const why = blind.at(-1)?.analysis.whyNot[0];
  if (updates.length === 0) return 'nothing could be judged, because it is shorter than two blocks';
  if (why === undefined) return 'no step and no movement';
  if (blind.length === updates.length) return `nothing could be judged, because: ${say(why)}`;
  return `no step and no movement in what could be judged; ${blind.length} of ${updates.length} times it could not, last because: ${say(why)}`;
}

function atTheEnd(last: Analysis | undefined, say: Say): string {
  if (last === undefined) return 'at the end: not judged';
  if (last.judged) return `at the end: ${last.state} (${say(last.why)})`;
  const known = last.state === 'none' ? '' : `; last known: ${last.state}`;
  return `at the end: not judged (${say(last.whyNot[0] ?? last.why)})${known}`;
}

function iso(at: number): string {
  return new Date(Math.round(at)).toISOString();
}

function span(ms: number): string {
  const [unit, name] =
    ms % dayMs === 0
      ? [dayMs, 'd']
      : ms % hourMs === 0
        ? [hourMs, 'h']
        : ms % 60_000 === 0
          ? [60_000, 'min']
          : [1000, 's'];
  return `${Number((ms / unit).toPrecision(4))} ${name}`;
}

import type { ForecastSettings } from '../../config/forecast/forecast-settings.ts';
import type { Analysis, Hour, Series } from './analysis/analysis.ts';
import { hourMs, minutesPerHour } from './hours.ts';

/** Hours as numbers, so that a year of them goes to another process at once: number of the hour, median, minutes. */
export type PackedHours = Float64Array<ArrayBuffer>;

/** A series whose hours are packed. */
export type PackedSeries = Omit<Series, 'hours' | 'temperature' | 'neighbours'> & {
  readonly hours: PackedHours;
  readonly temperature: PackedHours | null;
  readonly neighbours: readonly {
    readonly point: Series['neighbours'][number]['point'];
    readonly hours: PackedHours;
  }[];
};

/** One point to be analysed as of the end of each of these blocks in turn, each on what the one before it found. */
export type Task = {
  readonly series: PackedSeries;
  readonly settings: ForecastSettings;
  readonly before: Analysis | null;
  /** Ends of blocks, epoch ms, ascending; at least one. */
  readonly untils: readonly number[];
};

const perHour = 3;

export function packed(hours: readonly { hour: number; median: number | null; minutes: number }[]): PackedHours {
  const numbers = new Float64Array(hours.length * perHour);
  for (const [nth, { hour, median, minutes }] of hours.entries())
    numbers.set([hour, median ?? Number.NaN, minutes], nth * perHour);
  return numbers;
}

export function countOf(hours: PackedHours): number {
  return hours.length / perHour;
}

function unpacked(hours: PackedHours): Hour[] {
  return Array.from({ length: countOf(hours) }, (_, nth): Hour => {
    const [hour = 0, median = 0, n = 0] = hours.subarray(nth * perHour, (nth + 1) * perHour);
    return { at: hour * hourMs, median: Number.isNaN(median) ? null : median, n, expected: minutesPerHour };
  });
}

/** What each block's analysis gives, in order; days of the last alone. */
export function runTask(
  { series, settings, before, untils }: Task,
  analyse: (series: Series, settings: ForecastSettings, before: Analysis | null) => Analysis,
): Analysis[] {
  const whole: Series = {
    ...series,
    hours: unpacked(series.hours),
    temperature: series.temperature && unpacked(series.temperature),
    neighbours: series.neighbours.map(({ point, hours }) => ({ point, hours: unpacked(hours) })),
  };
  const found: Analysis[] = [];
  for (const [nth, until] of untils.entries()) {
    const analysis = analyse(upTo(whole, until), settings, found.at(-1) ?? before);
    found.push(nth === untils.length - 1 ? analysis : { ...analysis, days: [] });
  }
  return found;
}

function upTo(series: Series, until: number): Series {
  const cut = (hours: readonly Hour[]) => hours.slice(0, countBefore(hours, until));
  return {
    ...series,
    until,
    hours: cut(series.hours),
    temperature: series.temperature && cut(series.temperature),
    neighbours: series.neighbours.map(({ point, hours }) => ({ point, hours: cut(hours) })),
  };
}

function countBefore(hours: readonly Hour[], until: number): number {
  let [low, high] = [0, hours.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((hours[middle]?.at ?? until) < until) low = middle + 1;
    else high = middle;
  }
  return low;
}

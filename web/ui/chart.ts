import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Span } from '../gateway/readings.ts';
import { chartWords } from '../text/charts.ts';
import { momentText, timeText } from '../text/format.ts';
import type { Language } from '../text/text.ts';

/** Wraps the chart library: lines with a band from lowest to highest, steps for contacts, gaps as gaps. */

export type LineOptions = {
  readonly label: string;
  readonly unit: string;
  readonly kind: 'line' | 'steps';
  readonly hasBand: boolean;
  /** What the numbers of a line of words stand for. */
  readonly words: readonly string[];
};

export type ChartOptions = {
  readonly language: Language;
  readonly zone: string;
  readonly lines: readonly LineOptions[];
  /** Charts of the same key show one cursor. */
  readonly sync?: string;
};

export type Chart = {
  show(data: { times: number[]; columns: (number | null | undefined)[][] }, span: Span): void;
  destroy(): void;
};

const height = 260;
const inks = ['--ink', '--notice-line', '--warning-line', '--free-line', '--critical-line', '--muted'] as const;
const dashes = [[], [6, 3], [2, 3], [8, 3, 2, 3], [12, 4], [3, 6]];

export function makeChart(place: HTMLElement, options: ChartOptions): Chart {
  const colour = (name: string) => getComputedStyle(place).getPropertyValue(name).trim();
  // A custom property of light-dark() has no colour of its own until something is painted with it.
  const paint = (name: string) => {
    place.style.color = `var(${name})`;
    const made = getComputedStyle(place).color;
    place.style.color = '';
    return made === '' ? colour(name) : made;
  };
  const axis = { stroke: paint('--muted'), grid: { stroke: paint('--line'), width: 1 }, ticks: { show: false } };
  const series: uPlot.Series[] = [{ label: chartWords.time[options.language] }];
  const bands: uPlot.Band[] = [];
  for (const [nth, line] of options.lines.entries()) {
    const stroke = paint(inks[nth % inks.length] ?? '--ink');
    series.push({
      label: line.label,
      stroke,
      width: 1.75,
      dash: dashes[nth % dashes.length] ?? [],
      spanGaps: false,
      points: { show: true, size: 5, filter: alone },
      ...(line.kind === 'steps' && uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
      value: (_, value) => valueText(value, line, options.language),
    });
    if (!line.hasBand) continue;
    const at = series.length;
    const edge = { stroke: 'transparent', width: 0, points: { show: false }, show: true };
    series.push({ ...edge, class: 'edge' }, { ...edge, class: 'edge' });
    bands.push({ series: [at + 1, at], fill: faint(stroke) });
  }
  const plot = new uPlot(
    {
      width: Math.max(200, place.clientWidth),
      height,
      series,
      bands,
      legend: { show: true, live: true },
      cursor: { drag: { x: false, y: false }, ...(options.sync !== undefined && { sync: { key: options.sync } }) },
      scales: { x: { time: true }, y: { range: (_, low, high) => rangeOf(low, high, options.lines) } },
      axes: [
        { ...axis, values: (_, splits) => splits.map((at) => tickText(at, options)), space: 90 },
        { ...axis, size: 64, values: (_, splits) => splits.map((at) => axisText(at, options)) },
      ],
    },
    [[]],
    place,
  );
  const observer = new ResizeObserver(() => plot.setSize({ width: Math.max(200, place.clientWidth), height }));
  observer.observe(place);
  return {
    show({ times, columns }, span) {
      plot.setData([times, ...columns], false);
      plot.setScale('x', { min: Date.parse(span.from) / 1000, max: Date.parse(span.to) / 1000 });
    },
    destroy() {
      observer.disconnect();
      plot.destroy();
    },
  };
}

/** Values with a gap on both sides: no line goes through them, and a dot is all there is to be seen. */
function alone(plot: uPlot, nth: number): number[] {
  const values = plot.data[nth] ?? [];
  const known = Array.from(values, (value, at) => ({ value, at })).filter(({ value }) => value !== undefined);
  return known
    .filter(
      ({ value }, at) =>
        value !== null && (known[at - 1]?.value ?? null) === null && (known[at + 1]?.value ?? null) === null,
    )
    .map(({ at }) => at);
}

function faint(colour: string): string {
  return colour.replace(/^rgb\(([^)]+)\)$/, 'rgba($1, 0.18)');
}

/** Contacts stand between 0 and 1 whatever they did; anything else gets a little air. */
function rangeOf(low: number | null, high: number | null, lines: readonly LineOptions[]): [number, number] {
  if (lines.every(({ kind }) => kind === 'steps')) {
    const most = Math.max(1, ...lines.map(({ words }) => words.length - 1));
    return [-0.15, most + 0.15];
  }
  const [from, to] = [low ?? 0, high ?? 1];
  const air = from === to ? Math.max(Math.abs(from) * 0.05, 0.5) : (to - from) * 0.08;
  return [from - air, to + air];
}

function valueText(value: number | null | undefined, line: LineOptions, language: Language): string {
  if (value === null || value === undefined) return '—';
  if (line.words.length > 0) return line.words[value] ?? '—';
  return `${value.toLocaleString(language, { maximumFractionDigits: 3 })} ${line.unit}`;
}

function axisText(at: number, { lines, language }: ChartOptions): string {
  const [line] = lines;
  if (line !== undefined && line.words.length > 0) return line.words[at] ?? '';
  return at.toLocaleString(language, { maximumFractionDigits: 3 });
}

function tickText(at: number, { zone, language }: ChartOptions): string {
  const ms = at * 1000;
  const isMidnight = timeText(ms, ms, zone, language) === '00:00:00';
  return isMidnight
    ? momentText(ms, zone, language).replace(/ 00:00$/, '')
    : timeText(ms, ms, zone, language).slice(0, 5);
}

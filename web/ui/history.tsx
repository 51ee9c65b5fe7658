import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Answer } from '../gateway/answer.ts';
import { type Past, pastOf, type Span } from '../gateway/readings.ts';
import { useResource } from '../gateway/resource.ts';
import { joined } from '../gateway/series.ts';
import { chartWords } from '../text/charts.ts';
import { pointText, unitText, valueText } from '../text/format.ts';
import type { Chart } from './chart.ts';
import { language, speaker } from './language.ts';
import { NotThere } from './not-there.tsx';
import { endsOf, type RangeKey, rangeNow } from './range.tsx';
import { route } from './router.ts';
import { zone } from './zone.ts';

const tell = speaker(chartWords);
const refreshMs = 30_000;
const maxPoints = 800;

export type Line = { readonly point: string; readonly past: Past };

/** The past of points of one unit in one picture, over the range that the address names. */
export function History(of: { site: string; points: readonly string[]; standard: RangeKey; sync?: string }) {
  const { site, points, standard, sync } = of;
  const span = spanNow(standard);
  const frame = useRef<HTMLDivElement>(null);
  const { now } = useResource<Line[]>(
    `${site} ${points.join(',')} ${span.key}`,
    () => askAll(site, points, span.ends(), Math.min(maxPoints, frame.current?.clientWidth ?? maxPoints)),
    refreshMs,
  );
  return (
    <div class="history" ref={frame}>
      {now.state !== 'there' ? (
        <NotThere state={now.state} />
      ) : now.body.every(({ past }) => past.times.length === 0) ? (
        <p class="hint">{tell('nothingThen')}</p>
      ) : (
        <Picture lines={now.body} span={span.ends()} {...(sync !== undefined && { sync })} />
      )}
      {now.state === 'there' && now.stale !== null && <p class="hint">{tell('stale')}</p>}
    </div>
  );
}

/** `from` and `to` of the address, else the range up to now. */
export function spanNow(standard: RangeKey): { readonly key: string; ends(): Span } {
  const { query } = route.value;
  const [from, to] = [query.get('from'), query.get('to')];
  if (from !== null && to !== null) return { key: `${from} ${to}`, ends: () => ({ from, to }) };
  const range = rangeNow(standard);
  return { key: range.key, ends: () => endsOf(range) };
}

async function askAll(site: string, points: readonly string[], span: Span, count: number): Promise<Answer<Line[]>> {
  const answers = await Promise.all(points.map((point) => pastOf(site, point, span, Math.max(50, count))));
  const failed = answers.find((answer) => !answer.ok);
  if (failed !== undefined && !failed.ok) return failed;
  const body = answers.flatMap((answer, nth) => (answer.ok ? [{ point: points[nth] ?? '', past: answer.body }] : []));
  return {
    ok: true,
    body,
    at: Math.min(...answers.map((answer) => (answer.ok ? answer.at : Number.POSITIVE_INFINITY))),
  };
}

/** The chart itself comes when the first one is looked at. */
function Picture({ lines, span, sync }: { lines: readonly Line[]; span: Span; sync?: string }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const isFailed = useSignal(false);
  const names = lines.map(({ point }) => point).join(' ');

  useEffect(() => {
    let isGone = false;
    const draw = async () => {
      try {
        const { makeChart } = await import('./chart.ts');
        if (isGone || place.current === null) return;
        chart.current ??= makeChart(place.current, optionsOf(lines, sync));
        chart.current.show(dataOf(lines), span);
      } catch {
        // Its code could not be fetched: the gateway is away, or has other pages by now.
        isFailed.value = true;
      }
    };
    void draw();
    return () => {
      isGone = true;
    };
  }, [lines, span.from, span.to]);

  useEffect(
    () => () => {
      chart.current?.destroy();
      chart.current = null;
    },
    [names, language.value, zone.value],
  );

  if (isFailed.value) return <NotThere state="failed" />;
  return <div ref={place} class="picture" role="img" aria-label={describe(lines)} />;
}

function optionsOf(lines: readonly Line[], sync: string | undefined) {
  return {
    language: language.value,
    zone: zone.value,
    lines: lines.map(({ point, past }) => ({
      label: labelOf(point),
      unit: unitText(past.unit),
      kind: past.kind,
      hasBand: past.low !== null,
      words: past.words.length > 0 || past.kind === 'line' ? past.words : contactWords(point),
    })),
    ...(sync !== undefined && { sync }),
  };
}

/** Of a contact, which stands at 0 or 1. */
function contactWords(point: string): string[] {
  const name = point.slice(point.indexOf('/') + 1);
  return [false, true].map((value) => valueText(value, language.value, name));
}

function dataOf(lines: readonly Line[]) {
  return joined(lines.map(({ past }) => past));
}

export function labelOf(point: string): string {
  const [device = '', name = ''] = point.split('/');
  return `${device} ${pointText(name, language.value)}`;
}

/** For who cannot see it: of each point its lowest and highest value. */
function describe(lines: readonly Line[]): string {
  return lines
    .map(({ point, past }) => {
      const known = past.values.filter((value): value is number => value !== null);
      const unit = unitText(past.unit);
      if (known.length === 0) return tell('describeNone', { point: labelOf(point) });
      return tell('describe', { point: labelOf(point), low: Math.min(...known), high: Math.max(...known), unit });
    })
    .join('. ');
}

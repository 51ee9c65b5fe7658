import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { levelText } from '../../../contract/words/figures.ts';
import type { ForecastReport } from '../../gateway/items.ts';
import { forecastPageWords } from '../../text/forecast.ts';
import { unitText } from '../../text/format.ts';
import type { Chart } from '../../ui/chart.ts';
import { labelOf } from '../../ui/history.tsx';
import { language, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { zone } from '../../ui/zone.ts';
import { dayOf } from './forecasts.tsx';

const tell = speaker(forecastPageWords);
const dayMs = 86_400_000;

/** Day medians of a point, and what is left of them without the temperature's part. */
export function ForecastChart({ report }: { report: ForecastReport }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const isFailed = useSignal(false);
  const [first, last] = [report.days[0], report.days.at(-1)];

  useEffect(() => {
    let isGone = false;
    const draw = async () => {
      try {
        const { makeChart } = await import('../../ui/chart.ts');
        if (isGone || place.current === null || first === undefined || last === undefined) return;
        chart.current ??= makeChart(place.current, optionsOf(report));
        chart.current.show(
          {
            times: report.days.map(({ at }) => Date.parse(at) / 1000),
            columns: [report.days.map(({ median }) => median), report.days.map(({ corrected }) => corrected)],
          },
          { from: first.at, to: new Date(Date.parse(last.at) + dayMs).toISOString() },
        );
      } catch {
        // Its code could not be fetched: the gateway is away, or has other pages by now.
        isFailed.value = true;
      }
    };
    void draw();
    return () => {
      isGone = true;
    };
  }, [report]);

  useEffect(
    () => () => {
      chart.current?.destroy();
      chart.current = null;
    },
    [report.point, language.value, zone.value],
  );

  if (first === undefined) return <p class="hint">{tell('noDays')}</p>;
  if (isFailed.value) return <NotThere state="failed" />;
  return <div ref={place} class="picture" role="img" aria-label={described(report)} />;
}

function optionsOf({ unit }: ForecastReport) {
  const line = { unit: unitText(unit), kind: 'line' as const, hasBand: false, words: [] };
  return {
    language: language.value,
    zone: zone.value,
    lines: [
      { ...line, label: tell('median') },
      { ...line, label: tell('corrected') },
    ],
  };
}

/** For who cannot see it. */
function described({ point, days, unit }: ForecastReport): string {
  const known = days.flatMap(({ median }) => median ?? []);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined || known.length === 0) return tell('noDays');
  return tell('chartAbout', {
    ...{ point: labelOf(point), from: dayOf(first.at), to: dayOf(last.at), count: known.length },
    ...{ low: levelText(Math.min(...known), unit), high: levelText(Math.max(...known), unit) },
  });
}

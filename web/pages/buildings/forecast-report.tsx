import type { BuildingDetail } from '../../../contract/http/live.ts';
import { levelText, rateText, signed } from '../../../contract/words/figures.ts';
import { forecastWords } from '../../../contract/words/forecast.ts';
import { ask } from '../../gateway/api.ts';
import type { ForecastReport } from '../../gateway/items.ts';
import { second } from '../../gateway/live.ts';
import { useResource } from '../../gateway/resource.ts';
import { forecastPageWords, forecastStateWords } from '../../text/forecast.ts';
import { filedText } from '../../text/format.ts';
import { language, pick, speaker, title } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { address } from '../../ui/router.ts';
import { SheetBar } from '../../ui/sheet-bar.tsx';
import { zone } from '../../ui/zone.ts';
import { ForecastChart } from './forecast-chart.tsx';
import { dayOf, ForecastState, factsOf, placeText } from './forecasts.tsx';

const tell = speaker(forecastPageWords);
const everyMs = 10 * 60_000;

/** One point's forecast as a sheet to be printed and filed: the series, the method, and every number that decided. */
export function ForecastSheet({ of, point }: { of: BuildingDetail; point: string }) {
  const query = new URLSearchParams({ point, site: of.site });
  const { now } = useResource<ForecastReport>(
    `forecast ${of.site} ${point}`,
    () => ask<ForecastReport>('GET', `/api/v1/forecast-report?${query}`),
    everyMs,
  );
  title.value = tell('reportTitle');
  if (now.state !== 'there') return <NotThere state={now.state} />;
  return <Sheet of={of} report={now.body} />;
}

function Sheet({ of, report }: { of: BuildingDetail; report: ForecastReport }) {
  const { point, building } = report;
  return (
    <article class="sheet card letter forecast-sheet">
      <SheetBar to={address(`/buildings/${building}`)} back={tell('back')} print={tell('print')} />
      <p class="hint">
        {of.name[language.value]} · {tell('madeAt', { time: filedText(second.value, zone.value, language.value) })}
        {report.simulated && ` · ${tell('simulated')}`}
      </p>
      <h1>
        {tell('reportTitle')}: {placeText(point, of)}
      </h1>
      <p>{tell('reportNote')}</p>
      <p>
        <ForecastState item={report} /> {pick(report.text)}
      </p>
      <Table rows={rowsOf(report)} />
      <h2>{tell('chart')}</h2>
      <ForecastChart report={report} />
      <h2>{tell('whyNot')}</h2>
      <ul>
        {report.whyNot.map(({ reason, text }) => (
          <li key={`${reason.code} ${text.en}`}>{pick(text)}</li>
        ))}
      </ul>
      <h2>{tell('steps')}</h2>
      <Steps report={report} />
      <Changes report={report} />
      <Settings report={report} />
      <Days report={report} />
    </article>
  );
}

function Table({ rows }: { rows: readonly (readonly [string, string])[] }) {
  return (
    <table class="facts-table">
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function rowsOf(report: ForecastReport): [string, string][] {
  return [
    [tell('point'), report.point],
    ...factsOf(report),
    [tell('method'), report.method ?? '—'],
    [tell('version'), report.version],
    [tell('temperature'), report.temperature ?? '—'],
    [tell('coefficient'), coefficientText(report)],
    [tell('neighbours'), report.neighbours.length === 0 ? '—' : report.neighbours.join(', ')],
    [tell('record'), recordText(report)],
  ];
}

function coefficientText({ coefficient, unit }: ForecastReport): string {
  if (coefficient === null) return tell('notCorrected');
  const { perDegree, perDegreeLagged, lagH, interval } = coefficient;
  return tell('perDegree', {
    ...{ now: signed(rateText, perDegree, unit), lagged: signed(rateText, perDegreeLagged, unit), lag: lagH },
    ...{ low: signed(rateText, interval[0], unit), high: signed(rateText, interval[1], unit) },
  });
}

function recordText({ record }: ForecastReport): string {
  const { from, to, ...counts } = record;
  if (from === null || to === null) return tell('noRecord');
  return tell('hours', { ...counts, from: dayOf(from), to: dayOf(to) });
}

function Steps({ report: { allSteps, unit } }: { report: ForecastReport }) {
  if (allSteps.length === 0) return <p>{tell('noSteps')}</p>;
  return (
    <ul>
      {allSteps.map(({ at, by, noise }) => (
        <li key={at}>
          {tell('step', {
            time: filedText(Date.parse(at), zone.value, language.value),
            by: signed(levelText, by, unit),
            noise: rateText(noise, unit),
          })}
        </li>
      ))}
    </ul>
  );
}

function Changes({ report: { changes } }: { report: ForecastReport }) {
  if (changes.length === 0) return null;
  return (
    <>
      <h2>{tell('changes')}</h2>
      <ul>
        {changes.map(({ at, state, text }) => (
          <li key={at}>
            {filedText(Date.parse(at), zone.value, language.value)} · {stateText(state)} · {pick(text)}
          </li>
        ))}
      </ul>
    </>
  );
}

function stateText(state: string): string {
  if (state === 'step') return pick(forecastWords.step);
  const known = Object.entries(forecastStateWords).find(([name]) => name === state);
  return pick(known?.[1] ?? forecastStateWords.none);
}

function Settings({ report: { settings } }: { report: ForecastReport }) {
  return (
    <>
      <h2>{tell('settings')}</h2>
      <section class="sheet-table" aria-label={tell('settings')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{tell('number')}</th>
              <th scope="col">{tell('value')}</th>
              <th scope="col">{tell('source')}</th>
            </tr>
          </thead>
          <tbody>
            {settings.map(({ name, value, source }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{JSON.stringify(value)}</td>
                <td lang="en">{source}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Days({ report: { days, unit } }: { report: ForecastReport }) {
  if (days.length === 0) return null;
  const cell = (value: number | null) => (value === null ? '—' : levelText(value, unit));
  return (
    <>
      <h2>{tell('series')}</h2>
      <section class="sheet-table" aria-label={tell('series')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{tell('day')}</th>
              <th scope="col">{tell('median')}</th>
              <th scope="col">{tell('corrected')}</th>
              <th scope="col">{tell('coverage')}</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ at, median, corrected, coverage }) => (
              <tr key={at}>
                <th scope="row">{dayOf(at)}</th>
                <td class="number">{cell(median)}</td>
                <td class="number">{cell(corrected)}</td>
                <td class="number">{Math.round(coverage * 100)}%</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

import { useSignal } from '@preact/signals';
import { now as clockNow, modelNow } from '../../gateway/live.ts';
import type { Model } from '../../gateway/model.ts';
import { readingsOf, type Span } from '../../gateway/readings.ts';
import { chartWords } from '../../text/charts.ts';
import { pointText, unitText } from '../../text/format.ts';
import { History, labelOf, spanNow } from '../../ui/history.tsx';
import { language, say, speaker, title } from '../../ui/language.ts';
import { fromLocal, toLocal } from '../../ui/local-time.ts';
import { RangeChoice } from '../../ui/range.tsx';
import { addressHere, go, route } from '../../ui/router.ts';
import { timeAt } from '../../ui/time.tsx';
import { zone } from '../../ui/zone.ts';
import '../devices/devices.css';
import './charts.css';
import { csvOf, fileName } from './csv.ts';

const tell = speaker(chartWords);
const maxPoints = 8;
const dayMs = 86_400_000;
const maxRows = 200_000;
const shownMatches = 30;

/** Any points over any time. Those of one unit share a picture; all pictures share their time and their cursor. */
export default function ChartsPage() {
  const points = pointsNow();
  const model = modelNow();
  title.value = tell('title');
  const site = [...model.sites.keys()][0] ?? '';
  if (model.sites.size === 0) return <p class="hint">{say('loading')}</p>;
  const groups = [...Map.groupBy(points, (point) => unitOf(model, site, point))];
  return (
    <>
      <h1>{tell('title')}</h1>
      <div class="filters chart-filters">
        <RangeChoice standard="24h" />
        <Fixed />
        {points.length > 0 && <Download site={site} points={points} as="csv" />}
        {points.length > 0 && <Download site={site} points={points} as="parquet" />}
        {points.length > 0 && <Download site={site} points={points} as="csv" day="yesterday" />}
      </div>
      <Chosen points={points} />
      <Picker model={model} points={points} />
      {points.length === 0 && <p class="hint">{tell('none')}</p>}
      {groups.map(([unit, members]) => (
        <section key={`${unit} ${members.join(' ')}`} class="card chart-card">
          <h2>{unitText(unit === '' ? null : unit)}</h2>
          <History site={site} points={members} standard="24h" sync="charts" />
        </section>
      ))}
      {points.length > 0 && <p class="hint">{tell('band')}</p>}
    </>
  );
}

function pointsNow(): readonly string[] {
  const asked = route.value.query.get('points') ?? '';
  return asked
    .split(',')
    .filter((point) => point.includes('/'))
    .slice(0, maxPoints);
}

function unitOf(model: Model, site: string, point: string): string {
  const [device = '', name = ''] = point.split('/');
  return model.points.get(`${site}/${device}`)?.get(name)?.unit ?? '';
}

function choose(points: readonly string[]): void {
  go(addressHere({ points: points.length === 0 ? null : points.join(',') }), 'replace');
}

/** A moment that stands still is said so, with the way back: history and now never look alike. */
function Fixed() {
  const { query } = route.value;
  const [from, to] = [query.get('from'), query.get('to')];
  if (from === null || to === null) return null;
  return (
    <span class="fixed">
      {tell('frozen', { from: timeAt(from), to: timeAt(to) })}{' '}
      <a class="button" href={addressHere({ from: null, to: null })}>
        {tell('backToNow')}
      </a>
    </span>
  );
}

function Chosen({ points }: { points: readonly string[] }) {
  if (points.length === 0) return null;
  return (
    <ul class="chosen" aria-label={tell('chosen')}>
      {points.map((point) => (
        <li key={point}>
          <button
            type="button"
            aria-label={tell('remove', { point: labelOf(point) })}
            onClick={() => choose(points.filter((other) => other !== point))}
          >
            {labelOf(point)} <span aria-hidden="true">✕</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Finds a point by what it or its device is called, in either language. */
function Picker({ model, points }: { model: Model; points: readonly string[] }) {
  const search = useSignal('');
  const asked = search.value.trim().toLowerCase();
  const found = [...model.points].flatMap(([key, all]) => {
    const device = key.slice(key.indexOf('/') + 1);
    return [...all.keys()]
      .map((name) => ({ point: `${device}/${name}`, device, name }))
      .filter(({ point, name }) =>
        `${point} ${pointText(name, 'ko')} ${pointText(name, 'en')}`.toLowerCase().includes(asked),
      );
  });
  return (
    <details class="card picker" open={points.length === 0}>
      <summary>{tell('choose')}</summary>
      <input
        type="search"
        aria-label={tell('search')}
        placeholder={tell('search')}
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
        }}
      />
      {points.length >= maxPoints && <p class="hint">{tell('tooMany', { count: maxPoints })}</p>}
      {found.length === 0 && <p class="hint">{tell('noMatch')}</p>}
      {found.length > shownMatches && (
        <p class="hint">{tell('moreMatches', { all: found.length, count: shownMatches })}</p>
      )}
      <ul class="matches">
        {found.slice(0, shownMatches).map(({ point, device, name }) => (
          <li key={point}>
            <label>
              <input
                type="checkbox"
                checked={points.includes(point)}
                disabled={points.length >= maxPoints && !points.includes(point)}
                onChange={(event) =>
                  choose(event.currentTarget.checked ? [...points, point] : points.filter((other) => other !== point))
                }
              />
              <span>{device}</span> {pointText(name, language.value)}
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
}

type Told = 'ready' | 'busy' | 'failed' | 'empty';

const downloadWords = { busy: 'downloadBusy', failed: 'downloadFailed', empty: 'downloadEmpty' } as const;

/** Every reading of the span as a file: nothing thinned, nothing left out for want of a value. */
function Download(of: { site: string; points: readonly string[]; as: 'csv' | 'parquet'; day?: 'yesterday' }) {
  const { site, points, as, day } = of;
  const state = useSignal<Told>('ready');

  async function download(): Promise<void> {
    state.value = 'busy';
    state.value = await make();
  }

  async function make(): Promise<Told> {
    const span = day === undefined ? spanNow('24h').ends() : yesterday();
    const answers = await Promise.all(points.map((point) => readingsOf(site, point, span, maxRows)));
    if (answers.some((answer) => !answer.ok)) return 'failed';
    const series = answers.map((answer, nth) => ({ point: points[nth] ?? '', rows: answer.ok ? answer.body : [] }));
    // An empty file would say that nothing happened.
    if (series.every(({ rows }) => rows.length === 0)) return 'empty';
    const file = as === 'csv' ? csvOf(series) : await asParquet(series);
    if (file === null) return 'failed';
    save(file, { type: types[as], name: `${fileName(span, zone.value)}.${as}` });
    return 'ready';
  }

  return (
    <button
      type="button"
      data-do={day === undefined ? as : `${as}-${day}`}
      aria-disabled={state.value === 'busy' || undefined}
      onClick={() => void download()}
    >
      {state.value === 'ready' ? tell(day ?? as) : tell(downloadWords[state.value], { what: tell(day ?? as) })}
    </button>
  );
}

/** The day before today's, by the clock of the site. */
function yesterday(): Span {
  const today = toLocal(clockNow(), zone.value).slice(0, 10);
  const before = new Date(Date.parse(today) - dayMs).toISOString().slice(0, 10);
  const [from, to] = [before, today].map((date) => fromLocal(`${date}T00:00`, zone.value) ?? 0);
  return { from: new Date(from ?? 0).toISOString(), to: new Date(to ?? 0).toISOString() };
}

const types = { csv: 'text/csv;charset=utf-8', parquet: 'application/vnd.apache.parquet' } as const;

/** The writer comes when the first file is asked for; null where it cannot be had. */
async function asParquet(series: Parameters<typeof csvOf>[0]): Promise<ArrayBuffer | null> {
  try {
    const { parquetOf } = await import('./parquet.ts');
    return parquetOf(series);
  } catch {
    // The gateway is away, or has other pages by now: the button says that it failed.
    return null;
  }
}

function save(file: string | ArrayBuffer, { type, name }: { type: string; name: string }): void {
  const url = URL.createObjectURL(new Blob([file], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

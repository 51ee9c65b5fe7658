import { computed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { levelNames } from '../../../contract/words/hazards.ts';
import { askEvery } from '../../gateway/api.ts';
import type { AlertItem } from '../../gateway/items.ts';
import { modelFor } from '../../gateway/live.ts';
import { itemsOf } from '../../gateway/offered.ts';
import { useResource } from '../../gateway/resource.ts';
import { alertWords } from '../../text/alerts.ts';
import { levels } from '../../text/tones.ts';
import { language, pick, speaker, title } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { addressHere, go, route } from '../../ui/router.ts';
import { timeAt } from '../../ui/time.tsx';
import './alerts.css';
import { AlertDetailPane } from './detail.tsx';
import { Incident } from './incident.tsx';
import { AlertList } from './list.tsx';
import { byRecency, type Filter, fits } from './view.ts';

const tell = speaker(alertWords);
const allEveryMs = 30_000;

/** The list of alerts, and beside it (on a phone: in its place) the one that the address names. */
export default function AlertsPage() {
  const [, , id, part] = route.value.path.split('/');
  if (id !== undefined && part === 'incident') return <Incident alert={id} />;
  title.value = tell('list');
  return (
    <div class="split" data-chosen={id === undefined ? undefined : ''}>
      <section class="split-list" aria-labelledby="alerts-title">
        {id === undefined ? <h1 id="alerts-title">{tell('list')}</h1> : <h2 id="alerts-title">{tell('list')}</h2>}
        <Filters />
        {route.value.query.get('state') === 'all' ? <Everything chosen={id} /> : <Open chosen={id} />}
      </section>
      <section class="split-detail">
        {id === undefined ? <p class="hint choose">{tell('chooseOne')}</p> : <AlertDetailPane key={id} alert={id} />}
      </section>
    </div>
  );
}

const filter = computed<Filter>(() => {
  const { query } = route.value;
  return { level: query.get('level'), building: query.get('building') };
});

function Filters() {
  const { query } = route.value;
  const isAll = query.get('state') === 'all';
  const { buildings } = modelFor('buildings');
  const set = (key: string) => (event: { currentTarget: HTMLSelectElement }) =>
    go(addressHere({ [key]: event.currentTarget.value === '' ? null : event.currentTarget.value }), 'replace');
  return (
    <div class="filters">
      <span class="tabs">
        <a class="button" href={addressHere({ state: null })} aria-current={isAll ? undefined : 'true'}>
          {tell('filterOpen')}
        </a>
        <a class="button" href={addressHere({ state: 'all' })} aria-current={isAll ? 'true' : undefined}>
          {tell('filterAll')}
        </a>
      </span>
      <select aria-label={tell('level')} onChange={set('level')}>
        <option value="">{tell('anyLevel')}</option>
        {levels.toReversed().map((level) => (
          <option key={level} value={level} selected={query.get('level') === level}>
            {pick(levelNames[level])}
          </option>
        ))}
      </select>
      <select aria-label={tell('building')} onChange={set('building')}>
        <option value="">{tell('anyBuilding')}</option>
        <option value="site" selected={query.get('building') === 'site'}>
          {tell('siteItself')}
        </option>
        {itemsOf(buildings).map(({ building, name }) => (
          <option key={building} value={building} selected={query.get('building') === building}>
            {name[language.value]}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Those that are open, live. */
function Open({ chosen }: { chosen: string | undefined }) {
  const { alerts } = modelFor('alerts');
  if (alerts.state !== 'there') return <NotThere state={alerts.state} />;
  const all = itemsOf(alerts);
  const items = all.filter((alert) => fits(alert, filter.value));
  return <AlertList alerts={items} all={all} chosen={chosen} empty={<Empty open={alerts.items.size} />} />;
}

/** Nothing is open: then when the last one was says more than emptiness. */
function Empty({ open }: { open: number }) {
  if (open > 0) return <p class="hint">{tell('emptyFilter')}</p>;
  return (
    <div class="empty">
      <p>{tell('emptyOpen')}</p>
      <Last />
    </div>
  );
}

function Last() {
  const { now } = useResource<AlertItem[]>('all-alerts', askAll, allEveryMs);
  if (now.state !== 'there') return null;
  const [last] = now.body.filter(({ state }) => state === 'normal').toSorted(byRecency);
  if (last === undefined) return <p class="hint">{tell('noneEver')}</p>;
  return (
    <p class="hint">{tell('lastClosed', { headline: pick(last.headline), time: timeAt(last.closed ?? last.since) })}</p>
  );
}

/** All that were kept, the newest first. */
function Everything({ chosen }: { chosen: string | undefined }) {
  const { now, refresh } = useResource<AlertItem[]>('all-alerts', askAll, allEveryMs);
  const open = itemsOf(modelFor('alerts').alerts);
  const standing = open.map(({ alert, version }) => `${alert}:${version}`).join(' ');
  useEffect(() => void refresh(), [standing]);
  if (now.state !== 'there') return <NotThere state={now.state} />;
  const items = now.body.filter((alert) => fits(alert, filter.value)).toSorted(byRecency);
  return (
    <AlertList
      alerts={items}
      all={now.body}
      chosen={chosen}
      order="given"
      empty={<p class="hint">{tell('emptyFilter')}</p>}
    />
  );
}

const askAll = () => askEvery<AlertItem>('/api/v1/alerts?state=all');

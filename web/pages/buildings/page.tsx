import type { BuildingDetail } from '../../../contract/http/live.ts';
import { levelNames } from '../../../contract/words/hazards.ts';
import { ask, askEvery } from '../../gateway/api.ts';
import type { RuleItem } from '../../gateway/items.ts';
import { modelFor, modelNow } from '../../gateway/live.ts';
import { itemsOf } from '../../gateway/offered.ts';
import { useResource } from '../../gateway/resource.ts';
import { buildingWords, verdictWords } from '../../text/buildings.ts';
import { levelTones } from '../../text/tones.ts';
import { language, pick, speaker, title } from '../../ui/language.ts';
import { MaintenanceButton } from '../../ui/maintenance.tsx';
import { NoSuch } from '../../ui/no-such.tsx';
import { NotThere } from '../../ui/not-there.tsx';
import { address, addressHere, route } from '../../ui/router.ts';
import { seenNow } from '../../ui/seen.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { AlertList } from '../alerts/list.tsx';
import '../alerts/alerts.css';
import '../devices/devices.css';
import '../overview/overview.css';
import { BuildingState, BuildingTile } from '../overview/building-tile.tsx';
import './buildings.css';
import { FloorPlan, PlaceList, Trend } from './floor.tsx';
import { ForecastSheet } from './forecast-report.tsx';
import { Forecasts, ToForecasts, useForecasts } from './forecasts.tsx';
import { TwinPart } from './twin-part.tsx';
import { firstStorey, type StoreyView, storeysOf } from './view.ts';

const tell = speaker(buildingWords);
const detailEveryMs = 10 * 60_000;
const rulesEveryMs = 15_000;

/** Every building, or the one the address names. */
export default function BuildingsPage() {
  const [, , id, part] = route.value.path.split('/');
  return id === undefined ? <List /> : <Building key={id} id={id} part={part} />;
}

function List() {
  const { buildings } = modelNow();
  title.value = tell('buildings');
  return (
    <>
      <h1>{tell('buildings')}</h1>
      {buildings.state !== 'there' ? (
        <NotThere state={buildings.state} />
      ) : buildings.items.size === 0 ? (
        <p class="hint">{tell('none')}</p>
      ) : (
        <div class="tiles small buildings">
          {itemsOf(buildings).map((building) => (
            <BuildingTile key={`${building.site}/${building.building}`} building={building} under="h1" />
          ))}
        </div>
      )}
    </>
  );
}

function Building({ id, part }: { id: string; part: string | undefined }) {
  const { now } = useResource<BuildingDetail>(
    `building ${id}`,
    () => ask<BuildingDetail>('GET', `/api/v1/buildings/${encodeURIComponent(id)}`),
    detailEveryMs,
  );
  if (now.state === 'not-offered') {
    return <NoSuch words={tell('noBuilding')} to={address('/buildings')} list={tell('toList')} />;
  }
  if (now.state !== 'there') return <NotThere state={now.state} />;
  const point = route.value.query.get('point');
  return part === 'forecast' && point !== null ? <ForecastSheet of={now.body} point={point} /> : <Body of={now.body} />;
}

function Body({ of }: { of: BuildingDetail }) {
  const [model, seen] = [modelFor('alerts'), seenNow()];
  const forecasts = useForecasts(of);
  const storeys = storeysOf(of, model, seen, tell('noStorey'));
  const { query } = route.value;
  const asked = query.get('storey');
  const shown = storeys.find(({ id }) => id === asked) ?? firstStorey(storeys);
  title.value = of.name[language.value];
  const isTwin = query.get('twin') === 'open';
  const point = query.get('point');
  const trend = point !== null && <Trend site={of.site} point={point} />;
  const facts = [
    of.address.road ?? '',
    of.built === null ? '' : tell('built', { year: of.built }),
    of.grade === null ? '' : tell('grade', { grade: of.grade }),
  ].filter((part) => part !== '');
  return (
    <div class="building-page">
      <p class="crumbs">
        <a href={address('/buildings')}>{tell('toList')}</a>
      </p>
      <header class="building-head">
        <h1>{of.name[language.value]}</h1>
        <p class="hint">{facts.join(' · ')}</p>
        <BuildingState of={of} />
        <p>
          <a class="button" href={address(`/public/buildings/${of.building}`)}>
            {tell('residentView')}
          </a>{' '}
          <MaintenanceButton
            part={{ site: of.site, target: `building:${of.building}`, name: of.name[language.value] }}
          />{' '}
          <a
            class="button"
            id="twin-toggle"
            href={addressHere({ twin: isTwin ? null : 'open', at: null })}
            aria-current={isTwin ? 'true' : undefined}
          >
            {tell('twin')}
          </a>{' '}
          <ToForecasts now={forecasts} />
        </p>
      </header>
      {isTwin && <TwinPart of={of} model={model} seen={seen} storeys={storeys} shown={shown?.id ?? null} />}
      {isTwin && trend}
      <div class="building-columns">
        <Section storeys={storeys} shown={shown} />
        {shown !== undefined && (
          <section class="card floor" aria-labelledby="floor-title">
            <h2 id="floor-title">{shown.name}</h2>
            <FloorPlan storey={shown} />
            <PlaceList storey={shown} site={of.site} />
          </section>
        )}
      </div>
      {!isTwin && trend}
      <Alerts of={of} />
      <Forecasts of={of} now={forecasts} />
      <Rules building={of.building} />
    </div>
  );
}

/** The storeys one above the other, each with the worst of what stands on it. */
function Section({ storeys, shown }: { storeys: readonly StoreyView[]; shown: StoreyView | undefined }) {
  return (
    <nav class="section" aria-label={tell('storeys')}>
      {storeys.map((storey) => (
        <a
          key={storey.id}
          class="storey"
          data-storey={storey.id}
          data-tone={storey.tone}
          aria-current={storey === shown ? 'true' : undefined}
          href={addressHere({ storey: storey.id, point: null })}
        >
          <StateMark tone={storey.tone}>{storey.name}</StateMark>
          <span class="hint">
            {tell('sensors', { count: storey.places.length })}
            {storey.unknown > 0 && ` · ${tell('unknown', { count: storey.unknown })}`}
          </span>
        </a>
      ))}
    </nav>
  );
}

function Alerts({ of }: { of: BuildingDetail }) {
  const { alerts } = modelFor('alerts');
  if (alerts.state !== 'there') return <NotThere state={alerts.state} />;
  const all = itemsOf(alerts);
  const own = all.filter(({ site, building }) => site === of.site && building === of.building);
  if (own.length === 0) return null;
  return (
    <section aria-labelledby="building-alerts">
      <h2 id="building-alerts">{tell('alerts')}</h2>
      <AlertList key={`${of.site}/${of.building}`} alerts={own} all={all} chosen={undefined} empty={null} />
    </section>
  );
}

/** What it is watched for, what each rule says now, and where its figures come from. */
function Rules({ building }: { building: string }) {
  const { now } = useResource<RuleItem[]>('rules', () => askEvery<RuleItem>('/api/v1/rules'), rulesEveryMs);
  if (now.state !== 'there') return <NotThere state={now.state} />;
  const own = now.body.filter((rule) => rule.building === building);
  return (
    <section aria-labelledby="building-rules">
      <h2 id="building-rules">{tell('rules')}</h2>
      {own.length === 0 && <p class="hint">{tell('noRules')}</p>}
      <ul class="rows rules">
        {own.map((rule) => (
          <li key={rule.rule} data-verdict={rule.verdict}>
            <StateMark tone={verdictTone(rule)} look="badge">
              {rule.level === null ? pick(verdictWords[rule.verdict]) : pick(levelNames[rule.level])}
            </StateMark>
            <span class="rule-title">{pick(rule.title)}</span>
            <span class="hint">
              {rule.provenance.source} ·{' '}
              {rule.provenance.confirmedBy === null
                ? tell('unconfirmed')
                : tell('confirmedBy', { who: rule.provenance.confirmedBy })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function verdictTone({ verdict, level }: RuleItem) {
  if (verdict === 'unknown') return 'unknown';
  return level === null ? 'normal' : levelTones[level];
}

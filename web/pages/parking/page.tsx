import { modelFor, modelNow } from '../../gateway/live.ts';
import { itemsOf } from '../../gateway/offered.ts';
import { parkingWords } from '../../text/parking.ts';
import { pick, speaker, title } from '../../ui/language.ts';
import { NoSuch } from '../../ui/no-such.tsx';
import { NotThere } from '../../ui/not-there.tsx';
import { address, addressHere, route } from '../../ui/router.ts';
import { LotTile } from './lot-tile.tsx';
import { LotPlan } from './plan.tsx';
import './parking.css';
import { Reservations } from './reservations.tsx';
import { SpacePanel } from './space-panel.tsx';
import { SpaceTable } from './space-table.tsx';
import { StatisticsTab } from './statistics.tsx';
import { Stays, Violations } from './stays.tsx';

const tell = speaker(parkingWords);

const tabs = ['plan', 'list', 'stays', 'violations', 'reservations', 'statistics'] as const;
type Tab = (typeof tabs)[number];

/** Every lot, or the one the address names. */
export default function ParkingPage() {
  const [, , id] = route.value.path.split('/');
  return id === undefined ? <Lots /> : <Lot id={id} />;
}

function Lots() {
  const { lots } = modelFor('lots');
  title.value = tell('lots');
  return (
    <>
      <h1>{tell('lots')}</h1>
      {lots.state !== 'there' ? (
        <NotThere state={lots.state} />
      ) : lots.items.size === 0 ? (
        <p class="hint">{tell('none')}</p>
      ) : (
        <div class="tiles">
          {itemsOf(lots).map((lot) => (
            <LotTile key={`${lot.site}/${lot.lot}`} lot={lot} />
          ))}
        </div>
      )}
    </>
  );
}

function Lot({ id }: { id: string }) {
  const { lots } = modelFor('lots');
  if (lots.state !== 'there') return <NotThere state={lots.state} />;
  const lot = itemsOf(lots).find((each) => each.lot === id);
  if (lot === undefined) {
    return <NoSuch words={tell('noLot')} to={address('/parking')} list={tell('toLots')} />;
  }
  title.value = pick(lot.name);
  const asked = route.value.query.get('tab');
  const tab: Tab = tabs.find((each) => each === asked) ?? 'plan';
  return (
    <div class="lot-page">
      <p class="crumbs">
        <a href={address('/parking')}>{tell('toLots')}</a>
      </p>
      <LotTile lot={lot} look="head" />
      <nav class="tabs" aria-label={title.value}>
        {tabs.map((each) => (
          <a
            key={each}
            class="button"
            aria-current={each === tab ? 'page' : undefined}
            href={addressHere({ tab: each === 'plan' ? null : each, space: null, from: null })}
          >
            {tell(each)}
          </a>
        ))}
      </nav>
      <TabBody tab={tab} site={lot.site} lot={lot.lot} />
    </div>
  );
}

function TabBody({ tab, site, lot }: { tab: Tab; site: string; lot: string }) {
  switch (tab) {
    case 'plan':
      return <PlanWithPanel site={site} lot={lot} />;
    case 'list':
      return <SpaceTable site={site} lot={lot} />;
    case 'stays':
      return <Stays site={site} lot={lot} />;
    case 'violations':
      return <Violations site={site} lot={lot} />;
    case 'reservations':
      return <Reservations site={site} lot={lot} />;
    case 'statistics':
      return <StatisticsTab site={site} lot={lot} />;
  }
}

function PlanWithPanel({ site, lot }: { site: string; lot: string }) {
  // Where the spaces stand: each is drawn by itself.
  const model = modelNow();
  const item = model.lots.state === 'there' ? model.lots.items.get(`${site}/${lot}`) : undefined;
  const chosen = route.value.query.get('space');
  if (model.spaces.state !== 'there' || item === undefined) {
    return <NotThere state={model.spaces.state === 'there' ? 'loading' : model.spaces.state} />;
  }
  const spaces = itemsOf(model.spaces).filter((space) => space.site === site && space.lot === lot);
  if (spaces.length === 0) return <p class="hint">{tell('noSpaces')}</p>;
  return (
    <div class="plan-page">
      <LotPlan lot={item} spaces={spaces} chosen={chosen} />
      <aside class="panel" aria-live="polite">
        {chosen === null ? (
          <p class="hint">{tell('chooseSpace')}</p>
        ) : (
          <SpacePanel key={chosen} of={`${site}/${lot}/${chosen}`} />
        )}
      </aside>
    </div>
  );
}

import type { AgentItem } from '../../../contract/http/live.ts';
import { modelFor, modelNow, second } from '../../gateway/live.ts';
import { itemsOf } from '../../gateway/offered.ts';
import { overviewWords } from '../../text/overview.ts';
import { language, speaker, title } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { address } from '../../ui/router.ts';
import { seenNow } from '../../ui/seen.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { agentView } from '../live/view.ts';
import { LotTile } from '../parking/lot-tile.tsx';
import { BuildingTile } from './building-tile.tsx';
import '../parking/parking.css';
import './overview.css';
import { type AgentSummary, noDevices, overviewOf, summariesOf } from './view.ts';

const tell = speaker(overviewWords);

/** One screen: what needs a person now, then lots, buildings and devices. */
export default function OverviewPage() {
  return (
    <>
      <Needs />
      <div class="overview">
        <Lots />
        <Buildings />
        <Agents />
      </div>
    </>
  );
}

function Needs() {
  void second.value;
  const view = overviewOf(modelFor('alerts'), seenNow());
  title.value = view.headline;
  return (
    <section id="headline" class="headline" data-tone={view.tone}>
      <h1 id="headline-text" aria-live="polite">
        {view.headline}
      </h1>
      <ul id="problems" class="problems">
        {view.needs.map(({ key, tone, text, path }) => (
          <li key={key}>
            <StateMark tone={tone}>{path === null ? text : <a href={address(path)}>{text}</a>}</StateMark>
          </li>
        ))}
        {view.more !== '' && <li class="hint">{view.more}</li>}
      </ul>
    </section>
  );
}

function Lots() {
  const { lots } = modelFor('lots');
  return (
    <section class="area" aria-labelledby="area-lots">
      <h2 id="area-lots">
        <a href={address('/parking')}>{tell('lots')}</a>
      </h2>
      {lots.state !== 'there' ? (
        <NotThere state={lots.state} />
      ) : lots.items.size === 0 ? (
        <p class="hint">{tell('noLots')}</p>
      ) : (
        <div class="tiles">
          {itemsOf(lots).map((lot) => (
            <LotTile key={`${lot.site}/${lot.lot}`} lot={lot} />
          ))}
        </div>
      )}
    </section>
  );
}

function Buildings() {
  const { buildings } = modelNow();
  return (
    <section class="area" aria-labelledby="area-buildings">
      <h2 id="area-buildings">
        <a href={address('/buildings')}>{tell('buildings')}</a>
      </h2>
      {buildings.state !== 'there' ? (
        <NotThere state={buildings.state} />
      ) : buildings.items.size === 0 ? (
        <p class="hint">{tell('noBuildings')}</p>
      ) : (
        <div class="tiles small">
          {itemsOf(buildings).map((building) => (
            <BuildingTile key={`${building.site}/${building.building}`} building={building} under="h2" />
          ))}
        </div>
      )}
    </section>
  );
}

function Agents() {
  const model = modelNow();
  const sums = summariesOf(model, seenNow());
  return (
    <section class="area" aria-labelledby="area-devices">
      <h2 id="area-devices">
        <a href={address('/devices')}>{tell('devices')}</a>
      </h2>
      <div class="tiles small">
        {[...model.agents].map(([key, agent]) => (
          <AgentTile key={key} {...tileOf(agent, sums.get(key) ?? noDevices)} />
        ))}
      </div>
    </section>
  );
}

/** Texts alone, so that a tile whose texts are the same is not drawn again: the agents are looked at every second. */
function tileOf(agent: AgentItem, sum: AgentSummary) {
  const view = agentView(modelNow(), agent, seenNow());
  const ill = [
    sum.offline > 0 ? tell('offline', { count: sum.offline }) : '',
    sum.degraded > 0 ? tell('degraded', { count: sum.degraded }) : '',
    sum.unknown > 0 ? tell('unknown', { count: sum.unknown }) : '',
    ...view.facts,
  ].filter((part) => part !== '');
  return {
    agent: agent.agent,
    name: view.name,
    href: address('/devices', { agent: agent.agent }),
    tone: view.tone,
    state: view.state,
    online: tell('agentDevices', { online: sum.online, all: sum.all }),
    ill: ill.join(' · '),
  };
}

function AgentTile({ agent, name, href, tone, state, online, ill }: ReturnType<typeof tileOf>) {
  // A component that reads a signal is drawn again only with other texts.
  void language.value;
  return (
    <article class="tile" data-agent={agent} data-tone={tone}>
      <h3>
        <a href={href}>{name}</a>
      </h3>
      <StateMark tone={tone} look="badge">
        {state}
      </StateMark>
      <p>{online}</p>
      {/* Its line stays while there is nothing to say: where it comes or goes, nothing below moves. */}
      <p class="why">{ill === '' ? '\u00a0' : ill}</p>
    </article>
  );
}

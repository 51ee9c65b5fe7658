import type { Quote } from '../../../contract/http/reservations.ts';
import { ask, askEvery } from '../../gateway/api.ts';
import type { LotItem } from '../../gateway/items.ts';
import { now as clockNow, second } from '../../gateway/live.ts';
import { type Loaded, useResource } from '../../gateway/resource.ts';
import { ageText } from '../../text/format.ts';
import { publicWords } from '../../text/public.ts';
import { language, pick, speaker, title } from '../../ui/language.ts';
import { address, route } from '../../ui/router.ts';
import { typeText } from '../parking/lot-tile.tsx';
import { isPastTtl, lotSeen } from '../parking/view.ts';
import { PriceForm } from './price-form.tsx';
import { ReserveForm } from './reserve.tsx';
import { wonText } from './won.ts';

const tell = speaker(publicWords);
const lotsEveryMs = 15_000;
const priceEveryMs = 60_000;
const hourMs = 3_600_000;

/** Every lot with the one figure a driver comes for. */
export function LotsForDrivers() {
  const lots = useLots();
  title.value = tell('lots');
  return (
    <div class="public">
      <h1>{tell('lots')}</h1>
      <Freshness lots={lots} />
      {lots.state === 'there' && lots.body.length === 0 && <p>{tell('noLots')}</p>}
      {lots.state === 'there' && (
        <ul class="public-lots">
          {lots.body.map((lot) => (
            <li key={`${lot.site}/${lot.lot}`}>
              <LotCard lot={lot} isStale={lots.stale !== null} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** One lot: the figure, how sure it is, what it costs, where it is; and a space of it for later, where that is offered. */
export function LotForDrivers({ id }: { id: string }) {
  const lots = useLots();
  const lot = lots.state === 'there' ? lots.body.find((each) => each.lot === id) : undefined;
  title.value = lot === undefined ? tell('lots') : pick(lot.name);
  return (
    <div class="public">
      <p>
        <a href={address('/public/lots')}>{tell('all')}</a>
      </p>
      <Freshness lots={lots} />
      {lots.state === 'there' && lot === undefined && <h1>{tell('noLot')}</h1>}
      {lot !== undefined && lots.state === 'there' && (
        <>
          <LotCard lot={lot} isStale={lots.stale !== null} look="whole" />
          <Types lot={lot} />
          <PriceForm lot={lot} />
          <Where lot={lot} />
          {lot.bookable ? <ReserveForm lot={lot} /> : <p class="hint">{tell('notBookable')}</p>}
        </>
      )}
    </div>
  );
}

function useLots(): Loaded<LotItem[]> {
  const asked = route.value.query.get('site');
  const query = asked === null ? '' : `?site=${encodeURIComponent(asked)}`;
  return useResource<LotItem[]>('lots', () => askEvery<LotItem>(`/api/v1/lots${query}`), lotsEveryMs).now;
}

/** What cannot be had again is said with its age, not shown as if it were of now. */
function Freshness({ lots }: { lots: Loaded<LotItem[]> }) {
  void second.value;
  if (lots.state === 'loading') return <p class="hint">{tell('loading')}</p>;
  if (lots.state !== 'there') return <p class="banner">{tell('failed')}</p>;
  if (lots.stale === null) return null;
  return (
    <p class="banner" role="status">
      {tell('lost', { age: ageText(clockNow() - lots.at, language.value) })}
    </p>
  );
}

function LotCard({ lot, isStale, look = 'card' }: { lot: LotItem; isStale: boolean; look?: 'card' | 'whole' }) {
  const seen = lotSeen(lot, { link: 'live' });
  const name = pick(lot.name);
  const isOld = isStale || isPastTtl(lot, second.value);
  return (
    <article class={`public-lot ${look}`} data-lot={lot.lot} data-say={seen.say} data-old={isOld || undefined}>
      {look === 'whole' ? (
        <h1>{name}</h1>
      ) : (
        <h2>
          <a href={address(`/public/lots/${lot.lot}`)}>{name}</a>
        </h2>
      )}
      <Figure lot={lot} say={seen.say} isLowerBound={seen.isLowerBound} />
      {seen.say !== 'closed' && (
        <p class="sure">{lot.unknown === 0 ? tell('sureAll') : tell('sureSome', { count: lot.unknown })}</p>
      )}
      {lot.sign !== null && <p class="sign">{pick(lot.sign)}</p>}
      <p class="hint">{tell('asOf', { age: ageText(second.value - Date.parse(lot.at), language.value) })}</p>
      {isOld && <p class="old">{tell('stale')}</p>}
      {seen.say !== 'closed' && <Price lot={lot} />}
    </article>
  );
}

function Figure({ lot, say, isLowerBound }: { lot: LotItem; say: string; isLowerBound: boolean }) {
  if (say === 'free') {
    return (
      <p class="big">
        {isLowerBound && <small>{tell('atLeast')} </small>}
        <strong>{lot.free}</strong> <span>{tell('free')}</span> <small>{tell('of', { capacity: lot.capacity })}</small>
      </p>
    );
  }
  return <p class="big word">{tell(say === 'full' ? 'full' : say === 'closed' ? 'closed' : 'unknown')}</p>;
}

/** What an hour from now costs, by the same sum that a bill would be made with. */
function Price({ lot }: { lot: LotItem }) {
  const { now } = useResource<Quote>(
    `price ${lot.lot}`,
    () => {
      const from = Math.ceil(clockNow() / 60_000) * 60_000;
      const [start, end] = [new Date(from).toISOString(), new Date(from + hourMs).toISOString()];
      return ask<Quote>('GET', `/api/v1/lots/${lot.lot}/quote?site=${lot.site}&from=${start}&to=${end}`);
    },
    priceEveryMs,
  );
  // As high as the line that comes in its place.
  if (now.state !== 'there') {
    return (
      <p class="price">
        <span class="hint">{tell('priceUnknown')}</span>
      </p>
    );
  }
  return (
    <p class="price">
      {tell('priceNow')}: <strong>{wonText(now.body.amount)}</strong>
    </p>
  );
}

function Types({ lot }: { lot: LotItem }) {
  const types = Object.entries(lot.byType);
  if (types.length < 2 || lot.state === 'closed') return null;
  return (
    <section class="card">
      <h2>{tell('types')}</h2>
      <ul class="types">
        {types.map(([type, counts]) => (
          <li key={type}>
            {typeText(type)} <strong>{counts.free}</strong>
            <small>/{counts.capacity}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Where({ lot }: { lot: LotItem }) {
  const { road, parcel } = lot.address;
  const written = road ?? parcel;
  if (written === null && lot.location === null) return null;
  return (
    <section class="card">
      <h2>{tell('address')}</h2>
      {written !== null && <p>{written}</p>}
      {lot.location !== null && (
        <p>
          <a class="button" href={`geo:${lot.location.lat},${lot.location.lon}`}>
            {tell('openMap')}
          </a>
        </p>
      )}
    </section>
  );
}

import { useEffect } from 'preact/hooks';
import type { BuildingItem } from '../../../contract/http/live.ts';
import { askEvery } from '../../gateway/api.ts';
import { keepBuildings, keptBuildings } from '../../gateway/kept.ts';
import { keepPages } from '../../gateway/offline.ts';
import { type Loaded, useResource } from '../../gateway/resource.ts';
import { personNow } from '../../gateway/session.ts';
import { myNoticesWords } from '../../text/my-notices.ts';
import { failedText } from '../../text/problems.ts';
import { residentWords } from '../../text/resident.ts';
import { language, say, speaker, title } from '../../ui/language.ts';
import { PushSwitch } from '../../ui/push-switch.tsx';
import { address, route } from '../../ui/router.ts';
import '../public/public.css';
import { BuildingNow } from './building.tsx';
import { useIsAway } from './late.ts';

const tell = speaker(residentWords);
const tellNotices = speaker(myNoticesWords);
const retryMs = 15_000;

/**
 * A resident's own buildings, or the one that the address names: `/public/buildings/hanbit`. Once opened it is kept on the device
 * and works without the gateway, as far as that can be: what to do, and what was known last.
 */
export default function ResidentPage() {
  const { now } = useResource<BuildingItem[]>('buildings', () => askEvery<BuildingItem>('/api/v1/buildings'), retryMs);
  const isKept = useIsAway(now);
  const [, , , asked] = route.value.path.split('/');
  const known = now.state === 'there' ? now.body : isKept ? keptBuildings() : [];
  const buildings = known.filter((item) => asked === undefined || item.building === asked);
  useKept(now);
  const names = buildings.map(({ name }) => name[language.value]).join(', ');
  const headline = names === '' ? say('account') : names;
  title.value = headline;
  return (
    <section id="resident" class="public resident">
      <h1 id="resident-title">{headline}</h1>
      {(now.state === 'there' || names === '') && <Lead now={now} names={names} isAsked={asked !== undefined} />}
      {buildings.map((item) => (
        <article key={`${item.site}/${item.building}`} class="resident-building">
          {buildings.length > 1 && <h2>{item.name[language.value]}</h2>}
          <BuildingNow site={item.site} building={item.building} />
        </article>
      ))}
      {now.state === 'there' && names !== '' && (
        <a class="button" id="set-up-notices" href={address('/my-notices')}>
          {tellNotices('setUp')}
        </a>
      )}
      {now.state === 'there' && names !== '' && <PushSwitch />}
    </section>
  );
}

/** Keeps what the gateway said, and the page itself, for when it cannot be reached. */
function useKept(now: Loaded<BuildingItem[]>): void {
  const names = now.state === 'there' ? now.body.map(({ building }) => building).join(' ') : '';
  useEffect(() => {
    const person = personNow();
    if (now.state !== 'there' || names === '' || person === null) return;
    keepBuildings(person.name, now.body);
    void keepPages(['/', ...now.body.map(({ building }) => `/public/buildings/${building}`)]);
  }, [names]);
}

function Lead(of: { now: Loaded<BuildingItem[]>; names: string; isAsked: boolean }) {
  const { now, names, isAsked } = of;
  if (now.state === 'loading') return <p>{say('loading')}</p>;
  if (now.state !== 'there') {
    const words = now.failed === null ? say('unreachable') : failedText(now.failed, language.value);
    return (
      <>
        <p>{words}</p>
        <p class="if-smell">{tell('ifSmell')}</p>
      </>
    );
  }
  if (names === '') return <p>{isAsked ? tell('noBuilding') : tell('gone')}</p>;
  return isAsked ? null : <p>{tell('account', { building: names })}</p>;
}

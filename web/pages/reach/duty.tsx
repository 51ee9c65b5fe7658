import type { DutyItem } from '../../../contract/http/notices.ts';
import { askEvery } from '../../gateway/api.ts';
import { useResource } from '../../gateway/resource.ts';
import { reachWords } from '../../text/reach.ts';
import { pick, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { timeAt } from '../../ui/time.tsx';
import { roleName } from '../alerts/role-name.ts';

const tell = speaker(reachWords);
const refreshMs = 30_000;

/** Who of each role is told now, and who next. */
export function Duty() {
  const { now } = useResource<DutyItem[]>('duty', () => askEvery<DutyItem>('/api/v1/duty'), refreshMs);
  // The people below say it for the whole page.
  if (now.state === 'forbidden') return null;
  return (
    <section class="card" aria-labelledby="duty-title">
      <h2 id="duty-title">{tell('dutyTitle')}</h2>
      {now.state !== 'there' && <NotThere state={now.state} />}
      {now.state === 'there' && now.body.length === 0 && <p class="hint">{tell('dutyNone')}</p>}
      {now.state === 'there' && now.body.length > 0 && (
        <>
          <p class="hint">{tell('turnHint')}</p>
          {now.body.map((item) => (
            <Role key={`${item.site} ${item.role} ${item.building}`} item={item} />
          ))}
        </>
      )}
    </section>
  );
}

function Role({ item }: { item: DutyItem }) {
  const { role, building, buildingName, turns, unreachable, isGap } = item;
  const place = buildingName === null ? building : pick(buildingName);
  const names = unreachable.join(', ');
  return (
    <article class="duty-role" data-gap={isGap}>
      <h3>{place === null ? roleName(role) : `${place} · ${roleName(role)}`}</h3>
      <OnDuty item={item} />
      {turns.length === 0 && <p class="reach-trouble">{tell('nobody')}</p>}
      <ol class="turns">
        {turns.map(({ people, afterS }) => (
          <li key={afterS}>
            <span class="turn-after">{afterText(afterS)}</span> <strong>{people.join(', ')}</strong>
          </li>
        ))}
      </ol>
      {names !== '' && <p class="reach-trouble">{tell('noAddress', { people: names })}</p>}
    </article>
  );
}

function OnDuty({ item: { onDuty, until, isGap } }: { item: DutyItem }) {
  if (onDuty === null) return null;
  const people = onDuty.map(({ person }) => person).join(', ');
  if (isGap) return <p class="reach-trouble">{people === '' ? tell('gap') : tell('gapOf', { people })}</p>;
  return <p>{tell('onDuty', { people, time: until === null ? '' : timeAt(until) })}</p>;
}

function afterText(seconds: number): string {
  if (seconds === 0) return tell('atOnce');
  return seconds % 60 === 0 ? tell('afterMinutes', { count: seconds / 60 }) : tell('afterSeconds', { count: seconds });
}

import type { PersonReach } from '../../../contract/http/notices.ts';
import { askEvery } from '../../gateway/api.ts';
import { now as clockNow } from '../../gateway/live.ts';
import { useResource } from '../../gateway/resource.ts';
import { channelWords } from '../../text/alerts.ts';
import { reachWords } from '../../text/reach.ts';
import { pick, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { timeAt } from '../../ui/time.tsx';
import { roleName } from '../alerts/role-name.ts';
import { byTrouble, toneOf } from './view.ts';

const tell = speaker(reachWords);
const refreshMs = 30_000;

/** Who was reached and who not since when, by channel; those whom nothing reaches come first. */
export function PeopleReached() {
  const { now } = useResource<PersonReach[]>('reached', () => askEvery<PersonReach>('/api/v1/reach/people'), refreshMs);
  if (now.state !== 'there') return <NotThere state={now.state} />;
  const people = now.body.toSorted(byTrouble);
  const reached = people.filter((person) => person.reached === 'reached').length;
  return (
    <section class="card" aria-labelledby="reached-title">
      <h2 id="reached-title">{tell('peopleTitle')}</h2>
      <p class="hint">{tell('peopleHint')}</p>
      {people.length === 0 && <p>{tell('nobodyHere')}</p>}
      {people.length > 0 && (
        <p>
          <strong>{tell('counts', { all: people.length, reached, open: people.length - reached })}</strong>
        </p>
      )}
      <ul class="reached-people">
        {people.map((person) => (
          <Person key={person.person} of={person} />
        ))}
      </ul>
    </section>
  );
}

function Person({ of }: { of: PersonReach }) {
  return (
    <li data-reached={of.reached}>
      <p>
        <strong>{of.person}</strong> <span class="hint">{roleName(of.role)}</span>
      </p>
      <StateMark tone={toneOf(of.reached)}>{stateText(of)}</StateMark>
      {of.channels.map((channel) => (
        <p key={`${channel.channel} ${channel.since}`} class="hint">
          {channelText(channel)}
          {probeText(channel)}
        </p>
      ))}
      {of.dueAt !== null && of.reached !== 'reached' && (
        <p class="hint">{tell('nextTest', { time: timeAt(of.dueAt) })}</p>
      )}
    </li>
  );
}

function stateText({ reached, lastReachedAt, testedAt }: PersonReach): string {
  if (reached === 'reached') return tell('reached', { time: timeAt(lastReachedAt ?? '') });
  return tell(reached, { time: testedAt === null ? '' : timeAt(testedAt) });
}

/** Of a browser alone: whether it shows its daily probe. */
function probeText({ goneAt, probedAt, probeSeenAt, silentSince }: PersonReach['channels'][number]): string {
  if (goneAt !== null || probedAt === null) return '';
  if (silentSince !== null) return ` · ${tell('probeSilent', { time: timeAt(silentSince) })}`;
  return probeSeenAt === null ? '' : ` · ${tell('probeSeen', { time: timeAt(probeSeenAt) })}`;
}

function channelText(of: PersonReach['channels'][number]): string {
  const channel = pick(channelWords[of.channel]);
  if (of.goneAt !== null) return tell('channelGone', { channel, time: timeAt(of.goneAt) });
  if (of.deniedAt !== null) return tell('channelDenied', { channel, time: timeAt(of.deniedAt) });
  if (of.provenAt !== null) {
    const days = Math.floor((clockNow() - Date.parse(of.provenAt)) / 86_400_000);
    const key = days < 1 ? 'channelProven' : 'channelProvenBefore';
    return tell(key, { channel, time: timeAt(of.provenAt), days });
  }
  return tell('channelNever', { channel, time: timeAt(of.since) });
}

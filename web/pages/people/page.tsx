import { useSignal } from '@preact/signals';
import type { BuildingItem, SiteItem } from '../../../contract/http/live.ts';
import type { InvitationItem, PersonItem } from '../../../contract/http/people.ts';
import type { Who } from '../../../contract/http/session.ts';
import type { Answer } from '../../gateway/answer.ts';
import { ask, askLists } from '../../gateway/api.ts';
import { type Loaded, useResource } from '../../gateway/resource.ts';
import { mayKeepPeople } from '../../gateway/rights.ts';
import { end, lookWhoIsThere, personNow } from '../../gateway/session.ts';
import { timeText } from '../../text/format.ts';
import { failedText } from '../../text/problems.ts';
import type { Say } from '../../ui/form-error.tsx';
import { language, say, title } from '../../ui/language.ts';
import { address } from '../../ui/router.ts';
import { Board } from './board.tsx';
import type { PeopleContext } from './context.ts';
import './people.css';
import { Places, roleText } from './roles.ts';
import { tell } from './tell.ts';

/** Who may sign in, who may join, and what an admin or a manager does about it. */

type Lists = readonly [PersonItem[], InvitationItem[], SiteItem[], BuildingItem[]];

/** Somebody who takes up an invitation appears this soon. */
const refreshMs = 15_000;

export default function PeoplePage() {
  const me = useSignal<Who | null>(personNow());
  const person = personNow();
  // Signed out, the page keeps what was typed, out of sight, for the same person.
  if (person !== null && person !== me.peek()) me.value = person;
  title.value = say('people');
  if (me.value === null) return null;
  return mayKeepPeople(me.value) ? <Keeper me={me.value} /> : <Forbidden me={me.value} />;
}

function Keeper({ me }: { me: Who }) {
  const said = useSignal<Say | null>(null);
  const { now, refresh } = useResource<Lists>('people', askEverything, refreshMs);
  if (now.state !== 'there') return <Notice now={now} places={null} />;
  const [people, invitations, sites, buildings] = now.body;
  const places = new Places(sites, buildings);
  const context: PeopleContext = {
    me,
    places,
    async ask(method, path, body) {
      const answer = await ask<never>(method, path, body);
      // The lists are no newer than the gateway was last heard: let that be said at once.
      if (!hasEnded(answer) && !answer.ok && answer.why === 'unreachable') void refresh();
      return answer;
    },
    changed(words) {
      void refresh().then(() => {
        if (words !== null) said.value = words;
      });
    },
  };
  return (
    <>
      <Notice now={now} places={places} />
      <Board people={people} invitations={invitations} context={context} said={said.value} />
    </>
  );
}

async function askEverything(): Promise<Answer<Lists>> {
  const answer = await askLists<[PersonItem, InvitationItem, SiteItem, BuildingItem]>([
    '/api/v1/people',
    '/api/v1/invitations',
    '/api/v1/sites',
    '/api/v1/buildings',
  ]);
  if (!answer.ok && answer.why === 'refused' && answer.status === 403) void lookWhoIsThere();
  return answer;
}

/** Whether the person is signed out, or something else by now; the page then asks who is there. */
function hasEnded(answer: Answer<unknown>): boolean {
  if (answer.ok) return false;
  if (answer.why === 'signed-out') end('sessionEnded');
  else if (answer.why === 'refused' && answer.status === 403) void lookWhoIsThere();
  else return false;
  return true;
}

/** What was there stays in sight when it cannot be had again, and its age is said. */
function Notice({ now, places }: { now: Loaded<Lists>; places: Places | null }) {
  const failed = now.state === 'there' ? now.stale : now.failed;
  if (failed === null || failed.why === 'signed-out') {
    return now.state === 'there' ? null : <p class="hint">{say('loading')}</p>;
  }
  const why = failedText(failed, language.value);
  if (now.state !== 'there' || places === null) return <Said words={why} />;
  const time = timeText(now.at, now.at, places.zone, language.value);
  return <Said words={`${why} ${tell('peopleFailed', { time })}`} />;
}

function Said({ words }: { words: string }) {
  return (
    <p class="notice" id="notice" role="status">
      {words}
    </p>
  );
}

function Forbidden({ me }: { me: Who }) {
  return (
    <section class="card letter" id="forbidden">
      <h1>{tell('peopleForbidden')}</h1>
      <p>{tell('peopleForbiddenHelp', { person: me.name, role: roleText(me.role, language.value) })}</p>
      <a class="button" id="to-live" href={address('/')}>
        {tell('toLive')}
      </a>
    </section>
  );
}

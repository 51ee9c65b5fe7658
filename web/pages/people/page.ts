import type { BuildingItem, SiteItem } from '../../../contract/http/live.ts';
import type { InvitationItem, PersonItem } from '../../../contract/http/people.ts';
import type { Who } from '../../../contract/http/session.ts';
import type { Answer } from '../../gateway/answer.ts';
import { ask, askLists, type Method } from '../../gateway/api.ts';
import { timeText } from '../../text/format.ts';
import { failedText } from '../../text/problems.ts';
import { type Language, text } from '../../text/text.ts';
import { byId, make, setHidden } from '../../ui/dom.ts';
import { Labels, type Words } from '../../ui/labels.ts';
import { pageAddress } from '../../ui/language.ts';
import { Shell } from '../../ui/shell.ts';
import { PeopleBoard } from './board.ts';
import type { Desk } from './context.ts';
import { mayKeepPeople, Places, roleText } from './roles.ts';

/** The page of people: who may sign in, who may join, and what an admin or a manager does about it. */

type Lists = { people: readonly PersonItem[]; invitations: readonly InvitationItem[]; places: Places; at: number };

/** Somebody who takes up an invitation appears this soon. */
const refreshMs = 15_000;

let language: Language = 'ko';
let me: Who | null = null;
let lists: Lists | null = null;
let asked = 0;
let board: { readonly of: string; readonly part: PeopleBoard } | null = null;

const main = byId('main', HTMLElement);
const labels = new Labels();
const notice = make('p', { class: 'notice', id: 'notice', role: 'status', hidden: '' });
const forbidden = make('section', { class: 'card letter', id: 'forbidden', hidden: '' }, [
  labels.say(make('h1'), 'peopleForbidden'),
  labels.say(make('p'), (l) =>
    text(l, 'peopleForbiddenHelp', { person: me?.name ?? '', role: roleText(me?.role ?? '', l) }),
  ),
  labels.say(make('a', { class: 'button', id: 'to-live' }), 'toLive'),
]);
main.append(notice, forbidden);

const shell = new Shell({
  main,
  onLanguage(next) {
    language = next;
    byId('to-live', HTMLAnchorElement).href = pageAddress('/');
    render();
  },
  onSignedIn(person) {
    me = person;
    // What was typed or made by another person is not for this one.
    if (board?.of !== ownerOf(person)) leaveBoard();
    if (mayKeepPeople(person)) void refresh(null);
    render();
  },
  onAsked() {
    me = null;
    render();
  },
});

setInterval(() => {
  if (me !== null && mayKeepPeople(me) && document.visibilityState === 'visible') void refresh(null);
}, refreshMs);
shell.begin();

/** Fetches all lists; what was there stays in sight when that fails, and its age is said. */
async function refresh(said: Words | null): Promise<void> {
  const paths = ['/api/v1/people', '/api/v1/invitations', '/api/v1/sites', '/api/v1/buildings'] as const;
  const [asker, turn] = [me, ++asked];
  const answer = await askLists<[PersonItem, InvitationItem, SiteItem, BuildingItem]>(paths);
  // Somebody else may be here by now, who is to see nothing of it.
  if (asker === null || me !== asker) return;
  if (said !== null) board?.part.say(said);
  // A later question knows better.
  if (turn !== asked) return;
  if (!answer.ok) {
    if (!hasEnded(answer)) showStale((l) => failedText(answer, l));
    return;
  }
  const [people, invitations, sites, buildings] = answer.body;
  lists = { people, invitations, places: new Places(sites, buildings), at: answer.at };
  setHidden(notice, true);
  board ??= openBoard(asker);
  render();
}

function openBoard(person: Who): NonNullable<typeof board> {
  const desk: Desk = {
    me: person,
    get places() {
      return lists?.places ?? new Places();
    },
    async ask<T>(method: Method, path: string, body?: object) {
      const answer = await ask<T>(method, path, body);
      // The lists are no newer than the gateway was last heard: let that be said at once.
      if (!hasEnded(answer) && !answer.ok && answer.why === 'unreachable') void refresh(null);
      return answer;
    },
    changed: (said) => void refresh(said),
  };
  const part = new PeopleBoard(desk);
  main.append(part.node);
  return { of: ownerOf(person), part };
}

/** Whether the person is signed out, or something else by now; the page then asks who is there. */
function hasEnded(answer: Answer<unknown>): boolean {
  if (answer.ok) return false;
  if (answer.why === 'signed-out') shell.ask('sessionEnded');
  else if (answer.why === 'refused' && answer.status === 403) shell.look();
  else return false;
  return true;
}

function leaveBoard(): void {
  board?.part.node.remove();
  board = null;
  lists = null;
}

function render(): void {
  document.title = `${text(language, 'people')} · 자리 Jari`;
  labels.show(language);
  setHidden(forbidden, me === null || mayKeepPeople(me));
  if (me === null) setHidden(notice, true);
  if (board === null || lists === null) return;
  setHidden(board.part.node, me === null);
  board.part.show({ ...lists, language });
  const asOf = text(language, 'asOf', { time: timeText(lists.at, lists.at, lists.places.zone, language) });
  if (me === null) shell.top.showPlace('', '');
  else shell.top.showPlace(lists.places.siteNames(language), asOf);
}

function showStale(why: Words): void {
  setHidden(notice, false);
  labels.say(notice, (l) => {
    if (lists === null) return why(l);
    const time = timeText(lists.at, lists.at, lists.places.zone, l);
    return `${why(l)} ${text(l, 'peopleFailed', { time })}`;
  });
}

/** A person of another role is another one to this page. */
const ownerOf = ({ name, role }: Who) => `${role} ${name}`;

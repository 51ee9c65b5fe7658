import type { InvitationSeen } from '../../../contract/http/people.ts';
import { isGone } from '../../gateway/answer.ts';
import { ask } from '../../gateway/api.ts';
import type { Key, Language } from '../../text/text.ts';
import { byId, make, type Part } from '../../ui/dom.ts';
import { Trouble } from '../../ui/form-error.ts';
import { Labels } from '../../ui/labels.ts';
import { pageAddress } from '../../ui/language.ts';
import { Top } from '../../ui/page-header.ts';
import { JoinForm } from './form.ts';

/** Takes up the invitation whose code is in the fragment: `/join#CODE`. The code is kept in this script and nowhere else. */

let language: Language = 'ko';
let state: Part<Language> = notice('looking', 'joinLooking', []);
/** Which code the page is about: an answer about another one comes too late. */
let code = '';

const main = byId('main', HTMLElement);
const header = new Top({
  onLanguage(next) {
    language = next;
    speak();
  },
  // Nobody is signed in here, so nobody can.
  onSignOut() {},
  onPasswordChanged() {},
});

header.begin();
addEventListener('hashchange', takeUp);
takeUp();

/** The code leaves the address before anything else happens: it is as good as a password. */
function takeUp(): void {
  const found = location.hash.slice(1);
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  if (found === '' && code !== '') return;
  code = found;
  if (code === '') enter(notice('no-code', 'joinNoCode', ['joinNoCodeHelp']));
  else void look(code);
}

async function look(asked: string): Promise<void> {
  enter(notice('looking', 'joinLooking', []));
  const answer = await ask<InvitationSeen>('POST', '/api/v1/invitations/look', { code: asked });
  if (asked !== code) return;
  if (answer.ok) return openForm(answer.body, asked);
  if (isGone(answer) || (answer.why === 'refused' && answer.status === 400)) return gone();
  const trouble = new Trouble('join-trouble');
  trouble.refuse(answer);
  const failed = notice('failed', 'joinFailed', []);
  const again = failed.labels.say(make('button', { type: 'button', id: 'try-again', class: 'main' }), 'tryAgain');
  again.addEventListener('click', () => {
    if (!trouble.isWaiting()) void look(asked);
  });
  failed.node.append(trouble.node, again);
  enter({ node: failed.node, show: (next) => [failed, trouble].forEach((part) => void part.show(next)) });
}

function openForm(seen: InvitationSeen, of: string): void {
  const form = new JoinForm({ seen, code: of, onGone: gone, onDone: done });
  enter({ node: form.node, show: (next) => form.show(next) });
}

function gone(): void {
  code = '';
  const node = notice('gone', 'joinGone', ['joinGoneHelp']);
  node.node.append(signInLink(node.labels));
  enter(node);
}

function done(how: 'signed-in' | 'not-signed-in'): void {
  code = '';
  if (how === 'signed-in') {
    enter(notice('done', 'joinSigningIn', []));
    location.assign(pageAddress('/'));
    return;
  }
  const node = notice('done', 'joinDone', ['joinDoneHelp']);
  node.node.append(signInLink(node.labels));
  enter(node);
}

function signInLink(labels: Labels): HTMLElement {
  return labels.say(make('a', { class: 'button', href: pageAddress('/') }), 'toSignIn');
}

/** A card of words. */
function notice(name: string, title: Key, lines: readonly Key[]): Part<Language> & { readonly labels: Labels } {
  const labels = new Labels();
  const words = [labels.say(make('h1', { id: 'join-title', tabindex: '-1' }), title)];
  const node = make('section', { class: 'card narrow letter', 'data-state': name }, [
    ...words,
    ...lines.map((line) => labels.say(make('p'), line)),
  ]);
  return { node, labels, show: (next) => labels.show(next) };
}

/** The reader is taken to the headline of what is shown now, so that it is read out. */
function enter(next: Part<Language>): void {
  state = next;
  speak();
  main.replaceChildren(state.node);
  document.getElementById('join-title')?.focus();
}

function speak(): void {
  state.show(language);
  document.title = `${state.node.querySelector('h1')?.textContent ?? ''} · 자리 Jari`;
}

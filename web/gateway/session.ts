import { signal } from '@preact/signals';
import type { Who } from '../../contract/http/session.ts';
import type { Key } from '../text/text.ts';
import { ask } from './api.ts';
import { forgetKept } from './kept.ts';

/** Who is signed in. The session itself is a cookie that no script can read. */
export type Session =
  | { readonly state: 'looking' }
  /** `why` is said above the form that asks; null where nothing happened. */
  | { readonly state: 'nobody'; readonly why: Key | null }
  | { readonly state: 'somebody'; readonly person: Who };

export const session = signal<Session>({ state: 'looking' });
/** The gateway cannot be reached, or has said nothing for a while, so nobody knows who is signed in. */
export const isAway = signal(false);

const path = '/api/v1/session';
const lookAgainMs = 2000;
/** A person who stands in smoke does not wait until a network gives up that swallows everything. */
export const lateMs = 3000;

let isAsked = false;

/** Looks once, when the first page is opened that is not for anybody. */
export function beginSession(): void {
  if (isAsked) return;
  isAsked = true;
  const person = saidByPage();
  if (person === null) void lookWhoIsThere();
  else begin(person);
}

/** The gateway writes into the page who asked for it; null when nobody was signed in. */
function saidByPage(): Who | null {
  const said = document.querySelector<HTMLMetaElement>('meta[name="jari-who"]');
  if (said === null) return null;
  said.remove();
  return JSON.parse(said.content);
}

/** Goes on with the session that is there; a gateway that is away is asked again. */
export async function lookWhoIsThere(): Promise<void> {
  const late = setTimeout(() => {
    isAway.value = true;
  }, lateMs);
  const answer = await ask<Who>('GET', path);
  clearTimeout(late);
  isAway.value = !answer.ok && answer.why === 'unreachable';
  if (answer.ok) begin(answer.body);
  else if (answer.why === 'unreachable') setTimeout(() => void lookWhoIsThere(), lookAgainMs);
  else end(answer.why === 'signed-out' ? null : 'unreachable');
}

export async function signIn(user: string, password: string) {
  const answer = await ask<Who>('POST', path, { user, password });
  if (answer.ok) begin(answer.body);
  return answer;
}

export async function signOut(): Promise<void> {
  const answer = await ask('DELETE', path);
  if (!answer.ok && answer.why !== 'signed-out') return;
  forgetKept(null);
  end(null);
}

/** Nobody is signed in any more. */
export function end(why: Key | null): void {
  session.value = { state: 'nobody', why };
}

/** Whether somebody is signed in who watches the site: residents have a page of their own. */
export function isStaff(): boolean {
  const { value } = session;
  return value.state === 'somebody' && value.person.role !== 'resident';
}

export function personNow(): Who | null {
  return session.value.state === 'somebody' ? session.value.person : null;
}

function begin(person: Who): void {
  forgetKept(person.name);
  session.value = { state: 'somebody', person };
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Person } from '../accounts/people.ts';
import { reasonOf, type Said } from '../audit/entry.ts';
import { type Actor, has, isOfBuildings, type Right } from '../permissions.ts';
import type { AccountsView } from './ports.ts';
import { HttpProblem } from './problem.ts';
import { routeEntry } from './routes.ts';

export const sessionCookies = { plain: 'jari_session', tls: '__Host-jari_session' } as const;

/**
 * The session's cookie. By TLS it has a name of its own, which a browser takes only from TLS and for this host alone, so
 * that nobody can plant or replace it where plain HTTP is open too; cookies know no ports.
 */
export function sessionCookie({ protocol }: Pick<FastifyRequest, 'protocol'>): string {
  return protocol === 'https' ? sessionCookies.tls : sessionCookies.plain;
}

/** Who asks: a program by its token, or a person by a session. */
export type Who =
  | { readonly by: 'token'; readonly name: string; readonly actors: readonly Actor[]; readonly token: string }
  | {
      readonly by: 'session';
      readonly name: string;
      readonly actors: readonly Actor[];
      readonly person: Person;
      readonly cookie: string;
    };

declare module 'fastify' {
  interface FastifyRequest {
    who: Who | null;
  }
}

/** Lets a request through to its route, or answers 401 or 403. */
export function guard(accounts: AccountsView) {
  return async (request: FastifyRequest, _reply: FastifyReply): Promise<void> => {
    if (request.routeOptions.url === undefined) return;
    const entry = routeEntry(request.method, request.routeOptions.url);
    if (entry === undefined) throw new HttpProblem(403, 'nobody may use this route');
    if (entry.right.who.includes('anyone')) return mustBeOfThisOrigin(request);
    request.who = whoAsks(request, accounts);
    refuse(request.who, entry.right);
    if (request.who?.by === 'session') mustBeOfThisOrigin(request);
  };
}

/** Who asks, in a route that lets nobody unknown through. */
export function known(request: FastifyRequest): Who {
  if (request.who === null) throw new Error('this route lets only known callers through');
  return request.who;
}

/** As the audit names who did it. */
export function saidBy(who: Who, reason?: string): Said {
  const by = who.by === 'token' ? `token:${who.name}` : `person:${who.name}`;
  return { by, why: reasonOf(reason) };
}

/** The sites that one may see; null is all. Managers see those with a building of theirs. */
export function sitesOf(who: Who): ReadonlySet<string> | null {
  if (who.by === 'token' || !isOfBuildings(who.person.role)) return null;
  return new Set(who.person.buildings.map(({ site }) => site));
}

/** Whether the one who asked still may: tokens end, sessions end, and people change, while a stream is open. */
export function stillKnown(who: Who, accounts: AccountsView): boolean {
  const now = who.by === 'token' ? byToken(`Bearer ${who.token}`, accounts) : bySession(who.cookie, accounts);
  return now !== null && now.name === who.name && now.actors.join() === who.actors.join() && sameSites(now, who);
}

function sameSites(one: Who, other: Who): boolean {
  const [a, b] = [sitesOf(one), sitesOf(other)];
  return a === null || b === null ? a === b : a.size === b.size && a.isSubsetOf(b);
}

/** A bad token is refused even beside a good cookie: who sends a token means it. */
function whoAsks(request: FastifyRequest, accounts: AccountsView): Who | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) return byToken(authorization, accounts);
  const cookie = request.cookies[sessionCookie(request)];
  return cookie === undefined || cookie === '' ? null : bySession(cookie, accounts);
}

function bySession(cookie: string, accounts: AccountsView): Who | null {
  const person = accounts.sessions.find(cookie);
  return person === undefined ? null : { by: 'session', name: person.name, actors: [person.role], person, cookie };
}

function byToken(authorization: string, accounts: AccountsView): Who | null {
  const token = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
  if (token === undefined) return null;
  const found = accounts.tokens.check(token);
  if (found === undefined) return null;
  return { by: 'token', name: found.name, actors: found.scopes.map((scope): Actor => `token:${scope}`), token };
}

/**
 * A change that a browser sends on its own account must come from a page of ours: SameSite keeps other sites out, this
 * keeps out another port or name of the same site as well. A program sends neither header.
 */
function mustBeOfThisOrigin(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin } = request.headers;
  const { host } = request;
  const fetchSite = request.headers['sec-fetch-site'];
  const isForeign = origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host);
  if (isForeign || (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none')) {
    throw new HttpProblem(403, 'this change was sent by the page of another site');
  }
}

function refuse(who: Who | null, right: Right): void {
  if (who === null) {
    throw new HttpProblem(401, 'sign in, or send Authorization: Bearer TOKEN', {
      'www-authenticate': 'Bearer realm="jari"',
    });
  }
  if (!has(right, who.actors)) throw new HttpProblem(403, whyNot(who, right));
}

function whyNot(who: Who, right: Right): string {
  if (who.by === 'session') return `${who.actors.join()} may not ${right.what}`;
  const scopes = right.who.flatMap((actor) => (actor.startsWith('token:') ? [actor.slice('token:'.length)] : []));
  return scopes.length === 0 ? 'only a signed-in person may' : `the token lacks scope ${scopes.join(' or ')}`;
}

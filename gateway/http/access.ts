import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../contract/clock.ts';
import { isOfBuildings } from '../../contract/roles.ts';
import type { Person } from '../accounts/people.ts';
import { reasonOf, type Said } from '../audit/entry.ts';
import { type Actor, has, type Right, type RightName, rights } from '../permissions.ts';
import { type Pace, Pacing } from './pacing.ts';
import type { AccountsView } from './ports.ts';
import { HttpProblem } from './problem.ts';
import { type Route, routeName } from './route.ts';

export const sessionCookies = { plain: 'jari_session', tls: '__Host-jari_session' } as const;

/**
 * The session's cookie. Over TLS it has a name of its own, which a browser takes only from TLS and for this host alone, so
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

/** Lets a request through to its route, or answers 401, 403 or 429. */
export function guard({ accounts, clock }: { accounts: AccountsView; clock: Clock }) {
  const pacing = new Pacing();
  return async (request: FastifyRequest, _reply: FastifyReply): Promise<void> => {
    if (request.routeOptions.url === undefined) return;
    const { route } = request.routeOptions.config;
    if (route === undefined) throw new Error(`${request.routeOptions.url} stands under no right`);
    const right: Right = rights[route.right];
    request.who = whoAsks(request, accounts);
    const isPublic = right.who.includes('anyone');
    if (!isPublic) refuse(request.who, { name: route.right, right });
    if (isPublic || request.who?.by === 'session') mustBeOfThisOrigin(request);
    if (route.pace !== undefined && request.who === null)
      hold(request, { route, pace: route.pace, now: clock.monotonic(), pacing });
  };
}

function hold(
  request: FastifyRequest,
  { route, pace, now, pacing }: { route: Route; pace: Pace; now: number; pacing: Pacing },
): void {
  const waitMs = pacing.take(routeName(route), request.ip, { pace, now });
  if (waitMs > 0) throw new HttpProblem('too-many-requests', { retryAfterS: Math.ceil(waitMs / 1000) });
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

/** Whether one may see what is of any of these buildings: managers and residents see their own, others all. */
export function isOfTheirs(who: Who, places: readonly { readonly site: string; readonly building: string }[]): boolean {
  if (who.by === 'token' || !isOfBuildings(who.person.role)) return true;
  const own = who.person.buildings;
  return places.some(({ site, building }) => own.some((one) => one.site === site && one.building === building));
}

/** Who is signed in, for what people alone do. @throws HttpProblem for a program */
export function personOf(who: Who): string {
  if (who.by !== 'session') throw new HttpProblem('people-only', {});
  return who.name;
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
    throw new HttpProblem('foreign-origin', {});
  }
}

function refuse(who: Who | null, { name, right }: { name: RightName; right: Right }): void {
  if (who === null) throw new HttpProblem('sign-in-needed', {}, { 'www-authenticate': 'Bearer realm="jari"' });
  if (has(right, who.actors)) return;
  if (who.by === 'session') {
    throw new HttpProblem('not-allowed', { role: who.person.role, right: name });
  }
  const scopes = right.who.flatMap((actor) => (actor.startsWith('token:') ? [actor.slice('token:'.length)] : []));
  throw scopes.length === 0 ? new HttpProblem('people-only', {}) : new HttpProblem('scope-lacking', { scopes });
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccountsView } from './ports.ts';
import { HttpProblem } from './problem.ts';
import { type Permission, routeEntry } from './routes.ts';

export const sessionCookie = 'jari_session';

/** Who asks: a program by its token, or a person by a session. */
export type Who =
  | { readonly by: 'token'; readonly name: string; readonly role: string; readonly token: string }
  | { readonly by: 'session'; readonly name: string; readonly role: string; readonly session: string };

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
    if (entry.may === 'anyone') return;
    request.who = whoAsks(request, accounts);
    refuse(request.who, entry.may);
  };
}

/** Whether the one who asked still may: tokens are revoked and sessions end while a stream is open. */
export function stillKnown(who: Who, accounts: AccountsView): boolean {
  return who.by === 'token'
    ? accounts.checkToken(who.token) !== undefined
    : accounts.session(who.session) !== undefined;
}

/** A bad token is refused even beside a good cookie: who sends a token means it. */
function whoAsks(request: FastifyRequest, accounts: AccountsView): Who | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) return byToken(authorization, accounts);
  const session = request.cookies[sessionCookie];
  if (session === undefined || session === '') return null;
  const person = accounts.session(session);
  return person === undefined ? null : { by: 'session', name: person.name, role: person.role, session };
}

function byToken(authorization: string, accounts: AccountsView): Who | null {
  const token = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
  if (token === undefined) return null;
  const found = accounts.checkToken(token);
  return found === undefined ? null : { by: 'token', name: found.name, role: `token:${found.scope}`, token };
}

function refuse(who: Who | null, may: Exclude<Permission, 'anyone'>): void {
  if (who === null) {
    throw new HttpProblem(401, 'sign in, or send Authorization: Bearer TOKEN', {
      'www-authenticate': 'Bearer realm="jari"',
    });
  }
  const allowed = may === 'person' ? who.by === 'session' : who.by === 'session' || who.role === 'token:read';
  if (!allowed)
    throw new HttpProblem(403, may === 'person' ? 'only a signed-in person may' : 'the token lacks scope read');
}

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { passwordChangeSchema, signInSchema, type Who as WhoBody, whoSchema } from '../../../contract/http/session.ts';
import type { SignedIn } from '../../accounts/sign-ins.ts';
import { known, saidBy, sessionCookie, type Who } from '../access.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';

/**
 * Sign-ins under way at once, the waiting ones included. Each takes 0.1 s of a core and more on a small one: that makes
 * passwords dear to guess, and would make the gateway cheap to stall.
 */
const atOnce = { of: 'sign-ins', max: 8 } as const;

/** Without Max-Age: it goes with the browser, and the gateway ends the session by itself before that. */
const cookieOptions = ({ protocol }: Pick<FastifyRequest, 'protocol'>) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: protocol === 'https' }) as const;

const common = { path: '/api/v1/session', tag: 'session' } as const;

/** People signing in and out, and their own passwords. */
export const sessionRoutes: readonly Route[] = [
  route({
    ...common,
    method: 'POST',
    right: 'sign-in',
    id: 'signIn',
    summary: 'Sign in with a name and a password',
    atOnce,
    schema: { body: signInSchema, response: { 200: whoSchema } },
    async handle({ accounts }, request, reply) {
      const { user, password } = request.body;
      const signedIn = await accounts.signIns.signIn({ name: user, address: request.ip, password });
      if (!signedIn.ok) throw refusal(signedIn);
      const { cookie, person } = signedIn;
      reply.setCookie(sessionCookie(request), cookie, cookieOptions(request));
      return { name: person.name, role: person.role, buildings: [...person.buildings] };
    },
  }),
  route({
    ...common,
    method: 'GET',
    right: 'know-itself',
    id: 'who',
    summary: 'Who is asking',
    schema: { response: { 200: whoSchema } },
    handle: (_services, request) => bodyOf(known(request)),
  }),
  route({
    ...common,
    method: 'DELETE',
    right: 'own-account',
    id: 'signOut',
    summary: 'Sign out',
    schema: { response: { 204: z.null().describe('signed out') } },
    handle({ accounts }, request, reply) {
      const who = known(request);
      if (who.by === 'session') accounts.sessions.end(who.cookie);
      return reply.clearCookie(sessionCookie(request), cookieOptions(request)).code(204).send(null);
    },
  }),
  route({
    ...common,
    method: 'PUT',
    path: '/api/v1/session/password',
    right: 'own-account',
    id: 'changePassword',
    summary: "Change one's own password",
    atOnce,
    schema: { body: passwordChangeSchema, response: { 204: z.null().describe('changed; signed out everywhere') } },
    async handle({ accounts }, request, reply) {
      const who = known(request);
      const attempt = { ...request.body, name: who.name, address: request.ip };
      const changed = await accounts.signIns.changePassword(attempt, saidBy(who));
      if (!changed.ok) throw refusal(changed);
      return reply.clearCookie(sessionCookie(request), cookieOptions(request)).code(204).send(null);
    },
  }),
];

/** The same for a name that nobody has, so the answer tells nothing about names. */
function refusal(signedIn: Exclude<SignedIn, { ok: true }>): HttpProblem {
  if (signedIn.why === 'wrong') return new HttpProblem('wrong-credentials', {});
  const code = signedIn.why === 'locked' ? 'too-many-wrong-passwords' : 'too-many-at-once';
  return new HttpProblem(code, { retryAfterS: Math.ceil(signedIn.retryAfterMs / 1000) });
}

export function bodyOf(who: Who): WhoBody {
  return {
    name: who.name,
    role: who.actors.join('+'),
    buildings: who.by === 'session' ? [...who.person.buildings] : [],
  };
}

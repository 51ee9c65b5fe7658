import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { passwordChangeSchema, signInSchema, type Who as WhoBody, whoSchema } from '../../../contract/http.ts';
import type { SignedIn } from '../../accounts/sign-ins.ts';
import { known, saidBy, sessionCookie, type Who } from '../access.ts';
import type { App } from '../app.ts';
import type { AccountsView } from '../ports.ts';
import { answeringInput, HttpProblem } from '../problem.ts';

/**
 * Sign-ins under way at once, the waiting ones included. Each takes 0.1 s of a core and more on a small one: that makes
 * passwords dear to guess, and would make the gateway cheap to stall.
 */
const maxSignIns = 8;

/** Without Max-Age: it goes with the browser, and the gateway ends the session by itself before that. */
const cookieOptions = ({ protocol }: FastifyRequest) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: protocol === 'https' }) as const;

/** People signing in and out, and their own passwords. */
export function sessionRoutes(app: App, accounts: AccountsView): void {
  let signIns = 0;
  const oneOfFew = async <T>(work: () => Promise<T>): Promise<T> => {
    if (signIns >= maxSignIns)
      throw new HttpProblem(429, 'too many sign-ins at once; try again', { 'retry-after': '1' });
    signIns += 1;
    try {
      return await work();
    } finally {
      signIns -= 1;
    }
  };

  app.post(
    '/api/v1/session',
    { schema: { body: signInSchema, response: { 200: whoSchema } } },
    async (request, reply) => {
      const { user, password } = request.body;
      const attempt = { name: user, address: request.ip, password };
      const signedIn = await oneOfFew(() => accounts.signIns.signIn(attempt));
      if (!signedIn.ok) throw refusal(signedIn);
      const { cookie, person } = signedIn;
      reply.setCookie(sessionCookie(request), cookie, cookieOptions(request));
      return { name: person.name, role: person.role, buildings: [...person.buildings] };
    },
  );

  app.get('/api/v1/session', { schema: { response: { 200: whoSchema } } }, async (request) => bodyOf(known(request)));

  app.delete(
    '/api/v1/session',
    { schema: { response: { 204: z.null().describe('signed out') } } },
    async (request, reply) => {
      const who = known(request);
      if (who.by === 'session') accounts.sessions.end(who.cookie);
      return reply.clearCookie(sessionCookie(request), cookieOptions(request)).code(204).send(null);
    },
  );

  app.put(
    '/api/v1/session/password',
    { schema: { body: passwordChangeSchema, response: { 204: z.null().describe('changed; signed out everywhere') } } },
    async (request, reply) => {
      const who = known(request);
      const attempt = { ...request.body, name: who.name, address: request.ip };
      const changed = await oneOfFew(() => answeringInput(() => accounts.signIns.changePassword(attempt, saidBy(who))));
      if (!changed.ok) throw refusal(changed);
      return reply.clearCookie(sessionCookie(request), cookieOptions(request)).code(204).send(null);
    },
  );
}

/** The same for a name that nobody has: whoever asks learns nothing about names. */
function refusal(signedIn: Exclude<SignedIn, { ok: true }>): HttpProblem {
  if (signedIn.why === 'wrong') return new HttpProblem(401, 'no such name with that password');
  const seconds = Math.ceil(signedIn.retryAfterMs / 1000);
  const detail =
    signedIn.why === 'locked'
      ? `too many wrong passwords; try again in ${seconds} s`
      : 'too many sign-ins at once; try again';
  return new HttpProblem(429, detail, { 'retry-after': String(seconds) });
}

function bodyOf(who: Who): WhoBody {
  return {
    name: who.name,
    role: who.actors.join('+'),
    buildings: who.by === 'session' ? [...who.person.buildings] : [],
  };
}

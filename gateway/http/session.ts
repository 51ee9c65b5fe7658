import { z } from 'zod';
import { signInSchema, whoSchema } from '../../contract/http.ts';
import { sessionCookie } from './access.ts';
import type { App } from './app.ts';
import type { AccountsView } from './ports.ts';
import { HttpProblem } from './problem.ts';

/**
 * Sign-ins under way at once, the waiting ones included. Each takes 0.1 s of a core and more on a small one: that makes
 * passwords dear to guess, and would make the gateway cheap to stall.
 */
const maxSignIns = 8;

/** Without Max-Age: it goes with the browser, and the gateway ends the session by itself before that. */
const cookieOptions = { path: '/', httpOnly: true, sameSite: 'strict' } as const;

export function sessionRoutes(app: App, accounts: AccountsView): void {
  let signIns = 0;

  app.post(
    '/api/v1/session',
    { schema: { body: signInSchema, response: { 200: whoSchema } } },
    async (request, reply) => {
      if (signIns >= maxSignIns)
        throw new HttpProblem(429, 'too many sign-ins at once; try again', { 'retry-after': '1' });
      signIns += 1;
      try {
        const person = await accounts.signIn(request.body.user, request.body.password);
        if (person === undefined) throw new HttpProblem(401, 'no such name with that password');
        reply.setCookie(sessionCookie, person.session, cookieOptions);
        return { name: person.name, role: person.role };
      } finally {
        signIns -= 1;
      }
    },
  );

  app.get('/api/v1/session', { schema: { response: { 200: whoSchema } } }, async (request) => {
    if (request.who === null) throw new Error('this route lets only known readers through');
    return { name: request.who.name, role: request.who.role };
  });

  app.delete(
    '/api/v1/session',
    { schema: { response: { 204: z.null().describe('signed out') } } },
    async (request, reply) => {
      if (request.who?.by === 'session') accounts.signOut(request.who.session);
      return reply.clearCookie(sessionCookie, cookieOptions).code(204).send(null);
    },
  );
}

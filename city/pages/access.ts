import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cityWords } from '../../contract/words/city.ts';
import type { Language } from '../../contract/words/language.ts';
import type { Words } from '../../contract/words/words.ts';
import type { CityData } from '../data.ts';
import type { Reader } from '../store/gateways.ts';
import { html, plainPage, sayIn } from './html.ts';

/** Who reads: a token in the header of a program, or in the cookie of a browser. */

const cookieName = 'jari-city';

export function languageFor({ headers }: FastifyRequest): Language {
  return /^\s*en\b/i.test(headers['accept-language'] ?? '') ? 'en' : 'ko';
}

export async function readerOf(data: Pick<CityData, 'readerBy'>, { headers }: FastifyRequest): Promise<Reader | null> {
  const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
  const cookie = new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]+)`).exec(headers.cookie ?? '')?.[1];
  const token = bearer ?? cookie;
  return token === undefined ? null : data.readerBy(token);
}

/** A form that changes something comes from a page of this city, or from a program. */
export function isOwn({ headers }: FastifyRequest): boolean {
  if (headers.authorization !== undefined) return true;
  const { origin } = headers;
  return (
    headers['sec-fetch-site'] === 'same-origin' &&
    origin !== undefined &&
    URL.canParse(origin) &&
    new URL(origin).host === headers.host
  );
}

export function openSignIn(app: FastifyInstance, data: Pick<CityData, 'readerBy'>, isTls: boolean): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 4096 },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.post('/sign-in', async (request, reply) => {
    const { token } = (request.body ?? {}) as { token?: unknown };
    const reader = typeof token === 'string' ? await data.readerBy(token.trim()) : null;
    if (reader === null || typeof token !== 'string') return askToSignIn(request, reply, cityWords.unknownToken);
    return reply.header('set-cookie', cookieOf(token.trim(), 43_200)).redirect('/', 303);
  });
  app.post('/sign-out', async (_request, reply) => reply.header('set-cookie', cookieOf('', 0)).redirect('/', 303));
  const cookieOf = (token: string, maxAge: number) =>
    `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${isTls ? '; Secure' : ''}`;
}

/** `why`: what was wrong with a try. */
export function askToSignIn(request: FastifyRequest, reply: FastifyReply, why: Words | null = null): FastifyReply {
  if (!(request.headers.accept ?? '').includes('text/html')) {
    return reply.code(401).send({ type: '/problems/sign-in-needed', status: 401 });
  }
  const language = languageFor(request);
  const say = sayIn(language);
  const told = why === null ? html`` : html`<p role="alert" class="bad">${say(why)}</p>`;
  const form = html`${told}<form method="post" action="/sign-in"><label>${say(cityWords.token)}
<input name="token" type="password" required autocomplete="current-password"></label> <button>${say(cityWords.signIn)}</button></form>`;
  return sendPage(reply.code(401), plainPage(language, say(cityWords.signIn), form));
}

export function sendPage(reply: FastifyReply, text: string): FastifyReply {
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'same-origin')
    .send(text);
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cityWords } from '../../contract/words/city.ts';
import type { Language } from '../../contract/words/language.ts';
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
  return (
    headers['sec-fetch-site'] === 'same-origin' &&
    headers.origin !== undefined &&
    new URL(headers.origin).host === headers.host
  );
}

export function openSignIn(app: FastifyInstance, data: Pick<CityData, 'readerBy'>, isTls: boolean): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 4096 },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.post('/sign-in', async (request, reply) => {
    const { token } = request.body as { token?: string };
    const reader = typeof token === 'string' ? await data.readerBy(token.trim()) : null;
    if (reader === null || token === undefined) return askToSignIn(request, reply);
    const cookie = `${cookieName}=${token.trim()}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200${isTls ? '; Secure' : ''}`;
    return reply.header('set-cookie', cookie).redirect('/', 303);
  });
}

export function askToSignIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(request.headers.accept ?? '').includes('text/html')) {
    return reply.code(401).send({ type: '/problems/sign-in-needed', status: 401 });
  }
  const language = languageFor(request);
  const say = sayIn(language);
  const form = html`<form method="post" action="/sign-in"><label>${say(cityWords.token)}
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

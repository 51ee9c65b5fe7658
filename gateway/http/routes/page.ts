import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { PageFile, PageFiles } from '../page-files.ts';
import { headOf } from '../page-heads.ts';
import { answerNotFound, HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';
import { bodyOf } from './session.ts';

const common = { method: 'GET', right: 'open-pages', tag: 'page', id: null } as const;

/** The pages, their files below /web/, and the CA that vouches for them. */
export const pageRoutes: readonly Route[] = [
  page('/', 'The pages: one application, which shows what the address names'),
  page('/alerts', 'The list of alerts'),
  page('/alerts/*', 'An alert'),
  page('/parking', 'The lots'),
  page('/parking/*', 'A lot'),
  page('/buildings', 'The buildings'),
  page('/buildings/*', 'A building'),
  page('/devices', 'The devices'),
  page('/devices/*', 'A device'),
  page('/charts', 'Charts of any points'),
  page('/public/*', 'The pages for anybody: lots for drivers, a building for its residents'),
  page('/join', 'The page that takes up an invitation'),
  page('/reach', 'Who is told, and who is reached'),
  page('/my-notices', 'How one is told oneself'),
  page('/arrived', 'The page that a test of one’s channels opens: it arrived'),
  page('/people', 'The page of people and invitations'),
  page('/system', 'The gateway itself: copies, disk, version, outputs'),
  route({
    ...common,
    path: '/web/:file',
    summary: 'A file of the pages',
    schema: { params: z.object({ file: z.string() }) },
    handle: ({ pages }, request, reply) => sendFile(pages.get(request.params.file), request, reply),
  }),
  route({
    ...common,
    path: '/push-worker.js',
    summary: 'Shows what is pushed; it stands at the root, since a worker rules over no page above it',
    schema: {},
    handle: ({ pages }, request, reply) => sendFile(pages.get('push-worker.js'), request, reply),
  }),
  route({
    ...common,
    path: '/ca.crt',
    summary: "The CA of the gateway's own certificates; it says nothing that a handshake does not",
    schema: {},
    handle({ caCertificate }, _request, reply) {
      const pem = caCertificate();
      if (pem === null) throw new HttpProblem('no-own-ca', {});
      return reply
        .type('application/x-x509-ca-cert')
        .header('content-disposition', 'attachment; filename="jari-ca.crt"')
        .send(pem);
    },
  }),
];

/** An address that nothing stands at: a person gets the pages, which say so with a way back; a program a problem. */
export function nowhere(pages: PageFiles) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const isPerson = request.method === 'GET' && /\btext\/html\b/.test(String(request.headers.accept ?? ''));
    const isOfPages = !/^\/(api|web|problems)\//.test(request.url);
    const page = isPerson && isOfPages ? pages.get('index.html') : undefined;
    if (page === undefined) return answerNotFound(request, reply);
    return reply.code(404).type(page.type).header('cache-control', 'no-store').send(page.body());
  };
}

function page(path: string, summary: string): Route {
  return route({
    ...common,
    path,
    summary,
    schema: {},
    handle: sendPage,
  });
}

/**
 * To somebody signed in the page says who that is, so that it need not ask before it shows anything, and what to fetch
 * meanwhile. Every change after the event it names comes with the stream that resumes there, so that nothing is missed
 * between the lists and the stream.
 */
function sendPage({ pages, heads, events }: Services, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const file = pages.get('index.html');
  if (file === undefined || request.who?.by !== 'session') return sendFile(file, request, reply);
  const body = bodyOf(request.who);
  const isStaff = body.role !== 'resident';
  const [path = '/'] = request.url.split('?');
  const who = JSON.stringify(body).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const said = isStaff ? `<meta name="jari-events" content="${events.lastId()}" />` : '';
  const head = `${headOf(heads, path, isStaff)}${said}<meta name="jari-who" content="${who}" />`;
  const html = file
    .body()
    .toString()
    .replace('</head>', () => `${head}</head>`);
  reply.headers({ 'cache-control': 'no-store', vary: 'accept-encoding' }).type(file.type);
  return takesGzip(request) ? reply.header('content-encoding', 'gzip').send(gzipSync(html)) : reply.send(html);
}

function sendFile(file: PageFile | undefined, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (file === undefined) return answerNotFound(request, reply);
  const cache = file.lasts === 'for-ever' ? 'public, max-age=31536000, immutable' : 'no-cache';
  reply.headers({ 'cache-control': cache, etag: file.etag, vary: 'accept-encoding' });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  reply.type(file.type);
  if (file.gzip === null || !takesGzip(request)) return reply.send(file.body());
  return reply.header('content-encoding', 'gzip').send(file.gzip);
}

function takesGzip({ headers }: FastifyRequest): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(headers['accept-encoding'] ?? ''));
}

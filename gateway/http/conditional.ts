import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

export type Document = {
  readonly body: string;
  readonly type: string;
  /** Epoch ms of its last change; null when nobody can say. */
  readonly modified: number | null;
  /** Seconds for which it may be shown without asking again. */
  readonly maxAge: number;
};

/** Answers with a document, or 304 when the reader has it already (RFC 9110, 13.1: If-None-Match goes first). */
export function sendDocument(request: FastifyRequest, reply: FastifyReply, document: Document): FastifyReply {
  const { body, type, modified, maxAge } = document;
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  reply.headers({ etag, 'cache-control': `public, max-age=${maxAge}` });
  if (modified !== null) reply.header('last-modified', new Date(modified).toUTCString());
  if (isCurrent(request, { etag, modified })) return reply.code(304).send();
  return reply.type(type).send(body);
}

function isCurrent(
  { headers }: FastifyRequest,
  { etag, modified }: { etag: string; modified: number | null },
): boolean {
  const given = headers['if-none-match'];
  if (given !== undefined) {
    const tags = given.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    return tags.includes('*') || tags.includes(etag);
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  // HTTP dates are whole seconds.
  return modified !== null && since >= Math.floor(modified / 1000) * 1000;
}

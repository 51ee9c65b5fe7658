import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { glbLength } from '../../config/model/glb.ts';
import { mostModelBytes } from '../../config/model/model-file.ts';

/** Tags of files as they were last read, by path; whoever has the model already is answered without reading it. */
const tags = new Map<string, { readonly version: string; readonly etag: string }>();

/**
 * Answers with a model, or 304 where the reader has these very bytes (strong tag, RFC 9110, 8.8.1). False: there is none that
 * could be shown; a file may go, break or grow while the gateway runs.
 */
export async function sendModel(
  request: FastifyRequest,
  reply: FastifyReply,
  file: string,
): Promise<FastifyReply | false> {
  const version = await versionOf(file);
  if (version === null) return false;
  // Of one building's people: no cache in between keeps it, and each look is asked about again.
  reply.header('cache-control', 'private, no-cache');
  const had = tags.get(file);
  if (had?.version === version && request.headers['if-none-match'] === had.etag)
    return reply.header('etag', had.etag).code(304).send();
  const body = await read(file);
  if (body === null) return false;
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  tags.set(file, { version, etag });
  reply.header('etag', etag);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type('model/gltf-binary').send(body);
}

/** Null: there is no such file, or it is too large. */
async function versionOf(file: string): Promise<string | null> {
  try {
    const { ino, size, mtimeMs } = await stat(file);
    return size > mostModelBytes ? null : `${ino} ${size} ${mtimeMs}`;
  } catch {
    return null;
  }
}

async function read(file: string): Promise<Buffer | null> {
  try {
    const body = await readFile(file);
    return glbLength(body) === body.length ? body : null;
  } catch {
    return null;
  }
}

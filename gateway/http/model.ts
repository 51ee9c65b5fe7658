import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { glbLength } from '../../config/model/glb.ts';
import { mostModelBytes } from '../../config/model/model-file.ts';

/** Tags of files as they were last read, by path: to a reader who has the model already it is not read again. */
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
  const model = await read(file);
  if (model === null) return false;
  const { etag, parts, bytes } = model;
  tags.set(file, { version, etag });
  reply.header('etag', etag);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type('model/gltf-binary').header('content-length', bytes).send(Readable.from(parts));
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

type Model = { readonly etag: string; readonly parts: readonly Buffer[]; readonly bytes: number };

/** Part by part: the digest of 30 MB in one go would hold up alarms for a tenth of a second. */
async function read(file: string): Promise<Model | null> {
  const parts: Buffer[] = [];
  const digest = createHash('sha256');
  let bytes = 0;
  try {
    for await (const part of createReadStream(file) as AsyncIterable<Buffer>) {
      parts.push(part);
      digest.update(part);
      bytes += part.length;
      if (bytes > mostModelBytes) return null;
    }
  } catch {
    return null;
  }
  if (parts[0] === undefined || glbLength(parts[0]) !== bytes) return null;
  return { etag: `"${digest.digest('base64url').slice(0, 22)}"`, parts, bytes };
}

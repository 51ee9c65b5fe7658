import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../app.ts';
import { answerNotFound } from '../problem.ts';

type PageFile = {
  readonly type: string;
  readonly body: Buffer;
  readonly gzip: Buffer | null;
  readonly etag: string;
  readonly lasts: 'for-ever' | 'as-long-as-unchanged';
};

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A name that changes with its content. */
const hashed = /-[\w-]{8}\.(js|css)$/;

const pages = { '/': 'index.html', '/join': 'join.html', '/people': 'people.html' } as const;

/**
 * The pages as built, and their scripts and styles below /web/. Read once, at the start. Each page says on its first
 * element which listeners let unencrypted connections in.
 */
export function pageRoutes(app: App, folder: string, insecure: readonly string[]): void {
  const files = loadFiles(folder, insecure);
  for (const [path, name] of Object.entries(pages)) {
    app.get(path, async (request, reply) => sendFile(files.get(name), request, reply));
  }
  app.get('/web/:file', { schema: { params: z.object({ file: z.string() }) } }, async (request, reply) =>
    sendFile(files.get(request.params.file), request, reply),
  );
}

function loadFiles(folder: string, insecure: readonly string[]): ReadonlyMap<string, PageFile> {
  const names = readdirSync(folder).filter((name) => types[extname(name)] !== undefined);
  return new Map(names.map((name) => [name, loadFile(folder, name, insecure)]));
}

function loadFile(folder: string, name: string, insecure: readonly string[]): PageFile {
  const raw = readFileSync(join(folder, name));
  const isPage = extname(name) === '.html';
  const body = isPage ? withBanner(raw, insecure) : raw;
  const gzip = isPage ? gzipSync(body) : readGzip(join(folder, `${name}.gz`));
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const type = types[extname(name)] ?? 'application/octet-stream';
  return { type, body, gzip, etag, lasts: hashed.test(name) ? 'for-ever' : 'as-long-as-unchanged' };
}

function readGzip(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    // It was small, or another tool built it: it goes out as it is.
    return null;
  }
}

function withBanner(html: Buffer, insecure: readonly string[]): Buffer {
  if (insecure.length === 0) return html;
  return Buffer.from(html.toString().replace('<html', `<html data-insecure="${insecure.join(' ')}"`));
}

function sendFile(file: PageFile | undefined, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (file === undefined) return answerNotFound(request, reply);
  const cache = file.lasts === 'for-ever' ? 'public, max-age=31536000, immutable' : 'no-cache';
  reply.headers({ 'cache-control': cache, etag: file.etag, vary: 'accept-encoding' });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  reply.type(file.type);
  if (file.gzip === null || !takesGzip(request)) return reply.send(file.body);
  return reply.header('content-encoding', 'gzip').send(file.gzip);
}

function takesGzip({ headers }: FastifyRequest): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(headers['accept-encoding'] ?? ''));
}

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../app.ts';
import { answerNotFound } from '../problem.ts';

type PageFile = { readonly type: string; readonly body: Buffer; readonly etag: string };

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ts': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const pages = { '/': 'index.html', '/join': 'join.html', '/people': 'people.html' } as const;

/**
 * The pages: the live one at /, and those of people; their scripts (types stripped) and styles below /web/. Read once, at
 * the start. Each page says on its first element which listeners let unencrypted connections in.
 */
export function pageRoutes(app: App, folder: string, insecure: readonly string[]): void {
  const files = loadPage(folder, insecure);
  for (const [path, name] of Object.entries(pages)) {
    app.get(path, async (request, reply) => sendFile(files.get(name), request, reply));
  }
  app.get('/web/:file', { schema: { params: z.object({ file: z.string() }) } }, async (request, reply) =>
    sendFile(files.get(request.params.file), request, reply),
  );
}

function loadPage(folder: string, insecure: readonly string[]): ReadonlyMap<string, PageFile> {
  const names = readdirSync(folder).filter((name) => types[extname(name)] !== undefined);
  return quietly(() => new Map(names.map((name) => [name, loadFile(join(folder, name), insecure)])));
}

function loadFile(path: string, insecure: readonly string[]): PageFile {
  const raw = readFileSync(path);
  const body = bodyOf(extname(path), raw, insecure);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { type: types[extname(path)] ?? 'application/octet-stream', body, etag };
}

function bodyOf(extension: string, raw: Buffer, insecure: readonly string[]): Buffer {
  if (extension === '.ts') return Buffer.from(stripTypeScriptTypes(raw.toString()));
  if (extension !== '.html' || insecure.length === 0) return raw;
  return Buffer.from(raw.toString().replace('<html', `<html data-insecure="${insecure.join(' ')}"`));
}

function sendFile(file: PageFile | undefined, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (file === undefined) return answerNotFound(request, reply);
  reply.headers({ 'cache-control': 'no-cache', etag: file.etag });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  return reply.type(file.type).send(file.body);
}

/** Runs `work` without Node's word that stripping types is experimental; every other warning passes. */
function quietly<T>(work: () => T): T {
  const emit = process.emitWarning;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (String(warning).includes('stripTypeScriptTypes')) return;
    Reflect.apply(emit, process, [warning, ...rest]);
  };
  try {
    return work();
  } finally {
    process.emitWarning = emit;
  }
}

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/** A file as it goes out. */
export type PageFile = {
  readonly type: string;
  /** Compressed; null for one that is small. */
  readonly gzip: Buffer | null;
  /** As it is. Unpacked for each that asks: nearly every browser takes it compressed, and to keep both takes four times the memory. */
  body(): Buffer;
  readonly etag: string;
  readonly lasts: 'for-ever' | 'as-long-as-unchanged';
};

/** The pages as built, their scripts and styles, by name, in memory: they are there when the disk is not. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A name that changes with its content. */
const hashed = /-[\w-]{8}\.(js|css)$/;

/** Reads a folder of built pages once. Each page says on its first element which listeners let unencrypted connections in. */
export function loadPageFiles(folder: string, insecure: readonly string[]): PageFiles {
  const names = readdirSync(folder).filter((name) => types[extname(name)] !== undefined);
  return new Map(names.map((name) => [name, loadFile(folder, name, insecure)]));
}

function loadFile(folder: string, name: string, insecure: readonly string[]): PageFile {
  const raw = readFileSync(join(folder, name));
  const isPage = extname(name) === '.html';
  const body = isPage ? withBanner(raw, insecure) : raw;
  const gzip = isPage ? gzipSync(body) : readGzip(join(folder, `${name}.gz`));
  return {
    type: types[extname(name)] ?? 'application/octet-stream',
    gzip,
    body: gzip === null ? () => body : () => gunzipSync(gzip),
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    lasts: hashed.test(name) ? 'for-ever' : 'as-long-as-unchanged',
  };
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

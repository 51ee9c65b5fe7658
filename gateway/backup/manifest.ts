import { z } from 'zod';

/** The first file of every copy, and beside it as NAME.json: what it holds, and by what it is checked. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.int().min(0);

export const manifestSchema = z.object({
  v: z.literal(1),
  /** The version of Jari that made it. */
  jari: z.string(),
  madeAt: z.int(),
  sites: z.array(z.string()).min(1),
  /** The gateway that it is a copy of. */
  gateway: z.string(),
  /** The oldest program that may read it, as gateway/store/reader.ts counts. */
  minReader: z.int(),
  /** Version of the tables of each part, `store` among them. */
  schema: z.record(z.string(), z.int()),
  /** Rows of each table. */
  rows: z.record(z.string(), bytes),
  files: z.array(z.object({ path: z.string().min(1), size: bytes, sha256 })).min(1),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** What lies beside the encrypted copy, readable by everybody who sees the medium: no name of a person, no secret. */
export const labelSchema = z.object({
  v: z.literal(1),
  jari: z.string(),
  madeAt: z.int(),
  sites: z.array(z.string()),
  gateway: z.string(),
  size: bytes,
  /** Of the encrypted copy as a whole, and of each piece of it, so that damage has a place without a key. */
  sha256,
  pieceBytes: z.int().min(1),
  pieces: z.array(sha256),
});
export type Label = z.infer<typeof labelSchema>;

export const manifestPath = 'manifest.json';
export const databasePath = 'gateway.db';

/** Where a file of an archive may be put: below the folder, by plain names. */
export function isPlainPath(path: string): boolean {
  return (
    path !== '' &&
    !path.startsWith('/') &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

const namePattern = /^jari-([a-z0-9][a-z0-9-]{0,62})-(\d{8}T\d{6}Z)\.tar\.age$/;

/** `jari-saesol-20261129T031000Z.tar.age` */
export function copyName(site: string, madeAt: number): string {
  return `jari-${site}-${new Date(madeAt).toISOString().replace(/[-:]|\.\d+/g, '')}.tar.age`;
}

/** Of which site, and when (text that sorts by time); undefined for a file that is no copy. */
export function readCopyName(name: string): { site: string; at: string } | undefined {
  const [, site, at] = namePattern.exec(name) ?? [];
  return site === undefined || at === undefined ? undefined : { site, at };
}

export function labelName(copy: string): string {
  return `${copy.slice(0, -'.tar.age'.length)}.json`;
}

/** What a copy or its label is called on the medium until it is whole. */
export function partName(name: string): string {
  return `.${name}.part`;
}

/** Of which site; undefined for a file that is no part of a copy. */
export function readPartName(name: string): string | undefined {
  const [, whole = ''] = /^\.(.+)\.part$/.exec(name) ?? [];
  return readCopyName(whole.replace(/\.json$/, '.tar.age'))?.site;
}

import { createHash, createPrivateKey } from 'node:crypto';
import { createReadStream, createWriteStream, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Reads } from '../../contract/upgrade.ts';
import { type ArchiveFile, tar } from '../../gateway/backup/tar.ts';
import { type Manifest, manifestName, manifestText, signatureName, signatureOf } from '../../upgrade/release.ts';

export type ReleaseOptions = {
  /** What `makeAppFolder` made; the list and its signature are put there as well. */
  folder: string;
  version: string;
  /** `linux-x64`. */
  machine: string;
  reads: Reads;
  /** Ed25519, PEM. There is no key but one's own. */
  key: string;
  to: string;
};

/** Signs a folder and makes one file of it, for `jari upgrade try`. The same folder and key give the same bytes. */
export async function makeRelease(options: ReleaseOptions): Promise<string> {
  const { folder, version, machine, reads, key, to } = options;
  const paths = filesBelow(folder).filter((path) => path !== manifestName && path !== signatureName);
  const files = Object.fromEntries(paths.map((path) => [path, entryOf(join(folder, path))]));
  const text = manifestText({ v: 1, name: 'jari', version, machine, reads, files });
  writeFileSync(join(folder, manifestName), text);
  writeFileSync(join(folder, signatureName), signatureOf(text, createPrivateKey(key)));
  const file = join(to, `jari-${version}-${machine}.tar.gz`);
  const archived = [manifestName, signatureName, ...paths].map((path) => archiveFile(folder, path));
  await pipeline(Readable.from(tar(archived, 0)), createGzip({ level: 9 }), createWriteStream(file));
  return file;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

function entryOf(file: string): Manifest['files'][string] {
  const { size, mode } = statSync(file);
  return { sha256: createHash('sha256').update(readFileSync(file)).digest('hex'), size, runs: (mode & 0o111) !== 0 };
}

function archiveFile(folder: string, path: string): ArchiveFile {
  const file = join(folder, path);
  return { path, size: statSync(file).size, bytes: () => createReadStream(file) };
}

import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { longestManifest, manifestName, signatureName } from './release.ts';
import { detailOf, UpgradeError } from './upgrade-error.ts';

/** What comes out of a tape archive; as gateway/backup/tar.ts gives it. */
export type ArchivePart =
  | { readonly kind: 'file'; readonly path: string; readonly size: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };
export type Untar = (chunks: AsyncIterable<Uint8Array>) => AsyncGenerator<ArchivePart>;

/** A release before its signature was looked at: the two files that say what it is, then the others on demand. */
export type OpenedRelease = {
  readonly manifest: Uint8Array;
  readonly signature: string;
  /** The files that are listed, in the order in which they lie there. */
  parts(listed: readonly string[]): AsyncGenerator<ArchivePart>;
  close(): void;
};

/**
 * `called`: what a person called it, where that is another than its path.
 * @throws UpgradeError release-not-there, not-a-release
 */
export async function openRelease(path: string, untar: Untar, called = path): Promise<OpenedRelease> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UpgradeError({ code: 'release-not-there', file: called });
  return found.isDirectory() ? ofFolder(path) : ofFile(path, untar, called);
}

async function ofFolder(folder: string): Promise<OpenedRelease> {
  const manifest = await whole(folder, manifestName);
  const signature = await whole(folder, signatureName);
  return {
    manifest,
    signature: signature.toString('utf8'),
    async *parts(listed) {
      for (const path of listed) {
        const file = join(folder, path);
        const found = statSync(file, { throwIfNoEntry: false });
        if (found?.isFile() !== true) continue;
        yield { kind: 'file', path, size: found.size };
        for await (const bytes of createReadStream(file)) yield { kind: 'bytes', bytes };
      }
    },
    close() {},
  };
}

async function whole(folder: string, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(join(folder, name), { end: longestManifest })) chunks.push(chunk);
  } catch (error) {
    throw new UpgradeError({ code: 'not-a-release', file: folder, detail: detailOf(error) }, { cause: error });
  }
  return Buffer.concat(chunks);
}

async function ofFile(path: string, untar: Untar, file: string): Promise<OpenedRelease> {
  const stream = createReadStream(path);
  const unpacked = stream.pipe(createGunzip());
  stream.on('error', (error) => unpacked.destroy(error));
  const parts = untar(unpacked);
  const close = () => {
    stream.destroy();
    unpacked.destroy();
  };
  try {
    const manifest = await next(parts, manifestName);
    const signature = await next(parts, signatureName);
    return { manifest, signature: signature.toString('utf8'), parts: () => named(parts, file), close };
  } catch (error) {
    close();
    throw new UpgradeError({ code: 'not-a-release', file, detail: detailOf(error) }, { cause: error });
  }
}

/** The next file of an archive, which has to be that one. */
async function next(parts: AsyncGenerator<ArchivePart>, name: string): Promise<Buffer> {
  const { value: head } = await parts.next();
  if (head?.kind !== 'file' || head.path !== name || head.size > longestManifest) {
    throw new RangeError(`${name} is not where it should be`);
  }
  const chunks: Uint8Array[] = [];
  for (let left = head.size; left > 0; ) {
    const { value: part } = await parts.next();
    if (part?.kind !== 'bytes') throw new RangeError(`${name} ends before its end`);
    chunks.push(part.bytes);
    left -= part.bytes.length;
  }
  return Buffer.concat(chunks);
}

async function* named(parts: AsyncGenerator<ArchivePart>, file: string): AsyncGenerator<ArchivePart> {
  try {
    yield* parts;
  } catch (error) {
    throw new UpgradeError({ code: 'not-a-release', file, detail: detailOf(error) }, { cause: error });
  }
}

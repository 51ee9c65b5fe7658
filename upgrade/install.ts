import { join } from 'node:path';
import { type Disk, foldersOf, removeFile } from './disk.ts';
import type { OpenedRelease } from './opened-release.ts';
import { type Manifest, manifestName, signatureName } from './release.ts';
import { detailOf, UpgradeError } from './upgrade-error.ts';

/**
 * Puts a release beside the others, as `RELEASES/VERSION`, and returns that folder. It has that name when every file is on
 * the disk and reads back as the signed list says, and not before. One that is there already is checked and kept.
 * @throws UpgradeError file-missing, file-changed, not-a-release, place-unusable
 */
export async function install(
  disk: Disk,
  { opened, manifest, releases, file }: { opened: OpenedRelease; manifest: Manifest; releases: string; file: string },
): Promise<string> {
  const place = join(releases, manifest.version);
  if (disk.exists(place)) {
    if (firstDamage(disk, place, manifest) === null) return place;
    removeFile(disk, place);
  }
  const part = join(releases, `.${manifest.version}.part`);
  try {
    disk.makeFolder(releases);
    disk.remove(part);
    disk.makeFolder(part);
    await unpack(disk, { opened, manifest, part, file });
    check(disk, { manifest, part, file });
    disk.rename(part, place);
    disk.syncFolder(releases);
    return place;
  } catch (error) {
    disk.remove(part);
    if (error instanceof UpgradeError) throw error;
    throw new UpgradeError({ code: 'place-unusable', place: releases, detail: detailOf(error) }, { cause: error });
  }
}

type Unpacking = { opened: OpenedRelease; manifest: Manifest; part: string; file: string };

async function unpack(disk: Disk, { opened, manifest, part, file }: Unpacking): Promise<void> {
  const listed = Object.keys(manifest.files);
  for (const folder of foldersOf(part, listed)) disk.makeFolder(folder);
  let writing: ReturnType<Disk['create']> | undefined;
  let room = 0;
  for await (const piece of opened.parts(listed)) {
    if (piece.kind === 'file') {
      writing?.close();
      const entry = Object.hasOwn(manifest.files, piece.path) ? manifest.files[piece.path] : undefined;
      // What is not on the list is not ours to write.
      writing = entry === undefined ? undefined : disk.create(join(part, piece.path), entry.runs ? 0o755 : 0o644);
      room = entry?.size ?? 0;
      if (entry !== undefined && piece.size !== entry.size) {
        writing?.close();
        throw new UpgradeError({ code: 'file-changed', file, path: piece.path });
      }
    } else if (writing !== undefined) {
      room -= piece.bytes.length;
      if (room >= 0) writing.write(piece.bytes);
    }
  }
  writing?.close();
  for (const [name, bytes] of [
    [manifestName, opened.manifest],
    [signatureName, Buffer.from(opened.signature)],
  ] as const) {
    const out = disk.create(join(part, name), 0o644);
    out.write(bytes);
    out.close();
  }
}

/** After unpacking, on the disk: each file by its hash. */
function check(disk: Disk, { manifest, part, file }: Omit<Unpacking, 'opened'>): void {
  const paths = [...Object.keys(manifest.files), manifestName, signatureName];
  for (const path of Object.keys(manifest.files)) {
    if (!disk.exists(join(part, path))) throw new UpgradeError({ code: 'file-missing', file, path });
  }
  for (const path of paths) disk.syncFile(join(part, path));
  for (const folder of foldersOf(part, paths)) disk.syncFolder(folder);
  const path = firstDamage(disk, part, manifest);
  if (path !== null) throw new UpgradeError({ code: 'file-changed', file, path });
}

/** The first file of an installed release that is not as it was signed; null when all are. */
export function firstDamage(disk: Disk, place: string, manifest: Manifest): string | null {
  for (const [path, { sha256 }] of Object.entries(manifest.files)) {
    if (disk.hash(join(place, path)) !== sha256) return path;
  }
  return null;
}

import { join } from 'node:path';
import type { Reads } from '../contract/upgrade.ts';
import type { Disk } from './disk.ts';
import type { UpgradeFolder } from './folder.ts';
import { UpgradeError } from './upgrade-error.ts';

/** One kind of database, which the program that has it knows. */
export type Database = {
  readonly kind: keyof Reads;
  /** In the data folder. */
  readonly file: string;
  /** What a program must be able to read, by the file itself. */
  needed(path: string): number;
  /** Folds its write-ahead log in, so that one file is all of it. Nobody has it open. */
  settle(path: string): void;
};

/** Those that are there. */
export function databasesIn({ data, disk }: UpgradeFolder, all: readonly Database[]): readonly Database[] {
  return all.filter(({ file }) => disk.size(join(data, file)) > 0);
}

/** The first that a program could not read; undefined when it reads all. */
export function unreadable(
  folder: UpgradeFolder,
  all: readonly Database[],
  reads: Reads,
): { kind: keyof Reads; needed: number } | undefined {
  return databasesIn(folder, all)
    .map(({ kind, file, needed }) => ({ kind, needed: neededBy(needed, join(folder.data, file)) }))
    .find(({ kind, needed }) => needed > reads[kind]);
}

const spareBytes = 64e6;

export function databaseBytes({ data, disk }: UpgradeFolder, all: readonly Database[]): number {
  return all.reduce((sum, { file }) => sum + disk.size(join(data, file)) + disk.size(join(data, `${file}-wal`)), 0);
}

/** @throws UpgradeError no-room */
export function assertRoom(disk: Disk, place: string, bytes: number): void {
  const freeBytes = disk.freeBytes(place);
  const needBytes = bytes + spareBytes;
  if (freeBytes < needBytes) throw new UpgradeError({ code: 'no-room', needBytes, freeBytes });
}

/**
 * Copies the databases while nobody has them open, so the copy is of the instant at which the program before ended: whatever
 * it had acknowledged is in it. The copy counts once `snapshot/hashes.json` is there.
 * @throws UpgradeError no-room
 */
export function takeSnapshot(folder: UpgradeFolder, all: readonly Database[]): void {
  const { data, disk, snapshot } = folder;
  disk.remove(snapshot);
  disk.makeFolder(snapshot);
  assertRoom(disk, data, databaseBytes(folder, all));
  const hashes: Record<string, string> = {};
  for (const { file, settle } of databasesIn(folder, all)) {
    const [from, to] = [join(data, file), join(snapshot, file)];
    settle(from);
    disk.copy(from, to);
    disk.syncFile(to);
    const [was, is] = [disk.hash(from), disk.hash(to)];
    if (was === null || was !== is) throw new Error(`${file}: the copy reads back differently`);
    hashes[file] = was;
  }
  const writing = disk.create(join(snapshot, 'hashes.json'), 0o600);
  writing.write(Buffer.from(JSON.stringify(hashes)));
  writing.close();
  disk.syncFile(join(snapshot, 'hashes.json'));
  disk.syncFolder(snapshot);
  disk.syncFolder(folder.path);
}

/**
 * Puts back each database that a program cannot read any more; the others stay, with all that was written to them meanwhile.
 * What was in the place is set aside, never deleted. Goes on where it was cut off.
 * @returns the folder with what was set aside; null when every database stayed
 * @throws when a copy that is needed was damaged; nothing was moved then
 */
export function putBack(
  folder: UpgradeFolder,
  all: readonly Database[],
  { reads, trial }: { reads: Reads; trial: string },
): string | null {
  const { data, disk, snapshot } = folder;
  const hashes = hashesOf(folder);
  const aside = folder.setAsideAt(trial);
  for (const { kind, file, needed } of all) {
    const place = join(data, file);
    const copy = join(snapshot, file);
    const isThere = disk.size(place) > 0;
    if (hashes[file] === undefined || (isThere && neededBy(needed, place) <= reads[kind])) continue;
    if (!disk.exists(copy)) continue; // it is in its place already
    if (disk.hash(copy) !== hashes[file]) throw new Error(`${file}: the snapshot was damaged on the disk`);
    disk.makeFolder(aside);
    // The file goes first, and its log before the copy comes. A file without its log would look like one that was never
    // changed; the copy beside a log of another file would be overwritten by it.
    for (const suffix of ['', '-wal', '-shm']) {
      if (!disk.exists(place + suffix)) continue;
      disk.rename(place + suffix, join(aside, file + suffix));
      disk.syncFolder(aside);
      disk.syncFolder(data);
    }
    disk.rename(copy, place);
    disk.syncFolder(data);
  }
  return disk.exists(aside) ? aside : null;
}

/** One that cannot be read at all can be read by nobody. */
function neededBy(needed: Database['needed'], place: string): number {
  try {
    return needed(place);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function hashesOf({ disk, snapshot }: UpgradeFolder): Readonly<Record<string, string>> {
  const text = disk.read(join(snapshot, 'hashes.json'));
  return text === null ? {} : (JSON.parse(Buffer.from(text).toString('utf8')) as Record<string, string>);
}

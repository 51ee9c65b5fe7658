import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { InstalledProgram, Limits, UpgradeState } from '../contract/upgrade.ts';
import { assertRoom, type Database, databaseBytes, unreadable } from './databases.ts';
import { removeFile } from './disk.ts';
import type { UpgradeFolder } from './folder.ts';
import { install } from './install.ts';
import type { OpenedRelease } from './opened-release.ts';
import { compareVersions, type Manifest, readManifest } from './release.ts';
import { UpgradeError } from './upgrade-error.ts';

export type TryOptions = {
  folder: UpgradeFolder;
  databases: readonly Database[];
  opened: OpenedRelease;
  /** What a person called it. */
  file: string;
  key: KeyObject;
  /** Folder of releases, one a version. */
  releases: string;
  /** What runs now. */
  own: InstalledProgram;
  machine: string;
  limits: Limits;
  now: number;
  /** A number of a gateway's database as a version, for people. */
  versionOf(reads: number): string;
};

/**
 * Puts a release beside the one that runs, and asks for its trial. Nothing that runs is touched, and nothing is written at
 * all unless the release is signed, for this machine, newer, able to read what is there, and has room.
 * @throws UpgradeError
 */
export async function tryRelease(options: TryOptions): Promise<UpgradeState> {
  const { folder, opened, file, key, own, limits, now } = options;
  const manifest = readManifest({ text: opened.manifest, signature: opened.signature, key, file });
  refuse(options, manifest);
  const dir = await install(folder.disk, { opened, manifest, releases: options.releases, file });
  const state: UpgradeState = {
    ...{ v: 1, phase: 'measuring', from: own, at: now, limits },
    to: { version: manifest.version, dir, reads: manifest.reads },
    ...{ baseline: null, crashes: 0, interruptions: 0, reason: null },
  };
  folder.forgetAsk();
  folder.write(state);
  forgetOthers(options, dir);
  return state;
}

function refuse({ folder, databases, own, machine, releases, versionOf }: TryOptions, manifest: Manifest): void {
  const { version } = manifest;
  const read = folder.state();
  if (read.kind !== 'none') {
    const version = read.kind === 'there' ? read.state.to.version : '?';
    throw new UpgradeError({ code: 'upgrade-under-way', version });
  }
  if (manifest.machine !== machine) {
    throw new UpgradeError({ code: 'wrong-machine', machine: manifest.machine, own: machine });
  }
  const order = compareVersions(version, own.version);
  if (order === 0) throw new UpgradeError({ code: 'already-runs', version });
  const beyond = unreadable(folder, databases, manifest.reads);
  if (beyond !== undefined) {
    const database = beyond.kind === 'gateway' ? versionOf(beyond.needed) : `schema ${beyond.needed}`;
    throw new UpgradeError({ code: 'older-than-database', version, database });
  }
  if (order < 0) throw new UpgradeError({ code: 'older-version', version, own: own.version });
  const bytes = Object.values(manifest.files).reduce((sum, { size }) => sum + size, 0);
  const { disk, data } = folder;
  // One disk as a rule; two ask a little too much of each.
  disk.makeFolder(releases);
  const both = bytes + databaseBytes(folder, databases);
  for (const place of [releases, data]) assertRoom(disk, place, both);
}

/** Releases that nobody can go back to any more; where they are of this data folder alone. */
function forgetOthers({ folder, own, releases }: TryOptions, dir: string): void {
  if (!releases.startsWith(join(folder.path, '/'))) return;
  for (const name of folder.disk.names(releases)) {
    const place = join(releases, name);
    if (place !== dir && place !== own.dir) removeFile(folder.disk, place);
  }
}

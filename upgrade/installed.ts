import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { InstalledProgram, Reads } from '../contract/upgrade.ts';
import type { Database } from './databases.ts';
import { type Disk, systemDisk } from './disk.ts';
import { UpgradeFolder } from './folder.ts';
import type { Untar } from './opened-release.ts';
import { manifestName, parseManifest } from './release.ts';
import { detailOf, UpgradeError } from './upgrade-error.ts';

/** What of the program the commands need, loaded when one is run. */
export type UpgradeParts = {
  databases: readonly Database[];
  untar: Untar;
  /** This program. */
  version: string;
  reads: Reads;
  versionOf(reads: number): string;
};

export function folderOf(data: string, disk: Disk = systemDisk): UpgradeFolder {
  return new UpgradeFolder(resolve(data), disk);
}

/** What runs on a data folder: the release that was committed last, or the installed program, which is the one that asks. */
export function runningProgram(folder: UpgradeFolder, installed: string, parts: UpgradeParts): InstalledProgram {
  const dir = folder.current();
  const text = dir === null ? null : folder.disk.read(join(dir, manifestName));
  const manifest = text === null ? null : parseManifest(text);
  if (dir === null || manifest === null) return { version: parts.version, dir: installed, reads: parts.reads };
  return { version: manifest.version, dir, reads: manifest.reads };
}

/** The folder with the launcher `jari`: of a package, two above its Node. */
export function programFolder(given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  return dirname(dirname(realpathSync(process.execPath)));
}

/** @throws UpgradeError no-key */
export function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UpgradeError({ code: 'no-key', file }, { cause: detailOf(error) });
  }
}

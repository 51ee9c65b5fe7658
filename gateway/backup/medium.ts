import { createWriteStream, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BackupConfig } from '../../config/backup/backup.ts';
import { BackupError, detailOf, systemCode } from './backup-error.ts';
import { partName } from './manifest.ts';

/** Where copies lie. Each call throws a BackupError with what is wrong with the place. */
export type Medium = {
  /** Whether it is there and is no part of the disk that it is to outlive. */
  check(): Promise<void>;
  /** Names of all that lies there, hidden files too. */
  list(): Promise<string[]>;
  /** Whole or not at all, and on the medium when this resolves. */
  write(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** A copy as the medium gives it back, as a file of this machine for as long as it is needed. */
  fetch(name: string): Promise<{ readonly file: string; forget(): void }>;
  remove(name: string): Promise<void>;
};

/** A folder on a second disk. It is never made: an empty folder where a disk should be mounted is on the first. */
export function folderMedium(
  { folder, sameMedium }: Extract<BackupConfig['to'], { kind: 'folder' }>,
  dataDir: string,
): Medium {
  const told = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw named(error, folder);
    }
  };
  return {
    check: () =>
      told(() => {
        const found = statSync(folder, { throwIfNoEntry: false });
        if (found?.isDirectory() !== true) throw new BackupError({ code: 'medium-missing', place: folder });
        if (!sameMedium && found.dev === statSync(dataDir).dev) {
          throw new BackupError({ code: 'same-medium', place: folder });
        }
      }),
    list: () => told(() => readdirSync(folder)),
    write: (name, bytes) =>
      told(async () => {
        const part = join(folder, partName(name));
        try {
          await pipeline(bytes, createWriteStream(part, { mode: 0o600 }));
          await synced(part);
          renameSync(part, join(folder, name));
          await synced(folder);
        } catch (error) {
          rmSync(part, { force: true });
          throw error;
        }
      }),
    fetch: async (name) => ({ file: join(folder, name), forget: () => undefined }),
    remove: (name) => told(() => rmSync(join(folder, name), { force: true })),
  };
}

/** What was written is on the disk, and so is its name. */
async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function named(error: unknown, place: string): Error {
  if (error instanceof BackupError) return error;
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new BackupError({ code: 'no-room-there', place }, { cause: error });
  if (code === 'ENOENT') return new BackupError({ code: 'medium-missing', place }, { cause: error });
  // What a stream was fed with failed, and not the medium.
  if (code === undefined) return error instanceof Error ? error : new Error(String(error));
  return new BackupError({ code: 'medium-refused', place, detail: detailOf(error) }, { cause: error });
}

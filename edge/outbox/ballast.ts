import { randomFillSync } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freeBytes } from '../../disk/probe.ts';

/** More than the log of the database can hold (see `logPages`): emptying it makes the file grow by as much at first. */
const ballastBytes = 4_000_000;
const pieceBytes = 50_000;
const roomyBytes = 32_000_000;
/** Of the ballast's room, what rows may not take: the log of a commit that deletes. */
const deletingBytes = 2_000_000;
/** What opening a database takes at least: its log and the index of that. */
export const openingBytes = 250_000;

/** Whether a database could not even be opened for want of room. */
export function isCramped(dir: string): boolean {
  return freeBytes(dir) < openingBytes;
}

/**
 * A file that exists to be deleted: on a full disk SQLite can neither delete nor checkpoint, and the room it leaves is
 * what lets acknowledged rows go. Rows that took all of it would make the disk full for good.
 */
export class Ballast {
  readonly #file: string;

  /** `dir`: the data folder. */
  constructor(dir: string) {
    this.#file = join(dir, 'outbox.ballast');
  }

  /** A database that could not be opened for want of room has that of the ballast. */
  dropToOpen(): void {
    if (isCramped(dirname(this.#file))) this.drop();
  }

  isThere(): boolean {
    return existsSync(this.#file);
  }

  /** Puts it in place when it is missing and the disk has room to spare. */
  load(): void {
    try {
      if (this.isThere() || freeBytes(dirname(this.#file)) < roomyBytes) return;
      fill(this.#file);
    } catch {
      this.drop(); // half a ballast is worse than none: the room is needed by others
    }
  }

  drop(): void {
    rmSync(this.#file, { force: true });
  }

  /** Bytes that rows may take while the ballast is not there; negative when there are none. */
  spareBytes(): number {
    return freeBytes(dirname(this.#file)) - deletingBytes;
  }
}

/** From one piece of memory: each of its own would lie there until the next collection, and leave a hole of 4 MB in the heap. */
function fill(file: string): void {
  const handle = openSync(file, 'w', 0o600);
  const piece = Buffer.alloc(pieceBytes);
  try {
    for (let left = ballastBytes; left > 0; ) {
      left -= writeSync(handle, randomFillSync(piece), 0, Math.min(left, pieceBytes));
    }
  } finally {
    closeSync(handle);
  }
}

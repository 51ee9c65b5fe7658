import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Log } from '../log.ts';
import { beside, type Held, heldSchema, nothingHeld } from './held.ts';

/** The record of what was handed down: `configuration.json` in the data folder, replaced as a whole. */
export type HeldStore = {
  read(): Held;
  /** @throws Error when the disk does not take it; the old record stands then */
  write(held: Held): void;
};

/** `base`: SHA-256 of the site file at the box. */
export function heldStore(dir: string, base: string, log: Pick<Log, 'warn'>): HeldStore {
  const file = join(dir, 'configuration.json');
  return {
    read() {
      const text = tryRead(file);
      if (text === undefined) return nothingHeld(base);
      const parsed = heldSchema.safeParse(tryJson(text));
      if (parsed.success) return beside(parsed.data, base);
      // The site file at the box is whole; what was handed down comes again from the gateway.
      log.warn({ file, why: 'cannot be read; the site file at the box is used' }, 'configuration-unreadable');
      return nothingHeld(base);
    },
    write: (held) => writeWhole(file, JSON.stringify(held)),
  };
}

/** A cut of the power leaves the old file or the new one. */
export function writeWhole(file: string, text: string): void {
  const temporary = `${file}.new`;
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // nothing was handed down yet
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON is one of the things the schema refuses
  }
}

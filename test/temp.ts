import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './cleanup.ts';

/** A new empty folder that goes when the test does. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'jari-'));
  atEnd(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

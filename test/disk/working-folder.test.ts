import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { copyFiles } from '../../disk/copy-files.ts';
import { failuresWithin, noteFailure } from '../../disk/failures.ts';
import { memoryFolder } from '../../disk/memory-root.ts';
import { workingFolder } from '../../disk/working-folder.ts';
import { tempDir } from '../temp.ts';

/** A data folder that was in use, and where its stand-in would be. */
function used(leastFreeBytes = 0) {
  const before = process.env.RUNTIME_DIRECTORY;
  process.env.RUNTIME_DIRECTORY = tempDir();
  onTestFinished(() => {
    if (before === undefined) delete process.env.RUNTIME_DIRECTORY;
    else process.env.RUNTIME_DIRECTORY = before;
  });
  const dir = tempDir();
  writeFileSync(join(dir, 'mark'), 'used');
  mkdirSync(join(dir, 'keys'));
  writeFileSync(join(dir, 'keys', 'a'), 'key');
  writeFileSync(join(dir, 'lock.db'), 'lock');
  const open = () =>
    workingFolder({
      dir,
      mark: 'mark',
      leastFreeBytes,
      copy: (from, to) => copyFiles(from, to, ({ path }) => path !== 'lock.db'),
    });
  return { dir, open, memory: memoryFolder(dir) };
}

test('a folder on a disk that works is worked in, and so is one after a single failure', () => {
  const { dir, open } = used();
  expect(open()).toEqual({ dir, problem: null });
  noteFailure(dir);
  expect(open()).toEqual({ dir, problem: null });
  expect(existsSync(join(dir, '.disk-probe'))).toBe(false);
});

test('after two failures in ten minutes a copy in memory is worked in, the same one at every start', () => {
  const { dir, open, memory } = used();
  noteFailure(dir);
  noteFailure(dir);
  expect(failuresWithin(dir, 600_000)).toBe(2);
  expect(open()).toEqual({ dir: memory, problem: 'failed' });
  expect(readFileSync(join(memory, 'keys', 'a'), 'utf8')).toBe('key');
  expect(existsSync(join(memory, 'lock.db'))).toBe(false);
  writeFileSync(join(memory, 'mark'), 'went on');
  expect(open().dir).toBe(memory);
  expect(readFileSync(join(memory, 'mark'), 'utf8')).toBe('went on');
});

test('with too little room on the disk a copy in memory is worked in, where the program asks for room', () => {
  const { open, memory } = used(Number.MAX_SAFE_INTEGER);
  expect(open()).toEqual({ dir: memory, problem: 'ENOSPC' });
  expect(readFileSync(join(memory, 'keys', 'a'), 'utf8')).toBe('key');
});

test('a folder that was never in use is left as it is, whatever its disk says', () => {
  used();
  const dir = join(tempDir(), 'new');
  noteFailure(dir);
  noteFailure(dir);
  const copy = () => expect.unreachable('nothing is copied');
  expect(workingFolder({ dir, mark: 'mark', leastFreeBytes: 0, copy })).toEqual({ dir, problem: null });
});

test('a copy that was cut short is begun again', () => {
  const { dir, open, memory } = used();
  noteFailure(dir);
  noteFailure(dir);
  mkdirSync(memory, { recursive: true });
  writeFileSync(join(memory, 'half'), '');
  open();
  expect(existsSync(join(memory, 'half'))).toBe(false);
  expect(existsSync(join(memory, 'mark'))).toBe(true);
});

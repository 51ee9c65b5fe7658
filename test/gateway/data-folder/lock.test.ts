import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { InputError } from '../../../contract/input-error.ts';
import { tryLock, waitForLock } from '../../../gateway/data-folder/lock.ts';
import { openDataFolder, preparePrivateFile, writePrivateFile } from '../../../gateway/data-folder/private-files.ts';
import { root } from '../../needs.ts';
import { tempDir } from '../../temp.ts';

describe('the lock of a folder', () => {
  test('is held by one, who is named, and free after release', () => {
    const dir = tempDir();
    const first = tryLock(dir);
    expect(first.ok).toBe(true);
    expect(tryLock(dir)).toEqual({ ok: false, pid: process.pid });
    if (first.ok) first.lock.release();
    const again = tryLock(dir);
    expect(again.ok).toBe(true);
    if (again.ok) again.lock.release();
  });

  test('is freed by the kernel when its holder is killed', async () => {
    const dir = tempDir();
    const program = `import { tryLock } from ${JSON.stringify(join(root, 'gateway/data-folder/lock.ts'))};
      const held = tryLock(${JSON.stringify(dir)});
      console.log(held.ok);
      setInterval(() => held, 1000); // what nobody refers to would be collected, and the lock with it`;
    const holder = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(holder.stdout, 'data');
    expect(String(line)).toBe('true\n');
    expect(tryLock(dir)).toEqual({ ok: false, pid: holder.pid });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const next = tryLock(dir);
    expect(next.ok).toBe(true);
    if (next.ok) next.lock.release();
  });

  test('is waited for while another holds it for a moment', async () => {
    const dir = tempDir();
    const first = tryLock(dir);
    const second = waitForLock(dir, systemClock, 5000);
    if (first.ok) first.lock.release();
    const got = await second;
    expect(got.ok).toBe(true);
    if (got.ok) got.lock.release();
  });

  test('says how to fix a lock file that is none', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'lock.db'), 'not a database at all, but long enough to be looked at as one '.repeat(20));
    expect(() => tryLock(dir)).toThrow(/lock\.db: is not a lock file of ours.*delete it/);
  });
});

describe('the data folder', () => {
  test('is made for its owner alone', () => {
    const dir = openDataFolder(join(tempDir(), 'a', 'b'));
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  test('that is there already keeps its mode', () => {
    const dir = join(tempDir(), 'a');
    mkdirSync(dir);
    chmodSync(dir, 0o755);
    openDataFolder(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o755);
  });

  test.each([
    [
      'a file is in its place',
      (dir: string) => writeFileSync(dir, ''),
      (dir: string) => dir,
      /a file is in its place: move it/,
    ],
    [
      'a file is above it',
      (dir: string) => writeFileSync(dir, ''),
      (dir: string) => join(dir, 'x'),
      /a file is in its place: move it/,
    ],
    ['nobody may write there', () => {}, () => '/proc/jari', /cannot be written \(E\w+\); .*another --data/],
  ])('is refused when %s', (_what, arrange, path, message) => {
    const dir = join(tempDir(), 'data');
    arrange(dir);
    expect(() => openDataFolder(path(dir))).toThrow(InputError);
    expect(() => openDataFolder(path(dir))).toThrow(message);
  });
});

describe('a private file', () => {
  test('is written whole, for its owner alone, over what was there', () => {
    const file = join(tempDir(), 'secret');
    writeFileSync(file, 'old and longer', { mode: 0o644 });
    writePrivateFile(file, 'new\n');
    expect(readFileSync(file, 'utf8')).toBe('new\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('that is abandoned leaves nothing behind', () => {
    const file = join(tempDir(), 'secret');
    preparePrivateFile(file).abandon();
    expect(existsSync(file)).toBe(false);
    expect(statSync(join(file, '..')).nlink).toBe(2);
  });

  test('is refused before anything is done when it cannot be written', () => {
    const dir = tempDir();
    expect(() => preparePrivateFile(join(dir, 'none', 'secret'))).toThrow(
      /cannot be written \(ENOENT\); make its folder/,
    );
    expect(() => preparePrivateFile(dir)).toThrow(/is a folder; give the path of a file/);
  });
});

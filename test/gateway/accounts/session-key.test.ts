import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError } from '../../../contract/input-error.ts';
import { loadSessionKey } from '../../../gateway/accounts/session-key.ts';
import { tempDir } from '../../temp.ts';

test('the key of cookies is made once, random, for its owner alone', () => {
  const [dir, other] = [tempDir(), tempDir()];
  const key = loadSessionKey(dir);
  expect(key).toHaveLength(32);
  expect(statSync(join(dir, 'session.key')).mode & 0o777).toBe(0o600);
  expect(Buffer.from(loadSessionKey(dir))).toEqual(Buffer.from(key));
  expect(Buffer.from(loadSessionKey(other))).not.toEqual(Buffer.from(key));
});

test.each(['', 'short', 'A'.repeat(44), '가나다', `${'A'.repeat(43)}\n${'A'.repeat(43)}`])(
  'a file that is no key, %j, stops the start, is not quoted, and stays as it is',
  (text) => {
    const dir = tempDir();
    const file = join(dir, 'session.key');
    writeFileSync(file, text);
    expect(() => loadSessionKey(dir)).toThrow(InputError);
    expect(() => loadSessionKey(dir)).toThrow(
      `${file}: is not a key of ours; remove it, which signs everybody out, and start again`,
    );
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);

test('a key that cannot be read says whose it should be', () => {
  const dir = tempDir();
  mkdirSync(join(dir, 'session.key'));
  expect(() => loadSessionKey(dir)).toThrow(/cannot be read \(EISDIR\); give it to the user who runs the gateway/);
});

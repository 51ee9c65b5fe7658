import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../temp.ts';
import { start, until } from './harness.ts';
import { Operator } from './operator.ts';
import { filesBelow } from './secret-search.ts';

test('the search finds what is planted in each place and each form', async () => {
  const dir = tempDir();
  const operator = new Operator();
  const secret = operator.keep('planted', randomBytes(32).toString('base64url'), join(dir, 'kept'));
  const forms = {
    text: secret,
    hex: Buffer.from(secret).toString('hex'),
    base64: Buffer.from(`user:${secret}`).toString('base64'),
    bytes: Buffer.from(secret, 'base64url'),
    part: `Unexpected token in "${secret.slice(3, 21)}"`,
    kept: secret,
    'box.key': '-----BEGIN PRIVATE KEY-----',
    'box.pem': '-----BEGIN EC PRIVATE KEY-----',
    'gateway.db': '$argon2id$v=19',
    'gateway.log': '$argon2id$v=19',
  };
  mkdirSync(join(dir, 'below'));
  for (const [name, content] of Object.entries(forms)) writeFileSync(join(dir, name), content);
  writeFileSync(join(dir, 'below', 'text'), `x${secret}x`);
  const script = `console.log(process.argv[1]); process.stdin.on('end', () => {}).resume()`;
  const shown = start(process.execPath, ['-e', script, secret], { stdin: 'pipe' });
  operator.watch('a process', shown);
  await until('it has printed', () => (shown.output().includes(secret) ? true : undefined));
  shown.child.stdin?.end();
  await shown.exited;
  operator.show('an answer', `set-cookie: ${encodeURIComponent(secret)}`);
  const found = operator.leaks(filesBelow(dir)).map((leak) => leak.replace(`${dir}/`, ''));
  for (const what of [
    'planted as text in text',
    'planted as text in below/text',
    'planted as hex in hex',
    'planted as base64 in base64',
    'planted as its bytes in bytes',
    'planted as a part in part',
    'planted as text in the output of 0: a process',
    'planted as text in an answer',
    'a private key in box.pem',
    "a password's hash in gateway.log",
  ]) {
    expect(found).toContain(what);
  }
  expect(found.filter((leak) => leak.includes('the command line'))).not.toEqual([]);
  expect(found.filter((leak) => /kept|box\.key|gateway\.db/.test(leak))).toEqual([]);
});

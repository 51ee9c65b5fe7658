import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../needs.ts';

test('a command whose reader has gone, as in `jari … | head`, ends without a word', async () => {
  const child = spawn(process.execPath, [join(root, 'jari.ts'), '--help'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code, signal] = await once(child, 'close');
  expect({ said, code, signal }).toEqual({ said: '', code: 0, signal: null });
});

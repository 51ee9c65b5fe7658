import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../needs.ts';

const started = ['city', 'run', '--port', '0', '--database'];
const database = 'postgres://jari@127.0.0.1:9/city';

test.each([
  ['--database', [...started, 'postgres://jari@192.168.000.010/city']],
  ['--nats', [...started, database, '--nats', 'tls://n1.example:4222,tls://192.168.000.010:4222']],
  ['--hub', [...started, database, '--hub', 'http://192.168.000.010']],
  ['--platform', [...started, database, '--platform', 'https://192.168.000.010/events']],
])(
  'of %s an address that the resolver takes for another machine is refused with the one that was meant',
  async (option, args) => {
    const { code, said } = await jari(args);
    expect(said).toMatch(
      new RegExp(`${option}: "192\\.168\\.000\\.010": an IPv4 address .* did you mean 192\\.168\\.0\\.10\\?`),
    );
    expect(code).toBe(2);
  },
);

function jari(args: readonly string[]): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [join(root, 'jari.ts'), ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, said: stdout + stderr }),
    );
  });
}

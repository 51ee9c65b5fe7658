import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * The folder in memory that stands in for `dir`: the same one at every start until the machine starts again. Under systemd
 * it is the unit's runtime folder.
 */
export function memoryFolder(dir: string, env: NodeJS.ProcessEnv = process.env): string {
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 16);
  return join(memoryRoot(env), name);
}

function memoryRoot(env: NodeJS.ProcessEnv): string {
  const [runtime] = (env.RUNTIME_DIRECTORY ?? '').split(':');
  if (runtime !== undefined && runtime !== '') return runtime;
  const shared = '/dev/shm';
  return join(existsSync(shared) ? shared : tmpdir(), `jari-${userInfo().uid}`);
}

export function makePrivateFolder(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
}

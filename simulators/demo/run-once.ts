import { spawn } from 'node:child_process';
import { InputError } from '../../contract/input-error.ts';
import type { Family } from './family.ts';

/** What a command that ends by itself printed; aborting ends it. @throws InputError with that when it failed */
export function runOnce(
  program: string,
  args: readonly string[],
  { family, signal }: { family: Family; signal: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true, signal });
    const { pid } = child;
    if (pid !== undefined) family.add(pid);
    let [out, err] = ['', ''];
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes.toString();
    });
    child.stderr.on('data', (bytes: Buffer) => {
      err += bytes.toString();
    });
    child.once('error', reject);
    child.once('close', (code, end) => {
      if (pid !== undefined) family.remove(pid);
      if (code === 0) resolve(out);
      else
        reject(new InputError([`${args.join(' ')}: ${end ?? `exit ${code}`}`, ...`${err}${out}`.trim().split('\n')]));
    });
  });
}

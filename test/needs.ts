import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Files the project refers to and does not carry: recordings and schemas, beside the checkout. */
export const shared = join(root, '..', 'shared');

/**
 * Whether something outside npm that a test needs is missing: for `test.skipIf(missing(...))`. On a person's machine the
 * test is skipped and says so; where CI is set a missing thing is an error, because there nothing may be skipped unseen.
 */
export function missing(...needs: Need[]): boolean {
  const absent = needs.filter((need) => !need.there());
  if (absent.length === 0) return false;
  const names = absent.map((need) => need.name).join(', ');
  if (process.env.CI) throw new Error(`this test needs ${names}, which CI must have`);
  console.log(`skipped: no ${names}`);
  return true;
}

export type Need = { name: string; there(): boolean };

export const command = (name: string): Need => ({ name, there: () => runs('/bin/sh', ['-c', `command -v ${name}`]) });
export const pythonModule = (name: string): Need => ({
  name: `python3 module ${name}`,
  there: () => runs('/usr/bin/python3', ['-c', `import ${name}`]),
});
export const sharedFile = (path: string): Need => ({
  name: `../shared/${path}`,
  there: () => existsSync(join(shared, path)),
});

function runs(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

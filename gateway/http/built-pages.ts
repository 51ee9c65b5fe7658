import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const web = fileURLToPath(new URL('../../web', import.meta.url));
const contract = fileURLToPath(new URL('../../contract', import.meta.url));
const run = promisify(execFile);

let asked: Promise<string> | undefined;

/**
 * The folder of the built pages. Where their sources are (a checkout, not a package) and something of them is newer than
 * what was built, they are built first, which takes about a second. Looked at once per process.
 * @throws when nothing was ever built and building fails
 */
export function builtPages(): Promise<string> {
  asked ??= buildWhereStale();
  return asked;
}

async function buildWhereStale(): Promise<string> {
  const dist = join(web, 'dist');
  const builder = join(web, 'build.ts');
  const builtAt = modified(join(dist, 'index.html'));
  if (!existsSync(builder) || builtAt >= Math.max(newestIn(web), newestIn(contract))) return dist;
  try {
    await run(process.execPath, [builder]);
  } catch (cause) {
    // Old pages are better than a gateway that does not start.
    if (builtAt > 0) process.emitWarning(`the pages in ${dist} are older than their sources: ${String(cause)}`);
    else throw new Error(`the pages are not built: run npm ci, then node ${builder}`, { cause });
  }
  return dist;
}

/** Folders count too: one changes when a file goes. */
function newestIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((newest, entry) => {
    if (entry.name.startsWith('dist')) return newest;
    const path = join(folder, entry.name);
    return Math.max(newest, entry.isDirectory() ? Math.max(modified(path), newestIn(path)) : modified(path));
  }, 0);
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

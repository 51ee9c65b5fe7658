import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LargeSite } from './page-site.ts';

/** So many browsers with a page of the site each, whose processes are stopped as they stand; the result ends them. */
export async function freezeBrowsers({ url, cookie }: LargeSite, count: number): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'browsers-child.ts'), url, cookie, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let open = 0;
  for await (const _ of createInterface({ input: child.stdout })) if (++open === count) break;
  if (open < count) throw new Error(`only ${open} of ${count} browsers came up`);
  return async () => {
    const gone = once(child, 'exit');
    child.stdin.end();
    await gone;
  };
}

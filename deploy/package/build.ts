import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeAppFolder } from './app-folder.ts';
import { type Arch, archOf } from './target.ts';

/**
 * `npm run package [-- --arch amd64,arm64]`: `dist/jari` for this machine, which runs as it stands, and a `.deb`
 * of each kind of machine in `dist/`. The same checkout gives the same bytes.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { arch: { type: 'string' } } });
const here = archOf(process.arch) ?? 'x64';
const asked = values.arch === undefined ? [here] : values.arch.split(',').map(known);

execFileSync(process.execPath, [join(root, 'web/build.ts')], { stdio: 'inherit' });
for (const arch of asked) {
  const out = join(root, 'dist', arch === here ? 'jari' : `jari-${arch}`);
  await makeAppFolder({ root, out, arch });
  process.stdout.write(`${out}\n`);
}

function known(text: string): Arch {
  const arch = archOf(text);
  if (arch === null) throw new Error(`--arch ${text}: give amd64, arm64, or both with a comma`);
  return arch;
}

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { schemaVersion } from '../../edge/outbox/sql.ts';
import { readerOf } from '../../gateway/store/reader.ts';
import { makeAppFolder } from './app-folder.ts';
import { makeDeb } from './deb.ts';
import { readManifest } from './packages.ts';
import { makeRelease } from './release.ts';
import { type Arch, archOf } from './target.ts';

/**
 * `npm run package [-- --arch LIST] [--version V] [--sign KEY]`: `dist/jari`, which runs as it stands on this kind of machine, and a Debian
 * package of each kind in `dist/`: `amd64,arm64`, or those of LIST; none for `--arch none`. `--version`: in place of that of
 * package.json. `--sign`: an Ed25519 key in PEM; each folder is then also made a release for `jari upgrade try`. The same
 * checkout gives the same bytes.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: { arch: { type: 'string' }, version: { type: 'string' }, sign: { type: 'string' } },
});
const here = archOf(process.arch) ?? 'x64';
const packages = values.arch === 'none' ? [] : (values.arch ?? 'amd64,arm64').split(',').map(known);
const version = values.version ?? readManifest(root).version;
const key = values.sign === undefined ? null : readFileSync(values.sign, 'utf8');

execFileSync(process.execPath, [join(root, 'web/build.ts')], { stdio: 'inherit' });
for (const arch of new Set([here, ...packages])) {
  const folder = join(root, 'dist', arch === here ? 'jari' : `jari-${arch}`);
  await makeAppFolder({ root, out: folder, arch, version });
  say(folder);
  if (key !== null) {
    const reads = { gateway: readerOf(version), outbox: schemaVersion };
    say(await makeRelease({ folder, version, machine: `linux-${arch}`, reads, key, to: join(root, 'dist') }));
  }
  if (packages.includes(arch)) say(makeDeb({ root, folder, arch, version, to: join(root, 'dist') }));
  if (arch !== here) rmSync(folder, { recursive: true });
}

function known(text: string): Arch {
  const arch = archOf(text);
  if (arch === null) throw new Error(`--arch ${text}: give amd64, arm64, both with a comma, or none`);
  return arch;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

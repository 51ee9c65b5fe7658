import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { readyRules } from '../../config/buildings/library.ts';
import { allBuiltIn } from '../../config/profiles.ts';
import { beforehandFile, writeBeforehand } from '../../config/read-beforehand.ts';
import { bundle, external, sources } from './bundle.ts';
import { isElf, readElf, tooNew } from './elf.ts';
import { nodeFor } from './node-binary.ts';
import { closure, filesToRun, licenceText, packageName, readLock, readManifest } from './packages.ts';
import { type Arch, debian12 } from './target.ts';

/** Files beside the sources that the program reads, and finds beside its bundle likewise. */
export function dataOf(root: string): readonly string[] {
  return sources.flatMap((folder) => globSync(`${folder}/**/*.{yaml,json}`, { cwd: root })).toSorted();
}

/**
 * Makes the folder `out`, which runs as it stands on Linux of `arch`: `jari` (the launcher), `bin/node`, `app/`. What was
 * there before is gone. The pages must have been built. `version`: in place of that of package.json.
 * @throws when a native file would not load where it is to run
 */
export async function makeAppFolder(options: {
  root: string;
  out: string;
  arch: Arch;
  version?: string | undefined;
}): Promise<void> {
  const { root, out, arch } = options;
  rmSync(out, { recursive: true, force: true });
  const app = join(out, 'app');
  mkdirSync(app, { recursive: true });
  const own = manifest(root, options.version);
  const bundled = await bundle(root, app, own);
  for (const file of dataOf(root)) put(join(root, file), join(app, file));
  writeBeforehand(join(app, beforehandFile), { profiles: allBuiltIn(), rules: readyRules() });
  cpSync(join(root, 'web/dist'), join(app, 'web/dist'), { recursive: true });
  writeFileSync(join(app, 'package.json'), own);
  const copied = copyPackages(root, app, arch);
  const node = nodeFor(arch);
  mkdirSync(join(out, 'bin'));
  copyFileSync(node.binary, join(out, 'bin/node'));
  copyFileSync(join(root, 'deploy/package/jari.sh'), join(out, 'jari'));
  copyFileSync(join(root, 'deploy/package/service.sh'), join(out, 'jari-service'));
  const licences = licencesOf(
    root,
    [...bundled, ...copied, ...packagesOfPages(root)],
    readFileSync(node.licence, 'utf8'),
  );
  writeFileSync(join(out, 'LICENCES'), licences);
  writeSbom(root, join(out, 'sbom.cdx.json'), options.version);
  setModes(out);
  const wrong = nativeProblems(out, arch);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

function put(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

/** Name, version and licence: all that the program asks of it. */
function manifest(root: string, given: string | undefined): string {
  const { name, version, license } = readManifest(root);
  return `${JSON.stringify({ name, version: given ?? version, license, private: true, type: 'module' }, null, 2)}\n`;
}

function copyPackages(root: string, app: string, arch: Arch): readonly string[] {
  const folders = closure(readLock(root), external);
  for (const folder of folders) {
    for (const file of filesToRun(join(root, folder), arch)) {
      put(join(root, folder, file), join(app, folder, file));
    }
  }
  return folders;
}

/** The packages whose code is in the pages' scripts: what `web/` imports, and what that needs. */
function packagesOfPages(root: string): readonly string[] {
  const names = readdirSync(join(root, 'web'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('dist') && !/^(build\.ts|pictures\/)/.test(file))
    .flatMap((file) => [
      ...readFileSync(join(root, 'web', file), 'utf8').matchAll(/(?:from|import\() ?'([a-z@][^']*)'/g),
    ])
    .flatMap(([, name = '']) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? [])
    .filter((name) => !name.startsWith('node:'));
  return closure(readLock(root), ['preact', ...new Set(names)]);
}

function licencesOf(root: string, folders: readonly string[], node: string): string {
  const parts = [...new Set(folders)].toSorted().flatMap((folder) => {
    const { version, license } = readManifest(join(root, folder));
    const text = licenceText(join(root, folder)) ?? `Licence: ${license} (the package brings no text of its own)\n`;
    return [`${packageName(folder)} ${version}`, text.trim()];
  });
  const own = readManifest(root);
  return [`${own.name} ${own.version}`, `Licence: ${own.license}`, ...parts, 'Node.js', node.trim()]
    .map((part) => `${part}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function writeSbom(root: string, to: string, version: string | undefined): void {
  const given = version === undefined ? [] : [version];
  execFileSync(process.execPath, [join(root, 'deploy/sbom.ts'), to, ...given], { stdio: 'inherit' });
}

/** Whatever the umask of who builds: all may read, nobody but root may write. */
function setModes(folder: string): void {
  chmodSync(folder, 0o755);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    const runs = statSync(path).isDirectory() || ['jari', 'jari-service', 'bin/node'].includes(name);
    chmodSync(path, runs ? 0o755 : 0o644);
  }
}

/** Every native file of a folder that would not load on `arch` with the C and C++ libraries of Debian 12, and why. */
export function nativeProblems(folder: string, arch: Arch): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile() && (name.endsWith('.node') || name.endsWith('bin/node')))
    .toSorted()
    .flatMap((name) => problemsOf(name, readFileSync(join(folder, name)), arch));
}

export function problemsOf(name: string, bytes: Uint8Array, arch: Arch): readonly string[] {
  if (!isElf(bytes)) return [`${name}: is no ELF file`];
  const elf = readElf(bytes);
  if (elf.machine !== arch) return [`${name}: is for ${elf.machine}, not ${arch}`];
  return tooNew(elf, debian12).map((version) => `${name}: asks for ${version}, which Debian 12 does not have`);
}

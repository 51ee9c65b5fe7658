import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Arch } from './target.ts';

/** Packages of npm as the lock file has them, by their folder below the checkout. */
export type Lock = Readonly<
  Record<string, { version?: string | undefined; dependencies?: Record<string, string> | undefined }>
>;

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), dependencies: z.record(z.string(), z.string()).optional() }),
  ),
});

export function readLock(root: string): Lock {
  return lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))).packages;
}

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string().default('unknown') });

/** What a package says of itself. */
export function readManifest(folder: string): z.infer<typeof manifestSchema> {
  return manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
}

/** Only headers: needed to compile an addon, never to load one. */
const notAtRunTime: readonly string[] = ['node-addon-api'];

/**
 * The folders of these packages and of all that they need to run, in order, each found as Node would find it.
 * @throws when the lock file lacks one
 */
export function closure(lock: Lock, names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const take = (from: string, name: string): void => {
    if (notAtRunTime.includes(name)) return;
    const folder = resolveIn(lock, from, name);
    if (found.has(folder)) return;
    found.add(folder);
    for (const next of Object.keys(lock[folder]?.dependencies ?? {})) take(folder, next);
  };
  for (const name of names) take('', name);
  return [...found].toSorted();
}

/** Node's own look-up: beside the package that asks, then in each folder above it. */
function resolveIn(lock: Lock, from: string, name: string): string {
  for (let place = from; ; place = place === '' ? '' : outOf(place)) {
    const folder = join(place, 'node_modules', name);
    if (folder in lock) return folder;
    if (place === '')
      throw new Error(`package-lock.json: ${from === '' ? 'the project' : from} needs ${name}, which it lacks`);
  }
}

function outOf(folder: string): string {
  return folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules') - 1));
}

/**
 * The files of a package that it runs by, seen from its folder: code, its manifest, licences, and of native files those of
 * `arch` and glibc alone. No sources, types, tests or files of other systems.
 */
export function filesToRun(folder: string, arch: Arch): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(folder, file)).isFile() && runsBy(file, arch))
    .toSorted();
}

function runsBy(file: string, arch: Arch): boolean {
  if (/(^|\/)(node_modules|deps|src|test|tests|bin|\.github)\//.test(file)) return /^src\/[^/]+\.js$/.test(file);
  if (file.endsWith('.node')) return isOurs(file, arch);
  return /\.[cm]?js$/.test(file) || /(^|\/)package\.json$/.test(file) || isLicence(file);
}

/** `linux-x64.node`, or `linux-x64/….glibc.node`. */
function isOurs(file: string, arch: Arch): boolean {
  return file.startsWith(`prebuilds/linux-${arch}`) && !file.includes('musl');
}

function isLicence(file: string): boolean {
  return /^(licen[cs]e|notice|copying)(\.|-|$)/i.test(file);
}

/** The text of a package's licence file; null where it brings none. */
export function licenceText(folder: string): string | null {
  const file = existsSync(folder) ? readdirSync(folder).filter(isLicence).toSorted()[0] : undefined;
  return file === undefined ? null : readFileSync(join(folder, file), 'utf8');
}

export function packageName(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

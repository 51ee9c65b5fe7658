import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { readyRules } from '../../config/buildings/library.ts';
import { allBuiltIn } from '../../config/profiles.ts';
import { readBeforehand, writeBeforehand } from '../../config/read-beforehand.ts';
import { dataOf, nativeProblems, problemsOf } from '../../deploy/package/app-folder.ts';
import { entriesOf, external, ownManifest, plainBuiltins, sources } from '../../deploy/package/bundle.ts';
import { compare, highest, readElf, tooNew } from '../../deploy/package/elf.ts';
import { checkTarball } from '../../deploy/package/node-binary.ts';
import { closure, filesToRun, readLock } from '../../deploy/package/packages.ts';
import { type Arch, archOf, debian12, pinnedNodeVersion } from '../../deploy/package/target.ts';
import { root } from '../needs.ts';
import { tempDir } from '../temp.ts';

const archs: readonly Arch[] = ['x64', 'arm64'];
const native = (arch: Arch) =>
  closure(readLock(root), external).flatMap((folder) =>
    filesToRun(join(root, folder), arch)
      .filter((file) => file.endsWith('.node'))
      .map((file) => join(root, folder, file)),
  );

describe('native files', () => {
  test.each(archs)('of %s load with the libraries of Debian 12, one a package', (arch) => {
    const files = native(arch);
    expect(files).toHaveLength(external.length);
    expect(files.flatMap((file) => problemsOf(file, readFileSync(file), arch))).toEqual([]);
  });

  test('would be caught: one that asks for a newer glibc', () => {
    const [file = ''] = native('x64');
    const bytes = Buffer.from(readFileSync(file));
    const asks = highest(readElf(bytes), 'GLIBC') ?? '';
    bytes.write(asks.replace(/^2\.\d/, '2.9'), bytes.indexOf(`GLIBC_${asks}\0`) + 'GLIBC_'.length);
    const [newer] = tooNew(readElf(bytes), debian12);
    expect(newer).toMatch(/^GLIBC_2\.9\d?$/);
    expect(problemsOf('x.node', bytes, 'x64')).toEqual([`x.node: asks for ${newer}, which Debian 12 does not have`]);
  });

  test('would be caught: one of another machine, and one that is none', () => {
    const [file = ''] = native('arm64');
    expect(problemsOf('x.node', readFileSync(file), 'x64')).toEqual(['x.node: is for arm64, not x64']);
    expect(problemsOf('x.node', new TextEncoder().encode('#!/bin/sh'), 'x64')).toEqual(['x.node: is no ELF file']);
    expect(nativeProblems(tempDir(), 'x64')).toEqual([]);
  });

  test('versions are compared by number, part by part', () => {
    expect(compare('2.4', '2.36')).toBeLessThan(0);
    expect(compare('2.36', '2.36')).toBe(0);
    expect(compare('2.36.1', '2.36')).toBeGreaterThan(0);
  });
});

test('a part of Node comes with what is used of it alone: its client of HTTP is not loaded for a table of codes', async () => {
  const file = join(tempDir(), 'bundle.mjs');
  const contents =
    "import { STATUS_CODES } from 'node:http'; console.log(STATUS_CODES[200], process.moduleLoadList.join());";
  const stdin = { contents, resolveDir: root };
  await build({ stdin, bundle: true, format: 'esm', platform: 'node', outfile: file, plugins: [plainBuiltins()] });
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  expect(stdout).toMatch(/^OK /);
  expect(stdout).not.toContain('undici');
});

test('a program in a bundle is of the version that was packaged, wherever it asks', async () => {
  const file = join(tempDir(), 'bundle.mjs');
  const contents =
    "import { ownReader, readerOf } from './gateway/store/reader.ts'; console.log(ownReader, readerOf('7.0.0'));";
  const plugins = [ownManifest(root, '{"version":"7.0.0"}'), plainBuiltins()];
  const stdin = { contents, resolveDir: root };
  await build({ stdin, bundle: true, format: 'esm', platform: 'node', outfile: file, plugins, absWorkingDir: root });
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  const [own, ...others] = stdout.trim().split(' ');
  expect(others).toEqual([own]);
});

test('profiles and ready rules that come with a package are those of the checkout, read and checked', () => {
  const file = join(tempDir(), 'beforehand.bin');
  expect(readBeforehand(file)).toBeUndefined();
  const own = { profiles: allBuiltIn(), rules: readyRules() };
  writeBeforehand(file, own);
  const carried = readBeforehand(file);
  for (const part of ['profiles', 'rules'] as const) {
    expect([...(carried?.[part].keys() ?? [])]).toEqual([...own[part].keys()]);
    for (const [id, value] of own[part]) expect(carried?.[part].get(id)).toStrictEqual(value);
  }
  // A checkout has none: one that lies there would hide every change of a profile.
  expect(readBeforehand()).toBeUndefined();
});

describe('what goes into a package', () => {
  test('is of the lock file, with all that it needs to run, and nothing of other systems, sources or types', () => {
    const folders = closure(readLock(root), external);
    expect(folders).toContain('node_modules/better-sqlite3');
    expect(folders).toContain('node_modules/node-gyp-build');
    const files = folders.flatMap((folder) => filesToRun(join(root, folder), 'arm64'));
    expect(files.filter((file) => /\.(ts|c|cc|h|gyp|map)$|musl.*\.node|win32.*\.node|x64.*\.node/.test(file))).toEqual(
      [],
    );
  });

  test('is of every folder of sources, but for pages (built), tests, packaging and findings', () => {
    const folders = new Set(
      globSync('*/**/*.ts', { cwd: root, exclude: ['node_modules', 'dist', 'run'] }).map(
        (file) => file.split('/')[0] ?? '',
      ),
    );
    const not = ['web', 'test', 'deploy', 'findings'];
    expect([...folders].filter((folder) => !not.includes(folder)).toSorted()).toEqual(sources.toSorted());
  });

  test('is every thread and process that a source starts, and every profile, ready rule and demo site', () => {
    const started = sources
      .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
      .filter((file) =>
        /\bWorker\b.* from 'node:worker_threads'|\bfork\b.* from 'node:child_process'/.test(
          readFileSync(join(root, file), 'utf8'),
        ),
      );
    expect(started.length).toBeGreaterThan(2);
    expect(entriesOf(root)).toHaveLength(1 + started.length);
    const data = dataOf(root);
    for (const file of ['config/sites/demo.yaml', 'rules/library/tilt.yaml', 'config/site.schema.json'])
      expect(data).toContain(file);
    for (const folder of globSync('devices/**/profiles', { cwd: root }))
      expect(data.some((file) => file.startsWith(`${folder}/`))).toBe(true);
  });

  test('names what the lock file lacks', () => {
    expect(() => closure({ 'node_modules/a': { dependencies: { b: '1' } } }, ['a'])).toThrow('node_modules/a needs b');
  });

  test('has the Node that the project is pinned to, and no other that npm may give', () => {
    expect(readLock(root)['node_modules/node']?.version).toBe(pinnedNodeVersion);
    expect(() => checkTarball(new Uint8Array(3), 'arm64')).toThrow('is pinned');
  });

  test('is for a machine by either of its names', () => {
    expect(['amd64', 'x64', 'arm64', 'mips'].map(archOf)).toEqual(['x64', 'x64', 'arm64', null]);
  });
});

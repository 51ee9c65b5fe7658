import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './needs.ts';

type Lock = {
  packages: Record<string, { version?: string; optionalDependencies?: Record<string, string>; resolved?: string }>;
};
type Manifest = {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  bin: Record<string, string>;
};

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;

describe('the package', () => {
  test('pins every dependency to one version', () => {
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^(npm:[a-z0-9-]+@)?\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  test('takes the Modbus package under the name the customer fixed', () => {
    expect(manifest.dependencies['node-modbus']).toBe('npm:jsmodbus@5.0.0');
  });

  test('has a lock in which every optional dependency of every package has its entry, or npm ci would call it out of sync', () => {
    expect(missingOptional(lock)).toEqual([]);
  });

  test('would notice a lock with a platform package left out', () => {
    const cut = structuredClone(lock);
    const platform = Object.keys(cut.packages).find((name) => name.includes('@biomejs/cli-'));
    expect(platform).toBeDefined();
    delete cut.packages[platform ?? ''];
    expect(missingOptional(cut)).toEqual([expect.stringContaining('@biomejs/cli-')]);
  });

  test('names no registry host in its lock beyond the public one', () => {
    const hosts = new Set(Object.values(lock.packages).flatMap((p) => (p.resolved ? [new URL(p.resolved).host] : [])));
    expect([...hosts].filter((host) => host !== 'registry.npmjs.org')).toEqual([]);
  });

  test('runs on the Node it names', () => {
    expect(process.version).toBe(`v${manifest.dependencies.node}`);
  });

  test('has an executable command, so that npx finds it in a clean clone', () => {
    const mode = execFileSync('git', ['ls-files', '-s', manifest.bin.jari ?? ''], { cwd: root, encoding: 'utf8' });
    expect(mode).toMatch(/^100755 /);
    expect(statSync(join(root, 'jari.ts')).mode & 0o111).not.toBe(0);
  });

  test('runs as npx jari, on the Node that npm brought along', { timeout: 60_000 }, () => {
    const said = execFileSync('npx', ['--no-install', 'jari', '--version'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(said.trim()).toBe('0.1.0');
  });
});

/** Optional dependencies that no entry of the lock could satisfy. */
function missingOptional({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !resolves(packages, path, name))
      .map((name) => `${path}: ${name}`),
  );
}

/** Node's look-up: beside the package, then in each folder above it. */
function resolves(packages: Lock['packages'], from: string, name: string): boolean {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('node_modules') - 1))) {
    if (`${place}${place === '' ? '' : '/'}node_modules/${name}` in packages) return true;
    if (place === '') return false;
  }
}

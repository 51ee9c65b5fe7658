import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../needs.ts';
import { tempDir } from '../temp.ts';

type Bom = {
  bomFormat: string;
  specVersion: string;
  metadata: { component: { name: string; version: string } };
  components: { name: string; version: string; purl: string; hashes?: { alg: string }[] }[];
};
type Lock = {
  packages: Record<string, { version?: string; dev?: boolean; devOptional?: boolean; optional?: boolean }>;
};

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;

test('npm run sbom names every package that runs, with its version and hash, and no path of this machine', () => {
  const text = execFileSync(process.execPath, [join(root, 'deploy/sbom.ts')], { encoding: 'utf8' });
  const bom = JSON.parse(text) as Bom;
  expect(bom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'jari', version: '0.1.0' } } });
  const named = new Set(bom.components.map(({ name, version }) => `${name}@${version}`));
  const running = Object.entries(lock.packages)
    .filter(
      ([path, entry]) => path !== '' && entry.dev !== true && entry.devOptional !== true && entry.optional !== true,
    )
    .map(([path, entry]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      ...entry,
    }));
  expect(running.length).toBeGreaterThan(50);
  const left = running.filter(({ name, version }) => !named.has(`${name}@${version}`) && name !== 'jsmodbus');
  expect(left).toEqual([]);
  // The customer's name for a package that npm lists under its own.
  expect(named.has('jsmodbus@5.0.0') || named.has('node-modbus@5.0.0')).toBe(true);
  expect(bom.components.every(({ purl }) => purl.startsWith('pkg:npm/'))).toBe(true);
  expect(text).not.toContain(root);
});

test('it is of the version that is packaged', () => {
  const file = join(tempDir(), 'sbom.json');
  execFileSync(process.execPath, [join(root, 'deploy/sbom.ts'), file, '7.0.0']);
  const { metadata } = JSON.parse(readFileSync(file, 'utf8')) as Bom;
  expect(metadata.component).toMatchObject({ name: 'jari', version: '7.0.0', purl: 'pkg:npm/jari@7.0.0' });
});

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npm run sbom [-- FILE [VERSION]]`: what is in the product, as CycloneDX 1.5 JSON, from the lock file alone: every package that
 * runs, its version, licence and the SHA-512 that npm checks it by. Standard output without FILE. VERSION: of the
 * product, in place of that of package.json. The same lock file gives the same text.
 */

const root = fileURLToPath(new URL('..', import.meta.url));

type Component = { 'bom-ref': string; name: string; type: string; version: string };
type Bom = {
  serialNumber?: string;
  metadata: { component: Component; timestamp?: string };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
};
type Lock = { packages: Record<string, { name?: string; version?: string; dev?: boolean; devOptional?: boolean }> };

const made = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'ignore'],
});
const [file, given] = process.argv.slice(2);
const bom = productOf(JSON.parse(made) as Bom, runningPackages());
const text = `${JSON.stringify(bom, null, 2)}\n`;
if (file === undefined) process.stdout.write(text);
else writeFileSync(file, text);

/** `name@version` of what the lock file says is no package for development alone. */
function runningPackages(): ReadonlySet<string> {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const names = Object.entries(lock.packages).flatMap(([path, entry]) => {
    if (path === '' || entry.dev === true || entry.devOptional === true) return [];
    const folder = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return [folder, entry.name ?? folder].map((name) => `${name}@${entry.version}`);
  });
  return new Set(names);
}

/** npm's own --omit=dev leaves out as well what runs and is needed for development too; hence by the lock file. */
function productOf(all: Bom, running: ReadonlySet<string>): Bom {
  const components = all.components.filter(({ name, version }) => running.has(`${name}@${version}`));
  // npm calls the product by the folder of the checkout.
  const own = all.metadata.component;
  const version = given ?? own.version;
  const product = { ...own, name: 'jari', type: 'application', version, purl: `pkg:npm/jari@${version}` };
  const refs = new Set([product['bom-ref'], ...components.map((component) => component['bom-ref'])]);
  const dependencies = all.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((on) => refs.has(on)) }));
  const { serialNumber: _number, metadata, ...rest } = all;
  const { timestamp: _made, ...about } = metadata;
  return { ...rest, metadata: { ...about, component: product }, components, dependencies };
}

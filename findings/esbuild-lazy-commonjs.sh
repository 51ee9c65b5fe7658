#!/usr/bin/env bash
# A package in CommonJS that is imported lazily loses its names once the bundle is split into chunks.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install esbuild@0.28.2 semver@7.8.6

probe <<'JS'
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { report } from './report.mjs';

writeFileSync('lazy.mjs', "export const names = Object.keys(await import('semver'));\n");
async function bundled(splitting) {
  const outdir = `out-${splitting}`;
  const options = { bundle: true, format: 'esm', platform: 'node', outExtension: { '.js': '.mjs' } };
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  await build({ entryPoints: ['lazy.mjs'], outdir, splitting, banner, ...options });
  return (await import(`./${outdir}/lazy.mjs`)).names;
}
const { names: plain } = await import('./lazy.mjs');
const [whole, split] = [await bundled(false), await bundled(true)];
const count = (names) => `${names.length} names, parse ${names.includes('parse') ? 'among them' : 'missing'}`;

report({
  expected: "import('semver') gives the names that Node gives, in a bundle too",
  seen: 'with splitting it gives `default` alone, so a call by name fails when it runs; nothing is said when it is built',
  figures: `Node: ${count(plain)}; one file: ${count(whole)}; split: ${count(split)}`,
  still: plain.includes('parse') && whole.includes('parse') && String(split) === 'default',
});
JS

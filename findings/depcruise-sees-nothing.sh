#!/usr/bin/env bash
# A checker of imports beside TypeScript 7 sees no module and leaves with 0.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install dependency-cruiser@18.7.2 typescript@7.0.2

probe <<'JS'
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { report } from './report.mjs';

// Two files, and a rule that they break.
mkdirSync('src/edge', { recursive: true });
mkdirSync('src/gateway', { recursive: true });
writeFileSync('src/gateway/store.ts', 'export const store: number = 1;\n');
writeFileSync('src/edge/agent.ts', "import { store } from '../gateway/store.ts';\nexport const agent: number = store;\n");
writeFileSync('rules.json', JSON.stringify({
  forbidden: [{ name: 'edge-gateway', severity: 'error', from: { path: '^src/edge' }, to: { path: '^src/gateway' } }],
  options: { tsPreCompilationDeps: true },
}));

const run = promisify(execFile);
const bin = 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs';
const { code, said } = await run(process.execPath, [bin, '--config', 'rules.json', 'src'], { timeout: 40_000 }).then(
  ({ stdout }) => ({ code: 0, said: stdout.trim() }),
  ({ code: left, stdout, stderr }) => ({ code: left, said: `${stdout}${stderr}`.trim() }),
);
report({
  expected: 'an exit code that is not 0: for the forbidden import, or for the compiler that it cannot use',
  seen: 'exit code 0, "no dependency violations" of 0 modules and a remark that sources were probably missed: a gate in CI is passed',
  figures: `2 files, 1 forbidden import; exit code ${code}: ${said.replaceAll(/\s+/g, ' ').slice(0, 200)}`,
  still: code === 0 && /no dependency violations found \(0 modules/.test(said),
});
JS

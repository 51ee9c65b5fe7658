#!/usr/bin/env bash
# An import of node:http, whatever is used of it, loads Node's whole client of HTTP.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install

probe <<'JS'
import { execFileSync } from 'node:child_process';
import { report } from './report.mjs';

// Each way in a process of its own, for one constant table.
const told = 'console.log(JSON.stringify([STATUS_CODES[200], process.moduleLoadList.length, process.memoryUsage.rss()]))';
const ways = {
  import: ['--input-type=module', '-e', `import { STATUS_CODES } from 'node:http'; ${told}`],
  require: ['--input-type=commonjs', '-e', `const { STATUS_CODES } = require('node:http'); ${told}`],
};
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const seen = {};
for (const [way, args] of Object.entries(ways)) {
  const runs = Array.from({ length: 5 }, () => JSON.parse(execFileSync(process.execPath, args)));
  seen[way] = { modules: runs[0][1], mb: median(runs.map(([, , bytes]) => bytes)) / 2 ** 20 };
}
const { import: imported, require: required } = seen;
report({
  expected: 'import and require of a part of Node load the same, and what is not used stays unloaded',
  seen: 'an import reads every name of the part, so getters that load on first use all run, a browser-like WebSocket among them',
  figures: Object.entries(seen)
    .map(([way, { modules, mb }]) => `${way} ${modules} modules of Node, ${mb.toFixed(1)} MB resident`)
    .join('; '),
  still: imported.modules > required.modules + 20 && imported.mb > required.mb + 5,
});
JS

#!/usr/bin/env bash
# The first wall clock that is asked of Intl keeps some 8 MB of a process resident.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install

probe <<'JS'
import { execFileSync } from 'node:child_process';
import { report } from './report.mjs';

// Resident after a collection, and how much of that is the process's alone: before and after one text.
const program = (textOf) => `
import { readFileSync } from 'node:fs';
const seen = () => {
  gc();
  const text = readFileSync('/proc/self/smaps_rollup', 'utf8');
  return ['Rss', 'Anonymous'].map((name) => Number(new RegExp('^' + name + ': +([0-9]+)', 'm').exec(text)[1]) / 1024);
};
seen();
const before = seen();
const textOf = ${textOf};
textOf(0);
console.log(JSON.stringify([before, seen()]));`;
const ways = {
  arithmetic: '(at) => new Date(at + 32_400_000).toISOString()',
  Intl: `(() => { const f = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Seoul', timeStyle: 'medium' }); return (at) => f.format(at); })()`,
};
const seen = Object.fromEntries(
  Object.entries(ways).map(([way, textOf]) => {
    const args = ['--expose-gc', '--input-type=module', '-e', program(textOf)];
    const [before, once] = JSON.parse(execFileSync(process.execPath, args));
    return [way, { mb: once[0] - before[0], own: once[1] - before[1] }];
  }),
);
const told = ({ mb, own }) => `+${mb.toFixed(1)} MB resident, ${own.toFixed(1)} of them its own`;
report({
  expected: 'a formatter of times takes some kilobytes',
  seen: 'the first one maps tables of ICU that stay resident for as long as the process runs, for one zone and one language',
  figures: Object.entries(seen).map(([way, figures]) => `${way} ${told(figures)}`).join('; '),
  still: seen.Intl.mb > seen.arithmetic.mb + 4 && seen.Intl.own > 1,
});
JS

#!/usr/bin/env bash
# An AbortController that is aborted without a reason makes a DOMException with a stack, whether anybody looks or not.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install

probe <<'JS'
import { report } from './report.mjs';

const rounds = 50_000;
/** CPU of a call, µs, once it is compiled; the least of three. */
function cost(call) {
  for (let i = 0; i < 5000; i++) call();
  const runs = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    for (let i = 0; i < rounds; i++) call();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / rounds;
  });
  return Math.min(...runs);
}
const without = cost(() => new AbortController().abort());
const withOne = cost(() => new AbortController().abort(null));
report({
  expected: 'to end a wait by abort() costs what a call of a listener does',
  seen: 'without a reason each abort() makes a DOMException with its stack; with one, even null, it makes none',
  figures: `${without.toFixed(1)} µs without a reason, ${withOne.toFixed(1)} µs with null: ${(without / withOne).toFixed(1)}×`,
  still: without > 2 * withOne,
});
JS

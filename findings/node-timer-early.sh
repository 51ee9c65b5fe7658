#!/usr/bin/env bash
# A timer of a fraction of a millisecond more fires before its time.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install

probe <<'JS'
import { report, sleep } from './report.mjs';

// 3.5 characters of 11 bits at 9,600 baud are 4.01 ms, of 10 bits at 9,600 baud 3.65 ms.
const [waitMs, rounds] = [3.65, 300];
const early = [];
for (let i = 0; i < rounds; i++) {
  const begun = performance.now();
  await sleep(waitMs);
  const missing = waitMs - (performance.now() - begun);
  if (missing > 0) early.push(missing);
}
report({
  expected: 'setTimeout(f, 3.65) fires after 3.65 ms or later: a wait may be late, not early',
  seen: 'the fraction is cut off, and it counts from the beginning of the turn: silences and pauses are too short',
  figures: `${early.length} of ${rounds} early, by up to ${Math.max(0, ...early).toFixed(2)} ms`,
  still: early.length > rounds / 3,
});
JS

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soak } from './alerts-soak.ts';

/** `npm run soak:alerts [-- kills [seed]]`: SIGKILLs of the process that judges, and what they cost. 200 take some minutes. */
const [kills = 200, seed = 1] = process.argv.slice(2).map(Number);
const dir = mkdtempSync(join(tmpdir(), 'jari-soak-'));
const begun = performance.now();
try {
  const onKill = (n: number) =>
    n % 20 === 0 && console.log(`${n} kills after ${Math.round((performance.now() - begun) / 1000)} s`);
  const soaked = await soak({ dir, kills, seed, onKill });
  console.table(soaked);
  const {
    raised,
    lost,
    raisedTwice,
    undelivered,
    strayKeys,
    missedTimers,
    doubledTimers,
    latestTimerMs,
    missingAfterStart,
  } = soaked;
  const wrong = lost + raisedTwice + undelivered + strayKeys + missedTimers + doubledTimers + missingAfterStart;
  const ok = raised === kills && wrong === 0 && latestTimerMs <= 2000;
  console.log(ok ? 'met' : 'unmet');
  process.exitCode = ok ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}

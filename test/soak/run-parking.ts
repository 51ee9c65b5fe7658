import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soakParking } from './parking-soak.ts';

/** `npm run soak:parking [-- kills [seed]]`: SIGKILLs in the middle of stays, reservations and payments. 500 take some minutes. */
const [kills = 500, seed = 1] = process.argv.slice(2).map(Number);
const folder = () => mkdtempSync(join(tmpdir(), 'jari-soak-'));
const dirs = [folder(), folder()] as const;
const begun = performance.now();
try {
  const onKill = (n: number) =>
    n % 50 === 0 && console.log(`${n} kills after ${Math.round((performance.now() - begun) / 1000)} s`);
  const { differences, ...soaked } = await soakParking({ dirs, kills, seed, tail: 240, onKill });
  console.table(soaked);
  for (const line of differences) console.log(line);
  const { staysLost, staysDoubled, reservationsLost, reservationsDoubled, feesChanged, doubleBookings } = soaked;
  const wrong = staysLost + staysDoubled + reservationsLost + reservationsDoubled + feesChanged + doubleBookings;
  const ok = soaked.stays > 0 && soaked.reservations > 0 && wrong === 0;
  console.log(ok ? 'met' : 'unmet');
  process.exitCode = ok ? 0 : 1;
} finally {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
}

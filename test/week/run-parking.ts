import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ofCrosstalk, rowsOf, unforeseen } from './rows.ts';
import { wholeTown } from './town.ts';
import { runWeek } from './week.ts';

/** `npm run week:parking [-- seed [days [plain]]]`: a simulated week of 100 spaces from a Monday on, expected against got. */
const [seed = '1', days = '7', plain] = process.argv.slice(2);
/** `plain`: a sensor is stuck after 8 changes of its neighbours and 90 min alone, however long cars stay in its lot. */
const lot = plain === 'plain' ? { detection: { stuck: { longest: 0 } } } : {};
const dir = mkdtempSync(join(tmpdir(), 'jari-week-'));
const begun = performance.now();
try {
  const result = await runWeek({
    ...{
      dir,
      size: wholeTown,
      from: '2026-11-30T00:00:00+09:00',
      hours: 24 * Number(days),
      seed: Number(seed),
      lot,
      reserveEveryMs: 12 * 60_000,
    },
    faults: { stuck: 3, crosstalk: 3, lost: 4 },
    faultsWithin: [8 * Number(days), 18 * Number(days)],
    onHour: (n) =>
      n % 24 === 0 && console.log(`day ${n / 24} after ${Math.round((performance.now() - begun) / 1000)} s`),
  });
  const rows = rowsOf(result);
  console.table(rows);
  console.log('conflicts not foreseen in time: the other car came …');
  for (const line of unforeseen(result)) console.log(line);
  for (const line of ofCrosstalk(result)) console.log(`crosstalk: ${line}`);
  for (const line of result.wrongs.slice(0, 5)) console.log(`wrong: ${line}`);
  for (const { lot: at, space, from, reason } of result.falseSuspicions)
    console.log(`suspected without a fault: ${at}/${space} after ${(from / 3_600_000).toFixed(1)} h ${reason}`);
  const ok = rows.every(({ met }) => met);
  console.log(ok ? 'met' : 'unmet');
  process.exitCode = ok ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}

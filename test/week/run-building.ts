import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBuildingWeek } from './building-week.ts';

/** `npm run week:building [-- seed [days]]`: a simulated week of the old building without events, expected against got. */
const [seed = '1', days = '7'] = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), 'jari-week-'));
const begun = performance.now();
try {
  const week = await runBuildingWeek({
    ...{ dir, seed: Number(seed), days: Number(days) },
    onHour: (hour) => {
      if (hour % 24 === 0) console.log(`day ${hour / 24} after ${Math.round((performance.now() - begun) / 1000)} s`);
    },
  });
  for (const { rule, since, points } of [...week.calm, ...week.chattered])
    console.log(`${since} ${rule} ${points.join(' ')}`);
  const life = week.calm.filter(({ lifeSafety }) => lifeSafety).length;
  const trouble = week.calm.length - life;
  const rows = [
    { what: 'alerts of life safety', bar: '0', got: life, met: life === 0 },
    { what: 'others', bar: `≤ ${week.days}`, got: trouble, met: trouble <= week.days },
    { what: 'rules that chattered', bar: '0', got: week.chattering.length, met: week.chattering.length === 0 },
    {
      what: `alerts of a rope that changed ${week.flips} times`,
      bar: '1',
      got: week.chattered.length,
      met: week.chattered.length === 1,
    },
  ];
  console.log(`${week.said} readings`);
  console.table(rows);
  process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}

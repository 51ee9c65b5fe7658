import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSite } from '../../../../config/load-site.ts';
import { SimClock } from '../../../../contract/sim-clock.ts';
import { runForecastImport } from '../../../../gateway/cli/forecast/import.ts';
import { tryLock } from '../../../../gateway/data-folder/lock.ts';
import { openDataFolder } from '../../../../gateway/data-folder/private-files.ts';
import { creepOption, keptCreep, pastCsv } from '../../../../simulators/demo/past.ts';
import { root } from '../../../needs.ts';
import { tempDir } from '../../../temp.ts';

const site = join(root, 'config/sites/demo.yaml');
const clock = new SimClock(Date.UTC(2026, 10, 28));
const point = 'tilt-ne/tilt_x';

function given(text: string) {
  const dir = tempDir();
  const file = join(dir, 'past.csv');
  writeFileSync(file, text);
  return { file, site, data: join(dir, 'gateway'), time: 'time' };
}

test('hours of a recording are put in once, and those of this hour are no past', async () => {
  const options = given(`time,${point}\n2026-11-27T22:00Z,1\n2026-11-27T23:00Z,2\n2026-11-28T00:00Z,3\n`);
  const first = await runForecastImport({ ...options, simulated: true }, clock);
  expect(first.json).toEqual({ hours: 2, points: [point], simulated: true });
  expect((await runForecastImport(options, clock)).json).toMatchObject({ hours: 0 });
  // The same hours by the wall clock of the site, which is nine hours ahead of UTC.
  const local = {
    ...options,
    ...given(`time,${point}\n2026-11-28 07:00:00,1\n2026-11-28 08:00:00,2\n`),
    data: options.data,
  };
  expect((await runForecastImport(local, clock)).json).toMatchObject({ hours: 0 });
});

test.each([
  ['a column that is not there', `time,x\n2026-11-27T22:00Z,1\n`, [`${point}=y`], /:1: there is no column "y"; it has/],
  ['no column of a point', 'time,x\n2026-11-27T22:00Z,1\n', undefined, /has no column of a point whose hours are kept/],
  ['a point that is not followed', `time,x\n2026-11-27T22:00Z,1\n`, ['vib-b1/velocity_x=x'], /is no point whose hours/],
  ['what is no number', `time,${point}\n2026-11-27T22:00Z,much\n`, undefined, /:2: "much" in column ".*" is no number/],
  [
    'times that fall back',
    `time,${point}\n2026-11-27T22:00Z,1\n2026-11-27T21:00Z,1\n`,
    undefined,
    /:3: .* is before the line above/,
  ],
])('refused with its place and the way out: %s', async (_what, text, value, problem) => {
  const options = { ...given(text), ...(value === undefined ? {} : { value }) };
  await expect(runForecastImport(options, clock)).rejects.toThrow(problem);
});

test('refused while a gateway runs on the folder', async () => {
  const options = given(`time,${point}\n2026-11-27T22:00Z,1\n`);
  const held = tryLock(openDataFolder(options.data));
  await expect(runForecastImport(options, clock)).rejects.toThrow(/a gateway runs on it; stop it first/);
  if (held.ok) held.lock.release();
});

test('the demo gives its building a past in which one corner leans, and goes on with it in the next run', () => {
  const loaded = loadSite(site);
  if (!loaded.ok) throw new Error('the demo site does not load');
  const [dir, now] = [tempDir(), clock.now()];
  const creep = keptCreep(dir, now);
  expect(keptCreep(dir, now + 5 * 86_400_000)).toEqual(creep);
  expect(creepOption(creep)).toBe('tilt-ne@2026-10-24T00:00:00.000Z');
  const one = { ...loaded.site, agents: loaded.site.agents.slice(0, 1) };
  const rows = pastCsv(one, { seed: 1, creep, now })
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const at = rows[0]?.indexOf(point) ?? 0;
  const dayOf = (first: number) => {
    const own = rows.slice(first, first + 48).map((row) => Number(row[at]));
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  };
  expect(rows).toHaveLength(60 * 48 + 1);
  expect(Math.abs(dayOf(24 * 48 + 1) - dayOf(1))).toBeLessThan(0.02);
  expect(dayOf(59 * 48 + 1) - dayOf(24 * 48 + 1)).toBeGreaterThan(0.05);
});

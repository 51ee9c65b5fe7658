import { expect, test } from 'vitest';
import { tempDir } from '../temp.ts';
import { rowsOf } from './rows.ts';
import { runWeek } from './week.ts';

/** Stuck sensors take longer to be told from cars that stay; `npm run week:parking` has them, and the whole week. */
test('in two simulated hours healthy sensors are right, crosstalk and lost sensors unknown in time', async () => {
  const result = await runWeek({
    ...{ dir: tempDir(), size: { market: 6, yard: 4, alley: 0 }, seed: 2, reserveEveryMs: 20 * 60_000 },
    ...{ from: '2026-11-30T10:00:00+09:00', hours: 2, lot: { ttl: 600 } },
    faults: { stuck: 0, crosstalk: 1, lost: 1 },
    faultsWithin: [0, 0.1],
  });
  expect(result.planted).toHaveLength(2);
  expect(result.reservations).toBeGreaterThan(1);
  const judged = /^(healthy|false|crosstalk|lost|offered)/;
  expect(rowsOf(result).filter(({ what, met }) => judged.test(what) && !met)).toEqual([]);
});

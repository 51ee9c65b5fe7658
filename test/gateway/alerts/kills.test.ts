import { expect, test } from 'vitest';
import { soak } from '../../soak/alerts-soak.ts';
import { tempDir } from '../../temp.ts';

/** 200 of them, and the bar of 2 s for timers: `npm run soak:alerts`. A machine that does other things too is slower. */
const soonMs = 15_000;
const kills = Number(process.env.JARI_ALERT_KILLS ?? 6);

test(`${kills} SIGKILLs of what judges lose no alert and no notice, and each timer fires once, and soon`, {
  timeout: 60_000 + 20_000 * kills,
}, async () => {
  const soaked = await soak({ dir: tempDir(), kills, seed: 7 });
  expect(soaked).toMatchObject({
    raised: kills,
    lost: 0,
    raisedTwice: 0,
    undelivered: 0,
    strayKeys: 0,
    missedTimers: 0,
    doubledTimers: 0,
    missingAfterStart: 0,
  });
  expect(soaked.latestTimerMs).toBeLessThanOrEqual(soonMs);
});

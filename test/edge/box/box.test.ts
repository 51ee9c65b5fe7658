import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { watchBox } from '../../../edge/box/box.ts';
import { watchBoxClock } from '../../../edge/box/box-clock.ts';
import { HealthBeat } from '../../../edge/reporting/health.ts';
import { tempDir } from '../../temp.ts';

describe('the box clock', () => {
  test.each([
    { synced: true, stepMs: 0, state: 'synced' },
    { synced: true, stepMs: 86_400_000, state: 'synced' },
    { synced: false, stepMs: 0, state: 'unsynced' },
    { synced: false, stepMs: 1900, state: 'unsynced' },
    { synced: false, stepMs: 2100, state: 'stepped' },
    { synced: false, stepMs: -3_600_000, state: 'stepped' },
  ])('synced: $synced, stepped by $stepMs ms: $state', async ({ synced, stepMs, state }) => {
    const clock = new SimClock();
    const clockState = watchBoxClock({ clock, isSynced: () => synced });
    await clock.advance(3_600_000);
    clock.stepWall(stepMs);
    expect(clockState()).toBe(state);
  });

  test('remembers a step that was stepped back', () => {
    const clock = new SimClock();
    const clockState = watchBoxClock({ clock, isSynced: () => false });
    clock.stepWall(60_000);
    clockState();
    clock.stepWall(-60_000);
    expect(clockState()).toBe('stepped');
  });
});

test('the box tells the disk, the memory and how late its event loop was', async () => {
  const box = watchBox({ clock: systemClock, dir: tempDir() });
  onTestFinished(() => box.close());
  expect(box.diskFree()).toBeGreaterThan(0);
  expect(box.rss()).toBeGreaterThan(10_000_000);
  box.loopP99Ms();
  await systemClock.sleep(600); // the first look after a question counts nothing
  const end = performance.now() + 800;
  while (performance.now() < end); // the subject is a blocked loop
  await systemClock.sleep(600);
  expect(box.loopP99Ms()).toBeGreaterThan(250);
});

describe('the health beat', () => {
  function beat() {
    const clock = new SimClock();
    const sent: number[] = [];
    const health = new HealthBeat({ clock, send: () => void sent.push(clock.monotonic()) });
    health.start();
    return { clock, sent, health };
  }

  test('comes every 15 s', async () => {
    const { clock, sent } = beat();
    await clock.advance(46_000);
    expect(sent).toEqual([15_000, 30_000, 45_000]);
  });

  test('comes at once after a change, then at most once a second, and the last change is never left out', async () => {
    const { clock, sent, health } = beat();
    await clock.advance(5000);
    for (let i = 0; i < 5; i++) {
      health.hurry();
      await clock.advance(300);
    }
    await clock.advance(20_000);
    expect(sent).toEqual([5000, 6000, 7000, 22_000]);
  });

  test('stops', async () => {
    const { clock, sent, health } = beat();
    health.hurry();
    health.close();
    await clock.advance(60_000);
    expect(sent).toEqual([]);
  });
});

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SimClock } from '../../contract/sim-clock.ts';
import type { UpgradeState } from '../../contract/upgrade.ts';
import { systemDisk } from '../../upgrade/disk.ts';
import { UpgradeFolder } from '../../upgrade/folder.ts';
import { usualLimits } from '../../upgrade/limits.ts';
import { reporter, reporterIn } from '../../upgrade/reporter.ts';
import { tempDir } from '../temp.ts';
import { base } from './world.ts';

const to = { version: '2.0.0', dir: '/releases/2.0.0', reads: { gateway: 2, outbox: 1 } };
const measuring: UpgradeState = {
  ...{ v: 1, phase: 'measuring', from: base, to, at: 0, limits: usualLimits, baseline: null },
  ...{ crashes: 0, interruptions: 0, reason: null },
};

function reported(onTrial: boolean) {
  const clock = new SimClock();
  const folder = new UpgradeFolder(tempDir(), systemDisk);
  mkdirSync(folder.path);
  let [ends, orphan, failing] = [0, false, null as string | null];
  const it = reporter({
    ...{ folder, onTrial, clock, rss: () => 100e6, isOrphan: () => orphan },
    end: () => {
      ends += 1;
    },
  });
  const checks = [{ name: 'store', look: async () => failing }];
  it.started(checks, { info: () => {}, warn: () => {} }, () => ({
    ...{ done: Math.floor(clock.monotonic() / 1000), sources: 2, refused: 0, chain: null },
  }));
  return {
    ...{ clock, folder, it },
    ends: () => ends,
    leave: () => {
      orphan = true;
    },
    fail: (why: string) => {
      failing = why;
    },
  };
}

test('a program that runs measures itself when an upgrade is asked for, writes what it found, and ends', async () => {
  const { clock, folder, ends, it } = reported(false);
  await clock.advance(60_000);
  expect(folder.disk.names(folder.path)).toEqual([]);
  folder.write(measuring);
  await clock.advance(usualLimits.measureMs - 10_000);
  expect(ends()).toBe(0);
  await clock.advance(20_000);
  expect(ends()).toBe(1);
  expect(folder.state()).toMatchObject({
    state: { phase: 'staged', baseline: { perMinute: 60, sources: 2, chain: null, rss: 100e6 } },
  });
  it.stopping();
});

test('a program on trial gives signs of life, with the work that it does not do, and ends when nobody watches it', async () => {
  const { clock, folder, it, fail, leave, ends } = reported(true);
  folder.write({ ...measuring, phase: 'trial' });
  await clock.advance(10_000);
  expect(folder.sign()).toMatchObject({ pid: process.pid, failing: null, sources: 2, done: 10 });
  fail('SQLITE_IOERR_WRITE');
  await clock.advance(25_000);
  expect(folder.sign()).toMatchObject({ failing: 'store: SQLITE_IOERR_WRITE' });
  leave();
  await clock.advance(5000);
  expect(ends()).toBe(1);
  it.stopping();
  await clock.advance(60_000);
  expect(clock.pending()).toBe(0);
});

test('a program that was on trial, and was committed, measures itself for the next upgrade as any other does', async () => {
  const { clock, folder, ends, it } = reported(true);
  folder.write({ ...measuring, phase: 'trial' });
  await clock.advance(usualLimits.commitAfterMs);
  folder.clear();
  await clock.advance(24 * 3_600_000);
  folder.write(measuring);
  await clock.advance(usualLimits.measureMs + 10_000);
  expect(ends()).toBe(1);
  expect(folder.state()).toMatchObject({
    state: { phase: 'staged', baseline: { perMinute: 60, sources: 2, chain: null, rss: 100e6 } },
  });
  it.stopping();
});

test('a program that was started in any other way reports nothing', () => {
  expect(reporterIn({})).toBeUndefined();
  expect(reporterIn({ JARI_UPGRADE_DIR: '' })).toBeUndefined();
  expect(reporterIn({ JARI_UPGRADE_DIR: join(tempDir(), 'upgrade') })).toBeDefined();
});

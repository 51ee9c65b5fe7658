import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import type { RunOptions, RunResult } from '../../../gateway/backup/run.ts';
import { type BackupOptions, BackupService } from '../../../gateway/backup/service.ts';
import { silentLog } from '../../../gateway/log.ts';
import { tempDir } from '../../temp.ts';
import { siteOf } from '../core-site.ts';
import { memoryDatabase } from '../store/memory-db.ts';

const hour = 3_600_000;
const day = 24 * hour;
const drilled = { ok: true as const, tables: 50, rows: 100, readings: 10, tookMs: 5 };
const good: RunResult = {
  ok: true,
  made: { name: 'jari-saesol-x.tar.age', bytes: 1, tookMs: 1, files: 1, rows: 100, drill: null },
};
const bad: RunResult = { ok: false, reason: { code: 'medium-missing', place: '/mnt/backup' } };

/** Nightly at 03:10 in Seoul; a day begins at midnight there. */
function world(
  answer: (options: RunOptions, at: number) => RunResult,
  core = { clock: new SimClock(), db: memoryDatabase(), dir: tempDir() },
) {
  const site = {
    ...siteOf({}),
    backup: {
      to: { kind: 'folder' as const, folder: '/mnt/backup', sameMedium: false },
      ...{ recipients: ['age1'], atMinute: 190, keep: 14, overdueMs: 30 * hour, drillEveryMs: 7 * day },
    },
  };
  const runs: { at: string; drill: boolean }[] = [];
  const told: string[][] = [];
  const options: BackupOptions = {
    ...{ sites: [site], dir: core.dir, db: core.db, clock: core.clock, log: silentLog, jari: '0.1.0' },
    tell: (troubles) => told.push(troubles.map(({ code }) => code)),
    run: (of) => {
      runs.push({ at: new Date(core.clock.now()).toISOString().slice(0, 16), drill: of.drill });
      return Promise.resolve(answer(of, runs.length));
    },
  };
  const service = new BackupService(options);
  service.start();
  return { core, service, runs, told: () => told.at(-1), options };
}

const proven = ({ drill }: RunOptions): RunResult =>
  good.ok && drill ? { ok: true, made: { ...good.made, drill: drilled } } : good;

test('a copy is made every night at the time of the site, and one a week is restored', async () => {
  const { core, runs, service } = world(proven);
  await core.clock.advance(8 * day);
  expect(runs.map(({ at }) => at.slice(11, 15))).toEqual(Array.from({ length: 8 }, () => '18:1'));
  expect(runs.flatMap(({ drill }, night) => (drill ? [night] : []))).toEqual([0, 7]);
  expect(service.standing()).toMatchObject({ state: 'ok', drill: { state: 'ok' }, troubles: [] });
  await service.close();
});

test('a copy that fails is told of at once, is tried again within the hour, and is over with the next good one', async () => {
  const { core, runs, service, told } = world((of, nth) => (nth <= 2 ? bad : proven(of)));
  await core.clock.advance(4 * hour);
  expect(told()).toEqual(['backup-failed']);
  expect(runs).toHaveLength(1);
  await core.clock.advance(1.1 * hour);
  expect(runs).toHaveLength(2);
  await core.clock.advance(1.1 * hour);
  expect(told()).toEqual([]);
  await service.close();
});

test('without a good copy for 30 hours that is a trouble, and so is a week and more without a drill', async () => {
  const { core, service, told } = world(() => bad);
  await core.clock.advance(31 * hour);
  expect(told()).toEqual(['backup-failed', 'backup-overdue']);
  await core.clock.advance(8 * day);
  expect(told()).toEqual(['backup-failed', 'backup-overdue', 'drill-overdue']);
  await service.close();
});

test('a restart forgets neither what was made nor what failed', async () => {
  const first = world(proven);
  await first.core.clock.advance(1 * day);
  await first.service.close();
  const second = world(() => bad, first.core);
  expect(second.service.standing()).toMatchObject({ state: 'ok', lastGood: { name: 'jari-saesol-x.tar.age' } });
  await second.core.clock.advance(6 * hour);
  await second.service.close();
  expect(world(proven, first.core).service.standing()).toMatchObject({ state: 'failed', last: { ok: false } });
  expect(second.service.identity).toEqual(first.service.identity);
});

test('a copy that the gateway cut off is made again when it is back', async () => {
  const { core, service } = world(() => ({ ok: false, reason: { code: 'interrupted' } }));
  await core.clock.advance(4 * hour);
  await service.close();
  const again = world(proven, core);
  await core.clock.advance(6 * 60_000);
  expect(again.runs).toHaveLength(1);
  await again.service.close();
});

test.each([
  ['an hour forward', hour],
  ['a day back', -day],
  ['to 1970', -Date.UTC(2026, 10, 21)],
])('a clock that steps %s makes at most one copy out of turn, and none is missed for it', async (_how, by) => {
  const { core, runs, service } = world(proven);
  await core.clock.advance(1 * day);
  core.clock.stepWall(by);
  await core.clock.advance(2 * day);
  expect(runs.length).toBeGreaterThanOrEqual(2);
  expect(runs.length).toBeLessThanOrEqual(4);
  await service.close();
});

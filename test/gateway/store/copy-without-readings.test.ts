import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyWithoutReadings } from '../../../gateway/store/copy-without-readings.ts';
import { tempDir } from '../../temp.ts';
import { Core, readings, ref } from '../core.ts';

test('a copy without readings is a store: it opens, judges and takes in, and knows last values and what has come', () => {
  const core = new Core();
  core.online();
  for (let seq = 1; seq <= 120; seq++) core.take(readings(core, { seq, points: { p_0: { v: [seq] } } }));
  const version = core.store.db.pragma('user_version', { simple: true });
  // A gateway that has not closed: they are behind its log.
  const dir = tempDir();
  const [from, to] = [core.dir, dir].map((folder) => join(folder, 'gateway.db'));
  if (from === undefined || to === undefined) return;
  copyWithoutReadings(from, to);

  const again = new Core({ dir });
  expect(again.store.db.pragma('user_version', { simple: true })).toBe(version);
  const last = again.fleet.latest().find((item) => item.point === ref('tilt-se/p_0'));
  expect(last).toMatchObject({ lastGood: { value: 120 } });
  const rows = (table: string) => again.store.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  expect([rows('log'), rows('segments'), rows('chunks')]).toEqual([0, 0, 0]);
  again.online();
  again.take(readings(again, { seq: 120, points: { p_0: { v: [120] } } }));
  expect(again.counts()).toMatchObject({ duplicates: 1, missing: 0 });
  expect(again.take(readings(again, { seq: 121, points: { p_0: { v: [121] } } }))).toEqual([null]);
  expect(rows('log')).toBe(1);
});

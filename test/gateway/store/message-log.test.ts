import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../temp.ts';
import { Core, readings, siteOf } from '../core.ts';

/** Texts of other lengths, so that no row can be taken for another; together more than one piece of scratch memory. */
const text = (seq: number) => `${seq} ${'가'.repeat((seq * 37) % 500)}`;

function begun(dir = tempDir()): Core {
  const core = new Core({ dir, site: siteOf({ 'tilt-se': 1 }, 'string') });
  core.online();
  return core;
}

const send = (core: Core, from: number, count: number) =>
  core.take(
    ...Array.from({ length: count }, (_, n) =>
      readings(core, { seq: from + n, points: { p_0: { v: [text(from + n)] } } }),
    ),
  );

const values = (core: Core) => core.read('tilt-se/p_0').map((item) => item.value);

const upTo = (last: number) => Array.from({ length: last }, (_, n) => text(n + 1));

test('messages of a commit, however many, are on disk when they are acknowledged', () => {
  const core = begun();
  let last = 0;
  for (const count of [1, 9, 10, 11, 20, 25, 300]) {
    expect(send(core, last + 1, count)).toEqual(Array(count).fill(null));
    last += count;
    const dir = tempDir();
    for (const file of ['gateway.db', 'gateway.db-wal', 'gateway.had-data'])
      if (existsSync(join(core.dir, file))) cpSync(join(core.dir, file), join(dir, file));
    const killed = begun(dir);
    expect(values(killed)).toEqual(upTo(last));
    killed.close();
  }
});

test.each([3, 15])('of a commit that fails at message %i nothing is left, and the next is stored whole', (fails) => {
  const core = begun();
  send(core, 1, 12);
  const { db } = core.store;
  db.exec(
    `CREATE TRIGGER refuse BEFORE INSERT ON log WHEN new.seq = ${12 + fails} BEGIN SELECT RAISE(ABORT, 'refused'); END`,
  );
  expect(send(core, 13, 17).filter((error) => error !== null)).toHaveLength(17);
  expect(values(core)).toEqual(upTo(12));
  db.exec('DROP TRIGGER refuse');
  expect(send(core, 13, 2)).toEqual([null, null]);
  expect(values(core)).toEqual(upTo(14));
});

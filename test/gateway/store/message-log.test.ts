import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LoggedMessage } from '../../../gateway/store/logged-message.ts';
import { everyMessage } from '../../../gateway/store/message-log.ts';
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

/** All that the sealer would get, in slices. */
function unsealed(core: Core, limit: number): LoggedMessage[] {
  const { messages } = core.store;
  const found: LoggedMessage[] = [];
  for (;;) {
    // Whether from memory or from the log, bodies are compared later.
    const slice = messages.after(found.at(-1)?.id ?? 0, limit).map((one) => ({ ...one, body: Buffer.from(one.body) }));
    if (slice.length === 0) return found;
    found.push(...slice);
  }
}

function expectAsOnDisk(core: Core): void {
  const { db, messages } = core.store;
  const logged = [...everyMessage(db)].filter(({ id }) => id > messages.sealed);
  for (const limit of [7, 5000]) expect(unsealed(core, limit)).toEqual(logged);
}

const large = (core: Core, seq: number) =>
  readings(core, { seq, points: { p_1: { v: Array.from({ length: 30_000 }, (_, i) => Math.sqrt(i + seq)) } } });

test('messages kept in memory for the sealer are those of the log, also after commits that failed and more than fit', () => {
  const core = new Core();
  core.online();
  const { db, sealer } = core.store;
  let seq = 0;
  const some = (count: number) => {
    const of = () =>
      readings(core, { seq: ++seq, at: seq % 3 === 0 ? 5 : 1e12, points: { p_0: { v: [seq / 10, null] } } });
    return core.take(...Array.from({ length: count }, of));
  };
  const fail = () => {
    db.exec("CREATE TRIGGER refuse BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'refused'); END");
    const from = seq;
    expect(some(13)[12]).not.toBe(null);
    seq = from;
    db.exec('DROP TRIGGER refuse');
  };
  fail();
  for (const count of [1, 30, 12]) some(count);
  fail();
  expectAsOnDisk(core);
  some(25);
  expectAsOnDisk(core);
  sealer.sealAll();
  expectAsOnDisk(core);
  some(40);
  for (const count of [3, 4200]) {
    core.take(large(core, ++seq));
    some(count);
    expectAsOnDisk(core);
  }
  sealer.sealAll();
  some(5);
  expectAsOnDisk(core);
  expect(unsealed(core, 10)).toHaveLength(5);
});

test('messages that come while others are sealed are sealed next, as they came', () => {
  const deferred: (() => void)[] = [];
  const core = new Core({ defer: (fn) => deferred.push(fn) });
  core.online();
  for (let seq = 1; seq <= 400; seq++) {
    core.take(readings(core, { seq, points: { p_0: { v: [seq] } } }));
    for (const fn of deferred.splice(0)) fn();
    expectAsOnDisk(core);
  }
  expect(core.store.messages.sealed).toBeGreaterThan(300);
  expect(core.read('tilt-se/p_0').map((item) => item.value)).toEqual(Array.from({ length: 400 }, (_, n) => n + 1));
});

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { silentLog } from '../../../gateway/log.ts';
import { walAutocheckpoint } from '../../../gateway/store/database.ts';
import { migrate } from '../../../gateway/store/migrations.ts';
import { schema } from '../../../gateway/store/schema.ts';
import { Store, StoreError } from '../../../gateway/store/store.ts';
import { tempDir } from '../../temp.ts';
import { agentId, Core, readings, siteId } from '../core.ts';
import { siteOf } from '../core-site.ts';

const open = (dir: string) => Store.open({ dir, clock: new SimClock(), log: silentLog });

function problemOf(dir: string): string {
  try {
    open(dir).close();
  } catch (error) {
    if (error instanceof StoreError) return error.problem;
    throw error;
  }
  return 'none';
}

describe('a store that is opened', () => {
  test('is made when it is not there, folder and all, and keeps every commit on disk', () => {
    const dir = join(tempDir(), 'a', 'b');
    const store = open(dir);
    expect(store.db.pragma('synchronous', { simple: true })).toBe(2);
    expect(store.db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(store.db.pragma('wal_autocheckpoint', { simple: true })).toBe(walAutocheckpoint);
    store.close();
    const again = open(dir);
    again.commit(() => again.names.agent(siteId, agentId));
    expect(again.db.pragma('synchronous', { simple: true })).toBe(2);
    again.close();
  });

  test('reaches the disk by a touch, and counts its commits', () => {
    const store = open(tempDir());
    const before = store.commits;
    const pages = () => (store.db.pragma('wal_checkpoint(NOOP)') as { log: number }[])[0]?.log ?? 0;
    const log = pages();
    store.touch();
    expect(store.commits).toBe(before + 1);
    expect(pages()).toBeGreaterThan(log);
    store.close();
    expect(() => store.touch()).toThrow();
  });

  test('is refused when it is not a database, and left as it was', () => {
    const dir = tempDir();
    const text = 'this is no database, though it is called so'.repeat(200);
    writeFileSync(join(dir, 'gateway.db'), text);
    expect(problemOf(dir)).toMatch(/gateway\.db: is not a database; move it away/);
    expect(readFileSync(join(dir, 'gateway.db'), 'utf8')).toBe(text);
  });

  test.each([
    ['with tables and no name', 'CREATE TABLE x (a)'],
    ['with a name of its own', 'PRAGMA application_id = 77'],
  ])("is refused when it is another program's, %s", (_name, sql) => {
    const dir = tempDir();
    const db = new Sqlite(join(dir, 'gateway.db'));
    db.exec(sql);
    db.close();
    expect(problemOf(dir)).toMatch(/another program's database/);
  });

  test.each([
    ['emptied', (file: string) => truncateSync(file, 0), /is empty, though it held data before; put a backup/],
    ['gone', (file: string) => rmSync(file), /is gone, though it held data before/],
  ])('is refused when it was %s after it held data', (_name, harm, problem) => {
    const dir = tempDir();
    open(dir).close();
    const file = join(dir, 'gateway.db');
    for (const rest of ['-wal', '-shm']) rmSync(file + rest, { force: true });
    harm(file);
    expect(problemOf(dir)).toMatch(problem);
    expect(existsSync(file) ? readFileSync(file).length : 0).toBe(0);
    rmSync(join(dir, 'gateway.had-data'));
    expect(problemOf(dir)).toBe('none');
  });

  test('begins when an empty file was there before any data', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'gateway.db'), '');
    expect(problemOf(dir)).toBe('none');
  });

  test('is refused when a newer program has written it', () => {
    const dir = tempDir();
    const store = open(dir);
    store.db.pragma('user_version = 99');
    store.db.exec("INSERT OR REPLACE INTO meta (key, value) VALUES ('changed:store', 99)");
    store.close();
    expect(problemOf(dir)).toMatch(/store tables are of version 99.*start the newer program/);
  });

  test('is opened when a newer program has only added to it, and stays as that one left it', () => {
    const dir = tempDir();
    const store = open(dir);
    migrate(store.db, 'store', [...schema, { expands: 'ALTER TABLE sites ADD COLUMN colour TEXT' }]);
    migrate(store.db, 'lights', [{ expands: 'CREATE TABLE lights (id INTEGER PRIMARY KEY) STRICT' }]);
    store.close();
    const again = open(dir);
    expect(again.commit(() => again.names.agent(siteId, agentId))).toBeGreaterThan(0);
    expect(Number(again.db.pragma('user_version', { simple: true }))).toBe(schema.length + 1);
    again.close();
    const db = new Sqlite(join(dir, 'gateway.db'));
    migrate(db, 'store', [...schema, { expands: '' }, 'ALTER TABLE sites DROP COLUMN colour']);
    db.close();
    expect(problemOf(dir)).toMatch(new RegExp(`store tables are of version ${schema.length + 2}`));
  });

  test('is refused when its folder cannot be made', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'file'), '');
    expect(problemOf(join(dir, 'file', 'data'))).toMatch(/this folder cannot be made or written/);
  });

  test('is refused when it is a folder', () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'gateway.db'));
    expect(problemOf(dir)).toMatch(/gateway\.db: /);
  });

  test('is refused when pages of it are damaged', () => {
    const core = new Core({ site: siteOf({ 'tilt-se': 1 }, 'string') });
    core.online();
    for (let seq = 1; seq <= 300; seq++) core.take(readings(core, { seq, points: { p_0: { v: ['x'.repeat(500)] } } }));
    core.close();
    const file = join(core.dir, 'gateway.db');
    const bytes = readFileSync(file);
    for (let page = 22; page < 40; page++) bytes.fill(0xa5, page * 4096 + 8, page * 4096 + 600);
    writeFileSync(file, bytes);
    expect(problemOf(core.dir)).toMatch(/is damaged .*put a backup in its place/);
  });
});

describe('migrations', () => {
  test('of a part run once each, in order, and a step that fails leaves nothing', () => {
    const store = open(tempDir());
    const steps = ['CREATE TABLE t (a)', 'INSERT INTO t VALUES (1)'];
    migrate(store.db, 'part', steps);
    migrate(store.db, 'part', steps);
    const rows = () => store.db.prepare('SELECT * FROM t').all();
    expect(rows()).toHaveLength(1);
    expect(() => migrate(store.db, 'part', [...steps, 'INSERT INTO t VALUES (2); SELECT no_such()'])).toThrow();
    expect(rows()).toHaveLength(1);
    migrate(store.db, 'part', [...steps, 'INSERT INTO t VALUES (3)']);
    expect(rows()).toHaveLength(2);
    expect(() => migrate(store.db, 'part', steps)).toThrow(/part tables are of version 3.*up to 2/);
    store.close();
  });
});

describe('what the store holds', () => {
  test('of every point is the same after a restart', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true }),
      fc.integer(),
      fc.boolean(),
      fc.string(),
      fc.constantFrom(-0, null),
    );
    const store = open(tempDir());
    fc.assert(
      fc.property(value, fc.constantFrom(null, 'noisy' as const), value, (read, fault, good) => {
        const isGood = read !== null && fault === null;
        const lastGood = isGood ? { value: read, at: 9 } : good === null ? null : { value: good, at: null };
        const latest = {
          epoch: 1,
          seq: 2,
          at: 9,
          time: 'synced' as const,
          receivedAt: 10,
          value: read,
          fault,
          lastGood,
        };
        store.commit(() => store.latest.note(1, latest));
        store.db.transaction(() => store.latest.writeAll())();
        expect(store.latest.all().get(1)).toEqual(latest);
      }),
    );
    store.close();
  });

  test('after a kill at any commit is all that was acknowledged and nothing else', () => {
    const core = new Core();
    core.online();
    const copies: { dir: string; acknowledged: number }[] = [];
    for (let seq = 1; seq <= 40; seq++) {
      core.take(readings(core, { seq, points: { p_0: { v: [seq] } } }));
      if (seq === 25) {
        // Killed after sealing and before the log's rows are gone.
        const { deleteSealed } = core.store.messages;
        core.store.messages.deleteSealed = () => false;
        core.store.sealer.sealAll();
        core.store.messages.deleteSealed = deleteSealed;
        copies.push({ dir: copyOf(core.dir), acknowledged: seq });
      }
      if (seq % 8 === 0) copies.push({ dir: copyOf(core.dir), acknowledged: seq });
    }
    // Killed while a transaction is open: its pages may be in the file already.
    core.store.db.exec('BEGIN IMMEDIATE; UPDATE meta SET value = 0');
    copies.push({ dir: copyOf(core.dir), acknowledged: 40 });
    core.store.db.exec('ROLLBACK');
    for (const { dir, acknowledged } of copies) {
      const copy = new Core({ dir, clock: core.clock });
      const expected = Array.from({ length: acknowledged }, (_, i) => i + 1);
      expect(copy.read('tilt-se/p_0').map((item) => item.value)).toEqual(expected);
      expect(copy.agent()).toMatchObject({ received: [[1, acknowledged]], missing: 0 });
      copy.take(readings(copy, { seq: acknowledged, points: { p_0: { v: [acknowledged] } } }));
      copy.take(readings(copy, { seq: acknowledged + 1, points: { p_0: { v: [-1] } } }));
      expect(copy.read('tilt-se/p_0')).toHaveLength(acknowledged + 1);
      expect(copy.counts()).toMatchObject({ duplicates: 1, conflicts: 0 });
      copy.close();
    }
  });
});

/** The files as a kill leaves them. */
function copyOf(dir: string): string {
  const copy = tempDir();
  for (const name of readdirSync(dir)) if (!name.endsWith('-shm')) copyFileSync(join(dir, name), join(copy, name));
  return copy;
}

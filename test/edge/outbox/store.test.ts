import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { salvage } from '../../../edge/outbox/damage.ts';
import type { Row } from '../../../edge/outbox/outbox.ts';
import { OutboxStore } from '../../../edge/outbox/store.ts';
import { tempDir } from '../../temp.ts';
import { newRow, newRows } from '../north.ts';

const identity = ({ epoch, start, seq }: Row) => `${epoch}/${start}/${seq}`;
const all = (store: OutboxStore) => store.page(0, 1_000_000);

function append(store: OutboxStore, count: number): readonly Row[] {
  const outcome = store.commit(newRows(count), []);
  if (outcome.kind !== 'committed') throw new Error('full');
  return outcome.rows;
}

/** The folder as a kill leaves it: a copy taken while the store is open. */
function copyOf(dir: string): string {
  const copy = tempDir();
  for (const name of readdirSync(dir)) copyFileSync(join(dir, name), join(copy, name));
  return copy;
}

describe('a new outbox', () => {
  test('begins at start 1 with an epoch of ten letters and digits', () => {
    const store = new OutboxStore({ dir: tempDir() });
    expect(store.opened).toMatchObject({ start: 1, backlog: 0, damage: null });
    expect(store.opened.epoch).toMatch(/^[a-z0-9]{10}$/);
    store.close();
  });

  test('flushes fully, after the first write and after a second open', () => {
    const dir = tempDir();
    for (let i = 0; i < 2; i++) {
      const store = new OutboxStore({ dir });
      append(store, 1);
      expect(store.synchronous()).toBe(2);
      store.close();
    }
  });
});

describe('identity', () => {
  test('counts seq from 1 without a gap, commit after commit', () => {
    const store = new OutboxStore({ dir: tempDir() });
    const rows = [1, 5, 2].flatMap((count) => append(store, count));
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(all(store)).toEqual(rows);
    store.close();
  });

  test('gives back what was stored, with the identity it was given, after a kill', () => {
    const dir = tempDir();
    const killed = new OutboxStore({ dir });
    const first = append(killed, 3);
    const next = new OutboxStore({ dir: copyOf(dir) });
    killed.close();
    expect(next.opened).toMatchObject({ start: 2, backlog: 3, damage: null });
    expect(next.opened.epoch).not.toBe(killed.opened.epoch);
    expect(all(next)).toEqual(first);
    next.close();
  });

  test('begins a new epoch at seq 1 after each start, and orders the starts', () => {
    const dir = tempDir();
    const rows: Row[] = [];
    for (let i = 0; i < 3; i++) {
      const store = new OutboxStore({ dir });
      rows.push(...append(store, 2));
      store.close();
    }
    const last = new OutboxStore({ dir });
    expect(all(last).map(({ start, seq }) => [start, seq])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
      [3, 1],
      [3, 2],
    ]);
    expect(all(last).map(identity)).toEqual(rows.map(identity));
    expect(new Set(rows.map(({ epoch }) => epoch)).size).toBe(3);
    last.close();
  });

  test('never gives an id twice to one process, so that a late acknowledgement cannot delete a younger row', () => {
    const store = new OutboxStore({ dir: tempDir() });
    const ids = append(store, 2).map(({ id }) => id);
    store.commit([], ids);
    const [young] = append(store, 1);
    store.commit([], ids);
    expect(all(store)).toEqual([young]);
    store.close();
  });

  test('pages by rising id', () => {
    const store = new OutboxStore({ dir: tempDir() });
    const rows = append(store, 5);
    const first = store.page(0, 2);
    expect([...first, ...store.page(first.at(-1)?.id ?? 0, 10)]).toEqual(rows);
    store.close();
  });
});

describe('a file that is not what it should be', () => {
  const damages: [string, (file: string) => void, RegExp][] = [
    ['emptied', (file) => truncateSync(file, 0), /empty/],
    ['garbage', (file) => writeFileSync(file, Buffer.alloc(8192, 'x')), /not a database/],
    ['cut to a few bytes', (file) => truncateSync(file, 100), /damaged|empty/],
    ['a database of something else', (file) => makeForeign(file), /another application/],
  ];

  test.each(damages)('%s: is moved aside, said, and the count of starts goes on', (_, damage, why) => {
    const dir = tempDir();
    const before = new OutboxStore({ dir });
    append(before, 3);
    before.close();
    damage(join(dir, 'outbox.db'));
    const store = new OutboxStore({ dir });
    expect(store.opened).toMatchObject({
      start: 2,
      backlog: 0,
      damage: { salvaged: 0, movedTo: join(dir, 'outbox.db.bad-1') },
    });
    expect(store.opened.damage?.why).toMatch(why);
    expect(existsSync(join(dir, 'outbox.db.bad-1'))).toBe(true);
    append(store, 1);
    store.close();
    const after = new OutboxStore({ dir });
    expect(after.opened).toMatchObject({ start: 3, backlog: 1, damage: null });
    after.close();
  });

  test('deleted: is said, and the count of starts goes on', () => {
    const dir = tempDir();
    new OutboxStore({ dir }).close();
    const gone = tempDir();
    copyFileSync(join(dir, 'outbox.seen'), join(gone, 'outbox.seen'));
    const store = new OutboxStore({ dir: gone });
    expect(store.opened).toMatchObject({ start: 2, damage: { why: 'the file is gone', movedTo: null } });
    store.close();
  });

  test('a 0-byte file of a first start that was cut short is no loss', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'outbox.db'), '');
    const store = new OutboxStore({ dir });
    expect(store.opened).toMatchObject({ start: 1, damage: null });
    store.close();
  });

  test('a second damage keeps the first file', () => {
    const dir = tempDir();
    for (let i = 0; i < 2; i++) {
      new OutboxStore({ dir }).close();
      writeFileSync(join(dir, 'outbox.db'), `rubbish ${i}`.repeat(1000));
    }
    new OutboxStore({ dir }).close();
    expect(readdirSync(dir).filter((name) => name.includes('bad'))).toEqual(['outbox.db.bad-1', 'outbox.db.bad-2']);
  });

  test('made by a newer program: refuses to touch it and says how to fix it', () => {
    const dir = tempDir();
    new OutboxStore({ dir }).close();
    const db = new Database(join(dir, 'outbox.db'));
    db.pragma('user_version = 99');
    db.close();
    const before = readFileSync(join(dir, 'outbox.db'));
    expect(() => new OutboxStore({ dir })).toThrow(/version 99 is of a newer jari.*move the file away/);
    expect(readFileSync(join(dir, 'outbox.db'))).toEqual(before);
  });

  test('with scrambled pages: takes over every row that can still be read, with its identity, and no other', () => {
    const dir = tempDir();
    const before = new OutboxStore({ dir });
    const rows = append(before, 2000);
    before.close();
    const file = join(dir, 'outbox.db');
    scramble(file, [20, 21, 30]);
    const store = new OutboxStore({ dir });
    const kept = all(store);
    expect(store.opened.damage).toMatchObject({ salvaged: kept.length, why: expect.stringMatching(/damaged/) });
    expect(kept.length).toBeGreaterThan(1800);
    expect(kept.length).toBeLessThan(2000);
    const ids = new Set(kept.map(({ id }) => id));
    expect(kept).toEqual(rows.filter(({ id }) => ids.has(id)));
    const [young] = append(store, 1);
    expect(young?.id).toBeGreaterThan(kept.at(-1)?.id ?? 0);
    store.close();
  });

  test('salvage passes over what only looks like a row', () => {
    const dir = tempDir();
    const before = new OutboxStore({ dir });
    const rows = append(before, 6);
    before.close();
    const db = new Database(join(dir, 'outbox.db'));
    db.exec(`UPDATE rows SET epoch = 'k3f9q2k3f\u0001' WHERE seq = 2; UPDATE rows SET points = '{"level":' WHERE seq = 3;
      UPDATE rows SET seq = -4 WHERE seq = 4; UPDATE rows SET device = '../x' WHERE seq = 5`);
    db.close();
    expect([...salvage(join(dir, 'outbox.db'))]).toEqual([rows[0], rows[5]]);
  });

  test('salvage ends on a file of which nothing can be read', () => {
    const dir = tempDir();
    const before = new OutboxStore({ dir });
    append(before, 2000);
    before.close();
    const file = join(dir, 'outbox.db');
    scramble(
      file,
      Array.from({ length: statSync(file).size / 4096 - 1 }, (_, i) => i + 1),
    );
    expect([...salvage(file)]).toEqual([]);
  });
});

describe('a full disk', () => {
  test('stores nothing of a batch that does not fit, and goes on at the next seq when acknowledgements made room', () => {
    const store = new OutboxStore({ dir: tempDir(), maxPages: 12 });
    const points = JSON.stringify({ text: { dt: [0], v: ['x'.repeat(900)] } });
    const stored: Row[] = [];
    for (;;) {
      const outcome = store.commit(newRows(4, { points }), []);
      if (outcome.kind === 'full') break;
      stored.push(...outcome.rows);
    }
    expect(all(store)).toEqual(stored);
    expect(
      store.commit(
        [newRow()],
        stored.map(({ id }) => id),
      ),
    ).toMatchObject({
      kind: 'committed',
      rows: [{ seq: stored.length + 1 }],
    });
    store.close();
  });

  test('lets the ballast go first', () => {
    const dir = tempDir();
    const store = new OutboxStore({ dir, maxPages: 12 });
    expect(statSync(join(dir, 'outbox.ballast')).size).toBe(4_000_000);
    expect(store.commit(newRows(1000), [])).toEqual({ kind: 'full', acked: true });
    expect(existsSync(join(dir, 'outbox.ballast'))).toBe(false);
    store.close();
  });
});

function makeForeign(file: string): void {
  truncateSync(file, 0);
  const db = new Database(file);
  db.exec('CREATE TABLE holidays (day TEXT); INSERT INTO holidays VALUES (1)');
  db.close();
}

function scramble(file: string, pages: readonly number[]): void {
  const bytes = readFileSync(file);
  for (const page of pages) bytes.fill(0xa5, page * 4096, (page + 1) * 4096);
  writeFileSync(file, bytes);
}

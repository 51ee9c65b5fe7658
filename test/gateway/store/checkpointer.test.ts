import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { silentLog } from '../../../gateway/log.ts';
import { Checkpointer, type CheckpointerOptions } from '../../../gateway/store/checkpointer.ts';
import { walAutocheckpoint } from '../../../gateway/store/database.ts';
import { Store } from '../../../gateway/store/store.ts';
import { tempDir } from '../../temp.ts';

const much = expect.toSatisfy((pages: number) => pages > 100);

async function opened(options: Partial<CheckpointerOptions> = {}) {
  const dir = tempDir();
  const clock = new SimClock();
  const store = Store.open({ dir, clock, log: silentLog });
  store.db.exec('CREATE TABLE filler (bytes)');
  const errors: unknown[][] = [];
  const log = { ...silentLog, error: (...line: unknown[]) => void errors.push(line) };
  const checkpointer = new Checkpointer({ db: store.db, clock, log, pages: 50, ...options });
  onTestFinished(async () => {
    await checkpointer.close();
    store.close();
  });
  const atMost = () => store.db.pragma('wal_autocheckpoint', { simple: true });
  const fill = (pages: number) =>
    store.commit(() => store.db.prepare('INSERT INTO filler VALUES (zeroblob(?))').run(pages * 4000));
  /** Looks until this is so. */
  const see = (wanted: object) =>
    expect
      .poll(async () => {
        await clock.advance(250);
        return checkpointer.looked;
      })
      .toMatchObject(wanted);
  return { dir, clock, store, checkpointer, errors, atMost, fill, see };
}

describe('the thread that copies the write-ahead log', () => {
  test('lets a little wait, and copies what has become much', async () => {
    const { fill, see, atMost } = await opened();
    fill(10);
    await see({ log: expect.toSatisfy((pages: number) => pages >= 10), copied: 0 });
    expect(atMost()).toBe(4 * walAutocheckpoint);
    fill(100);
    await see({ copied: much });
  });

  test('leaves the last pages of a long log to the thread that commits', async () => {
    const leaves = `import { parentPort } from 'node:worker_threads';
      parentPort.on('message', () => parentPort.postMessage({ log: 200, copied: 190 }));`;
    const { store, clock, fill } = await opened({
      worker: new URL(`data:text/javascript,${encodeURIComponent(leaves)}`),
    });
    fill(200);
    const left = async () => {
      await clock.advance(250);
      const [{ log, checkpointed }] = store.db.pragma('wal_checkpoint(NOOP)') as [Record<string, number>];
      return (log ?? 0) - (checkpointed ?? 0);
    };
    await expect.poll(left).toBe(0);
  });

  test('leaves them for later while a question is read, and tells nobody of a fault', async () => {
    const { store, fill, see, errors, checkpointer } = await opened();
    fill(200);
    const question = store.db.prepare('SELECT 1 FROM filler UNION ALL SELECT 2').iterate();
    question.next();
    await see({ copied: much });
    await see({ copied: much });
    question.return?.();
    fill(60);
    await see({ log: expect.toSatisfy((pages: number) => pages < 100 || pages > 200) });
    expect(errors).toEqual([]);
    expect(checkpointer.looked).not.toHaveProperty('problem');
  });

  test('a long log that somebody reads is not finished at every look, and begins again after them', async () => {
    const { dir, fill, see, checkpointer } = await opened();
    const reader = new Sqlite(join(dir, 'gateway.db'), { readonly: true });
    onTestFinished(() => void reader.close());
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM filler').get();
    fill(200);
    await see({ log: much });
    for (let look = 0; look < 5; look += 1) await see({ log: much });
    reader.exec('COMMIT');
    fill(60);
    await see({ log: expect.toSatisfy((pages: number) => pages > 200) });
    fill(10);
    await see({ log: expect.toSatisfy((pages: number) => pages < 50) });
    expect(checkpointer.looked).not.toHaveProperty('problem');
  });

  test('copies while a commit is open, which goes on and is whole', async () => {
    const { store, fill, see } = await opened();
    fill(100);
    store.db.exec('BEGIN IMMEDIATE');
    store.db.exec('INSERT INTO filler VALUES (1)');
    await see({ copied: much });
    store.db.exec('COMMIT');
    expect(store.db.prepare('SELECT count(*) FROM filler').pluck().get()).toBe(2);
  });

  test('leaves nothing beside the database when the gateway stops', async () => {
    const { dir, store, checkpointer, fill, see } = await opened();
    fill(100);
    await see({ copied: much });
    await checkpointer.close();
    store.close();
    expect(existsSync(join(dir, 'gateway.db-wal'))).toBe(false);
  });

  test('that ends of itself is told of, and the store copies by itself again', async () => {
    const worker = new URL('./no-such-worker.ts', import.meta.url);
    const { errors, atMost, clock, fill } = await opened({ worker });
    fill(100);
    await clock.advance(250);
    await expect.poll(() => errors).toContainEqual([{ error: 'the thread ended' }, 'checkpoint-failed']);
    expect(atMost()).toBe(walAutocheckpoint);
  });

  test('is there only while there is much to copy', async () => {
    const { clock, checkpointer, fill, see } = await opened();
    fill(10);
    await clock.advance(1000);
    expect(checkpointer.hasThread).toBe(false);
    fill(100);
    await see({ copied: much });
    expect(checkpointer.hasThread).toBe(true);
    await clock.advance(59_000);
    await expect
      .poll(async () => {
        await clock.advance(250);
        return checkpointer.hasThread;
      })
      .toBe(false);
    fill(300);
    await see({
      log: expect.toSatisfy((pages: number) => pages > 200),
      copied: expect.toSatisfy((n: number) => n > 200),
    });
  });

  test('that ends is started again, after twice as long each time', async () => {
    const worker = new URL('./no-such-worker.ts', import.meta.url);
    const { errors, clock, fill } = await opened({ worker });
    fill(100);
    await clock.advance(250);
    const ended = () => errors.filter(([of]) => (of as { error: string }).error === 'the thread ended').length;
    await expect.poll(ended).toBe(1);
    await clock.advance(1250);
    await expect.poll(ended).toBe(2);
    await clock.advance(2249);
    expect(ended()).toBe(2);
    await clock.advance(1);
    await expect.poll(ended).toBe(3);
  });
});

import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { type Log, silentLog } from '../../../edge/log.ts';
import { GroupedOutbox, type StorePort } from '../../../edge/outbox/grouped-outbox.ts';
import { inlineOutbox } from '../../../edge/outbox/inline.ts';
import type { NewRow, Outbox, Row } from '../../../edge/outbox/outbox.ts';
import { workerOutbox } from '../../../edge/outbox/worker-outbox.ts';
import { root } from '../../needs.ts';
import { tempDir } from '../../temp.ts';
import { newRow, newRows } from '../north.ts';

const seqs = (rows: readonly Row[]) => rows.map(({ seq }) => seq);

/** A store that commits when told to. */
function slowPort() {
  const commits: { rows: readonly NewRow[]; acks: readonly number[] }[] = [];
  let finish: (() => void) | undefined;
  let seq = 0;
  let full = false;
  const port: StorePort = {
    dir: '/nowhere',
    open: async () => ({ epoch: 'abcdefghij', start: 1, backlog: 0, damage: null, marks: new Map() }),
    async commit(rows, acks) {
      commits.push({ rows, acks });
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      if (full) return { kind: 'full', acked: false };
      const stamped = rows.map((row) => ({ ...row, id: ++seq, epoch: 'abcdefghij', start: 1, seq }));
      return { kind: 'committed', rows: stamped };
    },
    page: async () => [],
    close: async () => {},
  };
  const setFull = (value: boolean) => {
    full = value;
  };
  return { port, commits, finish: () => finish?.(), setFull };
}

function recordingLog(): { log: Log; events: string[] } {
  const events: string[] = [];
  const write = (_: unknown, event?: unknown) => void events.push(String(event));
  return { events, log: { debug: () => {}, info: write, warn: write, error: write } };
}

describe('grouping', () => {
  test('has one commit in flight; whatever comes meanwhile is the next one', async () => {
    const clock = new SimClock();
    const { port, commits, finish } = slowPort();
    const outbox = new GroupedOutbox({ clock, log: silentLog, port });
    await outbox.open();
    const appends = [outbox.append(newRows(1)), outbox.append(newRows(2)), outbox.append(newRows(3))];
    await clock.advance(0);
    expect(commits.map(({ rows }) => rows.length)).toEqual([1]);
    finish();
    await clock.advance(0);
    expect(commits.map(({ rows }) => rows.length)).toEqual([1, 5]);
    finish();
    expect((await Promise.all(appends)).map(seqs)).toEqual([[1], [2, 3], [4, 5, 6]]);
    expect(outbox.backlog()).toBe(6);
  });

  test('sends acknowledgements with the next commit, or within a second', async () => {
    const clock = new SimClock();
    const { port, commits, finish } = slowPort();
    const outbox = new GroupedOutbox({ clock, log: silentLog, port });
    await outbox.open();
    outbox.ack([1, 2]);
    await clock.advance(999);
    expect(commits).toEqual([]);
    await clock.advance(1);
    expect(commits.map(({ acks }) => acks)).toEqual([[1, 2]]);
    finish();
    await clock.advance(0);
    outbox.ack([3]);
    void outbox.append(newRows(1));
    await clock.advance(0);
    expect(commits.at(-1)).toMatchObject({ acks: [3], rows: [{}] });
    finish();
    await clock.advance(10_000);
    expect(commits).toHaveLength(2);
  });

  test('deletes in slices', async () => {
    const clock = new SimClock();
    const { port, commits, finish } = slowPort();
    const outbox = new GroupedOutbox({ clock, log: silentLog, port });
    await outbox.open();
    outbox.ack(Array.from({ length: 1200 }, (_, i) => i + 1));
    for (let i = 0; i < 5; i++) {
      await clock.advance(1000);
      finish();
    }
    expect(commits.map(({ acks }) => acks.length)).toEqual([500, 500, 200]);
  });

  test('rejects what waits and what comes when the store fails', async () => {
    const clock = new SimClock();
    const { port } = slowPort();
    const failing = { ...port, commit: () => Promise.reject(new Error('disk I/O error')) };
    const outbox = new GroupedOutbox({ clock, log: silentLog, port: failing });
    await outbox.open();
    await expect(outbox.append(newRows(1))).rejects.toThrow('disk I/O error');
    await expect(outbox.append(newRows(1))).rejects.toThrow('disk I/O error');
  });
});

describe('a full disk', () => {
  test('keeps the batches in memory, tries every second, and gives them their identity when there is room', async () => {
    const clock = new SimClock();
    const { log, events } = recordingLog();
    const { port, commits, finish, setFull } = slowPort();
    const outbox = new GroupedOutbox({ clock, log, port });
    await outbox.open();
    setFull(true);
    const first = outbox.append(newRows(2));
    finish();
    await clock.advance(0);
    const second = outbox.append(newRows(1));
    for (let i = 0; i < 3; i++) {
      await clock.advance(1000);
      finish();
    }
    await clock.advance(0);
    expect(commits.map(({ rows }) => rows.length)).toEqual([2, 2, 2, 2]);
    expect(outbox.backlog()).toBe(0);
    setFull(false);
    for (let i = 0; i < 2; i++) {
      await clock.advance(1000);
      finish();
    }
    expect((await Promise.all([first, second])).map(seqs)).toEqual([[1, 2], [3]]);
    expect(events).toEqual(['outbox-open', 'outbox-full', 'outbox-recovered']);
  });

  test('drops the oldest beyond the limit of memory, and answers for it', async () => {
    const clock = new SimClock();
    const { log, events } = recordingLog();
    const { port, finish, setFull } = slowPort();
    const outbox = new GroupedOutbox({ clock, log, port, maxWaitingBytes: newRow().points.length * 3 });
    await outbox.open();
    setFull(true);
    const first = outbox.append(newRows(1));
    finish();
    await clock.advance(0);
    const others = [1, 2, 3].map(() => outbox.append(newRows(1)));
    expect(await first).toEqual([]);
    setFull(false);
    for (let i = 0; i < 3; i++) {
      await clock.advance(1000);
      finish();
    }
    expect((await Promise.all(others)).map(seqs)).toEqual([[1], [2], [3]]);
    expect(events).toEqual(['outbox-open', 'outbox-full', 'outbox-dropping', 'outbox-recovered']);
  });

  test('goes on by itself when acknowledgements make room in the real file', async () => {
    const clock = new SimClock();
    const outbox = inlineOutbox({ clock, log: silentLog, dir: tempDir(), maxPages: 12 });
    await outbox.open();
    const points = JSON.stringify({ text: { dt: [0], v: ['x'.repeat(900)] } });
    const committed: Row[] = [];
    const appends = Array.from({ length: 60 }, async () =>
      committed.push(...(await outbox.append([newRow({ points })]))),
    );
    await clock.advance(5000);
    const fitted = committed.length;
    expect(fitted).toBeLessThan(60);
    while (committed.length < 60) {
      outbox.ack(committed.map(({ id }) => id));
      await clock.advance(1000);
    }
    await Promise.all(appends);
    expect(seqs(committed)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    await outbox.close();
  });
});

const kinds: [string, (dir: string) => Outbox][] = [
  ['inline', (dir) => inlineOutbox({ clock: systemClock, log: silentLog, dir })],
  ['in a worker', (dir) => workerOutbox({ clock: systemClock, log: silentLog, dir })],
];

describe.each(kinds)('the outbox %s', (_, make) => {
  async function opened(dir: string) {
    const outbox = make(dir);
    const found = await outbox.open();
    return { outbox, found };
  }

  test('keeps what is not acknowledged over a restart, with its identity, and forgets the rest', async () => {
    const dir = tempDir();
    const before = await opened(dir);
    const rows = await before.outbox.append(newRows(5));
    before.outbox.ack(rows.slice(0, 2).map(({ id }) => id));
    expect(before.outbox.backlog()).toBe(3);
    await before.outbox.close();
    const after = await opened(dir);
    expect(after.found).toMatchObject({ start: 2, backlog: 3 });
    expect(await after.outbox.page(0, 10)).toEqual(rows.slice(2));
    await after.outbox.close();
  });

  test('does not page what is acknowledged and not yet deleted, and does not take a page of it for the end', async () => {
    const { outbox } = await opened(tempDir());
    const rows = await outbox.append(newRows(6));
    outbox.ack(rows.slice(0, 4).map(({ id }) => id));
    expect(await outbox.page(0, 2)).toEqual(rows.slice(4));
    await outbox.close();
  });

  test('says what was wrong with the file it found', async () => {
    const dir = tempDir();
    const before = await opened(dir);
    await before.outbox.close();
    writeFileSync(join(dir, 'outbox.db'), 'rubbish '.repeat(1000));
    const after = await opened(dir);
    expect(after.found).toMatchObject({ start: 2, damage: { salvaged: 0 } });
    expect(readdirSync(dir)).toContain('outbox.db.bad-1');
    await after.outbox.close();
  });

  test('rejects an open that cannot be', async () => {
    const outbox = make(join(tempDir(), 'nowhere'));
    await expect(outbox.open()).rejects.toThrow();
  });
});

test('a worker that ends rejects what was asked of it', async () => {
  const outbox = workerOutbox({ clock: systemClock, log: silentLog, dir: tempDir() });
  await outbox.open();
  onTestFinished(() => outbox.close().catch(() => {}));
  // A row that cannot be cloned into the worker or stored there stands for any breakage inside it.
  await expect(outbox.append([{ ...newRow(), at: Number.NaN }])).rejects.toThrow();
  await expect(outbox.append(newRows(1))).rejects.toThrow();
});

/** Appends without end in a process of its own, prints the seq of every row whose append resolved, and is killed. */
async function appendUntilKilled(dir: string, printed: number): Promise<number[]> {
  const path = (file: string) => JSON.stringify(join(root, file));
  const script = `
    const { workerOutbox } = await import(${path('edge/outbox/worker-outbox.ts')});
    const { systemClock } = await import(${path('contract/clock.ts')});
    const { silentLog } = await import(${path('edge/log.ts')});
    const outbox = workerOutbox({ clock: systemClock, log: silentLog, dir: ${JSON.stringify(dir)} });
    await outbox.open();
    const row = ${JSON.stringify(newRow())};
    for (;;) for (const { seq } of await outbox.append([row, row, row])) process.stdout.write(seq + '\\n');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += String(chunk);
    if (text.length > printed) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.once('close', resolve));
  return text.split('\n').slice(0, -1).map(Number);
}

test('an append that resolved survives SIGKILL, and no seq is missing below it', async () => {
  const dir = tempDir();
  const killed = [await appendUntilKilled(dir, 100), await appendUntilKilled(dir, 700)];
  const outbox = inlineOutbox({ clock: systemClock, log: silentLog, dir });
  const { start, damage } = await outbox.open();
  const rows = await outbox.page(0, 1_000_000);
  await outbox.close();
  expect({ start, damage }).toEqual({ start: 3, damage: null });
  for (const [i, resolved] of killed.entries()) {
    const stored = seqs(rows.filter((row) => row.start === i + 1));
    expect(stored).toEqual(stored.map((_, k) => k + 1));
    expect(resolved.length).toBeGreaterThan(10);
    expect(stored.length).toBeGreaterThanOrEqual(resolved.length);
  }
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitPointRef } from '../../../contract/ids.ts';
import { decode } from '../../../contract/messages.ts';
import type { Reading } from '../../../contract/reading.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import type { NewRow } from '../../../edge/outbox/outbox.ts';
import { Batches } from '../../../edge/reporting/batch.ts';
import { Gathered } from '../../../edge/reporting/gathered.ts';
import { device, reading, ref } from '../north.ts';

function gather() {
  const clock = new SimClock();
  const commits: (readonly NewRow[])[] = [];
  const batches = new Batches({
    clock,
    lifeSafety: new Set([ref('box-2', 'smoke')]),
    urgent: new Set([ref('box-1', 'door')]),
    commitEveryMs: 1000,
    clockState: () => 'synced',
    commit: (rows) => void commits.push(rows),
  });
  return { clock, commits, batches };
}

function messageOf(row: NewRow) {
  const { at, clock, points } = row;
  const decoded = decode.readings(
    JSON.stringify({ v: 1, epoch: 'e', start: 1, seq: 1, at, clock, points: JSON.parse(points) }),
  );
  if (!decoded.ok) throw new Error(decoded.problem);
  return decoded.value;
}

describe('Batches', () => {
  test('commits what may wait once, a row a device, commitEvery after the first that waits', async () => {
    const { clock, commits, batches } = gather();
    batches.add([reading({ value: 1 })]);
    await clock.advance(999);
    batches.add([reading({ device: 'box-2', value: 2, mono: 999 }), reading({ value: 3, mono: 999 })]);
    expect(commits).toEqual([]);
    await clock.advance(1);
    expect(commits.map((rows) => rows.map((row) => row.device))).toEqual([['box-1', 'box-2']]);
    await clock.advance(5000);
    expect(commits).toHaveLength(1);
  });

  test('commits a contact in the same turn, with what its device had waiting and nothing of others', async () => {
    const { clock, commits, batches } = gather();
    batches.add([reading({ value: 1 }), reading({ device: 'box-2', value: 2 })]);
    batches.add([reading({ point: 'door', value: true, mono: 200 })]);
    const [[row] = []] = commits;
    expect(row?.device).toBe('box-1');
    expect(row && messageOf(row).points).toEqual({ level: { dt: [0], v: [1] }, door: { dt: [200], v: [true] } });
    await clock.advance(1000);
    expect(commits.map((rows) => rows.map((each) => each.device))).toEqual([['box-1'], ['box-2']]);
  });

  describe('what sensors are heard to say goes together, and is handed on by one promise', () => {
    const heard = (name: string, point: string) => [reading({ device: name, point, value: 1 })];
    const within = async ({ clock, commits, batches }: ReturnType<typeof gather>, ms: number) => {
      const handed = batches.handedOn();
      expect(batches.handedOn()).toBe(handed);
      await clock.advance(ms - 1);
      expect(commits).toEqual([]);
      await clock.advance(1);
      await handed;
      return commits.map((rows) => rows.map(({ device, mark }) => `${device} ${mark}`));
    };

    test('50 ms after the first, a contact too', async () => {
      const gathered = gather();
      gathered.batches.add(heard('box-1', 'door'), '1');
      gathered.batches.add(heard('box-3', 'level'), '2');
      gathered.batches.add(heard('box-1', 'level'), '3');
      expect(await within(gathered, 50)).toEqual([['box-1 3', 'box-3 2']]);
    });

    test('5 ms after one that saves lives', async () => {
      const gathered = gather();
      gathered.batches.add(heard('box-3', 'level'), '2');
      gathered.batches.add(heard('box-2', 'smoke'), '1');
      expect(await within(gathered, 5)).toEqual([['box-3 2', 'box-2 1']]);
      await gathered.clock.advance(1000);
      expect(gathered.commits).toHaveLength(1);
    });

    test('at once when a broker waits with more', async () => {
      const { commits, batches } = gather();
      for (let i = 0; i < 41; i++) batches.add(heard(`box-${i}`, 'level'), String(i));
      expect(commits.map((rows) => rows.length)).toEqual([20, 20]);
    });
  });

  test('flush leaves nothing behind and no timer', async () => {
    const { clock, commits, batches } = gather();
    batches.add([reading({})]);
    batches.flush();
    batches.flush();
    await clock.advance(5000);
    expect(commits).toHaveLength(1);
  });
});

/** Rows of the last of these batches, taken one after the other. */
function rowsOf(
  readings: readonly Reading[],
  clock: NewRow['clock'],
  before: readonly (readonly Reading[])[] = [],
): NewRow[] {
  const gathered = new Gathered();
  const columns = new Map<string, ReturnType<Gathered['columnOf']>>();
  let rows: NewRow[] = [];
  for (const batch of [...before, readings]) {
    for (const each of batch) {
      const column = columns.get(each.point) ?? gathered.columnOf(splitPointRef(each.point).point);
      columns.set(each.point, column);
      gathered.add(column, each);
    }
    rows = gathered.take(device('box-1'), clock);
  }
  return rows;
}

describe('rows of what was gathered', () => {
  test('keeps what came late apart from what is live, and says so of its columns', () => {
    const late = { ...reading({ value: 7, mono: -60_000 }), late: true as const };
    const rows = rowsOf([reading({ value: 1 }), late, reading({ value: 2, mono: 10 })], 'synced');
    expect(rows.map((row) => messageOf(row).points)).toEqual([
      { level: { dt: [0], v: [7], late: true } },
      { level: { dt: [0, 10], v: [1, 2] } },
    ]);
  });

  test('takes offsets from the monotonic clock though the wall clock stepped an hour within the batch', () => {
    const [row] = rowsOf(
      [reading({ mono: 10.4, at: 5_000_000 }), reading({ value: 2, mono: 1010.9, at: 5_000_000 + 3_601_000 })],
      'stepped',
    );
    expect(row).toMatchObject({ at: 5_000_000, mono: 10.4, clock: 'stepped' });
    expect(row && messageOf(row).points).toEqual({ level: { dt: [0, 1001], v: [1, 2] } });
  });

  test('says faults one by one, and leaves the column out where all are good', () => {
    const [row] = rowsOf(
      [
        reading({ value: 1 }),
        reading({ value: null, fault: 'timeout', mono: 1000 }),
        reading({ point: 'door', value: false, mono: 1000 }),
      ],
      'synced',
    );
    expect(row && messageOf(row).points).toEqual({
      level: { dt: [0, 1000], v: [1, null], q: [null, 'timeout'] },
      door: { dt: [1000], v: [false] },
    });
  });

  test('splits what would pass 32 kB, in order and with nothing lost', () => {
    const readings: Reading[] = Array.from({ length: 500 }, (_, i) =>
      reading({ point: 'text', value: `${i}:${'한'.repeat(100)}`, mono: i }),
    );
    const rows = rowsOf(readings, 'synced');
    expect(rows.length).toBeGreaterThan(4);
    expect(Math.max(...rows.map((row) => Buffer.byteLength(row.points)))).toBeLessThan(32_000);
    const back = rows.flatMap((row) =>
      messageOf(row).points.text?.v.map((v, i) => [v, row.mono + (messageOf(row).points.text?.dt[i] ?? Number.NaN)]),
    );
    expect(back).toEqual(readings.map(({ value, mono }) => [value, mono]));
  });

  test('keeps no long lists after a burst, and what comes next is all there', () => {
    const burst = Array.from({ length: 1500 }, (_, i) => reading({ value: i, mono: i }));
    const rows = rowsOf([reading({ value: 7, mono: 9000 })], 'synced', [burst]);
    expect(rows.map((row) => messageOf(row).points)).toEqual([{ level: { dt: [0], v: [7] } }]);
  });

  test('splits a reply of 2,000 contacts at one moment by its points', () => {
    const readings = Array.from({ length: 2000 }, (_, nth) =>
      reading({ point: `contact_${nth}`, value: nth % 3 === 0 }),
    );
    const rows = rowsOf(readings, 'synced');
    expect(rows.length).toBeGreaterThan(1);
    expect(Math.max(...rows.map((row) => Buffer.byteLength(row.points)))).toBeLessThan(32_000);
    const back = rows.flatMap((row) => Object.entries(messageOf(row).points).map(([name, { v }]) => [name, v]));
    expect(back).toEqual(readings.map(({ value }, nth) => [`contact_${nth}`, [value]]));
  });

  test('whatever comes is there again, each reading of a point in its order, with its time, its fault and whether it was late', () => {
    const one = fc.record({
      point: fc.constantFrom('level', 'door', 'text'),
      value: fc.oneof(fc.integer(), fc.boolean(), fc.string({ maxLength: 3000, unit: 'grapheme' })),
      fault: fc.option(fc.constantFrom('timeout' as const, 'sentinel' as const)),
      late: fc.boolean(),
      // Some together, as those of one reply are.
      mono: fc.oneof(fc.integer({ min: 0, max: 9000 }), fc.constantFrom(0, 10)),
    });
    fc.assert(
      fc.property(fc.array(fc.array(one, { maxLength: 60 }), { minLength: 1, maxLength: 3 }), (given) => {
        const batches = given.map((batch) =>
          batch.map(({ late, fault, value, ...more }) =>
            reading({ ...more, fault, value: fault === null ? value : null, ...(late ? { late: true as const } : {}) }),
          ),
        );
        const all = batches.at(-1) ?? [];
        const rows = rowsOf(all, 'synced', batches.slice(0, -1));
        const back = rows.flatMap((row) =>
          Object.entries(messageOf(row).points).flatMap(([name, { dt, v, q, late }]) =>
            v.map((value, i) => ({ name, mono: row.mono + (dt[i] ?? Number.NaN), value, fault: q?.[i] ?? null, late })),
          ),
        );
        const wanted = all.map(({ point, mono, value, fault, late }) => {
          return { name: splitPointRef(point).point, mono, value, fault, late };
        });
        for (const name of ['level', 'door', 'text'])
          for (const late of [true, undefined]) {
            const of = (list: typeof back) => list.filter((each) => each.name === name && each.late === late);
            expect(of(back)).toEqual(of(wanted as typeof back));
          }
        for (const row of rows)
          expect(Object.keys(messageOf(row).points).length === 0 || Buffer.byteLength(row.points) < 32_000).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

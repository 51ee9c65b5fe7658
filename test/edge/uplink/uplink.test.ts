import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decode } from '../../../contract/messages.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { type Log, silentLog } from '../../../edge/log.ts';
import { inlineOutbox } from '../../../edge/outbox/inline.ts';
import type { NewRow, Row } from '../../../edge/outbox/outbox.ts';
import { reconnectDelayMs } from '../../../edge/uplink/backoff.ts';
import { Uplink } from '../../../edge/uplink/uplink.ts';
import { tempDir } from '../../temp.ts';
import { MemoryLink, newRow, newRows, type Published } from '../north.ts';

type Begun = Awaited<ReturnType<typeof begin>>;

/** An uplink on an outbox of its own; `before` many rows are already there from an earlier start. */
async function begin(options: { before?: number; dir?: string; random?: () => number; log?: Log } = {}) {
  const clock = new SimClock();
  const dir = options.dir ?? tempDir();
  const older = options.before ?? 0;
  if (older > 0) {
    const earlier = inlineOutbox({ clock, log: silentLog, dir });
    await earlier.open();
    for (let left = older; left > 0; left -= 500) await earlier.append(newRows(Math.min(left, 500)));
    await earlier.close();
  }
  const outbox = inlineOutbox({ clock, log: silentLog, dir });
  const { epoch } = await outbox.open();
  const link = new MemoryLink();
  let connected = 0;
  const uplink = new Uplink({
    clock,
    log: options.log ?? silentLog,
    random: options.random ?? (() => 0.5),
    link,
    outbox,
    epoch,
    topicOf: (device) => `readings/${device}`,
    will: { topic: 'status', payload: 'offline' },
    hello: () => ['status', 'birth/box-1', 'birth/box-2', 'health'].map((topic) => ({ topic, payload: 'hello' })),
    onConnected: () => void connected++,
    onStoreFailure: (error) => {
      throw error;
    },
  });
  const closing = { done: false };
  const close = async () => {
    if (closing.done) return;
    closing.done = true;
    const closed = uplink.close(2000);
    await clock.advance(6000);
    await closed;
    await outbox.close();
  };
  onTestFinished(close);
  const commit = async (rows: readonly NewRow[]): Promise<readonly Row[]> => {
    const committed = await outbox.append(rows);
    uplink.offer(committed);
    await clock.advance(0);
    return committed;
  };
  return { clock, outbox, epoch, link, uplink, commit, close, connected: () => connected };
}

const isRow = ({ topic }: Published) => topic.startsWith('readings/');

function messageOf({ payload }: Published) {
  const decoded = decode.readings(payload);
  if (!decoded.ok) throw new Error(decoded.problem);
  return decoded.value;
}

const identity = (message: Published) => {
  const { epoch, seq } = messageOf(message);
  return `${epoch}/${seq}`;
};
const rowsOn = (link: MemoryLink) => link.published.filter(isRow).map(messageOf);

describe('a new connection', () => {
  test('comes at once when it is asked for, with what was under way, and warns of nothing', async () => {
    const warned: string[] = [];
    const log = { ...silentLog, warn: (_ids: object, event: string) => void warned.push(event) } as Log;
    const { clock, link, uplink, commit } = await begin({ log });
    uplink.start();
    await clock.advance(0);
    link.hold = true;
    await commit(newRows(3));
    link.hold = false;
    uplink.reconnect('another certificate');
    await clock.advance(0);
    expect([link.connects, link.disconnects]).toEqual([2, 1]);
    const again = rowsOn(link).map(({ seq }) => seq);
    expect(again).toEqual([1, 2, 3, 1, 2, 3]);
    expect(warned).toEqual([]);
  });

  test('says status, births and health, retained, before any row, and then asks for a snapshot', async () => {
    const { clock, link, uplink, connected } = await begin({ before: 3 });
    uplink.start();
    await clock.advance(0);
    expect(link.published.map(({ topic, retain }) => `${topic} ${retain ? 'retained' : ''}`.trim())).toEqual([
      'status retained',
      'birth/box-1 retained',
      'birth/box-2 retained',
      'health retained',
      ...Array(3).fill('readings/box-1'),
    ]);
    expect(link.wills).toEqual([{ topic: 'status', payload: 'offline' }]);
    expect(connected()).toBe(1);
  });

  test('sends a message before the rows that wait, and the newest of a topic only', async () => {
    const { clock, link, uplink, commit } = await begin({ before: 60 });
    link.hold = true;
    uplink.start();
    await clock.advance(0);
    await commit(newRows(30));
    expect(link.inFlight).toHaveLength(20);
    for (const payload of ['old', 'new']) uplink.post(() => ({ topic: 'health', payload }));
    link.acknowledge(1);
    await clock.advance(0);
    expect(link.published.at(-1)).toMatchObject({ topic: 'health', payload: 'new', retain: true });
    link.release();
    await clock.advance(0);
    expect(link.published.filter(({ payload }) => payload === 'old')).toEqual([]);
  });
});

describe('the window', () => {
  test('keeps at most 20 under way, of the backlog at most 10, and never more', async () => {
    const { clock, link, uplink, commit } = await begin({ before: 100 });
    link.hold = true;
    uplink.start();
    await clock.advance(0);
    link.acknowledge(4);
    await clock.advance(0);
    expect(link.inFlight).toHaveLength(10);
    await commit(newRows(40));
    expect(link.inFlight).toHaveLength(20);
    expect(link.inFlight.filter(isRow).map((m) => messageOf(m).start)).toEqual([
      ...Array(10).fill(1),
      ...Array(10).fill(2),
    ]);
    link.release();
    await clock.advance(0);
    expect(link.mostInFlight).toBe(20);
    expect(rowsOn(link)).toHaveLength(140);
  });

  test('lets live rows overtake the backlog, each lane in its own order', async () => {
    const { clock, link, uplink, commit, epoch } = await begin({ before: 200 });
    link.hold = true;
    uplink.start();
    await clock.advance(0);
    await commit(newRows(30));
    while (link.inFlight.length > 0) {
      link.acknowledge(1);
      await clock.advance(0);
    }
    const rows = rowsOn(link);
    const live = rows.filter((row) => row.epoch === epoch).map(({ seq }) => seq);
    const old = rows.filter((row) => row.epoch !== epoch).map(({ seq }) => seq);
    expect(live).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(old).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(rows.findLastIndex((row) => row.epoch === epoch)).toBeLessThan(60);
  });

  test('sends what was committed while there was no connection as backlog, in order, once', async () => {
    const { clock, link, uplink, commit, outbox } = await begin({ before: 5 });
    const rows = await commit(newRows(7));
    uplink.start();
    await clock.advance(0);
    expect(rowsOn(link).map(({ start, seq }) => [start, seq])).toEqual([
      ...[1, 2, 3, 4, 5].map((seq) => [1, seq]),
      ...rows.map(({ seq }) => [2, seq]),
    ]);
    expect(outbox.backlog()).toBe(0);
  });

  test('keeps a flood of live rows out of memory and still sends every one', async () => {
    const { clock, link, uplink, commit, outbox } = await begin({ before: 5 });
    link.hold = true;
    uplink.start();
    await clock.advance(0);
    for (let i = 0; i < 8; i++) await commit(newRows(400));
    link.release();
    await clock.advance(0);
    expect(outbox.backlog()).toBe(0);
    expect(new Set(rowsOn(link).map(({ epoch, seq }) => `${epoch}/${seq}`)).size).toBe(3205);
    expect(rowsOn(link)).toHaveLength(3205);
  });
});

describe('a gateway that keeps nothing', () => {
  test('hears every live row without acknowledging one, while its messages are acknowledged, and the outbox keeps them', async () => {
    const { clock, link, uplink, commit, outbox } = await begin({ before: 100 });
    uplink.start();
    link.hold = true;
    await clock.advance(0);
    const disconnects = link.disconnects;
    for (let second = 0; second < 60; second++) {
      await commit(newRows(5));
      await clock.advance(1000);
      uplink.post(() => ({ topic: 'health', payload: `${second}` }));
      link.acknowledgeWhere((message) => !isRow(message));
      await clock.advance(0);
    }
    const live = rowsOn(link).filter(({ start }) => start === 2);
    expect(live.map(({ seq }) => seq)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    expect(rowsOn(link).length - live.length).toBe(10);
    expect(link.disconnects).toBe(disconnects);
    expect(outbox.backlog()).toBe(400);
    link.release();
    await clock.advance(5000);
    expect(outbox.backlog()).toBe(0);
    expect(new Set(link.published.filter(isRow).map(identity)).size).toBe(400);
    expect(link.published.filter(isRow)).toHaveLength(400);
  });

  test('is left when a thousand rows have no acknowledgement, and hears them again', async () => {
    const { clock, link, uplink, commit } = await begin();
    uplink.start();
    link.hold = true;
    await clock.advance(0);
    for (let second = 0; second < 25; second++) {
      await commit(newRows(50));
      await clock.advance(1000);
    }
    expect(link.mostInFlight).toBeLessThanOrEqual(1000);
    expect(link.connects).toBeGreaterThan(1);
  });
});

describe('losing the link', () => {
  test('sends again whatever was not acknowledged, with the same identity and content, and nothing twice that was', async () => {
    const { clock, link, uplink, commit, outbox } = await begin({ before: 30 });
    link.hold = true;
    uplink.start();
    await clock.advance(0);
    await commit(newRows(30));
    for (let cut = 0; cut < 6; cut++) {
      link.acknowledge(7);
      await clock.advance(0);
      link.cut();
      await clock.advance(1000);
    }
    link.release();
    await clock.advance(5000);
    expect(outbox.backlog()).toBe(0);
    const sent = link.published.filter(isRow);
    const acknowledged = sent.filter((message) => message.acknowledged).map(identity);
    expect(new Set(acknowledged).size).toBe(60);
    expect(acknowledged).toHaveLength(60);
    const contents = Map.groupBy(sent, identity);
    for (const copies of contents.values()) {
      const said = copies.map((copy) => JSON.stringify({ ...messageOf(copy), age: 0 }));
      expect(new Set(said).size).toBe(1);
    }
  });

  test('reaches every acknowledgement at any pattern of commits, acknowledgements and cuts', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('commit' as const), n: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ kind: fc.constant('ack' as const), n: fc.integer({ min: 1, max: 25 }) }),
      fc.record({ kind: fc.constant('cut' as const), n: fc.integer({ min: 1, max: 3000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const run = await begin({ before: 15 });
        const { clock, link, uplink, commit, outbox } = run;
        link.hold = true;
        uplink.start();
        await clock.advance(0);
        let total = 15;
        for (const { kind, n } of steps) {
          if (kind === 'commit') total += (await commit(newRows(n))).length;
          else if (kind === 'ack') link.acknowledge(n);
          else link.cut();
          await clock.advance(kind === 'cut' ? n : 0);
        }
        link.release();
        await clock.advance(120_000);
        const acknowledged = link.published.filter((m) => isRow(m) && m.acknowledged).map(identity);
        expect(new Set(acknowledged).size).toBe(total);
        expect(acknowledged).toHaveLength(total);
        expect(outbox.backlog()).toBe(0);
        await run.close();
      }),
      { numRuns: 15 },
    );
  });

  test('gives up a connection on which nothing is acknowledged for half a minute', async () => {
    const { clock, link, uplink, outbox } = await begin({ before: 3 });
    link.hold = true;
    uplink.start();
    await clock.advance(29_999);
    expect(link.connects).toBe(1);
    await clock.advance(1);
    expect(link.disconnects).toBe(1);
    link.hold = false;
    await clock.advance(2000);
    expect(link.connects).toBe(2);
    expect(outbox.backlog()).toBe(0);
  });

  test('keeps a quiet connection', async () => {
    const { clock, link, uplink } = await begin();
    uplink.start();
    await clock.advance(3_600_000);
    expect(link.connects).toBe(1);
  });
});

describe('coming back', () => {
  test('waits between nothing and 1, 2, 4 … 60 s', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, dice) => {
          const most = Math.min(60_000, 1000 * 2 ** failures);
          const wait = reconnectDelayMs(failures, () => dice);
          return wait >= 0 && wait <= most && wait === dice * most;
        },
      ),
    );
  });

  test('tries at growing distances, and names a reason once until it changes', async () => {
    const said: unknown[] = [];
    const log: Log = {
      ...silentLog,
      debug: () => {},
      info: () => {},
      error: () => {},
      warn: (ids: unknown) => void said.push(ids),
    };
    const { clock, link, uplink } = await begin({ random: () => 1, log });
    link.refuse = 'wrong password';
    uplink.start();
    const tries: number[] = [];
    for (let second = 0; second < 260; second++) {
      if (link.connects > tries.length) tries.push(second);
      await clock.advance(1000);
    }
    expect(tries.slice(0, 9)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183].map((second) => expect.closeTo(second, -0.4)));
    link.refuse = 'nothing listens there';
    await clock.advance(130_000);
    expect(said).toEqual([{ why: 'wrong password' }, { why: 'nothing listens there' }]);
  });

  test('starts again with short waits only after a connection that lasted', async () => {
    const { clock, link, uplink } = await begin({ random: () => 1 });
    uplink.start();
    await clock.advance(0);
    for (const wait of [1000, 2000, 4000]) {
      link.cut();
      await clock.advance(wait - 1);
      expect(link.up).toBe(false);
      await clock.advance(1);
      expect(link.up).toBe(true);
    }
    await clock.advance(10_000);
    link.cut();
    await clock.advance(1000);
    expect(link.up).toBe(true);
  });
});

describe('age', () => {
  test('is monotonic time since the first reading at the moment of sending, whatever the wall clock does', async () => {
    const { clock, link, uplink, commit } = await begin();
    link.refuse = 'not yet';
    uplink.start();
    const mono = clock.monotonic();
    await commit([newRow({ mono, at: clock.now() })]);
    await clock.advance(90_000);
    clock.stepWall(-3_600_000);
    link.refuse = undefined;
    await clock.advance(120_000);
    const sentAt = clock.monotonic();
    const [row] = rowsOn(link);
    expect(row?.age).toBeGreaterThanOrEqual(90_000);
    expect(row?.age).toBeLessThanOrEqual(sentAt - mono);
    expect(row).toMatchObject({ v: 1, start: 1, seq: 1, clock: 'synced', points: { level: { dt: [0], v: [1] } } });
  });

  test('is absent from rows of an earlier start, which keep their own epoch and start', async () => {
    const { clock, link, uplink, commit, epoch } = await begin({ before: 1 });
    uplink.start();
    await commit([newRow({ mono: clock.monotonic() })]);
    const rows = rowsOn(link).toSorted((a, b) => a.start - b.start);
    expect(rows.map(({ start, age }) => [start, age])).toEqual([
      [1, undefined],
      [2, 0],
    ]);
    expect(rows[0]?.epoch).not.toBe(epoch);
    expect(rows[1]?.epoch).toBe(epoch);
  });
});

describe('closing', () => {
  async function closeIn({ clock, uplink }: Begun, ms: number): Promise<boolean> {
    let closed = false;
    const closing = uplink.close(2000).then(() => {
      closed = true;
    });
    await clock.advance(ms);
    if (closed) await closing;
    return closed;
  }

  test('sends what waits, then says goodbye, then disconnects', async () => {
    const run = await begin({ before: 300 });
    run.link.hold = true;
    run.uplink.start();
    await run.clock.advance(0);
    run.link.release();
    expect(await closeIn(run, 0)).toBe(true);
    expect(rowsOn(run.link)).toHaveLength(300);
    expect(run.link.published.at(-1)).toMatchObject({ topic: 'status', payload: 'offline', retain: true });
    expect(run.link.up).toBe(false);
    await run.clock.advance(600_000);
    expect(run.link.connects).toBe(1);
  });

  test('does not wait longer than the grace for a broker that acknowledges nothing', async () => {
    const run = await begin({ before: 300 });
    run.link.hold = true;
    run.uplink.start();
    await run.clock.advance(0);
    expect(await closeIn(run, 4500)).toBe(true);
    expect(run.link.published.at(-1)).toMatchObject({ topic: 'status', payload: 'offline' });
  });

  test('ends at once while there is no connection', async () => {
    const run = await begin();
    run.link.refuse = 'gone';
    run.uplink.start();
    await run.clock.advance(100_000);
    expect(await closeIn(run, 0)).toBe(true);
  });
});

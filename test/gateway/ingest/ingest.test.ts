import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../contract/clock.ts';
import { deviceIdSchema } from '../../../contract/ids.ts';
import type { SimClock } from '../../../contract/sim-clock.ts';
import { tryAgentTopic } from '../../../contract/topics.ts';
import { Ingest } from '../../../gateway/ingest/ingest.ts';
import { silentLog } from '../../../gateway/log.ts';
import { agentId, agentTopic, birth, Core, health, readings, ref, siteId, status } from '../core.ts';
import { siteOf } from '../core-site.ts';

const one = (value: unknown) => ({ p_0: { v: [value] } });

/** Each look at it is five milliseconds later than the one before: work takes time. */
function hurried(clock: SimClock): Clock {
  let spent = 0;
  return {
    now: () => clock.now(),
    monotonic() {
      spent += 5;
      return clock.monotonic() + spent;
    },
    after: (ms, fn) => clock.after(ms, fn),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    sleepExactly: (ms) => clock.sleepExactly(ms),
  };
}

/** An ingest whose turns of the event loop end when `end` is called. `send` takes blanks behind a message up to `length`. */
function turnByTurn() {
  const core = new Core();
  core.online();
  const { store, fleet, commit } = core;
  const turn: (() => void)[] = [];
  const clock = hurried(core.clock);
  const ingest = new Ingest({ store, fleet, commit, clock, log: silentLog, defer: (fn) => turn.push(fn) });
  const order: string[] = [];
  return {
    core,
    order,
    send(name: string, { topic, body }: { topic: string; body: unknown }, length = 0) {
      const parsed = tryAgentTopic(topic);
      if (parsed === undefined) throw new Error(topic);
      const payload = Buffer.from(JSON.stringify(body).padEnd(length));
      ingest.submit({ topic: parsed, payload }, () => order.push(name));
    },
    end() {
      for (const fn of turn.splice(0)) fn();
    },
  };
}

describe('a message of readings', () => {
  test('is acknowledged after its commit, which is one for everything of a turn', () => {
    const core = new Core();
    core.online();
    const before = core.store.messages.last;
    const answers = core.send(readings(core, { seq: 1, points: one(1) }), readings(core, { seq: 2, points: one(2) }));
    expect(answers).toEqual([]);
    expect(core.store.messages.last).toBe(before);
    core.end();
    expect(answers).toEqual([null, null]);
    expect(core.read('tilt-se/p_0').map((item) => item.value)).toEqual([1, 2]);
    expect(core.latest('tilt-se/p_0')).toMatchObject({ value: 2, quality: 'good', time: 'synced', unit: 'deg' });
  });

  test('is answered in the order of arrival, the poison too', () => {
    const core = new Core();
    const order: string[] = [];
    const kinds = ['readings', 'poison', 'duplicate'];
    const message = readings(core, { seq: 1, points: one(1) });
    const payload = (body: unknown) => Buffer.from(JSON.stringify(body));
    const topic = { kind: 'readings', site: siteId, agent: agentId, device: deviceIdSchema.parse('tilt-se') } as const;
    [message.body, 'poison', message.body].forEach((body, i) => {
      core.ingest.submit({ topic, payload: payload(body) }, (error) => order.push(`${kinds[i]} ${error}`));
    });
    core.end();
    expect(order).toEqual(['readings null', 'poison null', 'duplicate null']);
  });

  test('of an agent that catches up leaves time to others after its commit, and stays in order', async () => {
    const { core, order, send, end } = turnByTurn();
    const held = (seq: number) => readings(core, { seq, points: one(seq), age: 3_600_000 });
    send('held 1', held(1));
    end();
    send('held 2', held(2));
    send('alarm', { topic: `jari/v1/${siteId}/another-box/tilt-se/readings`, body: {} });
    send('held 3', readings(core, { seq: 3, points: one(3), age: 0 }));
    end();
    expect(order).toEqual(['held 1', 'alarm']);
    await core.clock.advance(20);
    end();
    expect(order).toEqual(['held 1', 'alarm', 'held 2', 'held 3']);
    send('now', readings(core, { seq: 4, points: one(4), age: 0 }));
    end();
    expect(order.at(-1)).toBe('now');
    expect(core.read('tilt-se/p_0').map((item) => item.value)).toEqual([1, 2, 3, 4]);
  });

  test('of an agent that catches up is committed in shares, in order, and nothing overtakes what waits', async () => {
    const { core, order, send, end } = turnByTurn();
    // As long as a message of many readings.
    const say = (seq: number, age: number) => send(`${seq}`, readings(core, { seq, points: one(seq), age }), 5000);
    const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1);
    const named = (last: number) => upTo(last).map(String);
    say(1, 3_600_000);
    end();
    for (let seq = 2; seq <= 8; seq += 1) say(seq, 3_600_000);
    await core.clock.advance(20);
    end();
    expect(order).toEqual(named(4));
    say(9, 0);
    await core.clock.advance(20);
    end();
    expect(order).toEqual(named(7));
    // This share ends with a reading of now, so nothing is held back any longer.
    await core.clock.advance(20);
    end();
    say(10, 0);
    end();
    expect(order).toEqual(named(10));
    expect(core.read('tilt-se/p_0').map((item) => item.value)).toEqual(upTo(10));
  });

  test('that waits for its time is committed with everything, and when the gateway closes', () => {
    const core = new Core();
    core.online();
    const clock = hurried(core.clock);
    const { store, fleet, commit } = core;
    const ingest = new Ingest({ store, fleet, commit, clock, log: silentLog, defer: () => {} });
    const answers: (Error | null)[] = [];
    const send = (seq: number) => {
      const { topic, body } = readings(core, { seq, points: one(seq), age: 3_600_000 });
      const parsed = tryAgentTopic(topic);
      if (parsed !== undefined)
        ingest.submit({ topic: parsed, payload: Buffer.from(JSON.stringify(body)) }, (error) => answers.push(error));
    };
    send(1);
    ingest.flush();
    send(2);
    expect(answers).toEqual([null]);
    ingest.flush();
    expect(answers).toEqual([null, null]);
    send(3);
    expect(answers).toHaveLength(2);
    ingest.close();
    expect(answers).toEqual([null, null, null]);
    expect(core.read('tilt-se/p_0')).toHaveLength(3);
  });

  test('that comes twice is stored once and counted, whatever its age says by then', async () => {
    const core = new Core();
    core.online();
    const first = readings(core, { seq: 1, points: one(7), age: 200 });
    core.take(first);
    await core.clock.advance(5000);
    const again = { ...first, body: { ...first.body, age: 5200, clock: 'unsynced' } };
    expect(core.take(again, again)).toEqual([null, null]);
    expect(core.read('tilt-se/p_0')).toHaveLength(1);
    expect(core.counts()).toMatchObject({ duplicates: 2, conflicts: 0, rejected: 0 });
  });

  test.each([
    ['another value', { points: one(8) }],
    ['another fault', { points: { p_0: { v: [7], q: ['noisy'] } } }],
    ['another point', { points: { p_1: { v: [7] } } }],
    ['another offset', { points: { p_0: { v: [7], dt: [1] } } }],
    ['another time', { at: Date.UTC(2026, 10, 20) }],
    ['a point more', { points: { ...one(7), p_1: { v: [7] } } }],
    ['another device', { device: 'di-1' }],
  ])('of a taken identity with %s is a conflict: counted, kept, not applied', (_name, other) => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(7) }));
    expect(core.take(readings(core, { seq: 1, points: one(7), ...other }))).toEqual([null]);
    expect(core.counts()).toMatchObject({ conflicts: 1, duplicates: 0, rejected: 0 });
    expect(core.latest('tilt-se/p_0').value).toBe(7);
    expect(core.read('tilt-se/p_0')).toHaveLength(1);
    const [kept] = core.store.rejected.list(10);
    expect(kept?.reason).toMatch(/^conflict: e1 1 /);
    expect(Buffer.from(kept?.payload ?? []).toString()).toContain('"seq":1');
  });

  test('tells a duplicate from a conflict after sealing and a restart too', () => {
    const core = new Core();
    core.online();
    const messages = Array.from({ length: 600 }, (_, i) => readings(core, { seq: i + 1, points: one(i) }));
    core.take(...messages);
    core.store.sealer.sealAll();
    core.close();
    const { dir, clock } = core;
    const next = new Core({ dir, clock });
    next.take(...messages, readings(next, { seq: 300, points: one(-1) }));
    expect(next.counts()).toMatchObject({ duplicates: 600, conflicts: 1 });
    expect(next.read('tilt-se/p_0')).toHaveLength(600);
  });

  test('keeps what it is told and no more: integers beyond 2⁵³ are no value', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: { p_0: { v: [2 ** 53, 1e300, 2 ** 53 - 1, 0.1], dt: [0, 1, 2, 3] } } }));
    expect(core.read('tilt-se/p_0').map(({ value, fault }) => [value, fault])).toEqual([
      [null, 'out-of-range'],
      [null, 'out-of-range'],
      [2 ** 53 - 1, null],
      [0.1, null],
    ]);
  });

  test('with a point that no site file has loses that column, which is kept raw, and no other', () => {
    const core = new Core();
    core.online();
    const message = readings(core, { seq: 1, points: { ...one(1), p_9: { v: [9] } } });
    core.take(message, message);
    expect(core.counts()).toMatchObject({ rejected: 1, duplicates: 1 });
    expect(core.latest('tilt-se/p_0').value).toBe(1);
    expect(core.store.rejected.list(10)).toMatchObject([{ reason: 'points left out, in no site file: p_9' }]);
  });

  test.each([
    ['number', [1.5, 'ok', true, null], [1.5, null, null, null]],
    ['boolean', [0, 'false', false, null], [null, null, false, null]],
    ['string', ['ok', 1, true, null], ['ok', null, null, null]],
  ] as const)('of another type than its point, a %s, is no value: "false" is not occupied', (type, sent, kept) => {
    const core = new Core({ site: siteOf({ 'tilt-se': 1 }, type) });
    core.online();
    core.take(readings(core, { seq: 1, points: { p_0: { v: [...sent], dt: [0, 1, 2, 3] } } }));
    core.take(readings(core, { seq: 2, points: { p_0: { v: [sent[1]] } } }));
    expect(core.latest('tilt-se/p_0')).toMatchObject({ value: null, quality: 'bad', fault: 'out-of-range' });
    core.store.sealer.sealAll();
    const items = core.read('tilt-se/p_0').filter(({ seq }) => seq === 1);
    expect(items.map(({ value }) => value)).toEqual(kept);
    const faults = sent.map((value) => (typeof value === type || value === null ? null : 'out-of-range'));
    expect(items.map(({ fault }) => fault)).toEqual(faults);
  });
});

describe('order', () => {
  test('a hole is missing until it is filled or declared lost', () => {
    const core = new Core();
    core.online();
    core.take(...[1, 2, 5, 9].map((seq) => readings(core, { seq, points: one(seq) })));
    expect(core.agent()).toMatchObject({
      epoch: 'e1',
      received: [
        [1, 2],
        [5, 5],
        [9, 9],
      ],
      missing: 5,
    });
    core.take(readings(core, { seq: 4, points: one(4) }));
    expect(core.counts()).toMatchObject({ missing: 4, late: 1 });
    core.take(status({ lost: [{ epoch: 'e1', from: 6, to: 8, why: 'thinned' }] }));
    expect(core.counts()).toMatchObject({ missing: 1 });
    core.take(readings(core, { seq: 3, points: one(3) }));
    expect(core.agent()).toMatchObject({
      received: [
        [1, 5],
        [9, 9],
      ],
      missing: 0,
    });
  });

  test('what is behind in seq is history and changes nothing live', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 500, points: one(5), at: core.clock.now() - 100, age: 100 }));
    core.take(readings(core, { seq: 400, points: one(4), at: core.clock.now() - 60_000, age: 60_000 }));
    expect(core.latest('tilt-se/p_0').value).toBe(5);
    expect(core.counts()).toMatchObject({ late: 1 });
    expect(core.read('tilt-se/p_0').map((item) => item.value)).toEqual([4, 5]);
  });

  test('a column that its agent calls late is history, whatever its seq', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(5) }));
    const message = readings(core, { seq: 2, points: one(4), at: core.clock.now() - 60_000, age: 60_000 });
    const points = { p_0: { ...message.body.points.p_0, late: true } };
    core.take({ ...message, body: { ...message.body, points } });
    expect(core.latest('tilt-se/p_0').value).toBe(5);
    expect(core.counts()).toMatchObject({ late: 1, rejected: 0 });
    expect(core.read('tilt-se/p_0').map((item) => item.value)).toEqual([4, 5]);
  });

  test('within one turn too', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 2, points: one(2) }), readings(core, { seq: 1, points: one(1) }));
    expect(core.latest('tilt-se/p_0').value).toBe(2);
    expect(core.counts()).toMatchObject({ late: 1 });
  });

  test('is of seq and not of time: a clock that stepped back is not late', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    core.take(readings(core, { seq: 2, points: one(2), at: core.clock.now() - 3_600_000 }));
    expect(core.latest('tilt-se/p_0')).toMatchObject({ value: 2, time: 'estimated' });
    expect(core.counts()).toMatchObject({ late: 0 });
  });

  test('a message is late only for the points that hold a newer one', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 9, points: one(9) }));
    core.take(readings(core, { seq: 5, points: { ...one(5), p_1: { v: [5] } } }));
    expect([core.latest('tilt-se/p_0').value, core.latest('tilt-se/p_1').value]).toEqual([9, 5]);
  });

  test('rows of an earlier epoch are late, however new to us', () => {
    const core = new Core();
    core.online('e2', 2);
    core.take(readings(core, { seq: 77, epoch: 'e1', points: one(1), at: core.clock.now() - 86_400_000, age: null }));
    expect(core.latest('tilt-se/p_0')).toMatchObject({ value: null, fault: 'not-polled', lastGood: null });
    expect(core.counts()).toMatchObject({ late: 1, missing: 76 });
    expect(core.read('tilt-se/p_0')).toMatchObject([{ value: 1, time: 'estimated', seq: 77 }]);
  });

  test('a box that lost its outbox and begins again at start 1 is live at once', () => {
    const core = new Core();
    const connection = core.online('e7', 7);
    core.take(readings(core, { seq: 900, epoch: 'e7', start: 7, points: one(7) }));
    core.fleet.disconnected(siteId, agentId, connection);
    core.online('f1', 1);
    core.take(readings(core, { seq: 1, epoch: 'f1', start: 1, points: one(1) }));
    expect(core.latest('tilt-se/p_0').value).toBe(1);
    expect(core.counts()).toMatchObject({ late: 0 });
  });

  test('a status of a connection that a newer one replaces in the same turn is neither stored nor heard', () => {
    const core = new Core();
    core.fleet.connected(siteId, agentId, {});
    const heard: unknown[] = [];
    const say = (state: 'online' | 'offline') => {
      const topic = { kind: 'status', site: siteId, agent: agentId } as const;
      const payload = Buffer.from(JSON.stringify(status({ state }).body));
      core.ingest.submit({ topic, payload }, (error, isRefused) => heard.push([state, error, isRefused]));
    };
    say('offline');
    core.fleet.connected(siteId, agentId, {});
    say('online');
    core.end();
    expect(heard).toEqual([
      ['offline', null, true],
      ['online', null, false],
    ]);
    expect(core.counts()).toMatchObject({ rejected: 0 });
  });

  test('a status and the readings after it count in the same turn', () => {
    const core = new Core();
    core.fleet.connected(siteId, agentId, {});
    core.take(status({ epoch: 'n1' }), readings(core, { seq: 1, epoch: 'n1', points: one(3) }));
    expect(core.latest('tilt-se/p_0').value).toBe(3);
    expect(core.counts()).toMatchObject({ late: 0 });
  });
});

describe('poison', () => {
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  test.each([
    ['no JSON', 'readings', 'hello'],
    ['no UTF-8', 'readings', Buffer.from([0xff, 0xfe, 0x00])],
    ['nothing', 'readings', ''],
    ['deep nesting', 'readings', deep],
    ['another version', 'readings', { v: 2 }],
    [
      'columns of different lengths',
      'readings',
      { v: 1, epoch: 'e', start: 1, seq: 1, at: 0, clock: 'synced', points: { p_0: { dt: [1, 2], v: [1] } } },
    ],
    ['a seq of 0', 'readings', { v: 1, epoch: 'e', start: 1, seq: 0, at: 0, clock: 'synced', points: {} }],
    [
      'a seq beyond reason',
      'readings',
      { v: 1, epoch: 'e', start: 1, seq: 2 ** 53 - 1, at: 0, clock: 'synced', points: {} },
    ],
    [
      'an offset beyond reason',
      'readings',
      { v: 1, epoch: 'e', start: 1, seq: 1, at: 0, clock: 'synced', points: { p_0: { dt: [2 ** 53 - 1], v: [1] } } },
    ],
    ['half a birth', 'birth', { v: 1 }],
    ['half a diagnosis', 'diagnosis', { v: 1 }],
  ])('%s is kept raw, counted, acknowledged, and forgotten by everything else', (_name, kind, body) => {
    const core = new Core();
    core.online();
    const next = readings(core, { seq: 1, points: one(1) });
    expect(core.take({ topic: agentTopic(`tilt-se/${kind}`), body }, next)).toEqual([null, null]);
    expect(core.counts()).toMatchObject({ rejected: 1, missing: 0 });
    const bytes = body instanceof Buffer ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    expect(core.store.rejected.list(2)).toMatchObject([{ topic: agentTopic(`tilt-se/${kind}`), payload: bytes }]);
    expect(core.latest('tilt-se/p_0').value).toBe(1);
  });

  test('a birth of a device that no site file has is refused', () => {
    const core = new Core();
    expect(core.take({ ...birth('nobody', {}), topic: agentTopic('nobody/birth') })).toEqual([null]);
    expect(core.store.rejected.list(9)).toMatchObject([{ reason: expect.stringContaining('nobody') }]);
  });

  test('readings of such a device are refused once, and are not missing', () => {
    const core = new Core();
    core.online();
    const message = readings(core, { seq: 1, points: one(1), device: 'nobody' });
    expect(core.take(message, message, readings(core, { seq: 2, points: one(2) }))).toEqual([null, null, null]);
    expect(core.store.rejected.list(9)).toMatchObject([{ reason: expect.stringContaining('nobody') }]);
    expect(core.counts()).toMatchObject({ rejected: 1, duplicates: 1, missing: 0 });
  });

  test('an agent that is in no site file any more is refused and counted under its name', () => {
    const core = new Core();
    const { body } = readings(core, { seq: 1, points: one(1) });
    expect(core.take({ topic: 'jari/v1/saesol/old-box/tilt-se/readings', body })).toEqual([null]);
    expect(core.counters.all()).toMatchObject([
      { agent: 'cabinet-1', rejected: 0 },
      { agent: 'old-box', rejected: 1 },
    ]);
  });

  test('of any bytes on any topic never throws, and is always answered', () => {
    const core = new Core();
    core.online();
    const kinds = ['status', 'health', 'tilt-se/birth', 'tilt-se/readings', 'tilt-se/diagnosis', 'command/result'];
    const bodies = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.json(),
      fc.record({
        v: fc.constant(1),
        epoch: fc.constantFrom('e1', 'e2'),
        start: fc.nat(),
        seq: fc.maxSafeNat(),
        at: fc.maxSafeInteger(),
        clock: fc.constant('synced'),
        points: fc.dictionary(
          fc.constantFrom('p_0', 'p_1', '__proto__', 'constructor', ''),
          fc.array(fc.anything()).map((v) => ({ dt: v.map(() => 2 ** 40), v })),
        ),
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...kinds), bodies, (kind, body) => {
        const safe =
          typeof body === 'object' && !(body instanceof Buffer)
            ? JSON.stringify(body, (_k, v) => (typeof v === 'bigint' ? `${v}` : v))
            : body;
        expect(core.take({ topic: agentTopic(kind), body: safe })).toEqual([null]);
      }),
    );
  });

  test('is told to the sender as acknowledged, and to the door as refused, so that nobody hears it', () => {
    const core = new Core();
    core.online();
    const told: unknown[] = [];
    const say = (body: unknown, rest = 'tilt-se/readings') => {
      const topic = tryAgentTopic(agentTopic(rest));
      if (topic === undefined) throw new Error('no topic');
      const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      core.ingest.submit({ topic, payload }, (error, isRefused) => told.push([error, isRefused]));
    };
    say(readings(core, { seq: 1, points: one(1) }).body);
    say('garbage', 'status');
    say('garbage', 'command/result');
    say({ ...readings(core, { seq: 1, points: one(99) }).body });
    core.end();
    expect(told).toEqual([
      [null, false],
      [null, true],
      [null, true],
      [null, true],
    ]);
    expect(core.counts()).toMatchObject({ rejected: 2, conflicts: 1 });
  });

  test('whose identity can be read is not missing, and its second copy is a duplicate', () => {
    const core = new Core();
    core.online();
    const good = readings(core, { seq: 1, points: one(1) });
    const bad = { ...good, body: { ...good.body, seq: 2, clock: 'wrong' } };
    core.take(good, bad, { ...bad, body: { ...bad.body, age: 900 } }, readings(core, { seq: 3, points: one(3) }));
    expect(core.agent()).toMatchObject({ received: [[1, 3]], missing: 0 });
    expect(core.counts()).toMatchObject({ rejected: 1, duplicates: 1, conflicts: 0 });
  });

  test('keeps to its share of the disk: the oldest go', () => {
    const core = new Core({ maxRejectedBytes: 3500 });
    for (let i = 0; i < 30; i++) core.take({ topic: agentTopic('tilt-se/readings'), body: `${i}`.padStart(100, 'x') });
    const kept = core.store.rejected.list(100);
    // What a row says besides its payload counts too: an empty message is not free.
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.length).toBeLessThan(15);
    expect(Buffer.from(kept[0]?.payload ?? []).toString()).toMatch(/x29$/);
    expect(core.counts()).toMatchObject({ rejected: 30 });
  });
});

describe('a store that fails', () => {
  test('in the middle of a group acknowledges none of it, changes nothing, and the next group goes through', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    const big = (seq: number) =>
      readings(core, { seq, points: { p_0: { v: Array.from({ length: 20_000 }, (_, i) => Math.sqrt(i)) } } });
    const group = [readings(core, { seq: 2, points: one(2) }), big(3), readings(core, { seq: 4, points: one(4) })];
    const pages = core.store.db.pragma('page_count', { simple: true });
    core.store.db.pragma(`max_page_count = ${pages}`);
    const { last, unsealed } = core.store.messages;
    const answers = core.take(status({ epoch: 'e9' }), ...group);
    expect(answers).toHaveLength(4);
    for (const answer of answers) expect(String(answer)).toMatch(/full/);
    expect(core.store.messages).toMatchObject({ last, unsealed });
    expect(core.agent()).toMatchObject({ epoch: 'e1', received: [[1, 1]], missing: 0 });
    expect(core.latest('tilt-se/p_0').value).toBe(1);
    expect(core.read('tilt-se/p_0')).toHaveLength(1);
    core.store.db.pragma('max_page_count = 1000000');
    expect(core.take(...group)).toEqual([null, null, null]);
    expect(core.agent()).toMatchObject({ received: [[1, 4]], missing: 0 });
    expect(core.counts()).toMatchObject({ duplicates: 0, conflicts: 0, late: 0 });
    expect(core.latest('tilt-se/p_0').value).toBe(4);
  });

  test('by a fault of ours in one message keeps that one raw and stores the others', () => {
    const core = new Core();
    core.online();
    const { record } = core.store.epochs;
    core.store.epochs.record = (epoch, seq, digest, inLog) => {
      if (seq === 2) throw new TypeError('a bug');
      return record.call(core.store.epochs, epoch, seq, digest, inLog);
    };
    expect(core.take(...[1, 2, 3].map((seq) => readings(core, { seq, points: one(seq) })))).toEqual([null, null, null]);
    expect(core.read('tilt-se/p_0').map((item) => item.value)).toEqual([1, 3]);
    expect(core.store.rejected.list(9)).toMatchObject([{ reason: 'internal error: a bug' }]);
  });

  test('is not asked any more after closing', () => {
    const core = new Core();
    const before = core.send(readings(core, { seq: 1, points: one(1) }));
    core.ingest.close();
    expect(before).toEqual([null]);
    expect(core.send(readings(core, { seq: 2, points: one(1) }))[0]).toBeInstanceOf(Error);
  });
});

describe('what an agent says of itself', () => {
  test('is kept as it came, the newest alone, and taken back by an empty message', () => {
    const core = new Core();
    core.online();
    core.take(health(core, {}), birth('tilt-se', { p_0: { unit: '°' } }));
    const number = core.store.names.agent(siteId, agentId);
    expect(core.store.lastMessages.read(number, 0, 'health')).toContain('"backlog":0');
    core.take({ topic: agentTopic('health'), body: '' });
    expect(core.store.lastMessages.read(number, 0, 'health')).toBeUndefined();
    expect(core.counts()).toMatchObject({ rejected: 0 });
  });

  test('a status with a range that is none is refused whole', () => {
    const core = new Core();
    core.online();
    core.take(
      status({
        epoch: 'e2',
        lost: [
          { epoch: 'e1', from: 1, to: 3, why: 'x' },
          { epoch: 'e1', from: 9, to: 5, why: 'x' },
        ],
      }),
    );
    expect(core.agent()).toMatchObject({ epoch: 'e1', missing: 0 });
    expect(core.counts()).toMatchObject({ rejected: 1 });
  });

  test('a result of a command is acknowledged', () => {
    const core = new Core();
    expect(core.take({ topic: agentTopic('command/result'), body: 'x' })).toEqual([null]);
    expect(ref('tilt-se/p_0')).toBe('tilt-se/p_0');
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { ServiceFailing } from '../../../gateway/commit/commit.ts';
import { tempDir } from '../../temp.ts';
import { agentId, Core, readings, siteId } from '../core.ts';
import { type Breaks, Toy } from './toys.ts';

const said = { by: 'person:kim', why: null };
const column = (...v: (number | null)[]) => ({
  p_0: { v, q: v.map((value) => (value === null ? 'timeout' : null)), dt: v.map((_value, i) => i) },
});

/** A gateway without doors, with two toys on it that watch every `p_0`. */
function world(options: { dir?: string; clock?: SimClock } = {}) {
  const core = new Core(options);
  const order: string[] = [];
  const first = new Toy({ name: 'first', db: core.store.db, order });
  const second = new Toy({ name: 'second', db: core.store.db, order });
  const act = core.commit.join(first);
  core.commit.join(second);
  const retained: string[] = [];
  core.commit.announceTo({
    retain: ({ topic, payload }) => retained.push(`${topic} ${payload}`),
    publish: () => {},
    deliver: () => {},
  });
  core.commit.start();
  return { core, first, second, act, order, retained };
}

/** No transaction succeeds until the result is called. */
function breakDisk(core: Core): () => void {
  const { store } = core;
  const real = store.commit.bind(store);
  store.commit = () => {
    throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
  };
  return () => {
    store.commit = real;
  };
}

describe('what a service is shown', () => {
  test('is every row of a batch in order, also those of two messages of one turn', () => {
    const { core, first } = world();
    core.online();
    first.memory.length = 0;
    core.take(readings(core, { seq: 1, points: column(0, 1, 0) }), readings(core, { seq: 2, points: column(1, null) }));
    expect(first.memory).toEqual([
      'tilt-se/p_0 0 1 0',
      'tilt-se/p_0 1 timeout',
      'device tilt-se online',
      'tilt-se/p_0 bad',
    ]);
  });

  test('leaves out the points that nobody watches', () => {
    const { core, first } = world();
    core.online();
    first.memory.length = 0;
    core.take(readings(core, { seq: 1, points: { p_1: { v: [5] } } }));
    expect(first.memory.filter((line) => line.includes('p_1'))).toEqual([]);
  });

  test('marks what is late: of another epoch, or behind what the point holds', () => {
    const { core, first } = world();
    core.online('e2', 2);
    core.take(readings(core, { seq: 5, points: column(1), epoch: 'e2', start: 2 }));
    first.memory.length = 0;
    core.take(readings(core, { seq: 4, points: column(7), epoch: 'e2', start: 2 }));
    core.take(readings(core, { seq: 9, points: column(8), epoch: 'e1', start: 1 }));
    expect(first.memory).toEqual(['tilt-se/p_0 late 7', 'tilt-se/p_0 late 8']);
  });

  test('is never a duplicate', () => {
    const { core, first } = world();
    core.online();
    const message = readings(core, { seq: 1, points: column(1) });
    core.take(message);
    first.memory.length = 0;
    core.take(message);
    expect(first.memory).toEqual([]);
  });

  test('has the loss of an agent, and a point that falls silent, as changes of a commit of their own', async () => {
    const { core, first } = world();
    const connection = core.online();
    core.take(readings(core, { seq: 1, points: column(1) }));
    first.memory.length = 0;
    await core.clock.advance(31_000);
    expect(first.disk().slice(-1)).toEqual(['tilt-se/p_0 unknown']);
    core.take(readings(core, { seq: 2, points: column(1) }));
    first.memory.length = 0;
    core.fleet.disconnected(siteId, agentId, connection);
    expect(first.memory).toEqual([
      'agent offline',
      'device tilt-se unknown',
      'tilt-se/p_0 unknown',
      'device di-1 unknown',
    ]);
    expect(first.disk().slice(-4)).toEqual(first.memory);
  });
});

describe('the order of a commit', () => {
  test('is: all decide, all record, all apply, each in the order of joining', () => {
    const { core, order, retained } = world();
    core.online();
    order.length = 0;
    retained.length = 0;
    core.take(readings(core, { seq: 1, points: column(1) }));
    expect(order).toEqual(
      ['decides', 'records', 'applies'].flatMap((does) => ['first', 'second'].map((name) => `${name} ${does}`)),
    );
    expect(retained[0]).toBe('first tilt-se/p_0 1');
  });

  test('puts the acknowledgement after what services recorded', () => {
    const { core, first } = world();
    core.online();
    const answers = core.send(readings(core, { seq: 1, points: column(1) }));
    expect(answers).toEqual([]);
    core.end();
    expect(answers).toEqual([null]);
    expect(first.disk()).toContain('tilt-se/p_0 1');
  });
});

describe('a service that throws', () => {
  test.each<[Breaks, string[]]>([
    ['decide', ['second']],
    ['record', ['second']],
  ])('while it should %s is left out, is told of, and costs no reading', (breaks, writers) => {
    const { core, first, second } = world();
    core.online();
    const before = first.disk().length;
    first.breaks = breaks;
    expect(core.take(readings(core, { seq: 1, points: column(1) }))).toEqual([null]);
    expect(core.latest('tilt-se/p_0').value).toBe(1);
    expect(core.counts()).toMatchObject({ rejected: 0 });
    expect(first.disk()).toHaveLength(before);
    expect(first.memory).toEqual(first.disk());
    expect(writers).toEqual(['second']);
    expect(second.disk()).toContain('tilt-se/p_0 1');
    expect(second.disk().filter((line) => line === 'tilt-se/p_0 1')).toHaveLength(1);
    expect(second.memory).toEqual(second.disk());
    expect(second.disk()).toContain('first failing');
    expect(core.commit.failing()).toEqual(['first']);
    first.breaks = null;
    core.take(readings(core, { seq: 2, points: column(2) }));
    expect(core.commit.failing()).toEqual([]);
    expect(second.disk().slice(-1)).toEqual(['first working']);
  });

  test('answers no action', () => {
    const { first, act } = world();
    first.breaks = 'decide';
    expect(() => act(said, { kind: 'arm', key: 'x', afterMs: 1 })).toThrow(ServiceFailing);
  });

  test('while it should apply holds up neither the others nor the acknowledgement', () => {
    const { core, first, second } = world();
    core.online();
    first.breaks = 'apply';
    expect(core.take(readings(core, { seq: 1, points: column(1) }))).toEqual([null]);
    expect(second.memory).toEqual(second.disk());
  });
});

describe('a store that fails', () => {
  test('takes messages back whole: live state, memory and events are as before', () => {
    const { core, first } = world();
    core.online();
    core.take(readings(core, { seq: 1, points: column(1) }));
    const before = { latest: core.fleet.latest(), memory: [...first.memory], seen: core.seen.length };
    const fix = breakDisk(core);
    const message = readings(core, { seq: 2, points: column(2) });
    expect(core.take(message)[0]).toMatchObject({ code: 'SQLITE_FULL' });
    expect({ latest: core.fleet.latest(), memory: [...first.memory], seen: core.seen.length }).toEqual(before);
    fix();
    expect(core.take(message)).toEqual([null]);
    expect(core.latest('tilt-se/p_0').value).toBe(2);
  });

  test('keeps nothing looking fresh: an agent that is lost is unknown at once, and decided on when the store works', async () => {
    const { core, first } = world();
    const connection = core.online();
    core.take(readings(core, { seq: 1, points: column(1) }));
    first.memory.length = 0;
    const fix = breakDisk(core);
    core.fleet.disconnected(siteId, agentId, connection);
    expect(core.latest('tilt-se/p_0')).toMatchObject({ value: null, fault: 'not-polled' });
    expect(first.memory).toEqual([]);
    await core.clock.advance(2000);
    expect(first.memory).toEqual([]);
    fix();
    await core.clock.advance(1000);
    expect(first.memory).toEqual([
      'agent offline',
      'device tilt-se unknown',
      'tilt-se/p_0 unknown',
      'device di-1 unknown',
    ]);
    expect(first.memory).toEqual(first.disk().slice(-4));
  });

  test('makes an action fail, and changes nothing', () => {
    const { core, first, act } = world();
    const before = first.disk();
    const fix = breakDisk(core);
    expect(() => act(said, { kind: 'arm', key: 'x', afterMs: 1000 })).toThrow('full');
    fix();
    expect(first.disk()).toEqual(before);
    expect(core.commit.deadlines.next()).toBeNull();
  });
});

describe('a deadline', () => {
  test('fires once, when it is due', async () => {
    const { core, first, act } = world();
    act(said, { kind: 'arm', key: 'ack', afterMs: 60_000 });
    await core.clock.advance(59_000);
    expect(first.memory).toEqual([]);
    await core.clock.advance(2000);
    expect(first.memory).toEqual(['due ack']);
    await core.clock.advance(600_000);
    expect(first.memory).toEqual(['due ack']);
  });

  test('can be cancelled, and set again', async () => {
    const { core, first, act } = world();
    act(said, { kind: 'arm', key: 'a', afterMs: 10_000 });
    act(said, { kind: 'arm', key: 'b', afterMs: 10_000 });
    act(said, { kind: 'cancel', key: 'a' });
    act(said, { kind: 'arm', key: 'b', afterMs: 30_000 });
    await core.clock.advance(29_000);
    expect(first.memory).toEqual([]);
    await core.clock.advance(2000);
    expect(first.memory).toEqual(['due b']);
  });

  test('is still due when the commit that it causes fails', async () => {
    const { core, first, act } = world();
    act(said, { kind: 'arm', key: 'a', afterMs: 1000 });
    const fix = breakDisk(core);
    await core.clock.advance(5000);
    fix();
    await core.clock.advance(2000);
    expect(first.memory).toEqual(['due a']);
  });

  test.each([
    ['with time left, after what is left', 40, 0, 20],
    ['when the box was off for longer, at once', 70, 0, 0],
    ['with the wall clock set back by an hour, never later than its whole length', 40, -60, 60],
    ['with the wall clock set ahead by an hour while it was off, at once', 10, 60, 0],
  ])('goes on after a restart: %s', async (_name, offAfterMinutes, stepMinutes, leftMinutes) => {
    const clock = new SimClock();
    const dir = tempDir();
    const before = world({ dir, clock });
    before.act(said, { kind: 'arm', key: 'shelf', afterMs: 3_600_000 });
    before.act(said, { kind: 'wake', key: 'debounce', afterMs: 3_600_000 });
    before.core.close();
    await clock.advance(offAfterMinutes * 60_000);
    clock.stepWall(stepMinutes * 60_000);
    const after = world({ dir, clock });
    await clock.advance(leftMinutes * 60_000 - 1000);
    expect(after.first.memory).toEqual([]);
    await clock.advance(2000);
    expect(after.first.memory).toEqual(['due shelf']);
  });

  test('does not count a step of the wall clock, before a restart or over it', async () => {
    const clock = new SimClock();
    const dir = tempDir();
    const before = world({ dir, clock });
    before.act(said, { kind: 'arm', key: 'shelf', afterMs: 3_600_000 });
    await clock.advance(60_000);
    clock.stepWall(50 * 365 * 86_400_000);
    await clock.advance(60_000);
    expect(before.first.memory).toEqual([]);
    before.core.close();
    const after = world({ dir, clock });
    await clock.advance(57 * 60_000);
    expect(after.first.memory).toEqual([]);
    await clock.advance(2 * 60_000);
    expect(after.first.memory).toEqual(['due shelf']);
  });

  test.each([
    ['arm', ['due x', 'agent online']],
    ['wake', ['due x', 'agent online']],
  ] as const)('by %s fires beside other causes', async (kind, lines) => {
    const { core, first, act } = world();
    act(said, { kind, key: 'x', afterMs: 1000 });
    await core.clock.advance(1500);
    core.online();
    expect(first.memory.slice(0, 2)).toEqual(lines);
  });
});

describe('an action', () => {
  test('is answered by its service alone, and leaves an audit row in the same transaction', () => {
    const { core, first, second, act } = world();
    const rows = () => core.store.db.prepare<[], string>('SELECT by FROM audit').pluck().all();
    expect(act(said, { kind: 'arm', key: 'x', afterMs: 1000 })).toBe('done');
    expect(rows()).toEqual(['person:kim']);
    expect(second.memory).toEqual([]);
    expect(first.memory).toEqual([]);
  });

  test('that is refused records nothing', () => {
    const { core, act, order } = world();
    expect(act(said, { kind: 'refuse' })).toBe('refused');
    expect(order).not.toContain('first records');
    expect(core.store.db.prepare('SELECT count(*) FROM audit').pluck().get()).toBe(0);
  });
});

describe('whatever comes', () => {
  const event = fc.oneof(
    fc.record({
      kind: fc.constant('rows' as const),
      values: fc.array(fc.option(fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 4 }),
      skip: fc.integer({ min: 0, max: 2 }),
    }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
    fc.record({ kind: fc.constant('link' as const), up: fc.boolean() }),
    fc.record({ kind: fc.constant('break' as const), where: fc.constantFrom<Breaks>('decide', 'record', null) }),
    fc.record({ kind: fc.constant('disk' as const), works: fc.boolean() }),
  );

  test('services change nothing in live state, and memory never disagrees with the disk', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
        const with2 = world();
        const without = new Core();
        let seq = 1;
        const cores = [with2.core, without];
        const links = cores.map((core) => core.online());
        let fixes: (() => void)[] = [];
        for (const one of events) {
          if (one.kind === 'rows') {
            seq += one.skip;
            const messages = cores.map((core) => readings(core, { seq, points: column(...one.values) }));
            const answers = cores.map((core, i) => core.take(messages[i] ?? { topic: '', body: '' }));
            expect(answers[0]?.map(String)).toEqual(answers[1]?.map(String));
            seq++;
          } else if (one.kind === 'wait') {
            for (const core of cores) await core.clock.advance(one.ms);
          } else if (one.kind === 'link') {
            cores.forEach((core, i) => {
              if (one.up) links[i] = core.online();
              else core.fleet.disconnected(siteId, agentId, links[i] ?? {});
            });
          } else if (one.kind === 'break') with2.first.breaks = one.where;
          else if (one.works) {
            for (const fix of fixes) fix();
            fixes = [];
          } else if (fixes.length === 0) fixes = cores.map(breakDisk);
          expect(with2.core.fleet.latest()).toEqual(without.fleet.latest());
          expect(with2.core.fleet.devices()).toEqual(without.fleet.devices());
          expect(with2.core.seen.map(({ event: kind, data }) => ({ kind, data }))).toEqual(
            without.seen.map(({ event: kind, data }) => ({ kind, data })),
          );
          for (const toy of [with2.first, with2.second]) expect(toy.memory).toEqual(toy.disk());
        }
        for (const fix of fixes) fix();
        for (const core of cores) core.close();
      }),
      { numRuns: 60 },
    );
  });
});

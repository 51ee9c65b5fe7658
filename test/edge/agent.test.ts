import { describe, expect, onTestFinished, test } from 'vitest';
import { type AgentConfig, modbusBusesOf } from '../../config/site.ts';
import { decode } from '../../contract/messages.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { type Plausibility, unwatched } from '../../devices/plausibility.ts';
import { Agent } from '../../edge/agent.ts';
import type { Box } from '../../edge/box/box.ts';
import type { Bus, Outcome } from '../../edge/bus/bus.ts';
import { silentLog } from '../../edge/log.ts';
import { inlineOutbox } from '../../edge/outbox/inline.ts';
import { tempDir } from '../temp.ts';
import { agentConfig, MemoryLink, type Published, siteOf } from './north.ts';

/** A bus of units with one register and one contact each; a unit in `dead` never answers. */
function fakeBus(clock: SimClock) {
  const levels = new Map<number, number>();
  const doors = new Map<number, boolean>();
  const dead = new Set<number>();
  let open = false;
  const answer = (unit: number, bits: boolean, count: number): Outcome => {
    if (dead.has(unit)) return { ok: false, fault: 'timeout', reason: { code: 'no-reply', ms: 300, echo: false } };
    return bits
      ? { ok: true, reply: { kind: 'bits', bits: Array(count).fill(doors.get(unit) ?? false) } }
      : { ok: true, reply: { kind: 'words', words: Array(count).fill(levels.get(unit) ?? 0) } };
  };
  const bus: Bus = {
    async exchange({ unit, request, timeoutMs }) {
      await clock.sleep(dead.has(unit) ? timeoutMs : 5);
      if (request.kind !== 'read') throw new Error('nothing writes here');
      return answer(unit, request.fn <= 2, request.count);
    },
    readyAt: () => 0,
    isOpen: () => open,
    open: async () => {
      open = true;
    },
    close: async () => {
      open = false;
    },
    stats: () => ({ requests: 0, replies: 0, faults: {}, load: 0.1, discardedBytes: 0, closedBecause: null }),
  };
  return { bus, levels, doors, dead };
}

const box: Box = {
  clockState: () => 'synced',
  diskFree: () => 5_000_000_000,
  rss: () => 60_000_000,
  loopP99Ms: () => 1.2,
  close: () => {},
};

type RunOptions = {
  dir?: string;
  simulated?: boolean;
  link?: MemoryLink;
  clock?: SimClock;
  plausibility?: Partial<Plausibility>;
};

async function run(options: RunOptions = {}) {
  const { dir = tempDir(), simulated = false, link = new MemoryLink(), clock = new SimClock() } = options;
  const field = fakeBus(clock);
  const config = watchedBy({ ...unwatched, ...options.plausibility });
  const outbox = inlineOutbox({ clock, log: silentLog, dir });
  const agent = new Agent({
    clock,
    log: silentLog,
    random: () => 0.5,
    site: siteOf(config),
    agent: config,
    simulated,
    link,
    outbox,
    openBus: () => field.bus,
    box,
  });
  await agent.start();
  let closed = false;
  const close = async () => {
    if (closed) return clock.monotonic();
    closed = true;
    const before = clock.monotonic();
    let took = Number.NaN;
    const closing = agent.close().then(() => {
      took = clock.monotonic() - before;
    });
    await clock.advance(10_000);
    await closing;
    return took;
  };
  onTestFinished(async () => void (await close()));
  return { clock, link, outbox, close, ...field };
}

/** The usual agent, the plausibility of every level watched like this. */
function watchedBy(plausibility: Plausibility): AgentConfig {
  const config = agentConfig();
  const buses = modbusBusesOf(config).map((bus) => ({
    ...bus,
    devices: bus.devices.map((device) => ({
      ...device,
      points: device.points.map((point) => (point.name === 'level' ? { ...point, plausibility } : point)),
    })),
  }));
  return { ...config, buses };
}

const prefix = 'jari/v1/testville/cabinet-1';
const on = (link: MemoryLink, topic: string) =>
  link.published.filter((message) => message.topic === `${prefix}/${topic}`);

function must<T>(parsed: { ok: true; value: T } | { ok: false; problem: string }): T {
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

const readings = (messages: readonly Published[]) => messages.map(({ payload }) => must(decode.readings(payload)));
const valuesOf = (messages: readonly Published[], point: string) =>
  readings(messages).flatMap((message) => message.points[point]?.v ?? []);

const faultsOf = (messages: readonly Published[], point: string) =>
  readings(messages).flatMap((message) => {
    const { v = [], q } = message.points[point] ?? {};
    return q ?? v.map(() => null);
  });

describe('Agent', () => {
  test('says what it is and has, in messages that its readers accept', async () => {
    const { clock, link } = await run({ simulated: true });
    await clock.advance(100);
    expect(link.published.slice(0, 4).map(({ topic, retain }) => [topic.slice(prefix.length + 1), retain])).toEqual([
      ['status', true],
      ['box-1/birth', true],
      ['box-2/birth', true],
      ['health', true],
    ]);
    const [status] = on(link, 'status').map(({ payload }) => must(decode.status(payload)));
    expect(status).toMatchObject({ state: 'online', start: 1, simulated: true, lost: [] });
    const will = link.wills.map(({ payload }) => must(decode.status(payload)));
    expect(will).toEqual([{ ...status, state: 'offline' }]);
    const [birth] = on(link, 'box-1/birth').map(({ payload }) => must(decode.birth(payload)));
    expect(birth).toMatchObject({
      epoch: status?.epoch,
      bus: 'tcp-a',
      profile: 'test-box',
      simulated: true,
      points: {
        level: { kind: 'level', type: 'number', unit: 'm', valid: [0, 100], maxSilence: 60_000, writable: false },
        door: { kind: 'contact', type: 'boolean', unit: null, valid: null },
      },
    });
    const [health] = on(link, 'health').map(({ payload }) => must(decode.health(payload)));
    expect(health).toMatchObject({ clock: 'synced', diskFree: 5_000_000_000, buses: { 'tcp-a': { load: 0.1 } } });
  });

  test('sends every point once after connecting, then what changes, and all within the silence limit', async () => {
    const { clock, link, levels } = await run();
    await clock.advance(2500);
    expect(valuesOf(on(link, 'box-1/readings'), 'level')).toEqual([0]);
    expect(valuesOf(on(link, 'box-1/readings'), 'door')).toEqual([false]);
    levels.set(1, 7);
    await clock.advance(3000);
    expect(valuesOf(on(link, 'box-1/readings'), 'level')).toEqual([0, 7]);
    await clock.advance(60_000);
    expect(valuesOf(on(link, 'box-1/readings'), 'level')).toEqual([0, 7, 7]);
    expect(valuesOf(on(link, 'box-2/readings'), 'level')).toEqual([0, 0]);
  });

  test('sends a contact as soon as it is read, and a number with commitEvery', async () => {
    const { clock, link, levels, doors } = await run();
    await clock.advance(5000);
    const before = link.published.length;
    doors.set(1, true);
    levels.set(2, 9);
    const lateness = new Map<string, number>();
    const start = clock.monotonic();
    for (let ms = 0; ms < 2500; ms += 10) {
      await clock.advance(10);
      for (const { topic } of link.published.slice(before)) {
        if (!lateness.has(topic)) lateness.set(topic, clock.monotonic() - start);
      }
    }
    expect(lateness.get(`${prefix}/box-1/readings`)).toBeLessThanOrEqual(1100);
    expect(lateness.get(`${prefix}/box-2/readings`)).toBeGreaterThan(1000);
    expect(lateness.get(`${prefix}/box-2/readings`)).toBeLessThanOrEqual(2100);
  });

  test('never says a silent device is well: bad readings once it is offline, and health within a second', async () => {
    const { clock, link, dead } = await run();
    await clock.advance(20_000);
    dead.add(1);
    await clock.advance(8000);
    const bad = readings(on(link, 'box-1/readings')).at(-1);
    expect(Object.values(bad?.points ?? {}).flatMap(({ v }) => v)).toContain(null);
    expect(valuesOf(on(link, 'box-1/readings'), 'level').at(-1)).toBe(null);
    expect(valuesOf(on(link, 'box-1/readings'), 'door').at(-1)).toBe(null);
    const states = on(link, 'health').map(({ payload }) => must(decode.health(payload)).devices['box-1']?.state);
    expect(states).toContain('offline');
    expect(valuesOf(on(link, 'box-2/readings'), 'level').at(-1)).toBe(0);
  });

  test('tells a gateway that it has just reached of a dead device too, within a poll and a second', async () => {
    // Wherever the connect falls between two times at which the device is said to be dead anyway.
    for (let ms = 0; ms < 10_000; ms += 1000) {
      const { clock, link, dead } = await run();
      dead.add(1);
      await clock.advance(30_000 + ms);
      link.cut();
      const [before, said] = [link.connects, link.published.length];
      while (link.connects === before) await clock.advance(100);
      await clock.advance(2000);
      const since = link.published.slice(said).filter(({ topic }) => topic.endsWith('box-1/readings'));
      expect([ms, valuesOf(since, 'level')]).toEqual([ms, expect.arrayContaining([null])]);
    }
  });

  test('says again, after a connection broke, what was wrong with a device and was not acknowledged', async () => {
    const { clock, link, dead } = await run();
    await clock.advance(70_000);
    const before = on(link, 'box-1/diagnosis').length;
    const since = () => on(link, 'box-1/diagnosis').slice(before);
    link.hold = true;
    dead.add(1);
    for (let ms = 0; ms < 8000 && since().length === 0; ms += 100) {
      link.acknowledge(link.inFlight.length);
      await clock.advance(100);
    }
    const [unheard] = since();
    expect(unheard?.acknowledged).toBe(false);
    link.cut();
    link.release();
    await clock.advance(10_000);
    expect(since()).toEqual([unheard, { ...unheard, acknowledged: true }]);
    link.cut();
    await clock.advance(10_000);
    expect(since()).toHaveLength(2);
  });

  test('keeps readings through an outage and sends them with age, live ones first', async () => {
    const { clock, link, levels, outbox } = await run();
    await clock.advance(5000);
    link.refuse = 'gone';
    link.cut();
    for (let level = 1; level <= 30; level++) {
      levels.set(1, level);
      await clock.advance(1000);
    }
    expect(outbox.backlog()).toBeGreaterThan(20);
    link.refuse = undefined;
    await clock.advance(70_000);
    expect(outbox.backlog()).toBe(0);
    const sent = readings(on(link, 'box-1/readings'));
    expect(new Set(sent.map(({ seq }) => seq)).size).toBe(sent.length);
    const inOrder = sent.toSorted((a, b) => a.seq - b.seq).flatMap(({ points }) => points.level?.v ?? []);
    for (let level = 1; level <= 30; level++) expect(inOrder).toContain(level);
    expect(Math.max(...sent.map(({ age = 0 }) => age))).toBeGreaterThan(5000);
  });

  test('gives every message a seq, without a gap over all devices', async () => {
    const { clock, link, levels } = await run();
    for (let i = 0; i < 20; i++) {
      levels.set(1, i).set(2, 100 - i);
      await clock.advance(1000);
    }
    const seqs = ['box-1', 'box-2', 'chain']
      .flatMap((device) => on(link, `${device}/readings`))
      .map(({ payload }) => must(decode.readings(payload)).seq);
    expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: seqs.length }, (_, i) => i + 1));
  });

  test('stops within 5 s: what was gathered is committed and sent, then it says it is offline', async () => {
    const { clock, link, levels, close, outbox } = await run();
    await clock.advance(5000);
    levels.set(1, 42);
    await clock.advance(1050);
    expect(await close()).toBeLessThan(5000);
    expect(valuesOf(on(link, 'box-1/readings'), 'level')).toContain(42);
    expect(must(decode.status(on(link, 'status').at(-1)?.payload ?? ''))).toMatchObject({ state: 'offline' });
    expect(outbox.backlog()).toBe(0);
  });

  test('stops within 5 s though the broker acknowledges nothing, and sends the rest after the next start', async () => {
    const dir = tempDir();
    const first = await run({ dir });
    first.link.hold = true;
    await first.clock.advance(5000);
    expect(await first.close()).toBeLessThan(5000);
    const unheard = readings(first.link.published.filter(({ topic }) => topic.endsWith('/readings')));
    expect(unheard.length).toBeGreaterThan(0);
    const second = await run({ dir });
    await second.clock.advance(2000);
    const sent = readings(second.link.published.filter(({ topic }) => topic.endsWith('/readings')));
    const old = sent.filter(({ start }) => start === 1);
    expect(new Set(old.map(({ epoch, seq }) => `${epoch}/${seq}`))).toEqual(
      new Set(unheard.map(({ epoch, seq }) => `${epoch}/${seq}`)),
    );
    expect(old.every(({ age }) => age === undefined)).toBe(true);
  });

  test('is over when it has stopped, though a device went away in its last moment', async () => {
    // Wherever in the polling the stop falls: in some of these a state changes while the bus closes.
    for (let ms = 0; ms < 2000; ms += 100) {
      const { clock, dead, close } = await run();
      await clock.advance(5000);
      dead.add(1).add(2);
      await clock.advance(ms);
      expect(await close()).toBeLessThan(5000);
      expect([ms, clock.pending()]).toEqual([ms, 0]);
    }
  });

  test.each([
    [0, 0],
    [0, 2],
    [1, 4],
    [3, 4],
    [3, 7],
    [299, 300],
    [301, 300],
  ])(
    'is over when it stops %i ms after its start, at a gateway that answers after %i ms',
    async (afterMs, answerMs) => {
      const clock = new SimClock();
      const link = new MemoryLink();
      const connect = link.connect.bind(link);
      link.connect = async (options) => {
        await clock.sleep(answerMs);
        await connect(options);
      };
      const { close } = await run({ clock, link });
      await clock.advance(afterMs);
      expect(await close()).toBeLessThan(5000);
      expect(clock.pending()).toBe(0);
    },
  );

  test('sends health each 15 s and no more often than every second, however much changes', async () => {
    const { clock, link, dead } = await run();
    await clock.advance(20_000);
    const before = on(link, 'health').length;
    await clock.advance(60_000);
    expect(on(link, 'health').length - before).toBe(4);
    const calm = on(link, 'health').length;
    for (let i = 0; i < 10; i++) {
      dead.add(1).add(2);
      await clock.advance(400);
      dead.clear();
      await clock.advance(400);
    }
    expect(on(link, 'health').length - calm).toBeLessThanOrEqual(9);
  });

  test('says that its outbox failed, instead of going on without it', async () => {
    const clock = new SimClock();
    const config = agentConfig();
    const outbox = inlineOutbox({ clock, log: silentLog, dir: tempDir() });
    const fatal: string[] = [];
    const agent = new Agent({
      clock,
      log: silentLog,
      random: () => 0.5,
      site: siteOf(config),
      agent: config,
      simulated: false,
      link: new MemoryLink(),
      outbox: {
        dir: outbox.dir,
        open: () => outbox.open(),
        append: () => Promise.reject(new Error('disk I/O error')),
        ack: () => {},
        page: async () => [],
        backlog: () => 0,
        close: () => outbox.close(),
      },
      openBus: () => fakeBus(clock).bus,
      box,
      onFatal: (error) => void fatal.push(error.message),
    });
    await agent.start();
    await clock.advance(1200);
    expect(new Set(fatal)).toEqual(new Set(['disk I/O error']));
    const closing = agent.close();
    await clock.advance(10_000);
    await closing;
  });

  test('sends what it no longer believes with its value and why, although the value has not changed', async () => {
    const dir = tempDir();
    const plausibility = { frozenAfterMs: 30_000 };
    const { clock, link, levels, close } = await run({ dir, plausibility });
    levels.set(1, 7);
    await clock.advance(29_000);
    expect(faultsOf(on(link, 'box-1/readings'), 'level')).toEqual([null]);
    await clock.advance(6_000);
    expect(valuesOf(on(link, 'box-1/readings'), 'level')).toEqual([7, 7]);
    expect(faultsOf(on(link, 'box-1/readings'), 'level')).toEqual([null, 'frozen']);
    await close();

    const next = await run({ dir, clock, plausibility });
    next.levels.set(1, 7);
    await clock.advance(20_000);
    expect(faultsOf(on(next.link, 'box-1/readings'), 'level')).toEqual([null]);
  });
});

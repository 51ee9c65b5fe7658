import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decode } from '../../../contract/messages.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Agent } from '../../../edge/agent.ts';
import { boxFileOf, watchVirtualBox } from '../../../edge/box/virtual-box.ts';
import type { Bus } from '../../../edge/bus/bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { inlineOutbox } from '../../../edge/outbox/inline.ts';
import { tempDir } from '../../temp.ts';
import { agentConfig, MemoryLink, siteOf } from '../north.ts';

const will = { topic: 't', payload: 'gone' };

function simulated(dir = tempDir()) {
  const file = boxFileOf(join(dir, 'ports.json'));
  const clock = new SimClock();
  const memory = new MemoryLink();
  const link = Object.assign(memory, { drop: () => memory.up && memory.cut() });
  const warnings: unknown[] = [];
  const log = { warn: (what: unknown) => void warnings.push(what) };
  const box = watchVirtualBox({ file, agent: 'cabinet-1', clock, link, log });
  onTestFinished(() => box.close());
  const say = (agents: unknown) => writeFileSync(file, JSON.stringify({ agents }));
  return { file, clock, memory, box, say, warnings };
}

describe('the wall clock of a box on virtual lines', () => {
  test('is the real one without a word to the contrary, and steps within a second of one', async () => {
    const { clock, box, say, file } = simulated();
    const off = () => box.clock.now() - clock.now();
    expect(off()).toBe(0);
    say({ 'cabinet-1': { clockOffsetMs: 3_600_000 } });
    await clock.advance(1000);
    expect(off()).toBe(3_600_000);
    say({ 'cabinet-1': { clockOffsetMs: -60_000 }, 'cabinet-2': { clockOffsetMs: 5 } });
    await clock.advance(1000);
    expect(off()).toBe(-60_000);
    rmSync(file);
    await clock.advance(1000);
    expect(off()).toBe(0);
  });

  test('steps alone: waits and ages go on as they were', async () => {
    const { clock, box, say } = simulated();
    let woken = 0;
    void box.clock.sleep(5000).then(() => {
      woken = box.clock.monotonic();
    });
    box.clock.after(4000, () => {});
    say({ 'cabinet-1': { clockOffsetMs: 86_400_000 } });
    await clock.advance(5000);
    expect(woken).toBe(5000);
  });

  test('does not follow a file that makes no sense, which is said once', async () => {
    const { clock, box, file, say, warnings } = simulated();
    writeFileSync(file, '{"agents":{"cabinet-1":{"clockOffsetMs":"much"}}}');
    await clock.advance(5000);
    expect(box.clock.now()).toBe(clock.now());
    expect(warnings).toEqual([{ why: expect.stringMatching(/box\.json: .*clockOffsetMs/) }]);
    say({ 'cabinet-1': { clockOffsetMs: 1000 } });
    await clock.advance(1000);
    expect(box.clock.now()).toBe(clock.now() + 1000);
  });

  test('keeps no process alive once it is closed', () => {
    const { clock, box } = simulated();
    box.close();
    expect(clock.pending()).toBe(0);
  });
});

describe('the uplink of a box on virtual lines', () => {
  test('breaks within a second of being cut, is refused meanwhile, and connects again after', async () => {
    const { clock, box, memory, say } = simulated();
    const lost: string[] = [];
    const connect = () => box.link.connect({ will, onLost: (why) => lost.push(why) });
    await connect();
    await box.link.publish('a', '1', { retain: false });
    say({ 'cabinet-1': { uplink: 'cut' } });
    await clock.advance(1000);
    expect(lost).toHaveLength(1);
    await expect(box.link.publish('a', '2', { retain: false })).rejects.toThrow();
    await expect(connect()).rejects.toThrow('the virtual field has cut the way to the broker');
    expect(memory.connects).toBe(1);
    say({});
    await clock.advance(1000);
    await connect();
    await box.link.publish('a', '3', { retain: false });
    expect(memory.published.map(({ payload }) => payload)).toEqual(['1', '3']);
    await box.link.disconnect();
    expect(lost).toHaveLength(1);
  });

  test('that is cut while it connects does not come up', async () => {
    const { clock, box, memory, say } = simulated();
    const slow = Promise.withResolvers<void>();
    const connectNow = memory.connect.bind(memory);
    memory.connect = async (options) => {
      await slow.promise;
      await connectNow(options);
    };
    const connecting = box.link.connect({ will, onLost: () => {} });
    say({ 'cabinet-1': { uplink: 'cut' } });
    await clock.advance(1000);
    slow.resolve();
    await expect(connecting).rejects.toThrow('cut');
    expect(memory.up).toBe(false);
  });

  test('that is cut before the agent starts is cut from the beginning', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'box.json'), '{"agents":{"cabinet-1":{"uplink":"cut"}}}');
    const { box, memory } = simulated(dir);
    await expect(box.link.connect({ will, onLost: () => {} })).rejects.toThrow('cut');
    expect(memory.connects).toBe(0);
  });
});

/** Units whose level is the number of times it was asked. */
function countingBus(clock: SimClock): Bus {
  let asked = 0;
  let open = false;
  return {
    async exchange({ request }) {
      await clock.sleep(5);
      if (request.kind !== 'read') throw new Error('nothing writes here');
      return request.fn <= 2
        ? { ok: true, reply: { kind: 'bits', bits: Array(request.count).fill(false) } }
        : { ok: true, reply: { kind: 'words', words: Array(request.count).fill(asked++ % 90) } };
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
}

test('an agent whose broker is gone for a while and whose clock steps loses nothing and says how old things are', async () => {
  const { clock, box, memory, say } = simulated();
  const config = agentConfig(['box-1']);
  const agent = new Agent({
    clock: box.clock,
    log: silentLog,
    random: () => 0.5,
    site: siteOf(config),
    agent: config,
    simulated: true,
    link: box.link,
    outbox: inlineOutbox({ clock: box.clock, log: silentLog, dir: tempDir() }),
    openBus: () => countingBus(clock),
    box: { clockState: () => 'unsynced', diskFree: () => 1e9, rss: () => 6e7, loopP99Ms: () => 1, close: () => {} },
  });
  await agent.start();
  await clock.advance(10_000);
  say({ 'cabinet-1': { uplink: 'cut', clockOffsetMs: 3_600_000 } });
  await clock.advance(60_000);
  expect(memory.up).toBe(false);
  const heardBefore = memory.published.length;
  say({});
  await clock.advance(60_000);
  const closing = agent.close();
  await clock.advance(10_000);
  await closing;

  const messages = memory.published
    .filter(({ topic }) => topic.endsWith('/readings'))
    .map(({ payload }) => decode.readings(payload))
    .flatMap((parsed) => (parsed.ok ? [parsed.value] : []));
  expect(memory.published.length).toBeGreaterThan(heardBefore);
  const seqs = messages.map(({ seq }) => seq).toSorted((a, b) => a - b);
  expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i));
  const realNow = clock.now();
  const stepped = messages.filter(({ at }) => at > realNow);
  expect(stepped.length).toBeGreaterThan(10);
  for (const { age } of stepped) expect(age).toBeLessThan(130_000);
});

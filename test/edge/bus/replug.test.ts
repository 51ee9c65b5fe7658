import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openProblem } from '../../../edge/bus/serial-problem.ts';
import { command, missing } from '../../needs.ts';
import { honestSlave } from '../memory-line.ts';
import { honestMs, seeded } from './faults.ts';
import { readOf, wrongIn } from './polls.ts';
import { type MemoryRig, memoryRtu, type PtyRig, ptyRtu } from './rigs.ts';

const exchange = { ...readOf(1, 3, 10, 2, 4), timeoutMs: 300, gapMs: 0 };
const rounds = 50;
const openAgainWithinMs = 10_000;
const tickMs = 20;

describe.skipIf(missing(command('script')))('an adapter on a pseudo-terminal behind a stable link', () => {
  test('pulled and plugged in again 50 times gives data again within 10 s each, and leaks no descriptor', {
    timeout: 240_000,
  }, async () => {
    const rig = await ptyRtu(honestSlave());
    await replug(rig, 'at once');
    const before = descriptors();
    for (let round = 0; round < rounds; round++) {
      const tookMs = await replug(rig, round % 2 === 0 ? 'at once' : 'once it is missed');
      expect(tookMs).toBeLessThan(openAgainWithinMs);
    }
    // Fewer is no leak: what another test left open may close meanwhile.
    for (const [kind, count] of Object.entries(descriptors()))
      expect(count, kind).toBeLessThanOrEqual(before[kind] ?? 0);
  });

  /** Pulls, plugs, and reads until the values are there again; how long that took after the plug, without what this process was held up, ms. */
  async function replug(rig: PtyRig, when: 'at once' | 'once it is missed'): Promise<number> {
    const asked = rig.bus.exchange(exchange);
    rig.pull();
    await asked;
    while (rig.bus.isOpen()) await rig.clock.sleep(5);
    if (when === 'once it is missed')
      while (rig.bus.stats().closedBecause?.code !== 'no-such-port') await rig.clock.sleep(5);
    await rig.plug(honestSlave());
    using held = heldUp();
    const pluggedAt = rig.clock.monotonic();
    for (;;) {
      const outcome = await rig.bus.exchange(exchange);
      const tookMs = rig.clock.monotonic() - pluggedAt - held.ms();
      expect(wrongIn(exchange, outcome)).toBeUndefined();
      if (outcome.ok || tookMs > openAgainWithinMs) return tookMs;
      await rig.clock.sleep(10);
    }
  }

  /** How late its timers were so far, ms: a machine that keeps this process from running is no slow adapter. */
  function heldUp(): Disposable & { ms(): number } {
    let [lateMs, at] = [0, performance.now()];
    const timer = setInterval(() => {
      const now = performance.now();
      lateMs += Math.max(0, now - at - 2 * tickMs);
      at = now;
    }, tickMs);
    return { ms: () => lateMs, [Symbol.dispose]: () => clearInterval(timer) };
  }
});

describe('a port on simulated time', () => {
  const denied = openProblem('/dev/ttyUSB0')(new Error('Error: Permission denied, cannot open /dev/ttyUSB0'));
  const taken = openProblem('/dev/ttyUSB0')(new Error('Error Resource temporarily unavailable Cannot lock port'));
  const absent = openProblem('/dev/ttyUSB0')(new Error('Error: No such file or directory, cannot open /dev/ttyUSB0'));

  test('that is absent is looked at each second, and read within 2 s of its appearing, after however long', async () => {
    const dice = seeded(4711);
    const rig = await memoryRtu(honestSlave(honestMs));
    for (let round = 0; round < rounds; round++) {
      rig.line.problem = absent;
      rig.line.vanish();
      await rig.clock.advance(1000);
      const [openings, awayMs] = [rig.line.openings, Math.floor(dice() * 100_000)];
      await rig.clock.advance(awayMs);
      expect(rig.line.openings - openings).toBeGreaterThanOrEqual(Math.floor(awayMs / 1000));
      expect(rig.line.openings - openings).toBeLessThanOrEqual(Math.ceil(awayMs / 1000));
      rig.line.problem = null;
      expect(await untilOpen(rig)).toBeLessThanOrEqual(2000);
      expect((await rig.until(rig.bus.exchange(exchange))).ok).toBe(true);
    }
  });

  test.each([
    { name: 'that is denied', problem: denied },
    { name: 'that another program holds', problem: taken },
  ])('$name says what to do, is tried ever more rarely up to each 30 s, and opens when mended', async (row) => {
    const rig = await memoryRtu(honestSlave(honestMs));
    rig.line.problem = row.problem;
    rig.line.vanish();
    await rig.clock.advance(60_000);
    expect(rig.bus.stats().closedBecause).toEqual(row.problem.reason);
    expect(await rig.bus.exchange(exchange)).toMatchObject({ ok: false, fault: 'port-closed' });
    const before = rig.line.openings;
    await rig.clock.advance(600_000);
    expect(rig.line.openings - before).toBe(20);
    rig.line.problem = null;
    expect(await untilOpen(rig)).toBeLessThanOrEqual(30_000);
    expect((await rig.until(rig.bus.exchange(exchange))).ok).toBe(true);
  });

  test('that was denied and then pulled is looked at each second again', async () => {
    const rig = await memoryRtu(honestSlave(honestMs));
    rig.line.problem = denied;
    rig.line.vanish();
    await rig.clock.advance(120_000);
    rig.line.problem = absent;
    await rig.clock.advance(31_000);
    rig.line.problem = null;
    expect(await untilOpen(rig)).toBeLessThanOrEqual(2000);
  });
});

/** How long the bus took to be open, ms. */
async function untilOpen({ bus, clock }: MemoryRig): Promise<number> {
  const from = clock.monotonic();
  while (!bus.isOpen() && clock.monotonic() - from < 60_000) await clock.advance(10);
  return clock.monotonic() - from;
}

/** What this process holds open, by kind: names of pipes and sockets differ from time to time. */
function descriptors(): Record<string, number> {
  const kinds = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`).replace(/[0-9]+/g, 'n')];
    } catch {
      return [];
    }
  });
  return Object.fromEntries([...Map.groupBy(kinds, (kind) => kind)].map(([kind, all]) => [kind, all.length]));
}

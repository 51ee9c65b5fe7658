import { describe, expect, onTestFinished, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Agent } from '../../../edge/agent.ts';
import { silentLog } from '../../../edge/log.ts';
import { inlineOutbox } from '../../../edge/outbox/inline.ts';
import type { Outbox } from '../../../edge/outbox/outbox.ts';
import { tempDir } from '../../temp.ts';
import { agentOf } from '../bench-site.ts';
import { MemoryLink, siteOf } from '../north.ts';
import { busOf, devEui, MemoryBroker } from './builders.ts';

/** An agent on one broker; `gate` stands before its outbox. */
async function run(dir: string, gate: (outbox: Outbox) => Outbox = (outbox) => outbox) {
  const clock = new SimClock(Date.UTC(2026, 10, 29));
  const broker = new MemoryBroker();
  const failed: Error[] = [];
  const inner = inlineOutbox({ clock, log: silentLog, dir });
  const config = { ...agentOf([]), buses: [busOf()] };
  const link = new MemoryLink();
  link.hold = true;
  const agent = new Agent({
    ...{ clock, log: silentLog, random: () => 0.5, site: siteOf(config), agent: config, simulated: true },
    ...{ link, outbox: gate(inner), onFatal: (error: Error) => failed.push(error) },
    subscribe: () => broker,
  });
  await agent.start();
  await clock.advance(0);
  const crash = () => inner.close();
  onTestFinished(crash);
  /** With the moment for which it waits for others. */
  const said = async (topic: string, payload: object) => {
    const acknowledged = broker.say(topic, payload);
    await clock.advance(50);
    return acknowledged;
  };
  const up = (fCnt: number, hex: string) =>
    said(`application/a/device/${devEui}/event/up`, {
      ...{ deviceInfo: { devEui }, time: new Date(clock.now()).toISOString(), fCnt, fPort: 1 },
      data: Buffer.from(hex, 'hex').toString('base64'),
    });
  /** What stands in the outbox of the bay, without what has no value. */
  const kept = async () => {
    const rows = (await inner.page(0, 100)).filter(({ device }) => device === 'bay-1');
    return rows.flatMap(({ points }) => (JSON.parse(points).occupied?.v ?? []).filter((v: unknown) => v !== null));
  };
  return { clock, up, kept, crash, failed };
}

describe('a message is acknowledged', () => {
  test('when its readings are on disk, and not before', async () => {
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const { clock, up } = await run(tempDir(), (outbox) => ({
      ...unbound(outbox),
      append: async (rows) => {
        await gate.promise;
        const kept = await outbox.append(rows);
        if (rows.some(({ device }) => device === 'bay-1')) order.push('kept');
        return kept;
      },
    }));
    const acknowledged = up(1, '01').then((isKept) => order.push(`acknowledged ${isKept}`));
    await clock.advance(1000);
    expect(order).toEqual([]);
    gate.resolve();
    await clock.advance(0);
    await acknowledged;
    expect(order).toEqual(['kept', 'acknowledged true']);
  });

  test('after five seconds of a full disk all the same, since nothing new would be heard otherwise', async () => {
    const { clock, up } = await run(tempDir(), (outbox) => ({
      ...unbound(outbox),
      append: () => new Promise(() => {}),
    }));
    let isAcknowledged: boolean | undefined;
    void up(1, '01').then((is) => {
      isAcknowledged = is;
    });
    await clock.advance(4800);
    expect(isAcknowledged).toBeUndefined();
    await clock.advance(400);
    expect(isAcknowledged).toBe(true);
  });

  test('never when the store failed', async () => {
    const { up, failed } = await run(tempDir(), (outbox) => ({
      ...unbound(outbox),
      append: () => Promise.reject(new Error('disk I/O error')),
    }));
    expect(await up(1, '01')).toBe(false);
    expect(failed).not.toEqual([]);
  });
});

test('a message that the broker says again after a crash is known, and one that was not kept is taken', async () => {
  const dir = tempDir();
  const before = await run(dir);
  await before.up(7, '01');
  await before.clock.advance(0);
  expect(await before.kept()).toEqual([true]);
  await before.crash();

  const after = await run(dir);
  expect(await after.up(7, '01')).toBe(true);
  expect(await after.kept()).toEqual([true]);
  await after.clock.advance(1000);
  // What lies between was heard, and said nothing new: it is not lost.
  await after.up(9, '00');
  expect(await after.kept()).toEqual([true, false]);
});

function unbound(outbox: Outbox): Outbox {
  return {
    dir: outbox.dir,
    open: () => outbox.open(),
    append: (rows) => outbox.append(rows),
    ack: (ids) => outbox.ack(ids),
    page: (after, limit) => outbox.page(after, limit),
    backlog: () => outbox.backlog(),
    close: () => outbox.close(),
  };
}

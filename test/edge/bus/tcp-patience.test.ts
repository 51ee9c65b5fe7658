import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import type { ModbusRequest } from '../../../devices/modbus/pdu.ts';
import { frameTcp, takeTcpFrames } from '../../../devices/modbus/tcp.ts';
import { TcpBus } from '../../../edge/bus/tcp-bus.ts';
import type { WireEvents } from '../../../edge/bus/wire.ts';
import { silentLog } from '../../../edge/log.ts';

const read: ModbusRequest = { kind: 'read', fn: 3, address: 0, count: 1 };

test('a unit that has answered a thousand times in 20 ms is not waited for a second when it stops', async () => {
  const { clock, ask, line } = await connected();
  for (let i = 0; i < 1000; i++) await ask(read);
  line.latencyMs = null;
  const from = clock.monotonic();
  expect(await ask(read)).toMatchObject({ ok: false, fault: 'timeout', reason: { code: 'no-reply', ms: 50 } });
  expect(clock.monotonic() - from).toBeLessThan(70);
  line.latencyMs = 700;
  expect(await ask(read)).toMatchObject({ ok: true });
});

test('a write goes ahead of the reads that wait', async () => {
  const { ask, line } = await connected();
  line.asked.length = 0;
  const reads = [ask(read), ask(read), ask(read)];
  await ask({ kind: 'write', fn: 6, address: 0, word: 1 });
  await Promise.all(reads);
  expect(line.asked).toEqual([3, 6, 3, 3]);
});

async function connected() {
  const clock = new SimClock();
  const line = { latencyMs: 20 as number | null, asked: [] as number[] };
  let events: WireEvents | undefined;
  const wire = {
    async open(given: WireEvents) {
      events = given;
      return { ok: true } as const;
    },
    write(bytes: Uint8Array) {
      const taken = takeTcpFrames(bytes);
      if (taken.kind === 'broken') throw new Error(JSON.stringify(taken.why));
      for (const { transaction, unit, pdu } of taken.frames) {
        line.asked.push(pdu[0] ?? 0);
        const reply = pdu[0] === 6 ? pdu : Uint8Array.of(3, 2, 0, 7);
        if (line.latencyMs === null) continue;
        clock.after(line.latencyMs, () => events?.onBytes(frameTcp(transaction, unit, reply)));
      }
    },
    look() {},
    async close() {},
  };
  const link = { host: '127.0.0.1', port: 1 };
  const bus = new TcpBus({ clock, log: silentLog, random: () => 0.5, id: 't', link, wire });
  await bus.open();
  const ask = async (request: ModbusRequest) => {
    const outcome = bus.exchange({ unit: 1, request, maxCount: 1, timeoutMs: 1000, gapMs: 0 });
    let isOver = false;
    void outcome.then(() => {
      isOver = true;
    });
    while (!isOver) await clock.advance(5);
    return outcome;
  };
  return { clock, ask, line };
}

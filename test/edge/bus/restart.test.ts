import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { honestReply, honestSlave, MemoryLine, registerOf } from '../memory-line.ts';

/** An agent that was killed while a slow device had yet to answer it, and the next one on the same line. */

const timeoutMs = 2000;
const line = { baudRate: 9600, parity: 'none', stopBits: 1 } as const;

test.each([50, 300, 600])(
  'the answer to what a killed agent asked, %i ms after the start, is nobody’s',
  async (afterMs) => {
    const { clock, wire, bus } = await started();
    wire.noise([...honestReply(frameRtu(1, Uint8Array.of(3, 0, 40, 0, 1)))], afterMs);
    const asked = bus.exchange(read);
    await clock.advance(10_000);
    expect(await asked).toMatchObject({ ok: true, reply: { words: [registerOf(1, 10)] } });
  },
);

test('closing does not wait until such an answer can come no more', async () => {
  const { clock, wire, bus } = await started();
  const asked = bus.exchange(read);
  await clock.advance(10);
  let isClosed = false;
  const closing = bus.close().then(() => {
    isClosed = true;
  });
  await clock.advance(1000);
  expect(isClosed).toBe(true);
  expect(await asked).toMatchObject({ ok: false, fault: 'port-closed' });
  expect(wire.sent).toEqual([]);
  await closing;
});

const read = {
  unit: 1,
  request: { kind: 'read', fn: 3, address: 10, count: 1 },
  maxCount: 1,
  timeoutMs,
  gapMs: 0,
} as const;

async function started() {
  const clock = new SimClock();
  const wire = new MemoryLine({ clock, slave: honestSlave(700) });
  const silentUntil = clock.monotonic() + timeoutMs;
  const bus = new RtuBus({ clock, log: silentLog, random: () => 0.5, id: 'a', wire, line, silentUntil });
  await bus.open();
  return { clock, wire, bus };
}

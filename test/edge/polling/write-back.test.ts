import { expect, test } from 'vitest';
import { pointRefSchema } from '../../../contract/ids.ts';
import { parseRequestPdu } from '../../../devices/modbus/pdu.ts';
import { frameRtu, tryRtuFrame } from '../../../devices/modbus/rtu.ts';
import { fieldOf } from '../bus/field.ts';
import { exceptionReply, type Slave } from '../memory-line.ts';

/** What is read back after a write is what a poll reads: no less, and by no other request than the map allows. */

test('a setpoint that a lost node has not got is no good reading, and its write has not been done', async () => {
  const registers = new Map([
    [10, 20],
    [11, 0],
  ]);
  const field = fieldOf(slaveOf(registers), {
    everyMs: 10_000,
    points: { set: { address: 10, writable: true, invalidWhile: { lost: 1 } }, lost: { address: 11 } },
  });
  await field.clock.advance(1000);
  expect(await written(field, 21)).toMatchObject({ outcome: 'done', readBack: 21 });
  registers.set(11, 1);
  const before = field.readings.length;
  expect(await written(field, 25)).toMatchObject({
    outcome: 'failed',
    reason: { code: 'read-back-failed', fault: 'sentinel' },
    readBack: null,
  });
  expect(field.readings.slice(before).filter(({ value }) => value === 25)).toEqual([]);
  await field.end();
});

test('a point inside a block that is read as a whole or not at all is read back by the block', async () => {
  const registers = new Map(Array.from({ length: 5 }, (_, i) => [20 + i, 0x0100 + i]));
  const field = fieldOf(slaveOf(registers, { address: 20, count: 5 }), {
    everyMs: 10_000,
    rest: { blocks: { holding: [[20, 24]] } },
    points: { first: { address: 20 }, set: { address: 22, mask: 0x00ff, writable: true } },
  });
  await field.clock.advance(1000);
  expect(await written(field, 0x77)).toMatchObject({ outcome: 'done', readBack: 0x77 });
  expect([...registers.values()]).toEqual([0x0100, 0x0101, 0x0177, 0x0103, 0x0104]);
  await field.end();
});

test.each([[{}], [{ limits: { sleepsAfter: '2s' } }]])(
  'a device that sleeps is woken before it is written to: %j',
  async (rest) => {
    const registers = new Map([[10, 20]]);
    const device = slaveOf(registers);
    const field = fieldOf((...args) => field.slave(...args), {
      everyMs: 20_000,
      rest,
      points: { set: { address: 10, writable: true } },
    });
    let heardAt = Number.NEGATIVE_INFINITY;
    field.slave = (...args) => {
      const isAwake = field.clock.monotonic() - heardAt < 2000;
      heardAt = field.clock.monotonic();
      return isAwake ? device(...args) : [];
    };
    await field.clock.advance(70_000);
    expect(await written(field, 21)).toMatchObject({ outcome: 'done', readBack: 21 });
    await field.end();
  },
);

async function written(field: ReturnType<typeof fieldOf>, value: number) {
  const outcome = field.write(pointRefSchema.parse('d-1/set'), value);
  await field.clock.advance(5000);
  return outcome;
}

/** A device of these registers; of a block it gives all or nothing. */
function slaveOf(registers: Map<number, number>, block?: { address: number; count: number }): Slave {
  return (frame) => {
    const { unit = 0, pdu = frame } = tryRtuFrame(frame) ?? {};
    const request = parseRequestPdu(pdu);
    const reply = (bytes: Uint8Array) => [{ afterMs: 5, bytes }];
    if (request?.fn === 6) {
      registers.set(request.address, request.word);
      return reply(frame);
    }
    if (request?.kind !== 'read') return [];
    const { address, count } = request;
    if (block !== undefined && (address !== block.address || count !== block.count))
      return reply(exceptionReply(frame, 2));
    const bytes = Array.from({ length: count }, (_, i) => registers.get(address + i) ?? 0);
    return reply(frameRtu(unit, Uint8Array.of(3, 2 * count, ...bytes.flatMap((word) => [word >>> 8, word & 0xff]))));
  };
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { encodePdu } from '../../../devices/modbus/pdu.ts';
import { frameRtu, tryRtuFrame } from '../../../devices/modbus/rtu.ts';
import { ptySilenceMs, RtuSlave } from '../../../simulators/slave/rtu-slave.ts';

/** Unit 1 alone; echoes the address asked for. */
function line() {
  const clock = new SimClock();
  const replies: number[][] = [];
  const slave = new RtuSlave({
    clock,
    silenceMs: ptySilenceMs,
    answer: (unit, pdu) => (unit === 1 ? Uint8Array.from([pdu[0] ?? 0, pdu[2] ?? 0]) : undefined),
    send: (bytes) => replies.push([...(tryRtuFrame(bytes)?.pdu ?? [])]),
  });
  return { clock, slave, replies };
}

const read = (address: number, unit = 1) => frameRtu(unit, encodePdu({ kind: 'read', fn: 3, address, count: 1 }));
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const withBadCrc = (frame: Uint8Array) => frame.map((byte, i) => (i === frame.length - 1 ? byte ^ 1 : byte));

test('a request in any pieces is answered once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 5 }), (cuts) => {
      const { slave, replies } = line();
      const frame = read(7);
      const ends = [...new Set([...cuts, frame.length])].sort((a, b) => a - b);
      ends.reduce((start, end) => {
        slave.receive(frame.subarray(start, end));
        return end;
      }, 0);
      expect(replies).toEqual([[3, 7]]);
    }),
  );
});

test('two requests in one chunk are answered in their order', () => {
  const { slave, replies } = line();
  slave.receive(joined(read(1), read(2)));
  expect(replies).toEqual([
    [3, 1],
    [3, 2],
  ]);
});

test('a request of unknown length is answered, and so is the one behind it', () => {
  const { slave, replies } = line();
  slave.receive(joined(frameRtu(1, Uint8Array.from([0x41, 0, 5])), read(2)));
  expect(replies).toEqual([
    [0x41, 5],
    [3, 2],
  ]);
});

test('a foreign unit and the broadcast stay without an answer, and cost the next request nothing', () => {
  const { slave, replies } = line();
  slave.receive(joined(read(1, 9), read(2, 0), read(3)));
  expect(replies).toEqual([[3, 3]]);
});

test('after a bad CRC the line is deaf until it has been silent', async () => {
  const { clock, slave, replies } = line();
  slave.receive(joined(withBadCrc(read(1)), read(2)));
  await clock.advance(ptySilenceMs - 1);
  slave.receive(read(3));
  expect(replies).toEqual([]);
  await clock.advance(ptySilenceMs);
  slave.receive(read(4));
  expect(replies).toEqual([[3, 4]]);
});

test('a request that stops half way is dropped after silence', async () => {
  const { clock, slave, replies } = line();
  slave.receive(read(1).subarray(0, 5));
  await clock.advance(ptySilenceMs);
  slave.receive(read(2));
  expect(replies).toEqual([[3, 2]]);
});

test('rubbish before, within or behind a request costs no later one, once the line was silent', async () => {
  const rubbish = fc.uint8Array({ minLength: 1, maxLength: 600 });
  await fc.assert(
    fc.asyncProperty(rubbish, fc.nat(8), async (noise, at) => {
      const { clock, slave, replies } = line();
      const frame = read(1);
      slave.receive(joined(frame.subarray(0, at), noise, frame.subarray(at)));
      await clock.advance(ptySilenceMs);
      replies.length = 0;
      slave.receive(read(2));
      expect(replies).toEqual([[3, 2]]);
    }),
  );
});

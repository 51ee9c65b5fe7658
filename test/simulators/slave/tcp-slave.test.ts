import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { encodePdu } from '../../../devices/modbus/pdu.ts';
import { frameTcp, takeTcpFrames } from '../../../devices/modbus/tcp.ts';
import { TcpSlave } from '../../../simulators/slave/tcp-slave.ts';

function connection() {
  const replies: { transaction: number; unit: number; pdu: number[] }[] = [];
  const broken: unknown[] = [];
  const slave = new TcpSlave({
    clock: new SimClock(),
    answer: (unit, pdu) => (unit === 1 ? Uint8Array.from([pdu[0] ?? 0, pdu[2] ?? 0]) : undefined),
    send(bytes) {
      const taken = takeTcpFrames(bytes);
      if (taken.kind === 'frames') replies.push(...taken.frames.map((frame) => ({ ...frame, pdu: [...frame.pdu] })));
    },
    onBroken: (why) => broken.push(why),
  });
  return { slave, replies, broken };
}

const read = (transaction: number, unit = 1) =>
  frameTcp(transaction, unit, encodePdu({ kind: 'read', fn: 3, address: transaction, count: 1 }));

test('requests byte by byte and three at once are answered in their order, each with its transaction', () => {
  const { slave, replies } = connection();
  for (const byte of read(1)) slave.receive(Uint8Array.of(byte));
  slave.receive(Buffer.concat([read(2), read(3, 7), read(4)]));
  expect(replies).toEqual([1, 2, 4].map((n) => ({ transaction: n, unit: 1, pdu: [3, n] })));
});

test('a stream out of step is given up, whatever follows', () => {
  const { slave, replies, broken } = connection();
  slave.receive(Uint8Array.of(0, 1, 0, 9, 0, 6));
  slave.receive(read(2));
  expect(broken).toHaveLength(1);
  expect(replies).toEqual([]);
});

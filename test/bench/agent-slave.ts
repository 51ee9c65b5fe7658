import { createServer } from 'node:net';
import { frameTcp, takeTcpFrames } from '../../devices/modbus/tcp.ts';

/**
 * A Modbus TCP slave that changes every register at every read, by a counter of its own for each unit: register i is
 * count + i. It says its port, and at each line on stdin how often each unit was read.
 */
const counts: Record<number, number> = {};

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let rest: Uint8Array = new Uint8Array();
  socket.on('data', (bytes) => {
    const taken = takeTcpFrames(Buffer.concat([rest, bytes]));
    if (taken.kind === 'broken') throw new Error(JSON.stringify(taken.why));
    rest = Uint8Array.from(taken.rest);
    for (const { transaction, unit, pdu } of taken.frames) socket.write(frameTcp(transaction, unit, answer(unit, pdu)));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(address.port);
});
process.stdin.on('data', () => console.log(JSON.stringify(counts))).on('end', () => process.exit(0));

function answer(unit: number, pdu: Uint8Array): Uint8Array {
  const count = (counts[unit] ?? 0) + 1;
  counts[unit] = count;
  const words = Array.from({ length: pdu[4] ?? 0 }, (_, i) => (count + i) & 0xffff);
  return Uint8Array.of(pdu[0] ?? 0, 2 * words.length, ...words.flatMap((word) => [word >>> 8, word & 0xff]));
}

import { createServer, type Socket } from 'node:net';
import { frameTcp, takeTcpFrames } from '../../devices/modbus/tcp.ts';
import { atEnd } from '../cleanup.ts';
import type { Slave } from '../edge/memory-line.ts';

/** Answers a read of `count` registers from `address` with words; undefined stays silent. */
export type Registers = (unit: number, address: number, count: number) => readonly number[] | undefined;

export type TcpSlave = { port: number; close(): Promise<void> };

/** A Modbus TCP slave whose registers the test computes as they are read (functions 3 and 4). */
export function startTcpSlave(registers: Registers): Promise<TcpSlave> {
  return startTcpLine((request) => {
    const { transaction, unit, pdu } = soleFrame(request);
    const reply = answer(unit, pdu, registers);
    return reply === undefined ? [] : [{ afterMs: 0, bytes: frameTcp(transaction, unit, reply) }];
  });
}

/** A Modbus TCP server that puts on a connection whatever the slave answers to a request, right or not. */
export async function startTcpLine(slave: Slave): Promise<TcpSlave> {
  const sockets = new Set<Socket>();
  let nth = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    let buffer: Uint8Array = new Uint8Array();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      const taken = takeTcpFrames(Buffer.concat([buffer, chunk]));
      if (taken.kind === 'broken') {
        socket.destroy();
        return;
      }
      buffer = taken.rest;
      for (const { transaction, unit, pdu } of taken.frames) {
        for (const { afterMs, bytes, ends } of slave(frameTcp(transaction, unit, pdu), ++nth)) {
          const say = () => (ends ? socket.end(bytes) : socket.write(bytes));
          if (afterMs > 0) setTimeout(say, afterMs);
          else say();
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  atEnd(close);
  return { port: address.port, close };
}

/** The one frame that these bytes are. */
export function soleFrame(bytes: Uint8Array): { transaction: number; unit: number; pdu: Uint8Array } {
  const taken = takeTcpFrames(bytes);
  const frame = taken.kind === 'frames' ? taken.frames[0] : undefined;
  if (frame === undefined) throw new Error('not one frame');
  return frame;
}

function answer(unit: number, pdu: Uint8Array, registers: Registers): Uint8Array | undefined {
  const fn = pdu[0] ?? 0;
  if (fn !== 3 && fn !== 4) return Uint8Array.of(fn | 0x80, 1);
  const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.byteLength);
  const words = registers(unit, view.getUint16(1), view.getUint16(3));
  if (words === undefined) return undefined;
  const reply = new DataView(new ArrayBuffer(2 + 2 * words.length));
  reply.setUint8(0, fn);
  reply.setUint8(1, 2 * words.length);
  words.forEach((word, i) => {
    reply.setUint16(2 + 2 * i, word);
  });
  return new Uint8Array(reply.buffer);
}

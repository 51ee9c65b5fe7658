import type { Socket } from 'node:net';
import type { Devices } from './line.ts';
import { ptySilenceMs, RtuSlave } from './slave/rtu-slave.ts';

/** Serves RTU frames inside one TCP connection, as a serial converter with the devices behind it does. */
export function serveRtu(socket: Socket, devices: Devices): void {
  const send = (bytes: Uint8Array) => socket.write(bytes);
  const slave = new RtuSlave({ ...devices, silenceMs: ptySilenceMs, send });
  socket.setNoDelay(true);
  socket.on('data', (bytes: Buffer) => slave.receive(bytes));
  // A reader may vanish at any time; the close that follows is enough.
  socket.on('error', () => {});
  socket.on('close', () => slave.close());
}

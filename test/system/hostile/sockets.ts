import { connect, type Socket } from 'node:net';
import type { Dice } from '../../edge/bus/fuzz-frames.ts';

/** Bare sockets to the gateway, from any address of the loopback: strangers are counted by their address. */

/** Never rejects: a gateway that turns a socket away is no failure of the test. */
export function open(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
    socket.on('error', () => socket.destroy());
    // Read on, or the end would never be heard.
    socket.resume();
    socket.once('connect', () => resolve(socket));
    socket.once('close', () => resolve(socket));
  });
}

export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** Destroys it when it is still open after so long. */
export async function closedWithin(socket: Socket, ms: number): Promise<void> {
  const timer = setTimeout(() => socket.destroy(), ms);
  await closed(socket);
  clearTimeout(timer);
}

export const addresses = (count: number, net = 1) => Array.from({ length: count }, (_, n) => `127.${net}.0.${n + 1}`);

/** Sends the bytes whole, or in pieces with a turn of the loop between them. */
export async function sendPieces(socket: Socket, bytes: Uint8Array, dice: Dice): Promise<void> {
  if (dice.chance(0.7)) {
    if (socket.writable) socket.write(bytes);
    return;
  }
  for (let at = 0; at < bytes.length && socket.writable; ) {
    const step = dice.between(1, Math.max(1, bytes.length >> 1));
    socket.write(bytes.subarray(at, at + step));
    at += step;
    await new Promise(setImmediate);
  }
}

/** Whether anything came, or the connection ended, before `ms` were over. */
export function answered(socket: Socket, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (answer: boolean) => {
      clearTimeout(timer);
      socket.off('data', yes).off('close', yes);
      resolve(answer);
    };
    const yes = () => done(true);
    const timer = setTimeout(() => done(false), ms);
    if (socket.closed) yes();
    else socket.once('data', yes).once('close', yes);
  });
}

/** Runs `work` for 0, 1, 2 … `count` - 1, so many at a time. */
export async function eachOf(count: number, atATime: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atATime }, lane));
}

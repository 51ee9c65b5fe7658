import type { Socket } from 'node:net';
import { residentMb } from '../../bench/measure.ts';
import { signIn } from './fuzz-mqtt.ts';
import { closed, eachOf, open } from './sockets.ts';
import type { World } from './world.ts';

/** What those do who have no credentials. */

/** A CONNECT that says 100 MB are to come. */
const hundredMb = Uint8Array.of(0x10, 0x80, 0xc2, 0xd7, 0x2f);

/** All at once: half of them announce 100 MB, the others send bytes without end. How long each stayed open, ms. */
export async function sendOversize(world: World, count: number): Promise<{ openMs: number[]; growthMb: number }> {
  const sockets = await Promise.all(Array.from({ length: count }, () => open(world.mqttPort)));
  const before = residentMb(world.pid);
  let most = before;
  const watching = setInterval(() => {
    most = Math.max(most, residentMb(world.pid));
  }, 5);
  const from = performance.now();
  const openMs = await Promise.all(
    sockets.map(async (socket, n) => {
      if (n % 2 === 0) socket.write(Buffer.concat([hundredMb, Buffer.alloc(60_000)]));
      else pour(socket);
      await closed(socket);
      return performance.now() - from;
    }),
  );
  clearInterval(watching);
  return { openMs, growthMb: Math.max(most, residentMb(world.pid)) - before };
}

/** Writes for as long as the other side lets it. */
function pour(socket: Socket): void {
  const chunk = Buffer.alloc(64 * 1024, 0x10);
  const more = () => {
    while (socket.writable && socket.write(chunk));
  };
  socket.on('drain', more);
  more();
}

/** Sockets that send a byte now and then, or none. Resolves with how long each stayed open, ms, when all are closed. */
export async function dribble(port: number, bytes: Uint8Array, count: number): Promise<number[]> {
  const everyMs = 100;
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const socket = await open(port);
      const from = performance.now();
      let at = 0;
      const timer = setInterval(() => {
        if (n % 4 !== 0 && at < bytes.length - 1) socket.write(bytes.subarray(at, ++at));
      }, everyMs);
      await closed(socket);
      clearInterval(timer);
      return performance.now() - from;
    }),
  );
}

export const slowConnect = (world: World) => signIn({ id: 'x'.repeat(200), password: world.agents[0]?.password ?? '' });
export const slowRequest = () => Buffer.from(`GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(400)}\r\n\r\n`);

/** Signs in by wrong passwords as fast as it can until it is told to stop; how often. */
export function guess(world: World, lanes: number): { stop(): Promise<number> } {
  let tries = 0;
  let over = false;
  const done = eachOf(lanes, lanes, async () => {
    while (!over) {
      tries++;
      const socket = await open(world.mqttPort, '127.3.0.1');
      if (socket.writable) socket.write(signIn({ id: world.agents[0]?.id ?? '', password: 'guess' }));
      await closed(socket);
    }
  });
  return {
    async stop() {
      over = true;
      await done;
      return tries;
    },
  };
}

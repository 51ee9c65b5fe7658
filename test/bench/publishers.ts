import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';

/**
 * Publishers on raw sockets with every packet encoded beforehand, so that the load costs a fraction of what it
 * measures. Each keeps `window` publishes unacknowledged: one PUBACK lets the next one go.
 */

export type Stream = {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  /** PUBLISH packets, QoS 1, one after another. */
  readonly packets: Uint8Array;
  /** Where each packet begins in `packets`, and where the last one ends. */
  readonly offsets: readonly number[];
};

/** Encodes a client's messages; ids run from 1 up and round. */
export function encodeStream(
  account: { clientId: string; username: string; password: string },
  messages: Iterable<{ topic: string; payload: string }>,
): Stream {
  const parts: Buffer[] = [];
  const offsets = [0];
  let length = 0;
  let id = 0;
  for (const { topic, payload } of messages) {
    id = (id % 65_535) + 1;
    const packet = generate({ cmd: 'publish', topic, payload, qos: 1, messageId: id, dup: false, retain: false });
    parts.push(packet);
    length += packet.length;
    offsets.push(length);
  }
  return { ...account, packets: Buffer.concat(parts), offsets };
}

/** Sends every stream to its end; resolves when all is acknowledged. */
export async function publishAll(
  port: number,
  streams: readonly Stream[],
  window: number,
): Promise<{ acked: number; ms: number; ackMs: number[] }> {
  const sockets = await Promise.all(streams.map((stream) => signIn(port, stream)));
  const from = performance.now();
  const results = await Promise.all(streams.map((stream, i) => publish(sockets[i], stream, window)));
  const ms = performance.now() - from;
  for (const socket of sockets) socket.destroy();
  return { acked: results.reduce((sum, r) => sum + r.acked, 0), ms, ackMs: results.flatMap((r) => r.ackMs) };
}

function signIn(port: number, { clientId, username, password }: Stream): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${clientId}: the broker closed the connection`)));
    socket.write(
      generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clientId,
        username,
        password: Buffer.from(password),
        keepalive: 10,
        clean: true,
      }),
    );
    socket.once('data', (connack: Buffer) =>
      connack[3] === 0 ? resolve(socket) : reject(new Error(`${clientId}: refused with ${connack[3]}`)),
    );
  });
}

function publish(
  socket: Socket | undefined,
  { packets, offsets }: Stream,
  window: number,
): Promise<{ acked: number; ackMs: number[] }> {
  if (socket === undefined) throw new Error('no socket');
  const total = offsets.length - 1;
  const sentAt: number[] = [];
  const ackMs: number[] = [];
  let sent = 0;
  let acked = 0;
  let bytes = 0;
  const send = (count: number) => {
    const until = Math.min(total, sent + count);
    if (until === sent) return;
    socket.write(packets.subarray(offsets[sent], offsets[until]));
    const now = performance.now();
    for (; sent < until; sent++) sentAt.push(now);
  };
  return new Promise((resolve, reject) => {
    socket.once('close', () => reject(new Error(`closed after ${acked} of ${total}`)));
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      const now = performance.now();
      const fresh = Math.floor(bytes / 4) - acked; // a PUBACK is four bytes
      for (let i = 0; i < fresh; i++) ackMs.push(now - (sentAt[acked + i] ?? now));
      acked += fresh;
      if (acked === total) resolve({ acked, ackMs });
      else send(fresh);
    });
    send(window);
  });
}

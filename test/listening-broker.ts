import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { onTestFinished } from 'vitest';

/** A broker on a free port that keeps what it is told, wills included, and who tried to sign in; ends with the test. Without a password all may in. */
export async function listeningBroker({ password }: { password?: string } = {}) {
  const heard: { topic: string; payload: string; bytes: Uint8Array; retain: boolean }[] = [];
  const tries: string[] = [];
  const aedes = await Aedes.createBroker({
    authenticate: (_client, username, given, done) => {
      tries.push(username ?? '');
      done(null, password === undefined || given?.toString() === password);
    },
    authorizePublish: (_client, { topic, payload, retain }, done) => {
      heard.push({ topic, payload: payload.toString(), bytes: Buffer.from(payload), retain });
      done(null);
    },
  });
  const onAcknowledged = (told: (payload: string) => void) =>
    aedes.on('ack', (packet) => packet !== undefined && 'payload' in packet && told(packet.payload.toString()));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  onTestFinished(async () => {
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  /** Ends every connection as a pulled cable does. */
  const drop = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return { heard, tries, onAcknowledged, drop, url: `mqtt://127.0.0.1:${address.port}` };
}

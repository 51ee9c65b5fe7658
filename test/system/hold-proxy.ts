import { connect, createServer, type Socket } from 'node:net';
import { atEnd } from '../cleanup.ts';

export type HoldProxy = {
  port: number;
  /** From now on nothing the server says reaches the client: its acknowledgements hang in the air. */
  hold(): void;
  /** Ends every connection and lets the next ones through. */
  release(): void;
};

/** Stands between a client and a server on loopback. `target` is asked at each connection. */
export async function startHoldProxy(target: () => number): Promise<HoldProxy> {
  const pairs = new Set<{ client: Socket; server: Socket }>();
  let holding = false;
  const listener = createServer((client) => {
    const server = connect(target(), '127.0.0.1');
    const pair = { client, server };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.setNoDelay(true).on('error', end).on('close', end);
    client.on('data', (chunk) => server.write(chunk));
    server.on('data', (chunk) => {
      if (!holding) client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const endAll = () => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
  };
  atEnd(async () => {
    endAll();
    await new Promise((resolve) => listener.close(resolve));
  });
  return {
    port: address.port,
    hold: () => {
      holding = true;
    },
    release: () => {
      holding = false;
      endAll();
    },
  };
}

import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { ListenError } from '../listen-error.ts';

export type HttpListenOptions = {
  bind: string;
  /** 0 takes any free port. */
  port: number;
  tls: TlsListen | null;
  /** Of each listener; 1500: event streams, a thousand at most, and room for those who ask and go. */
  maxConnections?: number;
  /** How long nothing may pass on a connection, ms; 45,000. An event stream has a beat each 15 s. */
  quietMs?: number;
};

export type TlsListen = {
  bind: string;
  port: number;
  /** The certificates to begin with; `onNew` takes those that follow, and connections go on. */
  context(onNew: (context: SecureContextOptions) => void): SecureContextOptions;
};

export type HttpListeners = { port: number; tlsPort: number | null; close(): Promise<void> };

const timeouts = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  // Node by itself looks only each 30 s for requests that are late, and who dribbles headers would have as long.
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 72_000,
};
const handshakeTimeoutMs = 5000;

/**
 * HTTP and HTTPS for one app. Closing cuts every connection: event streams never end by themselves.
 * @throws ListenError
 */
export async function listenHttp(
  options: HttpListenOptions,
  { serve, refuse }: { serve: RequestListener; refuse(socket: Socket): void },
): Promise<HttpListeners> {
  const { bind, port, tls, maxConnections = 1500, quietMs = 45_000 } = options;
  const plain = createPlain(timeouts, serve);
  const secure = tls === null ? undefined : tlsServer(tls, serve);
  const servers: readonly Server[] = secure === undefined ? [plain] : [plain, secure];
  const open = new Set<Socket>();
  for (const server of servers) {
    // Those in the middle of a handshake too, which are no connections to the server of HTTP yet.
    server.on('connection', (socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    });
    server.maxConnections = maxConnections;
    // What was written to a peer who does not read would wait for ever.
    server.timeout = quietMs;
    // Those that wait between two requests cost nobody anything until there is no room: then they go, and ask again.
    server.on('drop', () => server.closeIdleConnections());
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      // A browser connects ahead of need. What is written to such a connection it takes for the answer to its next request;
      // from one that is closed it asks again (RFC 9112, 9.3.1).
      if (error.code !== 'ERR_HTTP_REQUEST_TIMEOUT') refuse(socket as Socket);
      // The library leaves hanging up to the peer, and peers who never do would fill the listener for good.
      (socket as Socket).destroySoon();
    });
  }
  const close = async () => {
    const ended = Promise.all(servers.map(closed));
    for (const socket of open) socket.destroy();
    await ended;
  };
  try {
    const ports = { port: await listen(plain, bind, port, 'http'), tlsPort: null };
    if (secure === undefined || tls === null) return { ...ports, close };
    return { ...ports, tlsPort: await listen(secure, tls.bind, tls.port, 'https'), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function tlsServer(tls: TlsListen, serve: RequestListener): Server {
  const context = tls.context((fresh) => server.setSecureContext(fresh));
  const server = createTls({ ...context, ...timeouts, handshakeTimeout: handshakeTimeoutMs }, serve);
  // What is no TLS, or takes too long over it: the library tells of it and leaves the socket open.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

function listen(server: Server, host: string, port: number, name: 'http' | 'https'): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new ListenError(name, error));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

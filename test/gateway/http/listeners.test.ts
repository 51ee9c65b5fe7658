import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { issueAuthority, issueServer } from '../../../gateway/ca/issue.ts';
import { refuseSocket } from '../../../gateway/http/app.ts';
import { listenHttp } from '../../../gateway/http/listeners.ts';

const maxConnections = 3;
/** More than the system takes for a peer who does not read. */
const moreThanFits = 32 * 1024 * 1024;
let pair: { cert: string; key: string };
beforeAll(async () => {
  const expires = systemClock.now() + 3_600_000;
  const issuer = await issueAuthority({ name: 'A gateway', expires });
  const { certificate, key } = await issueServer({ issuer, names: ['127.0.0.1'], expires });
  pair = { cert: certificate, key };
});

type Asked = { quietMs?: number; serve?: RequestListener };

async function listeners({ serve = (_request, response) => void response.end('here'), ...more }: Asked = {}) {
  const http = await listenHttp(
    {
      bind: '127.0.0.1',
      port: 0,
      tls: { bind: '127.0.0.1', port: 0, context: () => pair },
      maxConnections,
      ...more,
    },
    { serve, refuse: refuseSocket },
  );
  onTestFinished(() => http.close());
  return { plain: http.port, tls: http.tlsPort ?? 0 };
}

/** A peer who never hangs up: it keeps its own half open whatever the other side does. */
async function holder(way: 'plain' | 'tls', port: number): Promise<Socket> {
  const at = { host: '127.0.0.1', port, allowHalfOpen: true };
  const socket = way === 'plain' ? connect(at) : connectTls({ ...at, rejectUnauthorized: false });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, way === 'plain' ? 'connect' : 'secureConnect');
  return socket;
}

/** What a newcomer is answered; undefined where there was no room. */
async function answer(way: 'plain' | 'tls', port: number): Promise<string | undefined> {
  const socket = await holder(way, port).catch(() => undefined);
  if (socket === undefined) return undefined;
  socket.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await Promise.race([once(socket, 'end'), once(socket, 'close')]);
  return /^HTTP\/1.1 (\d+)/.exec(text)?.[1];
}

describe.each(['plain', 'tls'] as const)('a %s listener that is full', (way) => {
  test('of peers who were refused and do not hang up has room again', async () => {
    const port = (await listeners())[way];
    const held = await Promise.all(Array.from({ length: maxConnections }, () => holder(way, port)));
    for (const socket of held) socket.write('\0 this is no request\r\n\r\n');
    await Promise.all(held.map((socket) => once(socket.resume(), 'end')));
    await vi.waitFor(async () => expect(await answer(way, port)).toBe('200'), { timeout: 30_000, interval: 100 });
  });

  test('of peers who wait between two requests lets them go for a newcomer', async () => {
    const port = (await listeners())[way];
    const held = await Promise.all(Array.from({ length: maxConnections }, () => holder(way, port)));
    for (const socket of held) socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await Promise.all(held.map((socket) => once(socket, 'data')));
    await vi.waitFor(async () => expect(await answer(way, port)).toBe('200'), { timeout: 30_000, interval: 100 });
  });
});

test.each(['plain', 'tls'] as const)(
  'a connection of %s that was opened ahead of need is closed without an answer to a request that is not made yet',
  async (way) => {
    const socket = await holder(way, (await listeners())[way]);
    const heard: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => heard.push(chunk));
    await once(socket, 'end');
    expect(Buffer.concat(heard).toString()).toBe('');
  },
);

test('who asks and reads no answer is let go when nothing has passed for a while', async () => {
  const quietMs = 500;
  const answered = Promise.withResolvers<ServerResponse>();
  const { plain } = await listeners({ quietMs, serve: (_request, response) => answered.resolve(response) });
  const socket = await holder('plain', plain);
  socket.pause().write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const response = await answered.promise;
  const from = performance.now();
  response.end(Buffer.alloc(moreThanFits));
  await once(response, 'close');
  expect(performance.now() - from).toBeGreaterThan(quietMs - 50);
});

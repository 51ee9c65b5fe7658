import { request } from 'node:https';
import { connect } from 'node:net';
import { type SecureContextOptions, TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { issueAuthority, issueServer, type Pair } from '../../../gateway/ca/issue.ts';
import { makeWorld, password, serve, user } from './fakes.ts';

let ca: Pair;
beforeAll(async () => {
  ca = await issueAuthority({ name: 'A gateway', expires: systemClock.now() + 3_600_000 });
});

async function context(): Promise<SecureContextOptions> {
  const names = ['localhost', '127.0.0.1', 'gateway.test'];
  const { certificate, key } = await issueServer({ issuer: ca, names, expires: systemClock.now() + 3_600_000 });
  return { cert: certificate, key };
}

async function serveTls(options: Parameters<typeof serve>[1] = {}) {
  const first = await context();
  let swap: (fresh: SecureContextOptions) => void = () => {};
  const listen = (onNew: typeof swap) => {
    swap = onNew;
    return first;
  };
  const server = await serve(makeWorld(), { tls: { bind: '127.0.0.1', port: 0, context: listen }, ...options });
  onTestFinished(() => server.close());
  const ask = (path: string, more: { method?: string; headers?: Record<string, string>; body?: string } = {}) =>
    askTls(server.tlsPort ?? 0, path, more);
  return { ...server, ask, swap: async () => swap(await context()) };
}

type Answer = { status: number; headers: Record<string, string>; body: string; serial: string };

function askTls(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: 'localhost', port, path, method, headers, ca: ca.certificate, agent: false },
      (answer) => {
        let text = '';
        const { socket } = answer;
        const serial = socket instanceof TLSSocket ? (socket.getPeerX509Certificate()?.serialNumber ?? '') : '';
        answer.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => {
          const flat = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
          resolve({ status: answer.statusCode ?? 0, headers: Object.fromEntries(flat), body: text, serial });
        });
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

const credentials = JSON.stringify({ user, password });
const json = { 'content-type': 'application/json' };

describe('HTTPS beside HTTP', () => {
  test('serves the same, and signs people in by a cookie that only TLS and this host get', async () => {
    const { ask, url } = await serveTls();
    const signedIn = await ask('/api/v1/session', { method: 'POST', headers: json, body: credentials });
    expect(signedIn.status).toBe(200);
    const cookie = signedIn.headers['set-cookie'] ?? '';
    expect(cookie).toMatch(/^__Host-jari_session=\S+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    const pair = cookie.split(';')[0] ?? '';
    expect((await ask('/api/v1/session', { headers: { cookie: pair } })).status).toBe(200);
    // The one of plain HTTP counts for nothing here, and the other way round: neither can be planted for the other.
    const plain = pair.replace('__Host-', '');
    expect((await ask('/api/v1/session', { headers: { cookie: plain } })).status).toBe(401);
    expect((await fetch(`${url}/api/v1/session`, { headers: { cookie: pair } })).status).toBe(401);
    const out = await ask('/api/v1/session', { method: 'DELETE', headers: { cookie: pair } });
    expect(out.headers['set-cookie']).toMatch(/^__Host-jari_session=;/);
  });

  test('holds browsers to TLS by name, when there is no plain HTTP for other machines', async () => {
    const strict = await serveTls();
    expect((await strict.ask('/', { headers: { host: 'gateway.test' } })).headers['strict-transport-security']).toBe(
      'max-age=2592000',
    );
    // A browser would hold the whole host to it, and plain HTTP is open on the loopback.
    expect((await strict.ask('/')).headers['strict-transport-security']).toBeUndefined();
    expect((await fetch(strict.url)).headers.get('strict-transport-security')).toBeNull();
    const open = await serveTls({ insecure: ['http'] });
    expect(
      (await open.ask('/', { headers: { host: 'gateway.test' } })).headers['strict-transport-security'],
    ).toBeUndefined();
  });

  test('gives the CA certificate to anyone, and nothing when it is not in use', async () => {
    const { ask } = await serveTls({ caCertificate: () => ca.certificate });
    const { status, headers, body } = await ask('/ca.crt');
    expect([status, headers['content-type'], body]).toEqual([200, 'application/x-x509-ca-cert', ca.certificate]);
    const { ask: other } = await serveTls({ caCertificate: () => null });
    expect((await other('/ca.crt')).status).toBe(404);
  });

  test('takes a new certificate for the next handshake while an event stream goes on', async () => {
    const { ask, swap, tlsPort } = await serveTls();
    const before = (await ask('/healthz')).serial;
    const signedIn = await ask('/api/v1/session', { method: 'POST', headers: json, body: credentials });
    const cookie = (signedIn.headers['set-cookie'] ?? '').split(';')[0] ?? '';
    const ended: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const stream = request(
        { host: 'localhost', port: tlsPort ?? 0, path: '/api/v1/events', headers: { cookie }, ca: ca.certificate },
        (answer) => {
          answer.on('close', () => void ended.push('closed'));
          answer.resume();
          resolve();
        },
      );
      stream.on('error', (error) => (ended.length === 0 ? reject(error) : undefined));
      stream.end();
      onTestFinished(() => {
        stream.destroy();
      });
    });
    await swap();
    expect((await ask('/healthz')).serial).not.toBe(before);
    expect(ended).toEqual([]);
  });

  test('closes at once with a stranger in the middle of a handshake', async () => {
    const server = await serve(makeWorld(), {
      tls: {
        bind: '127.0.0.1',
        port: 0,
        context: (
          (first) => () =>
            first
        )(await context()),
      },
    });
    const silent = connect({ host: '127.0.0.1', port: server.tlsPort ?? 0 });
    silent.on('error', () => {});
    await new Promise((resolve) => silent.once('connect', resolve));
    const before = performance.now();
    await server.close();
    expect(performance.now() - before).toBeLessThan(2000);
  });

  test('ends what is no TLS, and answers what is no HTTP', async () => {
    const { tlsPort, port } = await serveTls();
    expect(await sent(tlsPort ?? 0, 'GET / HTTP/1.1\r\n\r\n')).toBe('');
    expect(await sent(port, 'rubbish\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });
});

/** What comes back to a text until the other end closes. */
function sent(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(text));
    let back = '';
    socket.on('data', (chunk) => {
      back += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    // A TLS alert is no answer of HTTP.
    socket.on('close', () => resolve(back.startsWith('\x15') ? '' : back));
  });
}

test('each page says on its first element which listeners are open to other machines unencrypted', async () => {
  const open = await serve(makeWorld(), { insecure: ['http', 'mqtt'] });
  const closed = await serve(makeWorld());
  onTestFinished(async () => {
    await open.close();
    await closed.close();
  });
  expect(await (await fetch(open.url)).text()).toMatch(/^<!doctype html>\n<html data-insecure="http mqtt" lang="ko">/);
  expect(await (await fetch(closed.url)).text()).toMatch(/^<!doctype html>\n<html lang="ko">/);
});

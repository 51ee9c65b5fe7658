import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LocalNatsServer, natsProgram, newKey } from '../../city/demo/local-nats.ts';
import { freePort } from '../../city/demo/local-postgres.ts';
import { NatsDoor } from '../../city/nats/door.ts';
import { serverConfig } from '../../city/nats/server-config.ts';
import { type CityBatch, parseCityBatch } from '../../contract/city.ts';
import { systemClock } from '../../contract/clock.ts';
import { issueAuthority, issueServer, type Pair } from '../../gateway/ca/issue.ts';
import { NatsCarrier, type NatsCarrierOptions } from '../../gateway/city/nats-carrier.ts';
import { silentLog } from '../../gateway/log.ts';
import { missing } from '../needs.ts';

/** Gateways and a worker on a nats-server with TLS, each with its own key: some seconds, so `npm run test:long` runs it. */

const program = natsProgram();
const absent = missing({ name: 'nats-server', there: () => program !== null });
const dir = mkdtempSync(join(tmpdir(), 'jari-nats-tls-'));
const keys = { g1: newKey(), g2: newKey(), worker: newKey(), stranger: newKey() };
const expires = Date.now() + 3_600_000;
const taken: CityBatch[] = [];
let authority: Pair;
let server: LocalNatsServer;
let door: NatsDoor;
let port = 0;

beforeAll(async () => {
  if (absent || program === null) return;
  authority = await issueAuthority({ name: 'A city', expires });
  const { certificate, key } = await issueServer({ issuer: authority, names: ['localhost', '127.0.0.1'], expires });
  const files = { cert: join(dir, 'server.crt'), key: join(dir, 'server.key') };
  writeFileSync(files.cert, certificate);
  writeFileSync(files.key, key, { mode: 0o600 });
  port = await freePort();
  const config = serverConfig(
    {
      ...{ name: 'n1', listen: `127.0.0.1:${port}`, storeDir: join(dir, 'store'), maxStore: 1 << 30 },
      ...{ tls: files, cluster: null },
    },
    {
      worker: keys.worker.nkey,
      gateways: [
        { id: 'g1', sites: ['a'], nkey: keys.g1.nkey },
        { id: 'g2', sites: ['b'], nkey: keys.g2.nkey },
      ],
    },
  );
  server = new LocalNatsServer({ program, dir, port, config });
  server.up();
  await server.answers();
  door = new NatsDoor({
    nats: {
      ...{ url: `tls://localhost:${port}`, seed: keys.worker.seed, ca: authority.certificate },
      ...{ replicas: null, maxBytes: 1 << 28 },
    },
    intake: {
      add: async (batch) => {
        taken.push(batch);
      },
    },
    gatewayOf: async (id) => ({ id, sites: [id === 'g1' ? 'a' : 'b'] }),
    ...{ asks: () => [], offers: async () => [], onRefused: () => {}, clock: systemClock, log: silentLog },
  });
}, 60_000);
afterAll(async () => {
  await door?.close();
  await server?.end('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

function batch(gateway: string, site: string): CityBatch {
  const items = [{ seq: 1, kind: 'alert', site, key: 'x', at: 0, body: { state: 'raised' } }];
  const parsed = parseCityBatch({
    ...{ v: 1, gateway, messages: [], health: null, done: [] },
    records: [{ epoch: 'r1', start: 1, items }],
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

async function hand(of: Partial<NatsCarrierOptions>, what: CityBatch) {
  const carrier = new NatsCarrier({
    ...{ gateway: 'g1', url: `tls://localhost:${port}`, seed: keys.g1.seed, tls: { ca: authority.certificate } },
    ...{ answerWithinMs: 30_000, ...of },
  });
  try {
    return await carrier.hand(what, new AbortController().signal, 'first');
  } finally {
    await carrier.close();
  }
}

const test_ = test.skipIf(absent);

test_('a gateway hands on over TLS, by its own key, and hears when it is agreed', { timeout: 60_000 }, async () => {
  // The worker makes the stream when it has come in.
  await expect
    .poll(() => hand({}, batch('g1', 'a')).catch(({ code }) => code), { timeout: 50_000 })
    .toMatchObject({ v: 1, ask: [] });
  expect(taken.some(({ gateway }) => gateway === 'g1')).toBe(true);
});

test_.each([
  ['a key that the city does not know', () => ({ seed: keys.stranger.seed }), 'refused'],
  ['no key', () => ({ seed: null }), 'refused'],
  ["another gateway's key", () => ({ seed: keys.g2.seed }), 'refused'],
  ['a server that its CA does not vouch for', () => ({ tls: {} }), 'unreachable'],
])('nothing is handed on with %s', { timeout: 60_000 }, async (_, of, code) => {
  const before = taken.length;
  await expect(hand(of(), batch('g1', 'a'))).rejects.toMatchObject({ name: 'CityError', code });
  expect(taken.length).toBe(before);
});

test_('a gateway does not speak for the site of another', { timeout: 60_000 }, async () => {
  await expect(hand({}, batch('g1', 'b'))).rejects.toMatchObject({ name: 'CityError', code: 'refused' });
});

test_('where TLS is asked for, nothing is said without it', { timeout: 60_000 }, async () => {
  const before = taken.length;
  // Without a word of TLS in the address the library takes what the server asks for; its certificate is checked all the same.
  await expect(hand({ url: `nats://localhost:${port}`, tls: {} }, batch('g1', 'a'))).rejects.toMatchObject({
    code: 'unreachable',
  });
  expect(taken.length).toBe(before);
});

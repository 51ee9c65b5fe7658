import { zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { isOf } from '../../city/nats/door.ts';
import { serverConfig } from '../../city/nats/server-config.ts';
import { Words } from '../../city/nats/words.ts';
import { type CityBatch, parseCityBatch } from '../../contract/city.ts';
import {
  type CityWord,
  citySubject,
  gatewayRights,
  noSite,
  parseCitySubject,
  wordSubject,
} from '../../contract/city-carrier.ts';
import { CityError } from '../../gateway/city/carrier.ts';
import { partsOf } from '../../gateway/city/nats-parts.ts';

const now = Date.UTC(2026, 10, 29);

function batch(of: { sites?: readonly string[]; records?: readonly string[]; health?: boolean } = {}): CityBatch {
  const { sites = [], records = [], health = false } = of;
  const parsed = parseCityBatch({
    v: 1,
    gateway: 'g1',
    messages: sites.map((site, i) => ({
      ...{ site, agent: 'c1', epoch: 'e1', start: 1, seq: i + 1, device: 'd1', at: now, time: 'synced' },
      ...{ receivedAt: now, points: { x: { dt: [0, 1, 2], v: [i, Math.sin(i), Math.cos(i)] } } },
    })),
    records: records.map((site, i) => ({
      ...{ epoch: 'r1', start: 1 },
      items: [{ seq: i + 1, kind: 'lot', site, key: 'p', at: now, body: null }],
    })),
    health: health
      ? {
          ...{ at: now, version: '1', backlog: { messages: 0, records: 0, oldest: null }, disk: null },
          ...{ certificateEnds: null, missing: 0, thinned: 0, agents: {}, devices: {}, failing: [] },
        }
      : null,
    done: [],
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

const unpacked = (payload: Uint8Array) => {
  const parsed = parseCityBatch(JSON.parse(zstdDecompressSync(payload).toString()));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
};

/** As nats-server matches a permission. */
function matches(pattern: string, subject: string): boolean {
  const [want, have] = [pattern.split('.'), subject.split('.')];
  for (const [i, token] of want.entries()) {
    if (token === '>') return have.length > i;
    if (have[i] === undefined || (token !== '*' && token !== have[i])) return false;
  }
  return want.length === have.length;
}

test('a subject says lane, gateway, site and kind, and only one of ours is read', () => {
  const of = { lane: 'now', gateway: 'g1', site: 'saesol', kind: 'records' } as const;
  expect(parseCitySubject(citySubject(of))).toEqual(of);
  for (const other of ['jari.city.now.g1.saesol', 'jari.city.soon.g1.saesol.records', 'x.city.now.g1.a.records'])
    expect(parseCitySubject(other)).toBeNull();
});

test.each([
  ['readings of its site', 'jari.city.now.g1.a.readings', true],
  ['records that waited', 'jari.city.later.g1.a.records', true],
  ['its alerts', 'jari.city.first.g1.a.records', true],
  ['its own health', 'jari.city.now.g1._.health', true],
  ['readings of another site', 'jari.city.now.g1.b.readings', false],
  ['its site in the name of another gateway', 'jari.city.now.g2.a.readings', false],
  ['records of no site', 'jari.city.now.g1._.records', false],
  ["the city's word", 'jari.word.g1', false],
  ['the interface of JetStream', '$JS.API.STREAM.DELETE.JARI_CITY', false],
  ['acknowledgements of workers', '$JS.ACK.JARI_CITY.workers-now.1.1.1.1.1', false],
])('a gateway may write to its own subjects: %s', (_, subject, may) => {
  const { publish } = gatewayRights('g1', ['a']);
  expect(publish.some((pattern) => matches(pattern, subject))).toBe(may);
});

test.each([
  ['the word for it', wordSubject('g1'), true],
  ['the word for another', wordSubject('g2'), false],
  ['what others hand on', 'jari.city.now.g2.b.readings', false],
  ['answers to another', '_INBOX_g2.1.2', false],
])('a gateway may hear what is for it: %s', (_, subject, may) => {
  const { subscribe } = gatewayRights('g1', ['a']);
  expect(subscribe.some((pattern) => matches(pattern, subject))).toBe(may);
});

test.each([
  ['its own readings', { site: 'a', kind: 'readings' }, batch({ sites: ['a'] }), true],
  ['readings of another site', { site: 'a', kind: 'readings' }, batch({ sites: ['a', 'b'] }), false],
  ['records of another site', { site: 'a', kind: 'records' }, batch({ records: ['a', 'b'] }), false],
  ['readings as records', { site: 'a', kind: 'records' }, batch({ sites: ['a'] }), false],
  ['health', { site: noSite, kind: 'health' }, batch({ health: true }), true],
  ['readings as health', { site: noSite, kind: 'health' }, batch({ sites: ['a'] }), false],
] as const)('what a part holds is what its subject says: %s', (_, from, part, is) => {
  expect(isOf(from, part)).toBe(is);
});

test('a batch travels in parts of one site and kind, each as its subject says', async () => {
  const whole = batch({ sites: ['a', 'b', 'a'], records: ['b'], health: true });
  const parts = await partsOf(whole, 'now', 1_000_000);
  expect(parts.map(({ subject }) => subject).sort()).toEqual([
    'jari.city.now.g1._.health',
    'jari.city.now.g1.a.readings',
    'jari.city.now.g1.b.readings',
    'jari.city.now.g1.b.records',
  ]);
  for (const { subject, payload } of parts) {
    const from = parseCitySubject(subject);
    expect(from && isOf(from, unpacked(payload))).toBe(true);
  }
  expect((await partsOf(batch(), 'now', 1_000_000)).map(({ subject }) => subject)).toEqual([
    'jari.city.now.g1._.health',
  ]);
});

test('what is longer than the carrier takes is halved, and one that cannot be is refused', async () => {
  const whole = batch({ sites: Array.from({ length: 300 }, () => 'a') });
  const parts = await partsOf(whole, 'later', 1000);
  expect(parts.length).toBeGreaterThan(2);
  expect(Math.max(...parts.map(({ payload }) => payload.length))).toBeLessThanOrEqual(1000);
  const seqs = parts.flatMap(({ payload }) => unpacked(payload).messages.map(({ seq }) => seq));
  expect(seqs.sort((a, b) => a - b)).toEqual(whole.messages.map(({ seq }) => seq));
  await expect(partsOf(batch({ sites: ['a'] }), 'now', 20)).rejects.toThrow(CityError);
});

test('one word tells a gateway of all that was committed together', async () => {
  const said: [string, CityWord][] = [];
  const words = new Words((gateway, word) => said.push([gateway, word]));
  words.agree('g1', 's/1', []);
  words.agree('g2', 's/1', []);
  words.agree('g1', 's/2', []);
  words.refuse('g1', 's/3', 'other-site');
  await new Promise(setImmediate);
  expect(said).toEqual([
    ['g1', { v: 1, agreed: ['s/1', 's/2'], refused: [{ id: 's/3', why: 'other-site' }], ask: [] }],
    ['g2', { v: 1, agreed: ['s/1'], refused: [], ask: [] }],
  ]);
});

test('the configuration of a server holds rights and places, and quotes what it is given', () => {
  const config = serverConfig(
    {
      ...{ name: 'n1', listen: '0.0.0.0:4222', storeDir: '/var/lib/a "b"', maxStore: 1000 },
      ...{ tls: { cert: '/c.pem', key: '/k.pem' }, cluster: null },
    },
    { worker: 'UW', gateways: [{ id: 'g1', sites: ['a', 'b'], nkey: 'UG' }] },
  );
  expect(config).toContain('store_dir: "/var/lib/a \\"b\\""');
  expect(config).toContain('max_file_store: 1000');
  expect(config).toContain(
    '{ nkey: UG, permissions: { publish: { allow: ["jari.city.*.g1.a.*", "jari.city.*.g1.b.*", "jari.city.*.g1._.health"] }, subscribe: { allow: ["jari.word.g1", "_INBOX_g1.>"] } } }',
  );
});

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { batchesOf, digestOf, refreshMs, type Told, waitMs } from '../../../city/hub/due.ts';
import { openHub } from '../../../city/hub/open-hub.ts';
import { Pusher, type ToldTable } from '../../../city/hub/push.ts';
import type { Entity } from '../../../city/ngsi-ld/model.ts';
import { alert, held, lot, now as start } from '../ngsi-ld/held.ts';

/** A hub of one process: it holds what it took, and is made to refuse. */
const hub = {
  holds: new Map<string, Record<string, unknown>>(),
  batches: [] as string[][],
  headers: {} as IncomingMessage['headers'],
  path: '',
  /** Answers instead of taking. */
  answer: null as
    | ((ids: string[], operation: string) => { status: number; body?: unknown; headers?: object } | null)
    | null,
};

function take(request: IncomingMessage, response: ServerResponse): void {
  const operation = request.url?.split('/').at(-1) ?? '';
  let text = '';
  request.on('data', (part: Buffer) => {
    text += part.toString();
  });
  request.on('end', () => {
    hub.headers = request.headers;
    hub.path = request.url ?? '';
    const items = JSON.parse(text) as (string | { id: string })[];
    const ids = items.map((item) => (typeof item === 'string' ? item : item.id));
    hub.batches.push(ids);
    const other = hub.answer?.(ids, operation) ?? null;
    if (other !== null) {
      const { success } = (other.body ?? {}) as { success?: string[] };
      for (const item of items)
        if (typeof item !== 'string' && success?.includes(item.id)) hub.holds.set(item.id, item);
      response.writeHead(other.status, { ...other.headers }).end(JSON.stringify(other.body ?? {}));
      return;
    }
    for (const item of items) {
      if (typeof item === 'string') hub.holds.delete(item);
      else hub.holds.set(item.id, item);
    }
    response.writeHead(204).end();
  });
}

const server = createServer(take);
let url = '';
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));

beforeEach(() => {
  hub.holds.clear();
  hub.batches.length = 0;
  hub.answer = null;
});

/** A table of the city's database; it outlives the worker. */
function memory(): ToldTable & { rows: Map<string, Told> } {
  const rows = new Map<string, Told>();
  return {
    rows,
    read: async () => new Map(rows),
    async write(changes) {
      for (const [id, told] of changes) told === null ? rows.delete(id) : rows.set(id, told);
    },
  };
}

function city(table = memory()) {
  const task = openHub({ hub: `${url}/ngsi-ld/v1`, hubTenant: 'jari' });
  if (task === null) throw new Error('no hub');
  const at = { now: start, rows: held() };
  const worker = () =>
    new Pusher({
      ...{ hub: task.hub, table, textOf: task.textOf, now: () => at.now, random: () => 1 },
      entities: async () => task.entitiesOf(at.rows, at.now),
    });
  return { at, table, worker, pusher: worker() };
}

const p1 = 'urn:ngsi-ld:OffStreetParking:saesol:p1';
const available = 'https://smartdatamodels.org/dataModel.Parking/availableSpotNumber';

test('everything is told once, then only what changed, also by the next worker', async () => {
  const { at, pusher, worker } = city();
  const first = await pusher.round();
  expect(first).toMatchObject({ taken: hub.holds.size, refused: 0, error: null });
  expect(hub.batches.flat().length).toBe(new Set(hub.batches.flat()).size);
  expect(hub.batches[0]?.[0]).toContain(':Alert:');
  expect(hub.headers).toMatchObject({ 'ngsild-tenant': 'jari', 'content-type': 'application/json' });
  at.now += 5000;
  expect(await pusher.round()).toMatchObject({ taken: 0 });
  at.rows = held(1000, { lot: [lot({ capacity: 3, free: 0, occupied: 3, unknown: 0, outOfService: 0 })] });
  expect((await worker().round()).taken).toBe(1);
  expect(hub.holds.get(p1)?.[available]).toMatchObject({ value: 0 });
  expect(await worker().round()).toMatchObject({ taken: 0 });
});

test('a gateway that falls silent takes its figures with it', async () => {
  const { at, pusher } = city();
  await pusher.round();
  expect(hub.holds.get(p1)).toHaveProperty([available]);
  at.rows = held(61_000);
  at.now += 10_000;
  await pusher.round();
  expect(hub.holds.get(p1)).not.toHaveProperty([available]);
  expect(hub.holds.get(p1)?.['urn:jari:ngsi-ld:unknownReason']).toMatchObject({ value: 'not-agreed' });
});

test('what did not change is told again before its age looks like silence', async () => {
  const { at, pusher } = city();
  const { taken } = await pusher.round();
  at.now += refreshMs;
  expect((await pusher.round()).taken).toBe(taken);
});

test('of a batch that is taken in part, the rest comes again by itself, later each time', async () => {
  const { at, pusher, table } = city();
  hub.answer = (ids) => ({
    status: 207,
    body: { success: ids.filter((id) => id !== p1), errors: [{ entityId: p1, error: { title: 'too large' } }] },
  });
  const { taken, refused } = await pusher.round();
  expect([refused, taken]).toEqual([1, hub.holds.size]);
  expect(table.rows.get(p1)).toMatchObject({ digest: null, tries: 1, nextAt: at.now + 1000 });
  at.now += 999;
  expect(await pusher.round()).toMatchObject({ taken: 0, refused: 0 });
  at.now += 1;
  expect(await pusher.round()).toMatchObject({ taken: 0, refused: 1 });
  expect(hub.batches.at(-1)).toEqual([p1]);
  expect(table.rows.get(p1)).toMatchObject({ tries: 2, nextAt: at.now + 2000 });
  hub.answer = null;
  at.now += 2000;
  expect(await pusher.round()).toMatchObject({ taken: 1 });
  expect(table.rows.get(p1)).toMatchObject({ tries: 0, error: null });
});

test('what a hub does not name among those that it took comes again', async () => {
  const { pusher, table } = city();
  hub.answer = (ids) => ({ status: 207, body: { success: ids.slice(1), errors: [] } });
  expect((await pusher.round()).refused).toBe(1);
  expect([...table.rows.values()].filter(({ error }) => error === 'not named in 207')).toHaveLength(1);
});

test.each<[string, (ids: string[]) => { status: number; body: unknown }]>([
  [
    'with 200, as before V1.3',
    (ids) => ({
      status: 200,
      body: { success: ids.filter((id) => id !== p1), errors: [{ entityId: p1, error: ['no'] }] },
    }),
  ],
  [
    'entity by entity',
    (ids) => ({
      status: 207,
      body: ids.map((id) => (id === p1 ? { id, failure: [{ title: 'no' }] } : { id, success: [] })),
    }),
  ],
  [
    'with null for what it has nothing of',
    (ids) =>
      ids.length === 1
        ? { status: 207, body: { success: null, errors: [{ entityId: p1, error: { title: 'no' } }] } }
        : { status: 400, body: {} },
  ],
])('a hub that tells what it refused %s is understood', async (_how, answer) => {
  const { pusher, table } = city();
  hub.answer = (ids) => (ids.includes(p1) ? answer(ids) : null);
  expect((await pusher.round()).refused).toBe(1);
  expect(table.rows.get(p1)).toMatchObject({ tries: 1, error: expect.stringContaining('no') });
});

test.each([
  ['', '/ngsi-ld/v1/entityOperations/upsert'],
  ['/ngsi-ld', '/ngsi-ld/v1/entityOperations/upsert'],
  ['/broker/ngsi-ld/v1/', '/broker/ngsi-ld/v1/entityOperations/upsert'],
  ['/entityOperations', '/entityOperations/upsert'],
])('a hub at %j is told at %s', async (path, expected) => {
  const task = openHub({ hub: `${url}${path}` });
  await task?.hub.upsert([{ id: 'urn:x:y', text: '{"id":"urn:x:y"}' }]);
  expect(hub.path).toBe(expected);
});

test('what the hub has no place for is left out of every entity', () => {
  const task = openHub({ hub: 'https://h', hubWithout: ['unknownSpotNumber', 'dateModified'] });
  const texts = task?.entitiesOf(held(), start).map(task.textOf) ?? [];
  expect(texts.length).toBeGreaterThan(5);
  for (const text of texts) expect(text).not.toMatch(/unknownSpotNumber|dateModified/);
});

test('one entity for which a whole batch is refused does not hold up the others', async () => {
  const { pusher, table } = city();
  hub.answer = (ids) => (ids.includes(p1) ? { status: 400, body: { title: 'BadRequestData' } } : null);
  const { taken, refused } = await pusher.round();
  expect([refused, taken]).toEqual([1, hub.holds.size]);
  expect(table.rows.get(p1)?.error).toContain('BadRequestData');
});

test.each([
  ['is busy and says for how long', { status: 503, headers: { 'retry-after': '30' } }, 30_000],
  ['fails', { status: 500 }, 1000],
  ['knows nobody', { status: 401 }, 1000],
])('a hub that %s is left alone meanwhile, and nothing is lost', async (_name, answer, ms) => {
  const { at, pusher, table } = city();
  hub.answer = () => answer;
  expect((await pusher.round()).error).toContain(String(answer.status));
  expect(table.rows.size).toBe(0);
  const asked = hub.batches.length;
  at.now += ms - 1;
  await pusher.round();
  expect(hub.batches.length).toBe(asked);
  hub.answer = null;
  at.now += 1;
  expect((await pusher.round()).taken).toBe(hub.holds.size);
});

test('what is no more leaves the hub: a space that is lent no longer, at once', async () => {
  const { at, pusher, table } = city();
  await pusher.round();
  const spot = [...hub.holds.keys()].find((id) => id.endsWith(':r02')) ?? '';
  expect(spot).not.toBe('');
  at.rows = held(0, { space: [{ kind: 'space', key: '골목/r02', body: null }], alert: [alert()] });
  expect((await pusher.round()).deleted).toBe(1);
  expect(hub.holds.has(spot)).toBe(false);
  expect(table.rows.has(spot)).toBe(false);
});

test.each([
  ['was not there', { status: 404 }, 1],
  ['is named as not there', { status: 207, error: 'https://uri.etsi.org/ngsi-ld/errors/ResourceNotFound' }, 1],
  ['cannot be removed', { status: 207, error: 'https://uri.etsi.org/ngsi-ld/errors/InternalError' }, 0],
  ['is refused', { status: 400 }, 0],
])('an entity that %s', async (_name, { status, error }: { status: number; error?: string }, deleted) => {
  const { at, pusher } = city();
  await pusher.round();
  at.rows = held(0, { alert: [] });
  hub.answer = (ids, operation) =>
    operation === 'delete'
      ? { status, body: { success: [], errors: ids.map((entityId) => ({ entityId, error: { type: error } })) } }
      : null;
  expect((await pusher.round()).deleted).toBe(deleted);
});

test('digests leave times out, batches stay small, and waits double up to five minutes', () => {
  const entity = (observedAt: string, value: number): Entity => ({
    ...{ id: 'x', type: 'T' },
    n: { type: 'Property', value, observedAt },
  });
  expect(digestOf(entity('a', 1))).toBe(digestOf(entity('b', 1)));
  expect(digestOf(entity('a', 1))).not.toBe(digestOf(entity('a', 2)));
  const items = Array.from({ length: 250 }, () => ({ text: 'x'.repeat(10_000) }));
  expect(batchesOf(items).every((batch) => batch.length <= 50)).toBe(true);
  expect(batchesOf(items).flat()).toHaveLength(250);
  expect([1, 2, 3, 9, 20, 400].map((tries) => waitMs(tries, 1))).toEqual([1000, 2000, 4000, 256_000, 300_000, 300_000]);
});

test.each([
  [{ hub: 'x' }, '--hub x'],
  [{ hub: 'https://a:b@h' }, 'no secret'],
  [{ hub: 'https://h', hubVariant: 'x' }, '--hub-variant x'],
  [{ hub: 'https://h', hubVariant: 'city-data-hub' }, '--hub-context'],
  [{ hub: 'https://h', hubType: ['Car'] }, '--hub-type Car'],
  [{ hub: 'https://h', hubWithout: ['colour'] }, '--hub-without colour'],
  [{ hub: 'https://h', hubTokenFile: '/nowhere' }, '--hub-token-file'],
])('a hub of %j is refused in words', (of, words) => {
  expect(() => openHub(of)).toThrow(words);
});

test('with a context of its own a hub is told short names', () => {
  const task = openHub({ hub: 'https://h', hubContext: 'https://c/{type}.jsonld', hubVariant: 'city-data-hub' });
  const [text = ''] = task?.entitiesOf(held(), start).map(task.textOf) ?? [];
  expect(JSON.parse(text)).toMatchObject({
    id: 'urn:datahub:OffStreetParking:saesol:p1',
    type: 'kr.citydatahub.OffStreetParking:1.0',
    '@context': ['https://c/kr.citydatahub.OffStreetParking:1.0.jsonld', expect.stringContaining('core-context-v1.9')],
  });
});

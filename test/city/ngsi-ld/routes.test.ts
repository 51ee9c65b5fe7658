import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { openNgsiLd } from '../../../city/ngsi-ld/routes.ts';
import type { HistoryOf, HistoryRow, Span } from '../../../city/ngsi-ld/temporal.ts';
import { held, now } from './held.ts';

const history: HistoryRow[] = [
  { at: now - 3_600_000, body: { state: 'open', public: null } },
  {
    at: now - 1_800_000,
    body: { state: 'open', public: { capacity: 3, free: 2, occupied: 1, unknown: 0, outOfService: 0, byType: {} } },
  },
];

function city() {
  const asked: [HistoryOf, Span][] = [];
  const app = Fastify({ routerOptions: { maxParamLength: 1000 } });
  openNgsiLd(app, {
    readerOf: async ({ headers }) =>
      headers.authorization === undefined
        ? null
        : { name: 'hub', scope: 'read', districts: [headers.authorization], operates: null },
    held: async (districts) => (districts?.includes('saesol') ? held() : { ...held(), place: [], alert: [] }),
    history: async (of, span) => {
      asked.push([of, span]);
      return history;
    },
    now: () => now,
  });
  const get = async (url: string, headers: Record<string, string> = {}) => {
    const answer = await app.inject({ url: `/ngsi-ld/v1${url}`, headers: { authorization: 'saesol', ...headers } });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
  };
  return { app, get, asked };
}

const lot = 'urn:ngsi-ld:OffStreetParking:saesol:p1';

test('entities of a type come with the context of it, in pages', async () => {
  const { get } = city();
  const all = await get('/entities?type=ParkingSpot&count=true&limit=2&offset=1');
  expect(all.headers['ngsild-results-count']).toBe('4');
  expect(all.body.map(({ id }: { id: string }) => id)).toEqual([
    'urn:ngsi-ld:ParkingSpot:saesol:p1:a1',
    'urn:ngsi-ld:ParkingSpot:saesol:p1:a2',
  ]);
  expect(all.headers.link).toContain('/ngsi-ld/contexts/ParkingSpot.jsonld>');
  const brief = await get('/entities?type=OffStreetParking&options=keyValues&attrs=availableSpotNumber');
  expect(brief.body).toEqual([{ id: lot, type: 'OffStreetParking', availableSpotNumber: 1 }]);
  const several = await get(`/entities?id=${lot},urn:ngsi-ld:Alert:saesol:a-1`);
  expect(several.headers['content-type']).toContain('ld+json');
  expect(several.body[0]['@context'][0]).toContain('/ngsi-ld/contexts/Alert.jsonld');
});

test.each([
  [
    'a name in Korean, encoded',
    encodeURIComponent(`urn:ngsi-ld:OnStreetParking:saesol:${encodeURIComponent('골목')}`),
    200,
  ],
  ['the same as it stands', `urn:ngsi-ld:OnStreetParking:saesol:${encodeURIComponent('골목')}`, 200],
  ['a building', 'urn:ngsi-ld:Building:saesol:hanbit', 200],
  ['a stranger', 'urn:ngsi-ld:Building:saesol:other', 404],
  ['no name of ours', 'x', 404],
])('one entity by %s', async (_name, id, status) => {
  expect((await city().get(`/entities/${id}`)).status).toBe(status);
});

test.each([
  ['/entities', 400, 'BadRequestData'],
  ['/entities?type=Car', 400, 'BadRequestData'],
  ['/entities?type=Alert&limit=5000', 400, 'BadRequestData'],
  ['/entities?type=Alert&offset=-1', 400, 'BadRequestData'],
  ['/entities?type=Alert&georel=near', 422, 'OperationNotSupported'],
  [`/temporal/entities/${lot}?timerel=between&timeAt=2026-11-29T00:00:00Z`, 400, 'BadRequestData'],
  [`/temporal/entities/${lot}?timerel=near&timeAt=2026-11-29T00:00:00Z`, 400, 'BadRequestData'],
  [`/temporal/entities/${lot}?lastN=0`, 400, 'BadRequestData'],
  ['/temporal/entities/urn:ngsi-ld:Building:saesol:hanbit', 404, 'ResourceNotFound'],
  [
    `/temporal/entities/${encodeURIComponent(`urn:ngsi-ld:ParkingSpot:saesol:${encodeURIComponent('골목')}:r02`)}`,
    404,
    'ResourceNotFound',
  ],
])('%s is refused with %i %s', async (path, status, type) => {
  const answer = await city().get(path);
  expect([answer.status, answer.body.type]).toEqual([status, `https://uri.etsi.org/ngsi-ld/errors/${type}`]);
});

test.each([
  ['POST', '/entities'],
  ['DELETE', `/entities/${lot}`],
  ['POST', '/subscriptions'],
  ['GET', '/subscriptions'],
  ['GET', '/temporal/entities?type=OffStreetParking'],
] as const)('%s %s, which this city does not do, is refused in the words of the API', async (method, path) => {
  const answer = await city().app.inject({ method, url: `/ngsi-ld/v1${path}`, headers: { authorization: 'saesol' } });
  const type = 'https://uri.etsi.org/ngsi-ld/errors/OperationNotSupported';
  expect([answer.statusCode, answer.json().type]).toEqual([422, type]);
});

test('without a token nothing is read, and with one of another district nothing of this', async () => {
  const { app, get } = city();
  expect((await app.inject({ url: '/ngsi-ld/v1/entities?type=Alert' })).statusCode).toBe(401);
  expect((await app.inject({ url: '/ngsi-ld/contexts/Alert.jsonld' })).statusCode).toBe(200);
  expect((await get('/entities?type=Alert', { authorization: 'other' })).body).toEqual([]);
  expect((await get(`/temporal/entities/${lot}`, { authorization: 'other' })).status).toBe(404);
});

test('history is what was said and when, and says nothing of what was not', async () => {
  const { get, asked } = city();
  const { body } = await get(`/temporal/entities/${lot}?timerel=after&timeAt=2026-11-29T00:00:00Z&lastN=5`);
  const at = (back: number) => new Date(now - back).toISOString();
  expect(body.availableSpotNumber).toEqual([{ type: 'Property', value: 2, observedAt: at(1_800_000) }]);
  expect(body.dataQuality.map(({ value }: { value: string }) => value)).toEqual(['unknown', 'known']);
  expect(asked).toEqual([
    [
      { site: 'saesol', kind: 'lot', key: 'p1' },
      { from: Date.UTC(2026, 10, 29), to: now, lastN: 5 },
    ],
  ]);
  const brief = await get(`/temporal/entities/${lot}?options=temporalValues&attrs=occupancy`);
  expect(brief.body.occupancy).toEqual({ type: 'Property', values: [[0.333, at(1_800_000)]] });
});

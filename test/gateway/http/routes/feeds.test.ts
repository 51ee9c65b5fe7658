import { describe, expect, test } from 'vitest';
import { standardParkingCsv } from '../../../../gateway/feeds/parking/standard-parking.ts';
import type { FeedsView } from '../../../../gateway/http/ports.ts';
import { feedRoutes } from '../../../../gateway/http/routes/feeds.ts';
import { atEnd } from '../../../cleanup.ts';
import { publicLot, residentLot, viewOf } from '../../feeds/parking/lots.ts';
import { makeWorld, serve, token } from '../fakes.ts';

const id = 'saesol.hanbit.saesol-1.2';
const sent = Date.UTC(2026, 10, 21, 8, 48, 24);

/** A gateway that has told of one alert and has two lots. */
async function feeds() {
  const world = makeWorld();
  const live = (lot: typeof publicLot) => {
    const view = viewOf(lot, ['free', 'occupied', 'unknown', 'closed']);
    return { ...view, live: view.live && { ...view.live, observedAt: world.clock.now() } };
  };
  const view: FeedsView = {
    message: (asked) => (asked === id ? { xml: '<alert/>', sent } : undefined),
    atom: (base) => ({ xml: `<feed><id>${base}</id></feed>`, updated: sent }),
    lots: (sites) => [publicLot, residentLot].map(live).filter(({ site }) => sites === null || sites.has(site)),
    drafts: () => undefined,
  };
  const server = await serve(world, { feeds: view });
  atEnd(() => server.close());
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers });
  return { get, world };
}

describe('a feed', () => {
  test.each([
    ['/feeds/cap.atom', 'application/atom+xml; charset=utf-8'],
    [`/feeds/cap/${id}.xml`, 'application/cap+xml; charset=utf-8'],
    ['/feeds/lots.geojson', 'application/geo+json; charset=utf-8'],
    ['/feeds/seoul/GetParkingInfo', 'application/json; charset=utf-8'],
    ['/feeds/standard/parking.json', 'application/json; charset=utf-8'],
    ['/feeds/standard/parking.csv', 'text/csv; charset=utf-8'],
    ['/feeds/standard/resident.json', 'application/json; charset=utf-8'],
    ['/feeds/standard/resident.csv', 'text/csv; charset=utf-8'],
  ])('%s is open to anyone, names its type, and is not sent again to who has it', async (path, type) => {
    const { get } = await feeds();
    const first = await get(path);
    expect([first.status, first.headers.get('content-type')]).toEqual([200, type]);
    const etag = first.headers.get('etag') ?? '';
    expect((await get(path, { 'if-none-match': `"other", W/${etag}` })).status).toBe(304);
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    expect(first.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
  });

  test('is not sent again to who has it since its last change', async () => {
    const { get } = await feeds();
    const since = (ms: number) => get('/feeds/cap.atom', { 'if-modified-since': new Date(ms).toUTCString() });
    expect((await get('/feeds/cap.atom')).headers.get('last-modified')).toBe('Sat, 21 Nov 2026 08:48:24 GMT');
    expect((await since(sent)).status).toBe(304);
    expect((await since(sent - 1000)).status).toBe(200);
  });

  test('of CSV comes with its mark and line ends', async () => {
    const { get } = await feeds();
    const bytes = Buffer.from(await (await get('/feeds/standard/parking.csv')).arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(bytes.toString('utf8')).toBe(standardParkingCsv([publicLot, residentLot]));
  });

  test('of lots tells what is free now', async () => {
    const { get } = await feeds();
    const { features } = (await (await get('/feeds/lots.geojson')).json()) as {
      features: { properties: Record<string, unknown> }[];
    };
    expect(features[0]?.properties).toMatchObject({ lot: 'public', free: 1, occupied: 1, unknown: 1, outOfService: 1 });
    const seoul = (await (await get('/feeds/seoul/GetParkingInfo')).json()) as {
      GetParkingInfo: { row: Record<string, unknown>[] };
    };
    expect(seoul.GetParkingInfo.row[0]).toMatchObject({ TPKCT: 4, NOW_PRK_VHCL_CNT: 3, PRK_STTS_YN: '1' });
  });

  test('of CAP names itself as the reader reached it', async () => {
    const { get } = await feeds();
    expect(await (await get('/feeds/cap.atom')).text()).toMatch(/^<feed><id>http:\/\/127\.0\.0\.1:\d+\/feeds<\/id>/);
  });
});

describe('what is not there is a typed problem', () => {
  test.each([
    ['/feeds/cap/nothing.xml', 404, '/problems/no-such-message'],
    ['/feeds/cap/nothing', 404, '/problems/nothing-here'],
    ['/feeds/lots.geojson?site=elsewhere', 404, '/problems/no-such-site'],
    [`/feeds/cap/${'x'.repeat(200)}.xml`, 404, '/problems/no-such-message'],
    [`/feeds/cap/${'x'.repeat(300)}.xml`, 400, '/problems/malformed-request'],
  ])('%s', async (path, status, type) => {
    const { get } = await feeds();
    const answer = await get(path);
    expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([status, type]);
  });
});

test('drafts are for who acts: nobody reads them without signing in', async () => {
  const { get } = await feeds();
  expect((await get('/api/v1/alerts/saesol-1/drafts')).status).toBe(401);
  const asked = await get('/api/v1/alerts/saesol-1/drafts', { authorization: `Bearer ${token}` });
  expect([asked.status, ((await asked.json()) as { type: string }).type]).toEqual([404, '/problems/no-drafts']);
});

test('every feed but the drafts stands under the right that anyone has', () => {
  expect(feedRoutes.filter(({ right }) => right !== 'read-feeds').map(({ path }) => path)).toEqual([
    '/api/v1/alerts/:alert/drafts',
  ]);
});

import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { stepsOf, usualPlan } from '../../city/configuration/waves.ts';
import type { CityData } from '../../city/data.ts';
import { openPages } from '../../city/pages/pages.ts';
import { SetError, type ShownSet } from '../../city/store/configurations.ts';
import type { Reader } from '../../city/store/gateways.ts';
import { mayOperate } from '../../city/store/gateways.ts';
import type { GatewayRow, IndicatorRow, PlatformRow, StateRow } from '../../city/store/views.ts';

const now = Date.UTC(2026, 10, 29, 3);

/** Two districts, each of one site whose every name says so. */
const districts = ['gangdong', 'seocho'] as const;
type District = (typeof districts)[number];

const readers: Readonly<Record<string, Reader>> = {
  readsOne: { name: 'readsOne', scope: 'read', districts: ['gangdong'], operates: null },
  readsAll: { name: 'readsAll', scope: 'read', districts: null, operates: null },
  actsInOne: { name: 'actsInOne', scope: 'operate', districts: ['gangdong'], operates: null },
  actsInOneOfTwo: {
    name: 'actsInOneOfTwo',
    scope: 'operate',
    districts: ['gangdong', 'seocho'],
    operates: ['gangdong'],
  },
  actsInAll: { name: 'actsInAll', scope: 'operate', districts: null, operates: null },
  nowhere: { name: 'nowhere', scope: 'operate', districts: [], operates: null },
};

const sees: Readonly<Record<string, readonly District[]>> = {
  readsOne: ['gangdong'],
  readsAll: districts,
  actsInOne: ['gangdong'],
  actsInOneOfTwo: districts,
  actsInAll: districts,
  nowhere: [],
};

/** One for all tests: nothing is kept but what was asked. */
let made: ReturnType<typeof makeCity> | undefined;
function city() {
  made ??= makeCity();
  made.asked.length = 0;
  made.decided.length = 0;
  return made;
}

function makeCity() {
  const asked: { site: string; by: string }[] = [];
  const decided: { step: string; by: string; why: string | null }[] = [];
  const within = <T extends { district: string }>(rows: readonly T[], of: Reader['districts']) =>
    rows.filter(({ district }) => of === null || of.includes(district));
  const data: CityData = {
    readerBy: async (token) => readers[token] ?? null,
    gateways: async (of) => within(districts.map(gateway), of),
    districtNames: async () => new Map(),
    states: async (kind, of) =>
      within(
        districts.flatMap(states).filter((row) => row.kind === kind),
        of,
      ),
    indicators: async (of) => within(districts.map(hour), of),
    asksNow: async () => [],
    ask: async ({ site, by }) => {
      asked.push({ site, by });
    },
    configurations: async (of) => shownIn(of),
    decide: async (version, step, { by, why }) => {
      const [set] = shownIn(null);
      if (set?.version !== version) throw new SetError('no-set', String(version));
      if (!stepsOf(set.state).includes(step)) throw new SetError('no-step', set.state);
      decided.push({ step, by, why });
    },
    hubs: async () => [{ hub: 'hub-of-everybody', entities: 1, refused: 0, takenAgo: 1, worst: [] }],
    audit: async () => [
      { at: new Date(now), by: 'token:kim', action: 'alert-acknowledge', subject: 'alert:x', facts: {} },
    ],
    history: async ({ site, key }) => [
      {
        at: now - 60_000,
        body: { site, key, state: 'open', public: { capacity: 2, free: 2, occupied: 0, unknown: 0, outOfService: 0 } },
      },
    ],
    capChangedAt: async () => 0,
    capSince: async (_from, of) => within(districts.map(cap), of),
    capMessage: async (id) => districts.map(cap).find(({ key }) => key === id) ?? null,
    platform: async (_from, of) => within(districts.map(platform), of),
    isThere: async () => {},
  };
  const app = Fastify({ routerOptions: { maxParamLength: 1000 } });
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    if (method !== 'HEAD') routes.push(`${String(method)} ${url}`);
  });
  openPages(app, { data, clock: { now: () => now }, counts: {} as never, isTls: false });
  return { app, asked, decided, routes };
}

/** A set on its way to a gateway of each district, as far as a reader may see it. */
function shownIn(of: Reader['districts']): ShownSet[] {
  const targets = districts.map((district, nth) => ({
    ...{ gateway: `g-${district}`, site: siteOf(district), district, wave: nth + 1, before: null, offeredAt: now },
    ...{ state: nth === 0 ? ('kept' as const) : ('returned' as const), settledAt: now, worseAt: null, excused: false },
    reason: nth === 0 ? null : ({ code: 'restarts', times: 3 } as const),
  }));
  const seen = targets.filter(({ district }) => of === null || of.includes(district));
  const about = { id: 1, version: 7, kind: 'rules', by: 'command:kim', why: null, at: now, waveAt: now, wait: null };
  const halt = { code: 'by-hand', by: 'command:kim' } as const;
  const set: ShownSet = { ...about, state: 'halted', plan: usualPlan, waves: 2, halt, targets: seen };
  return seen.length === 0 ? [] : [set];
}

const siteOf = (district: District) => `site-${district}`;

function gateway(district: District): GatewayRow {
  return {
    ...{ id: `g-${district}`, sites: [siteOf(district)], district, agreedAgo: 1000, health: null, skew: null },
    ...{ healthAgo: null, conflicts: 0, refused: 0, duplicates: 0 },
  };
}

function states(district: District): StateRow[] {
  const row = (kind: string, key: string, body: StateRow['body']): StateRow => ({
    ...{ kind, site: siteOf(district), key, district, at: now, body, agreedAgo: 1000 },
  });
  const name = { ko: siteOf(district), en: siteOf(district) };
  const location = { lat: 37.5, lon: 127 };
  return [
    row('place', 'lot/p', {
      name,
      location,
      capacity: 2,
      spaces: [],
      standard: [['prkplceNo', '번호', siteOf(district)]],
    }),
    row('place', 'building/b', { name, location, address: { road: null, parcel: null } }),
    row('place', 'device/d', { profile: siteOf(district), kinds: ['tilt'], at: null, location }),
    row('lot', 'p', { state: 'open', public: { capacity: 2, free: 1, occupied: 1, unknown: 0, outOfService: 0 } }),
    row('device', 'd', { state: 'online', since: null, code: null, lastGoodAt: null, simulated: false }),
    row('alert', 'a', {
      ...{
        site: siteOf(district),
        building: 'b',
        hazard: 'fire',
        level: '심각',
        rule: 'r',
        state: 'unack',
        status: 'Actual',
      },
      ...{ headline: name, since: new Date(now).toISOString(), closed: null, acknowledged: null, version: 3 },
    }),
  ];
}

function hour(district: District): IndicatorRow {
  return {
    ...{
      district,
      hour: Math.floor(now / 3_600_000),
      arrivals: 1,
      alerts: 1,
      lots: 1,
      lotsKnown: 1,
      free: 1,
      occupied: 1,
    },
    ...{ devices: 1, devicesKnown: 1, devicesAvailable: 1 },
  };
}

function cap(district: District): StateRow {
  return {
    ...{ kind: 'cap', site: siteOf(district), key: `${siteOf(district)}.b.a.1`, district, at: now, agreedAgo: 1000 },
    body: {
      ...{ alert: 'a', number: 1, sent: now, expires: now + 3_600_000, headline: siteOf(district), instruction: '' },
      ...{ author: siteOf(district), xml: '<alert/>', platform: null },
    },
  };
}

function platform(district: District): PlatformRow {
  const { key: identifier, site, at, body } = cap(district);
  return { identifier, site, district, at, body, doneAt: null, tries: 0, nextAt: null, error: null };
}

/** Whose answer depends on the reader. */
const guarded = [
  '/',
  '/map',
  '/map?district=seocho',
  '/lots',
  '/alerts',
  '/indicators',
  '/configurations',
  '/api/v1/gateways',
  '/api/v1/lots',
  '/api/v1/alerts',
  '/api/v1/indicators',
  '/api/v1/configurations',
  '/api/v1/platform-events',
  ...['OffStreetParking', 'Building', 'Device', 'Alert'].map((type) => `/ngsi-ld/v1/entities?type=${type}`),
];
/** For anyone. */
const open = [
  ...['/healthz', '/live.js', '/catalogue.json', '/feeds/lots.json', '/feeds/lots.geojson', '/feeds/kpi.json'],
  ...['/feeds/standard/parking.csv', '/feeds/standard/parking.json', '/feeds/standard/resident.csv'],
  ...['/feeds/standard/resident.json', '/feeds/cap.atom', '/feeds/cap/site-seocho.b.a.1.xml'],
  '/ngsi-ld/contexts/Alert.jsonld',
];
/** Tried one by one below. */
const elsewhere = [
  ...[
    'POST /sign-in',
    'POST /sign-out',
    'POST /api/v1/alerts/:site/:alert/acknowledge',
    'POST /api/v1/configurations/:version/:step',
    'GET /api/v1/hubs',
    'GET /api/v1/audit',
    'GET /ngsi-ld/v1/types',
    'GET /gateways/:id',
  ],
  ...['GET /ngsi-ld/v1/entities/:id', 'GET /ngsi-ld/v1/temporal/entities/:id'],
  // Says of everything else that it is not answered, and nothing of the city.
  'GET,POST,PUT,PATCH,DELETE /ngsi-ld/v1/*',
];

test('every route is in this matrix', () => {
  const paths = [...guarded, ...open].map((url) => `GET ${url.replace(/\?.*/, '')}`);
  const named = [...paths, ...elsewhere].map((path) =>
    path.replace(/\/feeds\/cap\/.+/, '/feeds/cap/:file').replace(/contexts\/.+/, 'contexts/:file'),
  );
  expect(city().routes.filter((route) => !named.includes(route))).toEqual([]);
});

test.each(guarded)('%s shows each reader his own districts and nobody without a token anything', async (url) => {
  const { app } = city();
  expect((await app.inject({ url })).statusCode).toBe(401);
  expect((await app.inject({ url, headers: { authorization: 'Bearer stranger' } })).statusCode).toBe(401);
  for (const name of Object.keys(readers)) {
    const answer = await app.inject({ url, headers: { authorization: `Bearer ${name}`, accept: 'text/html' } });
    expect([name, answer.statusCode]).toEqual([name, 200]);
    // The filter leaves one of those that he sees; a district that he does not see filters nothing.
    const isFiltered = url.includes('district=seocho') && sees[name]?.includes('seocho');
    const shown = districts.filter(
      (district) => answer.body.includes(district) && (!isFiltered || answer.body.includes(siteOf(district))),
    );
    expect([name, shown]).toEqual([name, isFiltered ? ['seocho'] : sees[name]]);
  }
});

test('the page of a gateway is there for those who see its district, and for nobody else', async () => {
  const { app } = city();
  for (const district of districts) {
    const url = `/gateways/g-${district}`;
    expect((await app.inject({ url })).statusCode).toBe(401);
    for (const name of Object.keys(readers)) {
      const answer = await app.inject({ url, headers: { authorization: `Bearer ${name}`, accept: 'text/html' } });
      const may = sees[name]?.includes(district) === true;
      expect([name, answer.statusCode]).toEqual([name, may ? 200 : 404]);
      expect(answer.body.includes(siteOf(district))).toBe(may);
      expect(districts.filter((other) => other !== district && answer.body.includes(siteOf(other)))).toEqual([]);
    }
  }
});

test.each(open)('%s is for anyone', async (url) => {
  expect((await city().app.inject({ url })).statusCode).toBe(200);
});

const acts: [string, District, number][] = [
  ['readsOne', 'gangdong', 403],
  ['readsOne', 'seocho', 403],
  ['readsAll', 'seocho', 403],
  ['actsInOne', 'gangdong', 202],
  ['actsInOne', 'seocho', 404],
  ['actsInOneOfTwo', 'gangdong', 202],
  ['actsInOneOfTwo', 'seocho', 403],
  ['actsInAll', 'seocho', 202],
  ['nowhere', 'gangdong', 404],
];
test.each(acts)('%s acknowledges in %s: %i', async (name, district, status) => {
  const { app, asked } = city();
  const answer = await app.inject({
    ...{ method: 'POST', url: `/api/v1/alerts/${siteOf(district)}/a/acknowledge`, payload: { version: 3 } },
    headers: { authorization: `Bearer ${name}` },
  });
  expect(answer.statusCode).toBe(status);
  expect(asked).toEqual(status === 202 ? [{ site: siteOf(district), by: name }] : []);
  // A button stands where it would do something.
  const page = await app.inject({ url: '/alerts', headers: { authorization: `Bearer ${name}`, accept: 'text/html' } });
  expect(page.body.includes(`/api/v1/alerts/${siteOf(district)}/a/acknowledge`)).toBe(status === 202);
});

test.each([
  ['without a version', { payload: {} }, 400],
  ['without a body', {}, 400],
  [
    'by a form of another origin',
    { payload: { version: 3 }, headers: { cookie: 'jari-city=actsInAll', origin: 'https://else' } },
    403,
  ],
  ['without a token', { payload: { version: 3 }, headers: {} }, 401],
])('an acknowledgement %s is refused', async (_name, more: object, status) => {
  const { app, asked } = city();
  const url = '/api/v1/alerts/site-seocho/a/acknowledge';
  const answer = await app.inject({ method: 'POST', url, headers: { authorization: 'Bearer actsInAll' }, ...more });
  expect(answer.statusCode).toBe(status);
  expect(asked).toEqual([]);
});

test.each(Object.keys(readers))('%s decides of a set only as one who acts in all districts', async (name) => {
  const { app, decided } = city();
  const headers = { authorization: `Bearer ${name}`, accept: 'text/html' };
  const may = name === 'actsInAll';
  const answer = await app.inject({
    ...{ method: 'POST', url: '/api/v1/configurations/7/return', payload: { why: ' 나빠짐 ' }, headers },
  });
  expect(answer.statusCode).toBe(may ? 202 : 403);
  expect(decided).toEqual(may ? [{ step: 'return', by: name, why: '나빠짐' }] : []);
  // A way to it stands where it would do something.
  const page = await app.inject({ url: '/configurations', headers });
  expect(page.body.includes('step=return')).toBe(may);
  const asked = await app.inject({ url: '/configurations?version=7&step=return', headers });
  expect(asked.body.includes('action="/api/v1/configurations/7/return"')).toBe(may);
});

test.each([
  ['what a halted set is past', '7/halt', 409],
  ['of a set that there is not', '8/return', 404],
  ['what nobody can decide', '7/delete', 404],
  ['of no number', 'x/return', 404],
])('%s is not decided', async (_what, path, status) => {
  const { app, decided } = city();
  const of = { method: 'POST' as const, url: `/api/v1/configurations/${path}` };
  const answer = await app.inject({ ...of, headers: { authorization: 'Bearer actsInAll' } });
  expect([answer.statusCode, decided]).toEqual([status, []]);
});

test('a form of another origin decides nothing, and one of the page leads back to it', async () => {
  const { app, decided } = city();
  const form = (origin: object) =>
    app.inject({
      ...{ method: 'POST', url: '/api/v1/configurations/7/go', payload: 'why=' },
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: 'jari-city=actsInAll', ...origin },
    });
  expect((await form({ origin: 'https://else', 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
  expect(decided).toEqual([]);
  const answer = await form({ host: 'city', origin: 'http://city', 'sec-fetch-site': 'same-origin' });
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/configurations']);
  expect(decided).toEqual([{ step: 'go', by: 'actsInAll', why: null }]);
});

test.each(Object.keys(readers))('%s reads one entity and its history in his districts alone', async (name) => {
  const { app } = city();
  for (const district of districts)
    for (const path of ['entities', 'temporal/entities']) {
      const url = `/ngsi-ld/v1/${path}/urn:ngsi-ld:OffStreetParking:${siteOf(district)}:p`;
      const { statusCode } = await app.inject({ url, headers: { authorization: `Bearer ${name}` } });
      expect([url, statusCode]).toEqual([url, sees[name]?.includes(district) ? 200 : 404]);
    }
  const hubs = await app.inject({ url: '/api/v1/hubs', headers: { authorization: `Bearer ${name}` } });
  expect(hubs.body.includes('hub-of-everybody')).toBe(readers[name]?.districts === null);
});

test.each(Object.keys(readers))('%s reads who did what only as one who acts in all districts', async (name) => {
  const { statusCode } = await city().app.inject({
    url: '/api/v1/audit',
    headers: { authorization: `Bearer ${name}` },
  });
  expect(statusCode).toBe(name === 'actsInAll' ? 200 : 403);
});

test('signing in by a form sets a cookie that no script reads, and a wrong token none', async () => {
  const { app } = city();
  const sign = (token: string) =>
    app.inject({
      ...{ method: 'POST', url: '/sign-in', payload: `token=${token}` },
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    });
  expect((await sign('readsOne')).headers['set-cookie']).toMatch(
    /^jari-city=readsOne; Path=\/; HttpOnly; SameSite=Strict/,
  );
  expect((await sign('stranger')).headers['set-cookie']).toBeUndefined();
});

test('who may act where, at a glance', () => {
  const may = (name: string) => districts.filter((district) => mayOperate(readers[name] as Reader, district));
  expect(Object.fromEntries(Object.keys(readers).map((name) => [name, may(name)]))).toEqual({
    ...{ readsOne: [], readsAll: [], actsInOne: ['gangdong'], actsInOneOfTwo: ['gangdong'] },
    ...{ actsInAll: districts, nowhere: [] },
  });
});

import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { openPages } from '../../city/pages/pages.ts';
import type { Reader } from '../../city/store/gateways.ts';

const kim: Reader = { name: 'kim', scope: 'operate', districts: null, operates: null };
const rows = async () => [];

/** A city that holds nothing, whose database may be away or refuse a text. */
function city(of: { error?: Error; isTls?: boolean } = {}) {
  const failed: string[] = [];
  const broken = async () => {
    if (of.error !== undefined) throw of.error;
    return [];
  };
  const data = {
    ...{ gateways: broken, states: broken, indicators: rows, asksNow: rows, configurations: rows, hubs: rows },
    ...{
      audit: rows,
      history: rows,
      capSince: rows,
      platform: rows,
      capChangedAt: async () => 0,
      capMessage: async () => null,
    },
    ...{ districtNames: async () => new Map(), ask: async () => {}, decide: async () => {}, isThere: async () => {} },
    readerBy: async (token: string) => (token === 'good' ? kim : null),
  };
  const app = Fastify();
  const onFailed = (_error: unknown, url: string) => failed.push(url);
  const clock = { now: () => Date.UTC(2026, 10, 29) };
  openPages(app, { data, clock, counts: {} as never, isTls: of.isTls ?? false, onFailed });
  return { app, failed };
}

const page = { accept: 'text/html', authorization: 'Bearer good' };
const program = { authorization: 'Bearer good' };
const coded = (message: string, code: string) => Object.assign(new Error(message), { code });

test('rubbish at a door is refused, and no answer tells what is inside', async () => {
  const { app, failed } = city();
  const browser = { 'sec-fetch-site': 'same-origin', cookie: 'jari-city=good' };
  const asked = [
    { method: 'GET', url: '/ngsi-ld/v1/entities?type=%25', headers: program, status: 400 },
    { method: 'GET', url: '/ngsi-ld/v1/entities?type=Device&type=Alert', headers: program, status: 400 },
    { method: 'GET', url: '/nothing', headers: program, status: 404 },
    { method: 'POST', url: '/sign-in', headers: {}, status: 401 },
    { method: 'POST', url: '/sign-in', headers: { 'content-type': 'application/json' }, payload: 'null', status: 401 },
    { method: 'POST', url: '/sign-in', headers: { 'content-type': 'application/json' }, payload: '{', status: 400 },
    {
      ...{ method: 'POST', url: '/api/v1/alerts/saesol/a/acknowledge', status: 403 },
      headers: { ...browser, origin: 'null' },
    },
  ] as const;
  for (const { status, ...request } of asked) {
    const answer = await app.inject(request);
    expect([request.url, answer.statusCode]).toEqual([request.url, status]);
    expect(answer.json()).toMatchObject({ type: expect.stringMatching(/^(\/problems\/|https:)/), status });
    expect(answer.body).not.toMatch(/Route|Invalid URL|malformed|destructure|Unexpected/);
  }
  expect(failed).toEqual([]);
});

test('a page of no address, and one whose database is away, are said in words', async () => {
  const none = await city().app.inject({ url: '/nothing', headers: page });
  expect([none.statusCode, none.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  expect(none.body).toContain('없는 주소입니다');
  const { app, failed } = city({ error: coded('connect ECONNREFUSED 10.0.0.5:5432', 'ECONNREFUSED') });
  const away = await app.inject({ url: '/lots', headers: { ...page, 'accept-language': 'en' } });
  expect([away.statusCode, away.headers['retry-after']]).toEqual([503, '5']);
  expect(away.body).toContain('The database is not reached');
  expect(away.body).not.toContain('10.0.0.5');
  const feed = await app.inject({ url: '/feeds/kpi.json' });
  expect(feed.json()).toEqual({ type: '/problems/database-away', status: 503 });
  expect(failed).toEqual([]);
});

test('a text that PostgreSQL does not have is a bad request; what nobody thought of is told to the log alone', async () => {
  const nul = await city({ error: coded('invalid byte sequence', '22021') }).app.inject({ url: '/feeds/lots.json' });
  expect(nul.json()).toEqual({ type: '/problems/bad-request', status: 400 });
  const { app, failed } = city({ error: new Error('column "x" of relation "gateways"') });
  const odd = await app.inject({ url: '/api/v1/gateways', headers: program });
  expect(odd.json()).toEqual({ type: '/problems/failed', status: 500 });
  expect(failed).toEqual(['/api/v1/gateways']);
});

test('a wrong token is said to be wrong; who is signed in stands on each page, and may sign out', async () => {
  const { app } = city({ isTls: true });
  const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
  const first = await app.inject({ url: '/', headers: { accept: 'text/html' } });
  expect(first.body).not.toContain('role="alert"');
  const wrong = await app.inject({ method: 'POST', url: '/sign-in', headers: form, payload: 'token=bad' });
  expect([wrong.statusCode, wrong.headers['set-cookie']]).toEqual([401, undefined]);
  expect(wrong.body).toContain('등록되지 않은 토큰입니다');
  const right = await app.inject({ method: 'POST', url: '/sign-in', headers: form, payload: 'token=good' });
  expect(right.headers['set-cookie']).toMatch(/^jari-city=good; .*Max-Age=43200; Secure$/);
  const home = await app.inject({ url: '/', headers: { ...form, cookie: 'jari-city=good' } });
  expect(home.body).toMatch(/action="\/sign-out"[^>]*>kim /);
  const out = await app.inject({ method: 'POST', url: '/sign-out', headers: form });
  expect([out.statusCode, out.headers['set-cookie']]).toEqual([303, expect.stringMatching(/^jari-city=; .*Max-Age=0/)]);
});

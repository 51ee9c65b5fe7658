import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readingsBodySchema } from '../../../../contract/http/history.ts';
import { iso, makeWorld, type SiteSpec, serve, token, twoDevices } from '../fakes.ts';

const second: SiteSpec = { ...twoDevices, id: 'haneul', name: { ko: '하늘동', en: 'Haneul-dong' } };

describe('lists', () => {
  const world = makeWorld([twoDevices, second]);
  let server: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    server = await serve(world);
  });
  afterAll(() => server.close());

  test('devices have the shape that others build on', async () => {
    const body = await get('/api/v1/devices?site=saesol');
    expect(body.next).toBeNull();
    expect(body.items[0]).toEqual({
      site: 'saesol',
      agent: 'cabinet-1',
      bus: 'rs485-a',
      device: 'tilt-se',
      profile: 'witmotion-wt901c-485',
      state: 'online',
      since: '2026-11-21T15:00:00.000Z',
      why: null,
      reason: null,
      lastGoodAt: '2026-11-21T15:00:00.000Z',
      simulated: false,
    });
  });

  test('frames of a device come with times that a calendar has, whatever its agent says', async () => {
    const told = { v: 1 as const, why: '', receivedAt: null, registers: [] };
    world.fleet.diagnosed['tilt-se'] = [{ ...told, at: Number.MAX_SAFE_INTEGER, frames: [] }];
    const body = await get('/api/v1/devices/tilt-se/diagnosis?site=saesol');
    expect(body.items).toEqual([
      {
        site: 'saesol',
        device: 'tilt-se',
        at: '9999-12-31T23:59:59.999Z',
        receivedAt: null,
        why: '',
        reason: null,
        frames: [],
        registers: [],
      },
    ]);
    expect((await get('/api/v1/devices/di-1/diagnosis?site=saesol')).items).toEqual([]);
  });

  test.each([
    ['/api/v1/agents', 2],
    ['/api/v1/agents?site=haneul', 1],
    ['/api/v1/devices', 4],
    ['/api/v1/latest', 6],
    ['/api/v1/latest?site=haneul', 3],
    ['/api/v1/latest?site=haneul&point=tilt-se/tilt_x', 1],
    ['/api/v1/latest?site=haneul&point=tilt-se/tilt_x&point=di-1/di_0', 2],
    ['/api/v1/sites', 2],
  ])('%s has %i items', async (path, count) => {
    expect((await get(path)).items).toHaveLength(count);
  });

  test.each(['/api/v1/sites', '/api/v1/agents', '/api/v1/devices', '/api/v1/latest'])(
    '%s by pages of one is the list, each item once',
    async (path) => {
      const whole = await get(path);
      const paged: unknown[] = [];
      let next: string | null = '';
      while (next !== null) {
        const page: List = await get(`${path}?limit=1${next === '' ? '' : `&cursor=${next}`}`);
        expect(page.items).toHaveLength(1);
        paged.push(...page.items);
        next = page.next;
      }
      expect(paged).toEqual(whole.items);
    },
  );

  test('a device is found in the site that is asked for', async () => {
    expect(await get('/api/v1/devices/di-1?site=haneul')).toMatchObject({ site: 'haneul', device: 'di-1' });
  });

  test('the site says its names and its zone', async () => {
    expect((await get('/api/v1/sites')).items[1]).toEqual({
      site: 'haneul',
      name: { ko: '하늘동', en: 'Haneul-dong' },
      timezone: 'Asia/Seoul',
    });
  });

  type List = { items: unknown[]; next: string | null };

  async function get(path: string): Promise<List> {
    const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(200);
    return JSON.parse(await response.text());
  }
});

describe('readings', () => {
  const world = makeWorld();
  const start = Date.parse('2026-11-21T10:00:00.000Z');
  let server: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    server = await serve(world);
    world.history.rows = Array.from({ length: 10 }, (_, index) => ({
      at: iso(start + index * 1000),
      value: index === 4 ? null : index,
      quality: index === 4 ? 'bad' : 'good',
      fault: index === 4 ? 'timeout' : null,
      seq: index + 1,
      time: 'synced',
    }));
  });
  afterAll(() => server.close());

  const span = `from=${start}&to=${start + 10_000}`;

  test('come raw with unit and faults, page by page', async () => {
    const first = await get(`${span}&limit=6`);
    expect(first).toMatchObject({ point: 'tilt-se/tilt_x', unit: 'deg', next: '6' });
    expect(first.items[4]).toEqual({
      at: iso(start + 4000),
      value: null,
      quality: 'bad',
      fault: 'timeout',
      seq: 5,
      time: 'synced',
    });
    const second = await get(`${span}&limit=6&cursor=6`);
    expect([second.items.length, second.next]).toEqual([4, null]);
  });

  test('are byte for byte the text of what the schema says, also where it is made in several steps', async () => {
    const few = world.history.rows;
    const said = [
      { value: 0.1, quality: 'good', fault: null },
      { value: '"\u2028\ud800', quality: 'good', fault: null },
      { value: true, quality: 'good', fault: null },
      { value: null, quality: 'bad', fault: 'timeout' },
      { value: 2 ** 70, quality: 'uncertain', fault: 'noisy' },
      { value: 1e-7, quality: 'good', fault: null },
    ] as const;
    world.history.rows = Array.from({ length: 1203 }, (_, nth) => ({
      at: iso(start + nth),
      ...(said[nth % said.length] ?? said[0]),
      seq: nth,
      time: nth % 5 === 0 ? 'estimated' : 'synced',
    }));
    for (const limit of [1, 500, 501, 2000]) {
      const headers = { authorization: `Bearer ${token}` };
      const path = `${server.url}/api/v1/readings?point=tilt-se/tilt_x&${span}&limit=${limit}`;
      const response = await fetch(path, { headers });
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      const text = await response.text();
      const body = readingsBodySchema.parse(JSON.parse(text));
      expect(body.items).toEqual(world.history.rows.slice(0, limit));
      expect(text).toBe(JSON.stringify(body));
      const head = await fetch(path, { method: 'HEAD', headers });
      expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    }
    world.history.rows = few;
  });

  test('come in buckets, where a bucket without a good value has none', async () => {
    const body = await get(`${span}&maxPoints=5`);
    expect(body.items[1]).toEqual({
      at: iso(start + 2000),
      min: 2,
      max: 3,
      mean: 2.5,
      first: 2,
      last: 3,
      count: 2,
      bad: 0,
    });
    expect(body.items[2]).toEqual({
      at: iso(start + 4000),
      min: 5,
      max: 5,
      mean: 5,
      first: 5,
      last: 5,
      count: 1,
      bad: 1,
    });
    expect(body.next).toBeNull();
  });

  test('take times as ISO 8601 with any zone', async () => {
    const from = encodeURIComponent('2026-11-21T19:00:05+09:00');
    expect((await get(`from=${from}&to=2026-11-21T10:00:08.000Z`)).items).toHaveLength(3);
  });

  test('without times are those of the last day', async () => {
    await get('limit=1');
    const now = world.clock.now();
    expect(world.history.asked.at(-1)).toEqual({ from: now - 86_400_000, to: now });
  });

  async function get(query: string) {
    const response = await fetch(`${server.url}/api/v1/readings?point=tilt-se/tilt_x&${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
    return readingsBodySchema.parse(await response.json());
  }
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildBuilding } from '../../../../config/buildings/building-config.ts';
import { buildingFileSchema } from '../../../../config/buildings/building-file.ts';
import { writeGlb } from '../../../../config/model/glb.ts';
import type { AlertDetail, AlertItem, BuildingAlert } from '../../../../contract/http/alerts.ts';
import type { BuildingDetail } from '../../../../contract/http/live.ts';
import { anAlert, asItem } from '../../../web/service-fakes.ts';
import { makeWorld, parts, serve, signedIn, tokenOf } from '../fakes.ts';

const hanbit = buildBuilding(
  buildingFileSchema.parse({
    id: 'hanbit',
    name: { ko: '한빛상가', en: 'Hanbit Arcade' },
    grade: 'D',
    storeys: [
      {
        id: 'b1',
        name: { ko: '지하 1층', en: 'Basement' },
        elevation: -3.6,
        outline: [
          [0, 0],
          [24, 0],
          [24, 14],
        ],
      },
      { id: '1f', name: { ko: '1층', en: 'Ground floor' }, elevation: 0 },
    ],
    places: [
      { device: 'tilt-se', storey: '1f', at: [23.5, 0.5], height: 0.3, name: { ko: '남동쪽', en: 'South-east' } },
      { point: 'di-1/di_0', storey: 'b1', zone: 'b1-parking' },
    ],
  }),
  [],
);

const world = makeWorld();
const dir = mkdtempSync(join(tmpdir(), 'jari-'));
const model = join(dir, 'hanbit.glb');
world.sites = world.sites.map((site) => ({ ...site, buildings: [{ ...hanbit, model }] }));
let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  server = await serve(world);
});
afterAll(async () => {
  await server.close();
  rmSync(dir, { recursive: true });
});

const own = [{ site: 'saesol', building: 'hanbit' }];
const get = (building: string, headers: Record<string, string>) =>
  fetch(`${server.url}/api/v1/buildings/${building}`, { headers });

test('a building is told with its storeys, the lowest first, and what stands where', async () => {
  const response = await get('hanbit', { authorization: `Bearer ${tokenOf('read')}` });
  const body = (await response.json()) as BuildingDetail;
  expect(body).toMatchObject({ site: 'saesol', building: 'hanbit', grade: 'D', built: null, location: null });
  expect(body.storeys.map(({ id, outline }) => [id, outline?.length])).toEqual([
    ['b1', 3],
    ['1f', 3],
  ]);
  expect(body.places).toEqual([
    {
      device: 'tilt-se',
      point: null,
      storey: '1f',
      zone: '1f',
      at: [23.5, 0.5],
      height: 0.3,
      name: { ko: '남동쪽', en: 'South-east' },
    },
    { device: null, point: 'di-1/di_0', storey: 'b1', zone: 'b1-parking', at: null, height: null, name: null },
  ]);
});

test('a resident is told of the storeys and of no sensor', async () => {
  const response = await get('hanbit', { cookie: signedIn(world, 'resident', own) });
  expect(await response.json()).toMatchObject({ building: 'hanbit', places: [] });
});

test.each([
  ['nowhere', 'manager', own],
  ['hanbit', 'manager', [{ site: 'saesol', building: 'saebyeok' }]],
  ['hanbit', 'resident', [{ site: 'saesol', building: 'saebyeok' }]],
] as const)('the building %s is not there for a %s of another one', async (building, role, buildings) => {
  const response = await get(building, { cookie: signedIn(world, role, [...buildings]) });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ type: '/problems/no-such-building' });
});

describe('the model behind a building', () => {
  const headers = { authorization: `Bearer ${tokenOf('read')}` };
  const triangle = { corners: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0), indexes: Uint32Array.of(0, 1, 2) };
  const put = (bytes: Buffer) => writeFileSync(model, bytes);
  const ask = (more: Record<string, string> = headers) => get('hanbit/model', more);

  test('goes out as glTF with a strong tag, once, and again when it is another', async () => {
    put(writeGlb(triangle, 'one'));
    const first = await ask();
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('model/gltf-binary');
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(Buffer.from(await first.arrayBuffer())).toEqual(writeGlb(triangle, 'one'));
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    expect((await ask({ ...headers, 'if-none-match': etag })).status).toBe(304);
    put(writeGlb(triangle, 'another'));
    const next = await ask({ ...headers, 'if-none-match': etag });
    expect([next.status, next.headers.get('etag') === etag]).toEqual([200, false]);
  });

  test.each([
    ['cut off', writeGlb(triangle, 'x').subarray(0, 40)],
    ['no model', Buffer.from('nothing of the kind')],
  ])('that is %s is not there, and the building is', async (_, bytes) => {
    put(bytes);
    const refused = await ask();
    expect([refused.status, ((await refused.json()) as { type: string }).type]).toEqual([404, '/problems/no-model']);
    expect(await (await get('hanbit', headers)).json()).toMatchObject({ hasModel: true });
  });

  test('is for who is signed in, and not for residents', async () => {
    put(writeGlb(triangle, 'one'));
    expect((await ask({})).status).toBe(401);
    const cookie = signedIn(world, 'resident', own);
    expect((await ask({ cookie })).status).toBe(404);
    expect(await (await get('hanbit', { cookie })).json()).toMatchObject({ hasModel: false });
  });
});

describe('what is going on in a building', () => {
  const of = (alert: string, change: Partial<AlertDetail> = {}): AlertItem => asItem(anAlert({ alert, ...change }));
  const hours = (count: number) => new Date(world.clock.now() - count * 3_600_000).toISOString();
  const open = [of('fire'), of('dead-sensor', { hazard: 'equipment' }), of('old-news', { state: 'late' })];
  const all = [
    of('ended', { state: 'normal', closed: hours(2), cause: 'cooking' }),
    of('long-ended', { state: 'normal', closed: hours(13) }),
  ];
  const list = async (cookie: string) => {
    const response = await fetch(`${server.url}/api/v1/buildings/hanbit/alerts`, { headers: { cookie } });
    return { status: response.status, body: (await response.json()) as { items: BuildingAlert[] } };
  };

  beforeAll(async () => {
    await server.close();
    const alerts = { ...parts(world).alerts, open: () => open, all: () => ({ items: all, next: null }) };
    server = await serve(world, { alerts });
  });

  test('is told to its residents, with what ended in the last 12 hours, and no trouble of the installation', async () => {
    const { body } = await list(signedIn(world, 'resident', own));
    expect(body.items.map(({ alert }) => alert)).toEqual(['fire', 'ended']);
  });

  test('names no sensor, no rule and nobody who did something', async () => {
    const { body } = await list(signedIn(world, 'resident', own));
    for (const key of ['points', 'zones', 'rule', 'why', 'acknowledged', 'report', 'who']) {
      expect(body.items[0]).not.toHaveProperty(key);
    }
  });

  test('is not told to residents of another building', async () => {
    const { status } = await list(signedIn(world, 'resident', [{ site: 'saesol', building: 'saebyeok' }]));
    expect(status).toBe(404);
  });
});

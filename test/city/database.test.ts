import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { usualPlan } from '../../city/configuration/waves.ts';
import { dataOf, heldBy } from '../../city/data.ts';
import { LocalPostgres, postgresPrograms } from '../../city/demo/local-postgres.ts';
import { type HubTask, openHub } from '../../city/hub/open-hub.ts';
import { Pusher } from '../../city/hub/push.ts';
import { looksOf } from '../../city/pages/look.ts';
import { cityLots } from '../../city/pages/lots.ts';
import {
  configurationRound,
  decide,
  offerText,
  openOffers,
  publish,
  shownSets,
} from '../../city/store/configurations.ts';
import { connect, json, type Sql } from '../../city/store/database.ts';
import { addGateway, addToken, readerBy } from '../../city/store/gateways.ts';
import { alone, hubStates, hubTable } from '../../city/store/hub-table.ts';
import { keepLook } from '../../city/store/looks.ts';
import { migrate, olderBesideMs } from '../../city/store/migrations.ts';
import { Names } from '../../city/store/names.ts';
import { Partitions } from '../../city/store/partitions.ts';
import { schema } from '../../city/store/schema.ts';
import { take } from '../../city/store/take.ts';
import { capChangedAt, keepPlatform } from '../../city/store/views.ts';
import { signSet } from '../../config/signed/city-set.ts';
import { type CityBatch, parseCityBatch } from '../../contract/city.ts';
import { claimOf, type GatewayReport } from '../../contract/configuration.ts';
import { siteIdSchema } from '../../contract/ids.ts';
import { missing } from '../needs.ts';

/** Feeds and pages on a PostgreSQL of their own: some seconds, so `npm run test:long` runs it. */

const bin = postgresPrograms();
const absent = missing({ name: 'postgresql', there: () => bin !== null });
const dir = mkdtempSync(join(tmpdir(), 'jari-city-test-'));
let postgres: LocalPostgres;
let sql: Sql;

beforeAll(async () => {
  if (absent || bin === null) return;
  // PostgreSQL runs as somebody else where this is root.
  chmodSync(dir, 0o755);
  postgres = await LocalPostgres.start(bin, join(dir, 'postgres'));
  sql = connect(postgres.url);
  await migrate(sql, schema);
  for (const district of ['gangdong', 'seocho']) {
    await addGateway(sql, { id: `g-${district}`, sites: [district], district, certificate: null, by: 'test' });
    await takeAll(batch(district));
  }
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await postgres?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const now = Date.now();
let seq = 0;

function batch(site: string, more: readonly object[] = []): CityBatch {
  const item = (kind: string, key: string, body: object | null) => ({ seq: ++seq, kind, site, key, at: now, body });
  const items = [
    item('place', 'site', { lots: ['p'], buildings: [], devices: ['d'] }),
    item('place', 'lot/p', {
      name: { ko: site, en: site },
      capacity: 4,
      location: { lat: 37.5, lon: 127 },
      spaces: [],
    }),
    item('place', 'device/d', { profile: 'x', kinds: ['tilt'], at: null, location: null }),
    item('lot', 'p', {
      state: 'open',
      public: { capacity: 4, free: 1, occupied: 3, unknown: 0, outOfService: 0, byType: {} },
    }),
    item('device', 'd', { state: 'online', since: null, code: null, lastGoodAt: null, simulated: false }),
    item('cap', `${site}.b.a.1`, {
      ...{
        alert: 'a',
        number: 1,
        sent: now,
        expires: now + 1000,
        headline: site,
        instruction: '',
        author: site,
        xml: '<a/>',
      },
      platform: { headers: {}, body: {} },
    }),
    ...more.map((each) => ({ seq: ++seq, site, at: now, ...each })),
  ];
  const parsed = parseCityBatch({
    ...{
      v: 1,
      gateway: `g-${site}`,
      messages: [],
      records: [{ epoch: `e-${site}`, start: 1, items }],
      health: null,
      done: [],
    },
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

async function takeAll(...batches: CityBatch[]): Promise<void> {
  const options = { sql, names: new Names(sql), partitions: new Partitions(sql), keepDays: 2, now: () => Date.now() };
  await take(options, batches);
}

const test_ = test.skipIf(absent);

test_('each question takes the districts of its reader', async () => {
  const data = dataOf(sql);
  for (const [districts, sites] of [
    [null, ['gangdong', 'seocho']],
    [['seocho'], ['seocho']],
    [[], []],
  ] as const) {
    const held = await heldBy(data, districts);
    expect(held.place.filter(({ key }) => key === 'site').map(({ site }) => site)).toEqual(sites);
    for (const rows of [held.lot, held.device, await data.capSince(0, districts), await data.platform(0, districts)])
      expect(rows.map(({ site }) => site)).toEqual(sites);
    expect((await data.gateways(districts)).map(({ district }) => district)).toEqual(sites);
  }
  await data.ask({ id: 'q', site: 'gangdong', alert: 'a', version: 1, by: 'kim', text: '' });
  expect(await data.asksNow(['seocho'])).toEqual([]);
  expect(await data.asksNow(['gangdong'])).toMatchObject([{ site: 'gangdong', by: 'kim', outcome: null }]);
  const entry = { by: 'token:kim', action: 'alert-acknowledge', subject: 'alert:gangdong/a' };
  expect((await data.audit(1))[0]).toMatchObject(entry);
});

test_('the feed of CAP changed last when the last message ended, and before any when the city began', async () => {
  const [made] = await sql<{ at: number }[]>`
    select (extract(epoch from min(at)) * 1000)::bigint as at from city_versions`;
  const of = await sql<{ ended: number | null }[]>`
    select max((body ->> 'expires')::bigint) as ended from states where kind = 'cap'`;
  expect(await capChangedAt(sql, 0)).toBe(made?.at);
  expect(await capChangedAt(sql, now + 10 * 86_400_000)).toBe(Math.max(made?.at ?? 0, of[0]?.ended ?? 0));
});

test_('beside workers of before, a message is stored by the digest that they know, for a day', async () => {
  const admin = connect(postgres.url, { max: 1 });
  await admin`create database upgraded`;
  await admin.end();
  const own = connect(postgres.url.replace(/postgres$/, 'upgraded'), { max: 2 });
  await migrate(own, schema.slice(0, 5));
  expect(await olderBesideMs(own, 6)).toBe(0);
  await migrate(own, schema);
  expect(await olderBesideMs(own, 6)).toBe(0); // all of one program
  await own`update city_versions set at = at - interval '30 days' where version < 6`;
  const dayMs = 86_400_000;
  expect(await olderBesideMs(own, 6)).toBeGreaterThan(dayMs - 60_000);
  expect(await olderBesideMs(own, 6)).toBeLessThanOrEqual(dayMs);
  await addGateway(own, { id: 'g-x', sites: ['x'], district: 'x', certificate: null, by: 'test' });
  const message = (seq: number) => ({
    ...{ site: 'x', agent: 'a', epoch: 'e', start: 1, seq, device: 'd', at: now, time: 'synced', receivedAt: now },
    points: { t: { dt: [0], v: [20.5] } },
  });
  const parsed = parseCityBatch({
    ...{ v: 1, gateway: 'g-x', messages: [message(1)], records: [], health: null, done: [] },
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  const of = { sql: own, names: new Names(own), partitions: new Partitions(own), keepDays: 2, now: () => Date.now() };
  const first = await take({ ...of, hasOlderBeside: () => true }, [parsed.value]);
  expect(first).toMatchObject({ messages: 1, conflicts: 0 });
  const [row] = await own<{ digest: number }[]>`select digest from messages`;
  // What a program of before makes of it when it comes again: crc32(JSON.stringify([device, at, points])).
  expect(row?.digest).toBe(crc32(JSON.stringify(['d', now, { t: { dt: [0], v: [20.5] } }])));
  // The day is over: the same message is known all the same.
  expect(await take(of, [parsed.value])).toMatchObject({ messages: 0, duplicates: 1, conflicts: 0 });
  await own`update city_versions set at = at - interval '25 hours' where version = 6`;
  expect(await olderBesideMs(own, 6)).toBe(0);
  await own.end();
});

test_('a token keeps where it may act', async () => {
  const who = { name: 'kim', scope: 'operate', districts: ['gangdong', 'seocho'], operates: ['seocho'] } as const;
  const token = await addToken(sql, { ...who, by: 'test' });
  expect(await readerBy(sql, token)).toEqual(who);
});

test_('history is of one thing, the last of it, the oldest first', async () => {
  const more = [5, 6, 7].map((free) => ({ kind: 'lot', key: 'p', body: { state: 'open', public: null, free } }));
  await takeAll(batch('gangdong', more));
  const rows = await dataOf(sql).history({ site: 'gangdong', kind: 'lot', key: 'p' }, { from: 0, to: now, lastN: 2 });
  expect(rows.map(({ body }) => body?.free)).toEqual([6, 7]);
});

test_('two looks in a minute are one, and what is unknown is in no sum', async () => {
  await takeAll(batch('gangdong'));
  const data = dataOf(sql);
  const lots = cityLots(await data.states('lot', null), await data.states('place', null));
  const looks = looksOf(lots, await data.states('device', null));
  const at = Math.floor(now / 3_600_000) * 3_600_000 + 60_000;
  expect([
    await keepLook(sql, at, looks),
    await keepLook(sql, at, looks),
    await keepLook(sql, at + 60_000, looks),
  ]).toEqual([...[true, false, true]]);
  const [row] = await data.indicators(['seocho'], Math.floor(at / 3_600_000));
  expect(row).toMatchObject({
    lots: 2,
    lotsKnown: 2,
    free: 2,
    occupied: 6,
    devices: 2,
    devicesAvailable: 2,
    arrivals: 0,
  });
});

test_('what a hub took outlives the worker, and only one worker tells it', async () => {
  const task = openHub({ hub: 'http://127.0.0.1:9' }) as HubTask;
  const taken: string[] = [];
  const hub: HubTask['hub'] = {
    async upsert(items) {
      taken.push(...items.map(({ id }) => id));
      const refused = new Map(items.slice(0, 1).map(({ id }) => [id, 'no']));
      return { taken: new Set(items.slice(1).map(({ id }) => id)), refused };
    },
    remove: async (ids) => ({ taken: new Set(ids), refused: new Map() }),
  };
  const worker = (at: number) =>
    new Pusher({
      ...{ hub, table: hubTable(sql, 'hub'), textOf: task.textOf, now: () => at, random: () => 1 },
      entities: async () => task.entitiesOf(await heldBy(dataOf(sql), null), at),
    });
  const first = await worker(now).round();
  expect(first).toMatchObject({ refused: 1, taken: taken.length - 1 });
  expect(await worker(now + 500).round()).toMatchObject({ refused: 0, taken: 0 });
  expect((await worker(now + 1000).round()).refused).toBe(1);
  expect(await hubStates(sql)).toMatchObject([{ hub: 'hub', refused: 1, worst: [{ tries: 2, error: 'no' }] }]);
  await sql`update gateways set removed_at = now() where id = 'g-seocho'`;
  expect((await worker(now + 500).round()).deleted).toBeGreaterThan(0);
  await sql`update gateways set removed_at = null where id = 'g-seocho'`;
  const both = await Promise.all([
    alone(sql, 7, () => new Promise((done) => setTimeout(done, 300, 1))),
    alone(sql, 7, async () => 2),
  ]);
  expect(both.filter((each) => each === null)).toHaveLength(1);
  expect(await alone(sql, 7, async () => 3)).toBe(3);
});

test_('an event that the platform took is done, and one that it refused waits', async () => {
  const event = { identifier: 'gangdong.b.a.1', site: 'gangdong' };
  await keepPlatform(sql, event, { tries: 1, nextAt: now + 1000, error: '500' });
  const of = async () => (await dataOf(sql).platform(0, ['gangdong']))[0];
  expect(await of()).toMatchObject({ tries: 1, error: '500', doneAt: null });
  expect((await of())?.nextAt).toBeCloseTo(now + 1000, -1);
  await keepPlatform(sql, event, { tries: 0, nextAt: null, error: null });
  expect((await of())?.doneAt).not.toBeNull();
  expect(await dataOf(sql).capMessage('gangdong.b.a.1')).toMatchObject({ site: 'gangdong' });
  expect(await dataOf(sql).capMessage('nothing')).toBeNull();
});

test_('records wait for no transaction that holds their gateway, and leave its counts alone', async () => {
  const held = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  const other = sql.begin(async (tx) => {
    await tx`update gateways set duplicates = duplicates + 1 where id = 'g-seocho'`;
    isHeld.resolve();
    await held.promise;
  });
  await isHeld.promise;
  await takeAll(batch('seocho'));
  held.resolve();
  await other;
  const [row] = await sql<{ duplicates: number; agreed: boolean }[]>`
    select duplicates, agreed_at is not null as agreed from gateways where id = 'g-seocho'`;
  expect(row).toEqual({ duplicates: 1, agreed: true });
});

test_('a set goes to one gateway, is kept or halts there, and two workers begin one wave', async () => {
  for (const id of ['c1', 'c2', 'c3'])
    await addGateway(sql, { id, sites: [`s-${id}`], district: 'gangdong', certificate: null, by: 'test' });
  const { privateKey } = generateKeyPairSync('ed25519');
  const setOf = (version: number) => {
    const body = (id: string) =>
      ({ v: 1, site: siteIdSchema.parse(`s-${id}`), version, kind: 'site', text: 'x' }) as const;
    const bodies = ['c1', 'c2', 'c3'].map((id) => ({ ...body(id), profiles: [], confirm: [] }));
    return signSet(bodies, { version, kind: 'site', why: null }, privateKey);
  };
  const says = async (id: string, of: Partial<GatewayReport>, devices = 4) => {
    const report = { site: `s-${id}`, pull: true, seen: 0, version: null, state: 'none', reason: null, ...of };
    await sql`update gateways set agreed_at = now(), health_at = now(), health = ${json(sql, {
      ...{
        at: now,
        version: '1',
        backlog: { messages: 0, records: 0, oldest: null },
        disk: null,
        certificateEnds: null,
      },
      ...{ missing: 0, thinned: 0, agents: {}, devices: { online: devices }, failing: [], configuration: [report] },
    })} where id = ${id}`;
  };
  const plan = { ...usualPlan, first: ['c2'], soakMs: 0 };
  for (const id of ['c1', 'c2', 'c3']) await says(id, {});
  expect((await publish(sql, setOf(7), { plan, by: 'test' })).order[0]).toBe('c2');
  await expect(publish(sql, setOf(9), { plan, by: 'test' })).rejects.toMatchObject({ code: 'under-way' });
  await Promise.all([configurationRound(sql), configurationRound(sql), configurationRound(sql)]);
  const offers = await openOffers(sql);
  expect(offers.map(({ gateway }) => gateway)).toEqual(['c2']);
  const text = offers[0] && (await offerText(sql, offers[0]));
  expect(claimOf(text ?? { body: '' }).version).toBe(7);

  await says('c2', { seen: 7, version: 7, state: 'kept' });
  await configurationRound(sql);
  await configurationRound(sql);
  const [second] = await openOffers(sql);
  expect(second?.gateway).not.toBe('c2');
  await says(second?.gateway ?? '', { seen: 7, version: 7, state: 'returned', reason: { code: 'restarts', times: 3 } });
  await configurationRound(sql);
  const [shown] = await shownSets(sql, null);
  expect(shown).toMatchObject({
    version: 7,
    state: 'halted',
    waves: 2,
    halt: { code: 'returned', gateway: second?.gateway },
  });
  expect(await openOffers(sql)).toEqual([]);
  expect(await shownSets(sql, ['seocho'])).toEqual([]);

  await decide(sql, 7, 'return', { by: 'test', why: null });
  const [back] = await openOffers(sql);
  expect([back?.gateway, claimOf((back && (await offerText(sql, back))) ?? { body: '' }).version]).toEqual(['c2', 8]);
  await says('c2', { seen: 8, version: 7, state: 'returned', reason: { code: 'by-hand', by: 'city' } });
  await configurationRound(sql);
  expect((await shownSets(sql, null))[0]?.state).toBe('returned');
  await expect(decide(sql, 7, 'go', { by: 'test', why: null })).rejects.toMatchObject({ code: 'no-step' });
  await expect(publish(sql, setOf(8), { plan, by: 'test' })).rejects.toMatchObject({ code: 'older', about: '8' });
  const actions = (await dataOf(sql).audit(6)).map(({ action }) => action);
  expect(actions).toEqual([
    ...['configuration-returned', 'configuration-return', 'configuration-halted', 'configuration-wave'],
    ...['configuration-wave', 'configuration-publish'],
  ]);
});

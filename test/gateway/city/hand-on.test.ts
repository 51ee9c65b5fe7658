import { expect, test } from 'vitest';
import type { BuildingConfig } from '../../../config/buildings/building-config.ts';
import type { CityConfig } from '../../../config/city.ts';
import {
  type CityAsk,
  type CityBatch,
  type CityReply,
  capRecordSchema,
  deviceRecordSchema,
  parseCityBatch,
} from '../../../contract/city.ts';
import { alertIdSchema, buildingIdSchema, deviceIdSchema, pointRefSchema } from '../../../contract/ids.ts';
import { AlertService } from '../../../gateway/alerts/service.ts';
import { type Carrier, CityError } from '../../../gateway/city/carrier.ts';
import { devicePlaces } from '../../../gateway/city/device-places.ts';
import { Pace } from '../../../gateway/city/pace.ts';
import { placeRecords } from '../../../gateway/city/records.ts';
import { CityLink } from '../../../gateway/city/service.ts';
import { CapTables } from '../../../gateway/feeds/cap/cap-tables.ts';
import { silentLog } from '../../../gateway/log.ts';
import { NoticeTable } from '../../../gateway/notify/notice-table.ts';
import { Parking } from '../../../gateway/parking/parking.ts';
import { Core, readings, siteId } from '../core.ts';
import { siteOf } from '../core-site.ts';
import { residentLot } from '../feeds/parking/lots.ts';

const site = siteOf({ 'tilt-se': 2, 'di-1': 1 });
const config: CityConfig = {
  url: 'http://127.0.0.1:1',
  gateway: 'g1',
  tokenFile: null,
  seedFile: null,
  ca: null,
  cert: null,
  key: null,
  keepMs: 86_400_000,
  configurationKey: null,
};

/** A city in memory: what it took, by identity, and what it is made to do. */
class City implements Carrier {
  readonly taken = new Map<string, number>();
  readonly batches: CityBatch[] = [];
  readonly done: CityBatch['done'] = [];
  ask: CityAsk[] = [];
  isUp = true;
  /** Takes it, and its word gets lost. */
  isDeaf = false;
  /** Readings stay on their way. */
  isSlow = false;

  async hand(batch: CityBatch, signal: AbortSignal): Promise<CityReply> {
    if (!this.isUp) throw new CityError('unreachable', 'down');
    if (this.isSlow && batch.messages.length > 0)
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))));
    const checked = parseCityBatch(JSON.parse(JSON.stringify(batch)));
    if (!checked.ok) throw new Error(checked.problem);
    this.batches.push(batch);
    for (const { site: of, agent, epoch, seq } of batch.messages) this.#take(`${of}/${agent}/${epoch}/${seq}`);
    for (const { epoch, items } of batch.records) for (const { seq } of items) this.#take(`${epoch}/${seq}`);
    this.done.push(...batch.done);
    if (this.isDeaf) throw new CityError('unreachable', 'the line broke before the answer');
    return { v: 1, ask: this.ask };
  }

  async close(): Promise<void> {}

  messages(): number {
    return [...this.taken.keys()].filter((key) => key.startsWith('saesol/')).length;
  }

  #take(key: string): void {
    this.taken.set(key, (this.taken.get(key) ?? 0) + 1);
  }
}

function linked(core: Core, city: City, more: Partial<CityConfig> = {}) {
  const { store, commit, clock, fleet, dir } = core;
  const alerts = new AlertService({ db: store.db, commit, sites: [site], notices: new NoticeTable(store.db), clock });
  commit.join(new Parking({ db: store.db, sites: [site], clock }));
  const link = new CityLink({
    ...{ config: { ...config, ...more }, sites: [site], store, clock, fleet, dir, alerts },
    ...{ version: '0.1.0', log: silentLog, random: () => 0.5, carrier: city },
    feeds: { lots: () => [] },
    failing: () => [],
    upkeep: () => ({ lifeYears: 4, drill: 'ok' }),
    configuration: { reports: () => [], hear: () => {} },
    standing: () => [{ topic: 'jari/v1/saesol/parking/p1', payload: '{"free":3}' }],
  });
  link.start();
  return link;
}

const send = (core: Core, from: number, to: number) => {
  core.take(
    ...Array.from({ length: to - from + 1 }, (_, i) => readings(core, { seq: from + i, points: { p_0: { v: [i] } } })),
  );
};

test('hands on what was committed, once, and forgets it only when the city has it', async () => {
  const core = new Core();
  const city = new City();
  const link = linked(core, city);
  core.online();
  send(core, 1, 50);
  await core.clock.advance(1000);
  expect(city.messages()).toBe(50);
  expect(Math.max(...city.taken.values())).toBe(1);
  await core.clock.advance(6000);
  expect(city.batches.some(({ health }) => health?.backlog.messages === 0)).toBe(true);
  const said = city.batches.flatMap(({ records }) => records.flatMap(({ items }) => items));
  expect(said.filter(({ kind }) => kind === 'lot').map(({ body }) => body)).toEqual([{ free: 3, public: null }]);
  expect(said.filter(({ kind }) => kind === 'place').map(({ key }) => key)).toEqual([
    'site',
    'device/tilt-se',
    'device/di-1',
  ]);

  city.isUp = false;
  send(core, 51, 600);
  core.store.sealer.sealAll();
  expect(core.store.messages.stillHere(0, 1000).length).toBeGreaterThanOrEqual(550);
  await core.clock.advance(60_000);
  city.isUp = true;
  await core.clock.advance(60_000);
  expect(city.messages()).toBe(600);
  core.store.sealer.sealAll();
  // But those that last values and epochs do not tell of in their tables yet.
  const { epochs, latest, messages } = core.store;
  const told = Math.min(epochs.upTo(), latest.upTo());
  expect(told).toBeGreaterThanOrEqual(50);
  expect(messages.stillHere(0, 1000).length).toBe(600 - told);
  await link.close();
});

test('what is new overtakes what waits', async () => {
  const core = new Core();
  const city = new City();
  city.isUp = false;
  const link = linked(core, city);
  core.online();
  send(core, 1, 900);
  await core.clock.advance(5000);
  city.isUp = true;
  const before = city.batches.length;
  // Until the city has answered once.
  while (city.batches.length === before) await core.clock.advance(50);
  send(core, 901, 901);
  await core.clock.advance(300);
  const order = city.batches.slice(before).flatMap(({ messages }) => messages.map(({ seq }) => seq));
  expect(order.indexOf(901)).toBeGreaterThanOrEqual(0);
  await core.clock.advance(60_000);
  expect(city.messages()).toBe(901);
  await link.close();
});

test('a record waits neither for readings that are on their way nor for those of before', async () => {
  const core = new Core();
  const city = new City();
  city.isUp = false;
  const link = linked(core, city);
  core.online();
  send(core, 1, 900);
  link.said({ topic: 'jari/v1/saesol/parking/p1', payload: '{"free":1}' });
  await core.clock.advance(5000);
  city.isUp = true;
  city.isSlow = true;
  while (city.batches.length === 0) await core.clock.advance(50);
  send(core, 901, 902);
  link.said({ topic: 'jari/v1/saesol/parking/p1', payload: '{"free":0}' });
  await core.clock.advance(1000);
  const items = city.batches.flatMap(({ records }) => records.flatMap((of) => of.items));
  expect(items.filter(({ kind }) => kind === 'lot').map(({ body }) => body?.free)).toEqual([1, 3, 0]);
  expect(city.messages()).toBe(0);
  city.isSlow = false;
  await link.close();
});

test('a word that got lost is asked for again, and a restart knows what was agreed', async () => {
  const core = new Core();
  const city = new City();
  city.isDeaf = true;
  const first = linked(core, city);
  core.online();
  send(core, 1, 10);
  await core.clock.advance(5000);
  city.isDeaf = false;
  await core.clock.advance(60_000);
  expect(city.messages()).toBe(10);
  await first.close();
  core.close();

  const again = new Core({ dir: core.dir, clock: core.clock });
  const before = city.batches.length;
  const second = linked(again, city);
  send(again, 11, 12);
  await again.clock.advance(2000);
  const since = city.batches.slice(before).flatMap(({ messages }) => messages.map(({ seq }) => seq));
  expect(since).toEqual([11, 12]);
  const epochs = new Set(city.batches.flatMap(({ records }) => records.map(({ epoch }) => epoch)));
  expect(epochs.size).toBe(2);
  await second.close();
});

test('what waits longer than it may is given up by name', async () => {
  const core = new Core();
  const city = new City();
  city.isUp = false;
  const link = linked(core, city, { keepMs: 3_600_000 });
  core.online();
  send(core, 1, 20);
  await core.clock.advance(3_620_000);
  send(core, 21, 22);
  city.isUp = true;
  await core.clock.advance(60_000);
  const gaps = city.batches.flatMap(({ records }) =>
    records.flatMap(({ items }) => items.filter(({ kind }) => kind === 'gap')),
  );
  expect(gaps.map(({ key, body }) => [key, body])).toEqual([
    ['saesol/cabinet-1/e1', { from: 1, to: 20, messages: 20, why: 'waited-too-long' }],
  ]);
  expect(city.messages()).toBe(2);
  expect(
    city.batches.at(-1)?.health?.thinned ?? city.batches.findLast(({ health }) => health !== null)?.health?.thinned,
  ).toBe(20);
  await link.close();
});

test('the city may ask for an acknowledgement, and hears what came of it', async () => {
  const core = new Core();
  const city = new City();
  const link = linked(core, city);
  city.ask = [
    { id: 'a1', site: siteId, alert: alertIdSchema.parse('saesol-1'), version: 1, by: 'control-room', text: '' },
  ];
  await core.clock.advance(1000);
  // It asks until it has heard; it is answered once.
  await core.clock.advance(1000);
  expect(city.done).toEqual([{ id: 'a1', outcome: expect.stringMatching(/alert/) }]);
  await link.close();
});

test('hands on a CAP message as it was sent, and a device when its state changes', async () => {
  const core = new Core();
  const city = new City();
  const cap = new CapTables(core.store.db);
  const link = linked(core, city);
  const sent = { ms: core.clock.now(), offset: 540 };
  core.store.commit(() =>
    cap.add('saesol/a1', 2, {
      head: {
        ...{ sender: 's', identifier: 'saesol.b1.a1.2', sent, expires: { ...sent, ms: sent.ms + 3_600_000 } },
        ...{ step: 'changed', headline: '불이야', instruction: '대피하세요' },
      },
      view: {
        ...{ site: 'saesol', building: 'b1', alert: 'a1', hazard: 'fire', level: '심각', rule: 'r' },
        ...{ since: sent.ms, headline: { ko: '불', en: 'Fire' }, why: { ko: '연기', en: 'Smoke' } },
        ...{ instruction: { ko: '', en: '' }, witnesses: 1, forecast: null, status: 'Exercise' },
      },
      xml: '<alert/>',
    }),
  );
  core.online();
  await core.clock.advance(10_000);
  const said = city.batches.flatMap(({ records }) => records.flatMap(({ items }) => items));
  const caps = said.filter(({ kind }) => kind === 'cap');
  expect(caps.map(({ key }) => key)).toEqual(['saesol.b1.a1.2']);
  expect(capRecordSchema.parse(caps[0]?.body)).toMatchObject({
    alert: 'a1',
    number: 2,
    xml: '<alert/>',
    platform: null,
  });
  const devices = said.filter(({ kind, key }) => kind === 'device' && key === 'tilt-se');
  expect(devices.length).toBeGreaterThanOrEqual(1);
  expect(deviceRecordSchema.parse(devices.at(-1)?.body).state).toMatch(/online|offline|unknown/);
  await core.clock.advance(60_000);
  const later = city.batches.flatMap(({ records }) => records.flatMap(({ items }) => items));
  expect(later.filter(({ kind }) => kind === 'device').length).toBeLessThan(10);
  await link.close();
});

test('says of each device what it watches, and where, except beside residents', () => {
  const at = { lat: 37.4812, lon: 127.0098 };
  const here = { device: 'tilt-se', point: null, storey: null, zone: null, at: null, height: null, name: null };
  const building: BuildingConfig = {
    ...{ id: buildingIdSchema.parse('b1'), name: { ko: '가', en: 'A' }, location: at, outline: null, built: null },
    ...{ address: { road: null, parcel: null }, grade: null, category: null, occupants: null, storeys: [], rules: [] },
    model: null,
    ...{ places: [{ ...here, device: deviceIdSchema.parse('tilt-se') }], forecast: { temperature: null } },
  };
  const own = { ...site, buildings: [building], lots: [residentLot] };
  // The first residents' space is watched by a point of di-1.
  const [first, ...others] = residentLot.spaces;
  const spaces = first === undefined ? [] : [{ ...first, occupancy: pointRefSchema.parse('di-1/p_0') }, ...others];
  const beside = { ...own, lots: [{ ...residentLot, spaces }] };
  const places = new Map(devicePlaces(beside).map((place) => [place.device, place]));
  expect(places.get('tilt-se')).toMatchObject({ protocol: 'modbus', at: 'building/b1', location: at });
  expect(places.get('di-1')).toMatchObject({ at: `lot/${residentLot.id}`, location: null });
  const [lot] = placeRecords(own, 0).filter(({ key }) => key.startsWith('lot/'));
  expect(JSON.parse(lot?.body ?? '{}')).toMatchObject({ residents: { head: expect.arrayContaining(['운영형태']) } });
});

test.each([
  ['soon', 2000, 50, 100],
  ['soon, and was not full', 2000, 20, 50],
  ['neither soon nor late', 5000, 50, 50],
  ['late', 9000, 50, 25],
])('a batch that the city answered %s sets how long the next one is', (_how, afterMs, held, next) => {
  const pace = new Pace();
  pace.answered(afterMs, held);
  expect(pace.messages).toBe(next);
});

test('a city that is behind is handed longer batches, within what it answers long before they go again', () => {
  // 200 gateways, each with one batch under way, and 1,400 messages a second taken.
  const pace = new Pace();
  for (let i = 0; i < 50; i++) pace.answered((200 * pace.messages * 1000) / 1400, pace.messages);
  expect(pace.messages).toBeGreaterThanOrEqual(25);
  expect((200 * pace.messages) / 1400).toBeLessThan(15);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contextOf, entitiesOf, entityTypes, expanded, typeBy, withContext } from '../../../city/ngsi-ld/entities.ts';
import { entityOf, simplified } from '../../../city/ngsi-ld/model.ts';
import { offStreetParking } from '../../../city/ngsi-ld/models/parking.ts';
import { variants } from '../../../city/ngsi-ld/variants.ts';
import { viewsOf } from '../../../city/ngsi-ld/views.ts';
import { missing, root, shared, sharedFile } from '../../needs.ts';
import { misfits, type Schema } from '../json-schema.ts';
import { alert, held, lot, now } from './held.ts';

const sdm = variants['smart-data-models'];
const made = (rows = held(), writing = sdm) => entitiesOf(viewsOf(rows, now), writing);
const one = (id: string, rows = held()) => {
  const found = made(rows).find((entity) => entity.id === id);
  return found === undefined ? undefined : simplified(found);
};
const read = (file: string) => JSON.parse(readFileSync(join(shared, 'standards/ngsi-ld', file), 'utf8'));

const schemas = ['OffStreetParking', 'ParkingSpot', 'ParkingGroup', 'Alert'] as const;
test.skipIf(missing(...schemas.map((type) => sharedFile(`standards/ngsi-ld/${type}.schema.json`)))).each(schemas)(
  'every %s fits the schema of its publisher, known or not',
  (type) => {
    const schema = read(`${type}.schema.json`) as Schema;
    for (const rows of [held(), held(90_000), held(null), held(0, { lot: [], space: [], device: [] })]) {
      const own = made(rows).filter((entity) => entity.type === type);
      expect(own.length).toBeGreaterThan(0);
      expect(own.flatMap((entity) => misfits(simplified(entity), schema, entity.id))).toEqual([]);
    }
  },
);

const models = {
  Parking: ['OffStreetParking', 'OnStreetParking', 'ParkingGroup', 'ParkingSpot'],
  Building: ['Building'],
  Device: ['Device'],
  Alert: ['Alert'],
};
test
  .skipIf(missing(...Object.keys(models).map((model) => sharedFile(`standards/ngsi-ld/${model}.context.jsonld`))))
  .each(Object.entries(models))(
  'every name of %s is an IRI of its own context, the core context or ours',
  (model, types) => {
    const published = read(`${model}.context.jsonld`)['@context'] as Record<string, string>;
    for (const type of types) {
      const own = Object.entries(contextOf(type)?.['@context'] ?? {}).filter(([, iri]) => !iri.startsWith('urn:jari:'));
      for (const [name, iri] of own) expect([type, name, published[name]]).toEqual([type, name, iri]);
    }
  },
);

test('every entity is a golden file', () => {
  for (const variant of ['smart-data-models', 'city-data-hub'] as const) {
    const file = join(root, 'test/city/ngsi-ld/golden', `${variant}.json`);
    expect(made(held(), variants[variant])).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  }
});

test.each<[string, ReturnType<typeof held>, string]>([
  ['not agreed with for a minute', held(60_001), 'not-agreed'],
  ['never agreed with', held(null), 'not-agreed'],
  ['silent about the lot', held(0, { lot: [] }), 'not-said'],
  ['taking its word back', held(0, { lot: [{ kind: 'lot', key: 'p1', body: null }] }), 'not-said'],
  [
    'keeping its figures to itself',
    held(0, { lot: [{ kind: 'lot', key: 'p1', body: { state: 'open', public: null } }] }),
    'not-public',
  ],
])('a lot of a gateway that is %s has no figure at all', (_name, rows, unknownReason) => {
  const entity = one('urn:ngsi-ld:OffStreetParking:saesol:p1', rows);
  expect(entity).toMatchObject({ dataQuality: 'unknown', unknownReason, totalSpotNumber: 4 });
  for (const name of ['availableSpotNumber', 'occupiedSpotNumber', 'occupancy', 'coverage', 'occupancyModified'])
    expect(entity).not.toHaveProperty(name);
  expect(entity?.status).toEqual(unknownReason === 'not-public' ? ['open'] : undefined);
});

test.each<[string, object, string[]]>([
  ['some free', { capacity: 3, free: 1, occupied: 0, unknown: 2, outOfService: 0 }, ['open', 'spacesAvailable']],
  ['all taken', { capacity: 3, free: 0, occupied: 3, unknown: 0, outOfService: 0 }, ['open', 'full']],
  ['one unknown, so perhaps full', { capacity: 3, free: 0, occupied: 2, unknown: 1, outOfService: 0 }, ['open']],
  ['all unknown', { capacity: 3, free: 0, occupied: 0, unknown: 3, outOfService: 0 }, ['open']],
  ['all out of service', { capacity: 3, free: 0, occupied: 0, unknown: 0, outOfService: 3 }, ['open']],
])('a lot is called full and available only where that is known: %s', (_name, counts, status) => {
  const entity = one('urn:ngsi-ld:OffStreetParking:saesol:p1', held(0, { lot: [lot(counts)] }));
  expect(entity).toMatchObject({ status });
  expect(entity).toHaveProperty('unknownSpotNumber');
});

test.each([
  ['is what the site file says', { category: 'office' }, ['office'], 'site'],
  ['is assumed, and said to be, where it says nothing', {}, ['public'], 'assumed'],
  ['is assumed where the model has no such word', { category: 'castle' }, ['public'], 'assumed'],
])("a building's category %s", (_name, says, category, categorySource) => {
  const place = held().place.map((row) =>
    row.key === 'building/hanbit' ? { ...row, body: { ...row.body, ...says } } : row,
  );
  const entity = one('urn:ngsi-ld:Building:saesol:hanbit', { ...held(), place });
  expect(entity).toMatchObject({ category, categorySource, address: { streetAddress: '새솔로 3' } });
});

test('a space is free only by the word of a gateway that is agreed with', () => {
  const status = (rows?: ReturnType<typeof held>) =>
    ['a1', 'a2', 'a3'].map((id) => one(`urn:ngsi-ld:ParkingSpot:saesol:p1:${id}`, rows)?.status);
  expect(status()).toEqual(['free', 'occupied', 'unknown']);
  expect(status(held(61_000))).toEqual(['unknown', 'unknown', 'unknown']);
});

test("a resident's space is there while it is lent, and a lot that the site gave up is not there", () => {
  const ids = made().map(({ id }) => id);
  expect(ids.filter((id) => id.includes(encodeURIComponent('골목')))).toEqual([
    `urn:ngsi-ld:OnStreetParking:saesol:${encodeURIComponent('골목')}`,
    `urn:ngsi-ld:ParkingSpot:saesol:${encodeURIComponent('골목')}:r02`,
  ]);
  expect(ids.some((id) => id.includes('gone'))).toBe(false);
});

test('everything that changes by itself says for which moment it holds', () => {
  for (const entity of made())
    for (const [name, attribute] of Object.entries(entity))
      if (['status', 'availableSpotNumber', 'occupancy', 'deviceState', 'alertState'].includes(name))
        expect(attribute).toMatchObject({ observedAt: new Date(now - 2000).toISOString() });
});

test('an exercise says so, and an alert that is over leaves after a week', () => {
  const id = 'urn:ngsi-ld:Alert:saesol:a-1';
  expect(one(id)).toMatchObject({ alertStatus: 'Exercise', severity: 'critical', category: 'security' });
  const over = (days: number) => alert({ closed: new Date(now - days * 86_400_000).toISOString() });
  expect(one(id, held(0, { alert: [over(6)] }))).toHaveProperty('validTo');
  expect(one(id, held(0, { alert: [over(8)] }))).toBeUndefined();
});

test('expanded names need no context, and a name of no context is refused', () => {
  for (const type of entityTypes)
    for (const entity of made().filter((each) => each.type === type)) {
      const { id: _id, type: iri, ...rest } = expanded(entity, type);
      expect([iri, ...Object.keys(rest)].every((name) => /^(https?:\/\/|urn:)/.test(name))).toBe(true);
      expect(JSON.stringify(rest)).not.toContain('default-context');
    }
  const address = made().find((entity) => 'address' in entity);
  expect(JSON.stringify(expanded(address ?? { id: '', type: '' }, address?.type ?? ''))).toContain(
    '"https://smartdatamodels.org/streetAddress"',
  );
  expect(() => expanded({ id: 'x', type: 'Alert', colour: { type: 'Property', value: 1 } }, 'Alert')).toThrow('colour');
});

test('a row whose name the core context takes for itself is refused', () => {
  const row = { name: 'status', of: 'model', get: () => 1 } as const;
  expect(() =>
    entityOf({ ...offStreetParking, rows: [row] }, viewsOf(held(), now).lots[0] as never, sdm),
  ).not.toThrow();
  expect(contextOf('OffStreetParking')?.['@context'].status).toBe('https://uri.etsi.org/ngsi-ld/status');
  expect(typeBy('https://smartdatamodels.org/dataModel.Parking/ParkingSpot')).toBe('ParkingSpot');
  expect(typeBy('Car')).toBeNull();
  expect(withContext({ id: 'x', type: 'Alert' }, 'Alert', 'http://c')['@context']).toEqual([
    'http://c/ngsi-ld/contexts/Alert.jsonld',
    'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld',
  ]);
});

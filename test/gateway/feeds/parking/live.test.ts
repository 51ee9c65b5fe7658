import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lotsGeoJson } from '../../../../gateway/feeds/parking/geojson.ts';
import { seoulParkingInfo } from '../../../../gateway/feeds/parking/seoul.ts';
import type { LotView } from '../../../../gateway/feeds/views.ts';
import { lot, now, publicLot, residentLot, viewOf } from './lots.ts';

const lotFigures = (view: LotView) => {
  const feature = lotsGeoJson([view], now).features.find(({ properties }) => properties.kind === 'lot');
  const { state, capacity, free, occupied, observedAt } = feature?.properties ?? {};
  return { state, capacity, free, occupied, observedAt };
};
const spacesShown = (view: LotView) =>
  lotsGeoJson([view], now).features.flatMap(({ properties }) =>
    properties.kind === 'space' ? [properties.space] : [],
  );
const seoulRow = (view: LotView) => seoulParkingInfo([view], now).GetParkingInfo.row[0];

describe('a figure past its time to live hides itself', () => {
  const states = ['free', 'free', 'free', 'free'] as const;
  test.each([
    ['as old as allowed', { ageS: 30 }, 4],
    ['a second older', { ageS: 31 }, null],
    ['months old', { ageS: 5_000_000 }, null],
    ['from a future that a clock made', { ageS: -60 }, null],
  ])('%s', (_what, age, free) => {
    expect(lotFigures(viewOf(publicLot, states, age)).free).toBe(free);
  });

  test('and is never 0: null in GeoJSON, not linked and without a count in Seoul’s form', () => {
    const stale = viewOf(publicLot, states, { ageS: 31 });
    expect(lotFigures(stale)).toEqual({ state: 'unknown', capacity: 4, free: null, occupied: null, observedAt: null });
    expect(seoulRow(stale)).toMatchObject({
      PRK_STTS_YN: '0',
      PRK_STTS_NM: '미연계중',
      TPKCT: 4,
      NOW_PRK_VHCL_CNT: null,
      NOW_PRK_VHCL_UPDT_TM: '',
    });
  });

  test('nor is anything said of a lot that was never heard of', () => {
    expect(lotFigures({ ...viewOf(publicLot, []), live: null }).state).toBe('unknown');
  });
});

test('closed is neither full nor unlinked', () => {
  const closed = viewOf(publicLot, ['closed', 'closed', 'closed', 'closed'], { state: 'closed' });
  expect(lotFigures(closed)).toMatchObject({ state: 'closed', free: 0, occupied: 0 });
  expect(seoulRow(closed)).toMatchObject({ PRK_STTS_YN: '0', PRK_STTS_NM: '운영시간 외', NOW_PRK_VHCL_CNT: null });
});

describe('residents’ spaces', () => {
  const states = ['free', 'occupied', 'free', 'free', 'unknown', 'free'] as const;

  test('are shown and counted while five of them are lent, the one that is not never', () => {
    const view = viewOf(residentLot, states);
    expect(spacesShown(view)).toEqual(['r1', 'r2', 'r3', 'r4', 'r5']);
    expect(lotFigures(view)).toMatchObject({ state: 'open', capacity: 5, free: 3, occupied: 1 });
  });

  test('are not counted while fewer than five are lent', () => {
    const view = viewOf(residentLot, states, { kept: ['r5', 'r6'] });
    expect(spacesShown(view)).toEqual(['r1', 'r2', 'r3', 'r4']);
    expect(lotFigures(view)).toEqual({ state: 'unknown', capacity: 6, free: null, occupied: null, observedAt: null });
  });

  test('are gone from the feed when no window is open, when it has just closed, and when the figures are old', () => {
    const all = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'];
    expect(spacesShown(viewOf(residentLot, states, { kept: all }))).toEqual([]);
    expect(spacesShown(viewOf(residentLot, states, { ageS: 31 }))).toEqual([]);
    expect(lotsGeoJson([viewOf(residentLot, states)], now + 696_001).features).toHaveLength(1);
  });

  test('are in no list of lots', () => {
    expect(seoulParkingInfo([viewOf(residentLot, states)], now).GetParkingInfo).toMatchObject({
      list_total_count: 0,
      RESULT: { CODE: 'INFO-200' },
      row: [],
    });
  });

  test('lie where the plan has them', () => {
    const [, first] = lotsGeoJson([viewOf(residentLot, states)], now).features;
    expect(first?.geometry).toEqual({ type: 'Point', coordinates: [127.0101724, 37.4819135] });
  });
});

test('whatever the spaces are, what a reader takes for free in Seoul’s form is what is known to be free', () => {
  const state = fc.constantFrom('free', 'occupied', 'unknown', 'closed') as fc.Arbitrary<
    'free' | 'occupied' | 'unknown' | 'closed'
  >;
  fc.assert(
    fc.property(fc.array(state, { minLength: 4, maxLength: 4 }), (states) => {
      const view = viewOf(publicLot, states);
      const { TPKCT = 0, NOW_PRK_VHCL_CNT = null } = seoulRow(view) ?? {};
      const free = states.filter((each) => each === 'free').length;
      expect(TPKCT - (NOW_PRK_VHCL_CNT ?? Number.NaN)).toBe(free);
      expect(lotFigures(view).free).toBe(free);
    }),
  );
});

test('a ring is closed and counterclockwise from any corner and either way round', () => {
  const corner = fc.integer({ min: 0, max: 3 });
  fc.assert(
    fc.property(corner, fc.boolean(), (start, isReversed) => {
      const square = [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ].map(([lon = 0, lat = 0]) => ({ lat, lon }));
      const turned = [...square.slice(start), ...square.slice(0, start)];
      const outline = isReversed ? turned.toReversed() : turned;
      const config = { ...publicLot, outline };
      const { geometry } = lotsGeoJson([viewOf(config, [])], now).features[0] ?? {};
      const ring = geometry?.type === 'Polygon' ? (geometry.coordinates[0] ?? []) : [];
      const area = ring
        .slice(1)
        .reduce((sum, [lon, lat], i) => sum + ((ring[i]?.[0] ?? 0) * lat - lon * (ring[i]?.[1] ?? 0)), 0);
      expect([ring.length, ring[0], area]).toEqual([5, ring.at(-1), 2]);
    }),
  );
});

test('a lot without outline is a point, and one without location has no geometry', () => {
  const bare = { id: 'bare', name: { ko: '빈터', en: 'Ground' }, spaces: [] };
  const geometry = (file: object) => lotsGeoJson([viewOf(lot({ ...bare, ...file }), [])], now).features[0]?.geometry;
  expect(geometry({ location: { lat: 37.5, lon: 127 } })).toEqual({ type: 'Point', coordinates: [127, 37.5] });
  expect(geometry({})).toBeNull();
});

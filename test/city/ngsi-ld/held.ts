import type { Held } from '../../../city/ngsi-ld/views.ts';
import type { StateRow } from '../../../city/store/views.ts';

export const now = Date.UTC(2026, 10, 29, 3);
export const changed = now - 7_200_000;

type Said = { readonly kind: string; readonly key: string; readonly body: StateRow['body'] };

/** One site whose gateway was agreed with `agreedAgo` ms ago. */
export function held(agreedAgo: number | null = 2000, more: Partial<Record<keyof Held, readonly Said[]>> = {}): Held {
  const row = ({ kind, key, body }: Said): StateRow => ({
    ...{ kind, site: 'saesol', key, district: '새솔구', at: changed, body, agreedAgo },
  });
  return {
    place: [...places, ...(more.place ?? [])].map(row),
    lot: (more.lot ?? [lot()]).map(row),
    space: (more.space ?? spaces).map(row),
    device: (more.device ?? [device]).map(row),
    alert: (more.alert ?? [alert()]).map(row),
  };
}

const space = (id: string, type: string) => ({
  ...{ id, type, name: null, size: { width: 2.5, length: 5 }, location: { lat: 37.4812, lon: 127.0098 } },
});

const places: readonly Said[] = [
  { kind: 'place', key: 'site', body: { lots: ['p1', '골목'], buildings: ['hanbit'], devices: ['tilt-ne'] } },
  {
    ...{ kind: 'place', key: 'lot/p1' },
    body: {
      ...{ name: { ko: '새솔 공영주차장', en: 'Saesol Public Lot' }, kind: 'off-street', operator: 'public' },
      ...{ address: { road: '새솔로 1', parcel: null }, location: { lat: 37.4812, lon: 127.0098 }, capacity: 4 },
      ...{ bookable: true, spaces: [space('a1', 'general'), space('a2', 'general'), space('a3', 'disabled')] },
      standard: [
        ['prkplceNo', '주차장관리번호', '11-1-000001'],
        ['parkingchrgeInfo', '요금정보', '유료'],
      ],
    },
  },
  {
    ...{ kind: 'place', key: 'lot/골목' },
    body: {
      ...{ name: { ko: '거주자 골목', en: 'Alley' }, kind: 'on-street', operator: null, bookable: null },
      ...{ address: { road: null, parcel: null }, location: { lat: 37.482, lon: 127.0106 }, capacity: 0 },
      ...{ spaces: [space('r01', 'resident'), space('r02', 'resident')], standard: [] },
    },
  },
  // Still in the database, and no longer in the site file.
  { kind: 'place', key: 'lot/gone', body: { name: { ko: '옛', en: 'Old' }, capacity: 9, spaces: [] } },
  {
    ...{ kind: 'place', key: 'building/hanbit' },
    body: {
      ...{ name: { ko: '한빛상가', en: 'Hanbit Arcade' }, address: { road: '새솔로 3', parcel: null }, grade: 'D' },
      ...{ location: { lat: 37.48165, lon: 127.0104 }, occupants: 120, floors: { above: 5, below: 1 } },
    },
  },
  {
    ...{ kind: 'place', key: 'device/tilt-ne' },
    body: {
      ...{
        profile: 'witmotion-wt901c-485',
        protocol: 'modbus',
        firmware: null,
        kinds: ['temperature', 'tilt', 'version'],
      },
      ...{ at: 'building/hanbit', location: { lat: 37.48165, lon: 127.0104 } },
    },
  },
];

const counts = { capacity: 3, free: 1, occupied: 1, unknown: 1, outOfService: 0 };

export const lot = (more: object = counts): Said => ({
  ...{ kind: 'lot', key: 'p1' },
  body: {
    state: 'open',
    public: {
      ...more,
      byType: {
        general: { capacity: 2, free: 1, occupied: 1, unknown: 0, outOfService: 0 },
        disabled: { capacity: 1, free: 0, occupied: 0, unknown: 1, outOfService: 0 },
      },
    },
  },
});

const spaces: readonly Said[] = [
  { kind: 'space', key: 'p1/a1', body: { state: 'free', since: changed } },
  { kind: 'space', key: 'p1/a2', body: { state: 'occupied', since: changed } },
  { kind: 'space', key: '골목/r01', body: null },
  { kind: 'space', key: '골목/r02', body: { state: 'free', since: changed } },
];

const device: Said = {
  ...{ kind: 'device', key: 'tilt-ne' },
  body: { state: 'offline', since: null, code: 'no-reply', lastGoodAt: '2026-11-29T02:00:00.000Z', simulated: false },
};

export const alert = (more: object = {}): Said => ({
  ...{ kind: 'alert', key: 'a-1' },
  body: {
    ...{ building: 'hanbit', hazard: 'fire', level: '심각', rule: 'smoke', state: 'unacked', status: 'Exercise' },
    ...{ headline: { ko: '[훈련] 화재', en: '[EXERCISE] Fire' }, since: '2026-11-29T02:30:00.000Z', closed: null },
    ...more,
  },
});

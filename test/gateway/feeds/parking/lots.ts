import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lotFileSchema } from '../../../../config/lots/lot.ts';
import { buildLot, type LotConfig } from '../../../../config/lots/lot-config.ts';
import type { LotView, SpaceNow } from '../../../../gateway/feeds/views.ts';

/** 2026-11-21 17:48:24 in Seoul. */
export const now = Date.UTC(2026, 10, 21, 8, 48, 24);

const corporation = {
  managedBy: { name: { ko: '새솔구 시설관리공단', en: 'Saesol corporation' }, phone: '02-000-0100' },
};
const institution = { institutionCode: '9990000', institution: '서울특별시 새솔구', referenceDate: '2026-06-30' };

/** A public lot, off the street: paid on weekdays and Saturdays, its corners clockwise. */
export const publicLot = lot({
  id: 'public',
  name: { ko: '새솔 공영주차장', en: 'Saesol public parking' },
  kind: 'off-street',
  operator: 'public',
  ...corporation,
  landClass: '1',
  location: { lat: 37.4812, lon: 127.0098 },
  outline: [
    { lat: 37.481, lon: 127.0095 },
    { lat: 37.4814, lon: 127.0095 },
    { lat: 37.4814, lon: 127.0101 },
    { lat: 37.481, lon: 127.0101 },
  ],
  address: { road: '서울특별시 새솔구 새솔로 12', parcel: '서울특별시 새솔구 새솔동 101-1' },
  hours: { weekday: 'open24h', saturday: '09:00-22:30', holiday: 'closed' },
  tariff: {
    grace: '5m',
    base: { time: '30m', amount: 1000 },
    unit: { time: '5m', amount: 400 },
    dayMax: 30000,
    dayPass: { time: '24h', amount: 20000 },
    monthlyPass: 176000,
    paid: { weekday: '09:00-21:00', saturday: '09:00-15:00', holiday: 'free' },
    source: 'by-law 1',
  },
  payment: ['신용카드', '간편결제'],
  registry: { number: '999-1-000001', seoulCode: '9990001', notes: '높이 2.1m, "지하" 1층', ...institution },
  spaces: [
    { id: 's1', type: 'general', occupancy: 'di-1/di_0' },
    { id: 's2', type: 'general', occupancy: 'di-1/di_1' },
    { id: 's3', type: 'disabled', occupancy: 'di-1/di_2' },
    { id: 's4', type: 'ev-slow', occupancy: 'di-1/di_3' },
  ],
});

/** A church's yard: free, open on weekdays past midnight, nothing known of its institution. */
export const freeLot = lot({
  id: 'church',
  name: { ko: '새솔교회 별관', en: 'Saesol church annex' },
  kind: 'annexed',
  operator: 'private',
  address: { parcel: '서울특별시 새솔구 새솔동 107-2' },
  hours: { weekday: '18:00-08:00', saturday: 'closed', holiday: 'closed' },
  spaces: [{ id: 'c1', type: 'general', occupancy: 'di-2/di_0' }],
});

/** Residents' spaces on an alley: five are lent on weekdays, the sixth never. */
export const residentLot = lot({
  id: 'residents',
  name: { ko: '새솔 거주자', en: 'Saesol residents' },
  kind: 'on-street',
  operator: 'public',
  ...corporation,
  address: { road: '서울특별시 새솔구 새솔로3길' },
  location: { lat: 37.482, lon: 127.0106 },
  plan: { origin: { lat: 37.4819, lon: 127.0101 }, width: 80, depth: 24 },
  payment: ['간편결제'],
  zones: [{ id: 'alley-1', name: { ko: '1골목', en: 'Alley 1' } }],
  discounts: {
    classes: [
      { id: 'disabled', name: { ko: '장애인', en: 'Disabled' }, rate: 0.8 },
      { id: 'compact', name: { ko: '경차', en: 'Compact' }, rate: 0.5 },
    ],
    source: 'by-law 2',
  },
  allocations: {
    'full-day': { hours: 'open24h', monthly: 40000, source: 'by-law 3' },
    day: {
      hours: { weekday: '09:00-18:00', saturday: '09:00-13:00', holiday: 'closed' },
      monthly: 30000,
      source: 'by-law 3',
    },
  },
  registry: {
    number: '999-R-0001',
    ...institution,
    residents: {
      period: '6개월',
      refund: '미사용 월 환불',
      applyFrom: '2026-12-01',
      applyUntil: '2026-12-15',
      applyBy: '인터넷+방문',
      documents: '주민등록등본+자동차등록증',
    },
  },
  spaces: [1, 2, 3, 4, 5, 6].map((n) => ({
    id: `r${n}`,
    type: 'resident',
    zone: 'alley-1',
    at: { x: 6.4 * n, y: 1.5 },
    occupancy: `s2-1/di_${n - 1}`,
    allocation: n === 6 ? 'day' : 'full-day',
    ...(n === 6 ? {} : { sharing: [{ days: ['weekday'], window: '09:00-18:00' }] }),
  })),
});

export function lot(file: unknown): LotConfig {
  return buildLot(lotFileSchema.parse(file));
}

/** A lot whose spaces are in these states now; a resident's is lent until the hour unless it is `kept`. */
export function viewOf(
  config: LotConfig,
  states: readonly SpaceNow['state'][],
  over: { ageS?: number; kept?: readonly string[]; state?: 'open' | 'closed' } = {},
): LotView {
  const { ageS = 2, kept = ['r6'], state = 'open' } = over;
  const spaces = config.spaces.map((space, nth) => ({
    space,
    state: states[nth] ?? 'unknown',
    sharedUntil: space.isResident && !kept.includes(space.id) ? now + 696_000 : null,
  }));
  const live = { observedAt: now - ageS * 1000, state, sign: null, spaces };
  return { site: 'saesol', timezone: 'Asia/Seoul', lot: config, live };
}

export function golden(name: string): string {
  return readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'golden', name), 'utf8');
}

import type { Page } from 'playwright-core';
import type { AlertDetail, AlertItem, LotItem, SpaceItem } from '../../web/gateway/items.ts';

/** The bodies of alerts and parking, for pages before a gateway of fakes that has neither. */

export type Services = {
  alerts: AlertDetail[];
  lots: LotItem[];
  spaces: SpaceItem[];
  sent: { path: string; body: unknown }[];
};

const start = Date.parse('2026-11-21T15:00:00.000Z');
export const isoAt = (seconds: number) => new Date(start + seconds * 1000).toISOString();

/** Answers for them in this page. What is posted is kept in `sent`; `onPost` may change what stands. */
export async function offer(page: Page, services: Services, onPost: (path: string, body: unknown) => void = () => {}) {
  const list = (items: readonly unknown[]) => ({ json: { items, next: null } });
  await page.route(/\/api\/v1\/(alerts|lots|spaces)\b/, async (route) => {
    const request = route.request();
    const path = new URL(request.url()).pathname.replace('/api/v1', '');
    const [, kind, id, part] = path.split('/');
    if (request.method() === 'POST') {
      const body: unknown = request.postDataJSON();
      services.sent.push({ path, body });
      onPost(path, body);
      return route.fulfill({ json: {} });
    }
    if (kind === 'alerts' && id !== undefined) {
      const found = services.alerts.find((item) => item.alert === id);
      return route.fulfill(found === undefined ? { status: 404, json: { title: 'none' } } : { json: found });
    }
    if (kind === 'alerts') return route.fulfill(list(services.alerts.map(asItem)));
    if (kind === 'spaces') return route.fulfill(list(services.spaces));
    if (part === 'spaces') return route.fulfill(list(services.spaces.filter(({ lot }) => lot === id)));
    return route.fulfill(id === undefined ? list(services.lots) : { status: 404, json: { title: 'none' } });
  });
}

export function asItem({ transitions: _t, evidence: _e, notices: _n, ...item }: AlertDetail): AlertItem {
  return item;
}

export function anAlert(of: Partial<AlertDetail> & { alert: string }): AlertDetail {
  return {
    site: 'saesol',
    building: 'hanbit',
    state: 'unack',
    level: '심각',
    hazard: 'fire',
    reason: { code: 'raised' },
    step: 0,
    rule: 'fire-smoke',
    lifeSafety: true,
    since: isoAt(-90),
    headline: { ko: '심각 화재 – 한빛상가 지하 1층 주차장', en: 'Critical: Fire – basement car park, Hanbit Arcade' },
    why: {
      ko: '연기 감지기 2개 중 2개 작동, 12초 지속',
      en: '2 of 2 smoke detectors active for 12 s',
    },
    action: { ko: '119에 신고하고 지하를 비우세요.', en: 'Call 119 and clear the basement.' },
    who: '당직자',
    due: isoAt(60),
    status: 'Exercise',
    version: 3,
    points: ['di-1/di_0', 'co-ramp/co'],
    zones: ['b1'],
    group: of.alert,
    notVerifiable: null,
    returned: null,
    acknowledged: null,
    report: null,
    shelved: null,
    maintenance: null,
    suppressedBy: null,
    cause: null,
    closed: null,
    transitions: [
      {
        at: isoAt(-90),
        from: 'normal',
        to: 'unack',
        by: 'system',
        reason: { code: 'raised' },
        words: { ko: '심각 경보 발생', en: 'raised at Critical' },
      },
    ],
    evidence: [
      {
        part: 'raise',
        at: isoAt(-90),
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        body: JSON.stringify({
          readings: {
            'co-ramp/co': [
              [start - 95_000, 12, null],
              [start - 90_000, 61, null],
            ],
          },
        }),
      },
    ],
    notices: [
      { at: isoAt(-89), role: '당직자', step: 0, reason: 'raised', key: 'k0', done: isoAt(-88) },
      { at: isoAt(-60), role: '관리소장', step: 1, reason: 'escalated', key: 'k1', done: null },
    ],
    ...of,
  };
}

const types = ['general', 'general', 'general', 'extended', 'compact', 'disabled', 'ev-fast', 'family'];

/** A lot of so many spaces in rows of ten, of which some are unknown and one is closed. */
export function aLot(lot: string, count: number): { lot: LotItem; spaces: SpaceItem[] } {
  const spaces = Array.from({ length: count }, (_, n): SpaceItem => {
    const state = n % 17 === 5 ? 'unknown' : n === 3 ? 'closed' : n % 3 === 0 ? 'free' : 'occupied';
    return {
      site: 'saesol',
      lot,
      space: `s${String(n + 1).padStart(2, '0')}`,
      type: types[n % types.length] ?? 'general',
      state,
      since: isoAt(-60 * n),
      reason:
        state === 'unknown' ? { code: 'not-heard' } : state === 'closed' ? { code: 'override', note: '제설' } : null,
      until: state === 'closed' ? isoAt(7200) : null,
      zone: n < count / 2 ? 'a' : 'b',
      at: { x: 3 + (n % 10) * 2.6, y: 3 + Math.floor(n / 10) * 7, turn: 0 },
      size: { width: 2.5, length: 5 },
      name: null,
      bookable: false,
    };
  });
  const of = (state: SpaceItem['state']) => spaces.filter((space) => space.state === state).length;
  const counts = {
    capacity: count,
    free: of('free'),
    occupied: of('occupied'),
    unknown: of('unknown'),
    outOfService: of('closed'),
  };
  const byType = Object.fromEntries(
    [...new Set(spaces.map(({ type }) => type))].map((type) => {
      const mine = spaces.filter((space) => space.type === type);
      const by = (state: SpaceItem['state']) => mine.filter((space) => space.state === state).length;
      return [
        type,
        {
          capacity: mine.length,
          free: by('free'),
          occupied: by('occupied'),
          unknown: by('unknown'),
          outOfService: by('closed'),
        },
      ];
    }),
  );
  return {
    lot: {
      site: 'saesol',
      lot,
      at: isoAt(0),
      state: 'open',
      ...counts,
      byType,
      sign: null,
      ttl: 30,
      fullness: 'free',
      coverage: 0.95,
      name: { ko: '새솔 공영주차장', en: 'Saesol public parking' },
      timezone: 'Asia/Seoul',
      address: { road: '서울특별시 새솔구 새솔로 12', parcel: null },
      kind: 'off-street',
      operator: 'public',
      outline: null,
      location: { lat: 37.4812, lon: 127.0098 },
      plan: { origin: null, width: 30, depth: 6 + Math.ceil(count / 10) * 7 },
      zones: [
        { id: 'a', name: { ko: '가 구역', en: 'Zone A' }, level: null },
        { id: 'b', name: { ko: '나 구역', en: 'Zone B' }, level: null },
      ],
      bookable: false,
      lanes: null,
    },
    spaces,
  };
}

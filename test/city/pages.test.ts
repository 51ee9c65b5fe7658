import { expect, test } from 'vitest';
import { kpi } from '../../city/feeds/kpi.ts';
import { standardCsv, standardJson } from '../../city/feeds/standard.ts';
import { boxPage } from '../../city/pages/box-page.ts';
import { boxes } from '../../city/pages/boxes.ts';
import { gatewayPage } from '../../city/pages/gateway-page.ts';
import { html, sayIn } from '../../city/pages/html.ts';
import { cityLots } from '../../city/pages/lots.ts';
import { addReadings, CopyRows } from '../../city/store/copy-rows.ts';
import type { GatewayRow, StateRow } from '../../city/store/views.ts';
import { agentIdSchema, deviceIdSchema, siteIdSchema } from '../../contract/ids.ts';

const now = Date.UTC(2026, 10, 29);
const dayMs = 86_400_000;

function row(
  more: Partial<Omit<GatewayRow, 'health'>> & { health?: Partial<NonNullable<GatewayRow['health']>> } = {},
): GatewayRow {
  const { health, ...rest } = more;
  return {
    ...{ id: 'g', sites: ['a'], district: 'd', agreedAgo: 1000, skew: 0, healthAgo: 1000 },
    ...{ conflicts: 0, refused: 0, duplicates: 0 },
    ...rest,
    health: {
      ...{ at: now, version: '1', backlog: { messages: 0, records: 0, oldest: null }, disk: { free: 50, size: 100 } },
      ...{ certificateEnds: now + 100 * dayMs, missing: 0, thinned: 0, agents: {}, devices: {}, failing: [] },
      ...health,
    },
  };
}

test.each<[string, Parameters<typeof row>[0], object[]]>([
  ['is well', {}, []],
  ['was never heard', { agreedAgo: null }, [{ code: 'never-agreed' }]],
  ['is half open', { agreedAgo: 61_000 }, [{ code: 'not-agreed', minutes: 1 }]],
  ['has a clock that is off', { skew: -6000 }, [{ code: 'clock-off', seconds: -6 }]],
  ['was refused', { refused: 2 }, [{ code: 'refused', times: 2 }]],
  [
    'has a certificate that ends',
    { health: { certificateEnds: now + 3 * dayMs } },
    [{ code: 'certificate-ends', days: 3 }],
  ],
  ['has a full disk', { health: { disk: { free: 5, size: 100 } } }, [{ code: 'disk-low', percent: 5 }]],
  [
    'drains',
    { health: { backlog: { messages: 9, records: 0, oldest: now - 1_200_000 } } },
    [{ code: 'backlog', minutes: 20 }],
  ],
  ['gave up', { health: { thinned: 4 } }, [{ code: 'given-up', messages: 4 }]],
])('a box that %s', (_name, more, reasons) => {
  expect(boxes([row(more)], now)[0]?.reasons).toEqual(reasons);
});

const deviceRow = (key: string, state: string, more: object = {}): StateRow => ({
  ...{ kind: 'device', site: 'a', key, district: 'd', at: now, agreedAgo: 1000 },
  body: { state, since: null, code: null, lastGoodAt: null, simulated: false, ...more },
});

const gatewayText = (more: Parameters<typeof row>[0], devices: readonly StateRow[]) => {
  const [box] = boxes([row(more)], now);
  if (box === undefined) throw new Error('no box');
  const of = { asked: new Map(), mayAct: () => true, say: sayIn('en'), now, lots: [], alerts: [] };
  return gatewayPage({ box, devices, ...of }).html;
};

test('the page of a gateway lists the devices that are not good, the longest first, with why', () => {
  const since = (hours: number) => ({ since: new Date(now - hours * 3_600_000).toISOString() });
  const text = gatewayText({}, [
    deviceRow('well', 'online'),
    deviceRow('new', 'degraded', { code: 'fault', ...since(1) }),
    deviceRow('<old>', 'offline', { code: 'no-reply', ...since(30) }),
  ]);
  expect(text).not.toContain('<b>well</b>');
  expect(text).toMatch(/&#60;old&#62;.*offline.*no-reply.*30 h ago.*new.*degraded.*fault/s);
});

test('why a device is not good is said in words; of a newer gateway, or an older one, by its code', () => {
  const reason = { code: 'no-reply', ms: 200, echo: false, times: 4 };
  const text = gatewayText({}, [
    deviceRow('words', 'offline', { code: 'no-reply', reason }),
    deviceRow('newer', 'offline', { code: 'not-known-here', reason: { code: 'not-known-here', x: 1 } }),
  ]);
  expect(text).toMatch(/words.*>no reply in 200 ms</s);
  expect(text).toContain('<code>not-known-here</code>');
});

test('a district is called by its English name on English pages, where it has one', () => {
  const names = new Map([['강동', 'Gangdong']]);
  const text = (language: 'ko' | 'en', district: string) =>
    boxPage(boxes([row({ district })], now), sayIn(language, names)).html;
  expect(text('en', '강동')).toContain('>Gangdong<');
  expect(text('ko', '강동')).toContain('>강동<');
  expect(text('en', '서초')).toContain('>서초<');
});

test('devices of a silent gateway are unknown, with what was said last', () => {
  expect(gatewayText({ agreedAgo: 90_000 }, [deviceRow('d1', 'offline')])).toContain('unknown (last: offline)');
});

test('a column of versions is none of figures', () => {
  const text = boxPage(boxes([row({ health: { version: '0.1.0' } })], now), sayIn('en')).html;
  expect(text).toMatch(/<td data-of="Version">0.1.0</);
  expect(text).toMatch(/<td class="n" data-of="Disk free">50 %</);
});

test('boxes by who needs a visit most', () => {
  const all = [row({ id: 'well' }), row({ id: 'clash', conflicts: 1 }), row({ id: 'away', agreedAgo: 90_000 })];
  expect(boxes(all, now).map(({ id }) => id)).toEqual(['away', 'clash', 'well']);
});

test.each<[string, Parameters<typeof row>[0], RegExp]>([
  ['that was away for three days', { agreedAgo: 3 * dayMs + 1000 }, /3일째 확인되지 않음/],
  ['whose clock is in 1970', { skew: -20_000 * dayMs }, /시계가 20000일 느림.*>20000일 느림</s],
  ['whose clock is a little fast', { skew: 6100 }, /시계가 6초 빠름.*>6\.1 s</s],
  ['that says it is 1970', { health: { at: 0 } }, />100일</],
  ['that is silent', { agreedAgo: 90_000, health: { devices: { online: 46 } } }, />알 수 없음 \(마지막: 정상 46\)</],
  ['whose drill is overdue', { health: { drill: 'overdue' } }, />기한 지남</],
])('the box of a gateway %s says so as somebody would', (_name, of, words) => {
  expect(boxPage(boxes([row(of)], now), sayIn('ko')).html).toMatch(words);
});

const state = (kind: string, key: string, body: StateRow['body'], agreedAgo: number | null = 1000): StateRow => ({
  ...{ kind, site: 'a', key, district: 'd', at: now, body, agreedAgo },
});
const figures = { capacity: 10, free: 4, occupied: 5, unknown: 1, outOfService: 0 };
const place = state('place', 'lot/p', {
  ...{ name: { ko: '가, 나', en: 'P' }, capacity: 10, location: null },
  standard: [
    ['prkplceNo', '주차장관리번호', 'p'],
    ['prkplceNm', '주차장명', '가, 나'],
  ],
});

test.each<[string, StateRow[], string, object | null]>([
  ['of a gateway that was just agreed with', [state('lot', 'p', { state: 'open', public: figures })], 'open', figures],
  [
    'of one that was not for a minute',
    [state('lot', 'p', { state: 'open', public: figures }, 60_001)],
    'unknown',
    null,
  ],
  ['of one that never was', [state('lot', 'p', { state: 'open', public: figures }, null)], 'unknown', null],
  ['of which nothing is said', [], 'unknown', null],
  ['that was taken back', [state('lot', 'p', null)], 'unknown', null],
  ['whose figures nobody may see', [state('lot', 'p', { state: 'open', public: null })], 'open', null],
  ['that is closed', [state('lot', 'p', { state: 'closed', public: figures })], 'closed', figures],
])('a lot %s is never free by default', (_name, lots, expected, shown) => {
  expect(cityLots(lots, [place])).toMatchObject([{ state: expected, figures: shown }]);
});

test('key figures say of how much they are known', () => {
  const lots = cityLots([], [place]);
  expect(kpi({ lots, alerts: [], devices: [], hours: [] }, now).city.parking).toMatchObject({
    lots: 1,
    known: 0,
    free: 0,
    occupancy: null,
  });
});

test('the standard list keeps the order of its columns', () => {
  expect(standardCsv([place])).toBe('\uFEFF주차장관리번호,주차장명\r\np,"가, 나"\r\n');
  expect(standardJson([place]).response.body).toMatchObject({ totalCount: '1', items: [{ prkplceNo: 'p' }] });
});

test('what somebody typed is text on a page', () => {
  expect(html`<b>${'<script>"x"'}</b>`.html).toBe('<b>&#60;script&#62;&#34;x&#34;</b>');
});

test('readings become lines of COPY that nothing in them can break', () => {
  const message = {
    ...{ site: siteIdSchema.parse('a'), agent: agentIdSchema.parse('c'), epoch: 'e', start: 1, seq: 3 },
    ...{ device: deviceIdSchema.parse('d'), at: now, time: 'estimated' as const, receivedAt: now + 10 },
    points: {
      n: { dt: [0, 5000], v: [-0.5, null], q: [null, 'timeout' as const], late: true },
      b: { dt: [0], v: [true] },
      t: { dt: [0], v: ['a\tb\\\n\0'] },
    },
  };
  const rows = new CopyRows();
  addReadings(message, { epoch: 7, series: (point) => point.charCodeAt(0) }, () => rows);
  expect(decoded(Buffer.concat(rows.chunks()))).toEqual([
    [now, 110, 7, 3, -0.5, null, 0, 3],
    // Beyond what its gateway can have received: ordered by when it came, and it has no time.
    [now + 10, 110, 7, 3, null, null, 1, 5],
    [now, 98, 7, 3, 1, 'true', 0, 2],
    [now, 116, 7, 3, null, 'a\tb\\\n\uFFFD', 0, 2],
  ]);
});

test('rows keep their numbers over many chunks, before 1970 too', () => {
  const rows = new CopyRows();
  const made = Array.from({ length: 2000 }, (_, i) => ({
    ...{ at: (i - 1000) * 86_400_123, series: i, epoch: 1, seq: i * 2 ** 32 + i, value: i / 7, fault: 0, flags: 0 },
  }));
  for (const each of made) rows.add(each);
  expect(decoded(Buffer.concat(rows.chunks()))).toEqual(
    made.map(({ at, series, epoch, seq, value, fault, flags }) => [at, series, epoch, seq, value, null, fault, flags]),
  );
});

/** As PostgreSQL reads COPY's binary format: at, series, epoch, seq, value, said, fault, flags. */
function decoded(bytes: Buffer): (number | string | null)[][] {
  expect(bytes.subarray(0, 19).toString('latin1')).toBe('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0');
  const rows: (number | string | null)[][] = [];
  const as = ['int64', 'int32', 'int32', 'int64', 'float', 'text', 'int16', 'int16'] as const;
  let at = 19;
  for (; bytes.readInt16BE(at) !== -1; ) {
    if (bytes.readInt16BE(at) !== as.length) throw new Error(`a row of ${bytes.readInt16BE(at)} fields`);
    at += 2;
    rows.push(
      as.map((type) => {
        const length = bytes.readInt32BE(at);
        at += 4;
        if (length === -1) return null;
        const field = bytes.subarray(at, at + length);
        at += length;
        if (type === 'text') return field.toString();
        if (type === 'float') return field.readDoubleBE();
        return type === 'int64' ? Number(field.readBigInt64BE()) : field.readIntBE(0, type === 'int32' ? 4 : 2);
      }),
    );
  }
  expect(at + 2).toBe(bytes.length);
  return rows;
}

import { expect, test } from 'vitest';
import { sayIn } from '../../city/pages/html.ts';
import { boxOf, boxText, clustersOf, type Marker, mapSvg, mark } from '../../city/pages/map.ts';
import { mapPage } from '../../city/pages/map-page.ts';
import { stateOf } from '../../city/pages/marks.ts';

const say = sayIn('ko');
const marker = (more: Partial<Marker> = {}): Marker => ({
  ...{ anchor: 'lot-a-p', lat: 37.5, lon: 127, state: 'free', glyph: '3', name: '가', isFaint: false },
  ...more,
});
const drawn = (markers: readonly Marker[], box: Parameters<typeof mapSvg>[1]['box'] = null) =>
  mapSvg(markers, { say, box, zoomTo: (to) => `/map?box=${boxText(to)}` }).html;

test('no map asks anything of outside', () => {
  expect(drawn([marker(), marker({ lat: 37.6 })])).not.toMatch(/https?:|<img|<image|url\(/);
});

test.each([
  ['free', 'circle', '빈자리 있음'],
  ['full', 'rect', '만차'],
  ['closed', 'rect', '닫힘'],
  ['unknown', 'path', '알 수 없음'],
  ['alert', 'path', '경보'],
  ['severe', 'path', '심각'],
  ['attention', 'path', '관심'],
] as const)('%s is told by its shape and its word as well as its colour', (state, shape, word) => {
  const svg = drawn([marker({ state, glyph: null })]);
  expect(svg).toContain(`<${shape} class="shape"`);
  expect(svg).toContain(`aria-label="가: ${word}"`);
});

test('alerts of every level look different, and one whose level nobody knows looks like the worst', () => {
  const looks = (['attention', 'caution', 'warning', 'severe', 'alert', 'unknown'] as const).map(
    (state) => mark(state).html,
  );
  const paths = looks.map((look) => / d="[^"]+"/.exec(look)?.[0]);
  expect(new Set(paths).size).toBe(5);
  expect(paths[4]).toBe(paths[3]);
  for (const look of looks.slice(0, 5)) expect(look).toContain('>!<');
});

test.each([
  [{ free: 2, occupied: 1, unknown: 0 }, 'free'],
  [{ free: 0, occupied: 3, unknown: 0 }, 'full'],
  [{ free: 0, occupied: 2, unknown: 1 }, 'unknown'],
  [{ free: 0, occupied: 0, unknown: 3 }, 'unknown'],
  [{ free: 0, occupied: 0, unknown: 0 }, 'unknown'],
])('a lot of %j is %s', (figures, expected) => {
  expect(stateOf({ state: 'open', figures: { capacity: 3, outOfService: 0, ...figures } })).toBe(expected);
});

test('a lot of which nothing is known is unknown, whatever it was', () => {
  expect(stateOf({ state: 'unknown', figures: null })).toBe('unknown');
  expect(stateOf({ state: 'open', figures: null })).toBe('open');
});

test('marks that would touch are one, in the state of the worst, and come apart where one looks closer', () => {
  const many = [
    ...Array.from({ length: 30 }, (_, i) => marker({ anchor: `l${i}`, lat: 37.5 + i * 0.0002 })),
    marker({ anchor: 'watch', lat: 37.5, state: 'attention', glyph: null }),
    marker({ anchor: 'bad', lat: 37.5, state: 'severe', glyph: null }),
    marker({ anchor: 'far', lat: 37.9 }),
  ];
  const svg = drawn(many);
  expect(svg.match(/<a /g)).toHaveLength(2);
  expect(svg).toContain('class="s-severe"');
  const href = /href="\/map\?box=([^"]+)"/.exec(svg)?.[1];
  const box = boxOf(href);
  expect(box).not.toBeNull();
  expect((drawn(many, box).match(/<a /g) ?? []).length).toBeGreaterThan(5);
});

test('what lies in one place leads to its entry instead', () => {
  const svg = drawn([marker({ anchor: 'x' }), marker({ anchor: 'y', state: 'unknown' })]);
  expect(svg).toContain('href="#y"');
});

test('every member of a cluster is in it once', () => {
  const placed = Array.from({ length: 200 }, (_, i) => ({
    ...marker({ anchor: `l${i}` }),
    x: (i * 37) % 600,
    y: (i * 91) % 500,
  }));
  const members = clustersOf(placed).flatMap((cluster) => cluster.members.map(({ anchor }) => anchor));
  expect(new Set(members).size).toBe(200);
  expect(members).toHaveLength(200);
});

test('north is up and east is right, and a metre is as long to either side', () => {
  const at = (more: Partial<Marker>) => {
    const svg = drawn([marker({ anchor: 'o', lat: 37.5, lon: 127 }), marker({ anchor: 'b', ...more })]);
    return [...svg.matchAll(/translate\(([\d.-]+) ([\d.-]+)\)/g)].slice(0, 2).map(([, x, y]) => [Number(x), Number(y)]);
  };
  const [o, north] = at({ lat: 37.6, lon: 127 });
  expect(north?.[1]).toBeLessThan(o?.[1] ?? 0);
  const [p, east] = at({ lat: 37.5, lon: 127.1 });
  expect(east?.[0]).toBeGreaterThan(p?.[0] ?? 0);
});

test.each(['', '1,2,3', '1,2,3,x', '2,0,1,0', '91,0,92,1', undefined, ['1,2,3,4']])(
  '%j is no part of a map',
  (text) => {
    expect(boxOf(text)).toBeNull();
  },
);

const page = (agreedAgo: number | null) =>
  mapPage({
    ...{ places: [], districts: ['강동'], district: null, box: null, say, now: 0 },
    lots: [
      {
        ...{ site: 's', lot: 'p', district: '강동', name: { ko: '<b>', en: 'x' }, location: null, at: 0, agreedAgo },
        ...{ state: 'unknown', figures: null },
      },
    ],
    alerts: [
      {
        ...{ kind: 'alert', site: 's', key: 'a', district: '강동', at: 0, agreedAgo },
        body: {
          headline: { ko: '불', en: 'Fire' },
          level: '심각',
          state: 'unack',
          status: 'Exercise',
          since: '1970-01-01T00:00:00.000Z',
        },
      },
    ],
  }).html;

test('each entry says of when it is, and what has no position is in the list all the same', () => {
  expect(page(65_000)).toContain('기준 1분 전');
  expect(page(65_000)).toContain('확인 안 됨');
  expect(page(null)).toContain('기준 없음');
  expect(page(0)).toContain('훈련');
  expect(page(0)).toContain('위치가 등록되지 않음');
  expect(page(0)).not.toContain('<b><b>');
});

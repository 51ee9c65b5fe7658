import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RawReading } from '../../contract/http/history.ts';
import type { BuildingDetail } from '../../contract/http/live.ts';
import { change, type Model, modelOf } from '../../web/gateway/model.ts';
import { siteOf } from '../../web/pages/buildings/twin/axes.ts';
import { factorOf, shiftsOf, slopeOf } from '../../web/pages/buildings/twin/lean.ts';
import { eyeOf, moved, moveOfKey, standardLook, turned, zoomed } from '../../web/pages/buildings/twin/look.ts';
import { modelAt, pointsOf } from '../../web/pages/buildings/twin/past.ts';
import { boundsOf, liftsOf, prismsOf } from '../../web/pages/buildings/twin/shape.ts';
import { labelsOf, mostLabels, readable, sceneOf, touched } from '../../web/pages/buildings/twin/view.ts';
import { storeysOf } from '../../web/pages/buildings/view.ts';
import type { Seen } from '../../web/pages/live/view.ts';
import { demoWorld, missing } from './demo-world.ts';
import { anAlert, asItem } from './service-fakes.ts';

const start = Date.parse('2026-11-21T15:00:00.000Z');
const seen: Seen = { language: 'en', link: 'live', now: start + 10_000, heardAt: start + 10_000 };

const square: [number, number][] = [
  [0, 0],
  [10, 0],
  [10, 8],
  [0, 8],
];
const storey = (id: string, elevation: number, height: number, outline: typeof square | null = square) => ({
  ...{ id, name: { ko: id, en: id }, elevation, height },
  outline: outline as BuildingDetail['storeys'][number]['outline'],
});
const storeys = [storey('b1', -3, 3), storey('1f', 0, 4), storey('roof', 4, 1)];
const place = (of: Partial<BuildingDetail['places'][number]>): BuildingDetail['places'][number] => ({
  ...{ device: null, point: null, storey: null, zone: null, at: null, height: null, name: null },
  ...of,
});

/** A tilt on the roof, gas and smoke below, and a meter that nobody said where it is. */
const building: BuildingDetail = {
  ...{ site: 'saesol', building: 'hanbit', name: { ko: '한빛상가', en: 'Hanbit' }, location: null },
  ...{ address: { road: null, parcel: null }, built: null, grade: null, hasModel: false, storeys },
  places: [
    place({ device: 'tilt-se', storey: 'roof', at: [9, 1], height: 0.5 }),
    place({ device: 'co-ramp', storey: 'b1', at: [2, 2], height: 1.5 }),
    place({ point: 'di-1/di_0', storey: '1f', at: [5, 4], height: 3 }),
    place({ device: 'meter-main', storey: 'b1' }),
  ],
};

function worldModel(): Model {
  const { fleet, sites } = demoWorld();
  const items = sites.map(({ id, name, timezone }) => ({ site: id, name, timezone }));
  const model = modelOf({ sites: items, agents: fleet.agents(), devices: fleet.devices(), latest: fleet.latest() });
  model.alerts = { state: 'there', items: new Map() };
  return model;
}

function setPoint(model: Model, point: string, with_: object): void {
  const [device = '', name = ''] = point.split('/');
  const item = model.points.get(`saesol/${device}`)?.get(name);
  if (item === undefined) throw new Error(`no point ${point}`);
  change(model, { event: 'reading', data: { ...item, ...with_ } });
}

const reference = new Map([
  ['tilt-se/tilt_x', { value: 0, at: start - 5000 }],
  ['tilt-se/tilt_y', { value: 0, at: start - 3000 }],
]);

const wished = { explode: 0, reference: null, shown: null };
const scene = (model: Model, wish: Partial<Parameters<typeof sceneOf>[2]> = {}, of = building, look = seen) =>
  sceneOf(of, storeysOf(of, model, look, 'no storey'), { ...wished, model, ...wish });

describe('storeys', () => {
  test('stand as built, and a storey without an outline has no shape', () => {
    const prisms = prismsOf([storey('b1', -3, 3), storey('1f', 0, 4, null)], [0, 0], []);
    expect(prisms).toHaveLength(1);
    expect(prisms[0]?.floor).toEqual(square.map(([x, y]) => [x, y, -3]));
    expect(prisms[0]?.ceiling).toEqual(square.map(([x, y]) => [x, y, 0]));
  });

  test.each([
    [0, [0, 0, 0]],
    [-1, [0, 0, 0]],
    [1, [0, 4.267, 8.533]],
    [2, [0, 4.267, 8.533]],
  ])('pulled apart by %d rise by %j metres, the lowest not at all', (explode, lifts) => {
    expect(liftsOf(storeys, explode).map((lift) => Math.round(lift * 1000) / 1000)).toEqual(lifts);
  });

  test('are all within the circle that the eye takes in', () => {
    const points = prismsOf(storeys, liftsOf(storeys, 1), []).flatMap(({ floor, ceiling }) => [...floor, ...ceiling]);
    const { centre, radius } = boundsOf(points);
    for (const [x, y, z] of points)
      expect(Math.hypot(x - centre[0], y - centre[1], z - centre[2])).toBeLessThanOrEqual(radius + 1e-9);
    expect(boundsOf([])).toEqual({ centre: [0, 0, 0], radius: 1 });
  });
});

describe('sensors', () => {
  test('stand at their coordinates above the floor of their storey, and rise with it', () => {
    const at = (explode: number) => scene(worldModel(), { explode }).marks.find(({ key }) => key === 'tilt-se')?.at;
    expect(at(0)).toEqual([9, 1, 4.5]);
    expect(at(1)).toEqual([9, 1, 4.5 + (2 * 1.6 * 8) / 3]);
  });

  test('without coordinates are counted, and not drawn somewhere', () => {
    const { marks, unplaced } = scene(worldModel());
    expect(marks.map(({ key }) => key)).toEqual(['co-ramp', 'di-1/di_0', 'tilt-se']);
    expect(unplaced).toBe(1);
  });

  test('have the tone, the figure and the panel of the plan', () => {
    const model = worldModel();
    setPoint(model, 'co-ramp/co', missing('sentinel'));
    model.alerts = { state: 'there', items: new Map([['a', asItem(anAlert({ alert: 'a', points: ['di-1/di_0'] }))]]) };
    const marks = scene(model).marks.map(({ key, tone, figure, point }) => [key, tone, figure, point]);
    expect(marks).toEqual([
      ['co-ramp', 'unknown', '—', 'co-ramp/co'],
      ['di-1/di_0', 'critical', 'On', 'di-1/di_0'],
      ['tilt-se', 'normal', '0.123 °', 'tilt-se/tilt_x'],
    ]);
  });

  test('are all unknown once the gateway is lost, whatever was known', () => {
    const { marks } = scene(worldModel(), {}, building, { ...seen, link: 'lost' });
    expect(new Set(marks.map(({ tone }) => tone))).toEqual(new Set(['unknown']));
  });
});

describe('the displaced shape', () => {
  test('leans as its gauges say, each storey on the one below, the lowest floor standing still', () => {
    const shifts = shiftsOf(storeys, [{ storey: 'roof', east: 0.001, north: -0.002 }], 100);
    expect(shifts.map(({ floor, ceiling }) => [...floor, ...ceiling].map((m) => Math.round(m * 1000) / 1000))).toEqual([
      [0, 0, 0.3, -0.6],
      [0.3, -0.6, 0.7, -1.4],
      [0.7, -1.4, 0.8, -1.6],
    ]);
  });

  test('takes the mean of the gauges of a storey, and of a storey without any the next above, else below', () => {
    const tilts = [
      { storey: '1f', east: 0.001, north: 0 },
      { storey: '1f', east: 0.003, north: 0 },
    ];
    expect(shiftsOf(storeys, tilts, 1).map(({ ceiling: [east] }) => Math.round(east * 1e6))).toEqual([
      6000, 14_000, 16_000,
    ]);
    expect(shiftsOf(storeys, [], 1).flatMap(({ ceiling }) => ceiling)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test.each([
    [1, 'deg', 0.017455],
    [-2, 'mm/m', -0.002],
    [3, null, null],
    [3, 'mm', null],
  ])('reads a tilt of %d %s as a slope of %s', (value, unit, slope) => {
    const got = slopeOf(value, unit);
    expect(got === null ? null : Math.round(got * 1e6) / 1e6).toBe(slope);
  });

  test.each([
    [0, 3, null],
    [Number.NaN, 3, null],
    [0.02, 3, 100],
    [0.01, 3, 200],
    [0.000_001, 3, 500],
    [10, 3, 1],
  ])('of %d m within %d m is exaggerated by %s', (size, target, factor) => {
    expect(factorOf(size, target)).toBe(factor);
  });

  test('never leaves its bounds by more than what is exaggerated not at all', () => {
    const sizes = fc.double({ min: 1e-9, max: 100, noNaN: true });
    fc.assert(
      fc.property(sizes, sizes, (size, target) => {
        const factor = factorOf(size, target) ?? 0;
        expect(factor).toBeGreaterThanOrEqual(1);
        if (factor > 1) expect(factor * size).toBeLessThanOrEqual(target * (1 + 1e-9));
      }),
    );
  });

  test('is the change since the reference, with its factor, its true size and since when', () => {
    const { lean, ghosts, prisms } = scene(worldModel(), { reference });
    expect(lean).toMatchObject({ factor: 50, known: 1, all: 1, since: start - 3000 });
    // tan 0.1235° and 0.041° over 8 m of height.
    expect(lean.size).toBeCloseTo(0.01816, 4);
    expect(ghosts).toHaveLength(3);
    expect(prisms[0]?.floor).toEqual(ghosts[0]?.floor);
    expect(prisms[2]?.ceiling[0]?.[0]).toBeCloseTo(8 * 50 * Math.tan((0.1234567 * Math.PI) / 180), 6);
  });

  test.each([
    ['is unknown', (model: Model) => setPoint(model, 'tilt-se/tilt_y', missing('timeout')), reference],
    [
      'is doubtful',
      (model: Model) => setPoint(model, 'tilt-se/tilt_y', { fault: 'noisy', quality: 'uncertain' }),
      reference,
    ],
    ['has nothing to measure from', () => {}, new Map([...reference].slice(0, 1))],
  ] as const)(
    'is not drawn where one axis %s: what is unknown is not zero, and half a movement is none',
    (_, of, from) => {
      const model = worldModel();
      of(model);
      const { lean, ghosts } = scene(model, { reference: from });
      expect(lean).toMatchObject({ factor: null, known: 0, all: 1, since: null });
      expect(ghosts).toEqual([]);
    },
  );

  test('shows a crack as a bar as long as it opened, exaggerated', () => {
    const model = worldModel();
    setPoint(model, 'co-ramp/co', { point: 'co-ramp/crack', value: 5.02, unit: 'mm' });
    const bars = scene(model, { reference: new Map([['co-ramp/crack', { value: 5, at: start }]]) }).bars;
    expect(bars.map(({ key, from, to }) => [key, to[0] - from[0]])).toEqual([['co-ramp', expect.closeTo(0.01, 6)]]);
  });
});

describe('labels', () => {
  test('name what is pointed at, then what is abnormal by urgency, then the storeys', () => {
    const model = worldModel();
    setPoint(model, 'co-ramp/co', missing('sentinel'));
    model.alerts = { state: 'there', items: new Map([['a', asItem(anAlert({ alert: 'a', points: ['di-1/di_0'] }))]]) };
    expect(labelsOf(scene(model), 'tilt-se').map(({ text }) => text)).toEqual([
      'tilt-se 0.123 °',
      'di-1 Input 0',
      'co-ramp',
      'roof',
      '1f',
      'b1',
    ]);
  });

  test('are at most 40 in the document, and those over others wait', () => {
    const view = scene(worldModel());
    const [mark] = view.marks;
    if (mark === undefined) throw new Error('no mark');
    const marks = Array.from({ length: 200 }, (_, n) => ({ ...mark, key: String(n), tone: 'unknown' as const }));
    const labels = labelsOf({ ...view, marks }, '150');
    expect(labels).toHaveLength(mostLabels);
    expect(labels[0]?.key).toBe('150');
    const box = { left: 0, top: 0, width: 10, height: 10 };
    expect(readable([box, { ...box, left: 5 }, { ...box, left: 10 }])).toEqual([true, false, true]);
    expect(readable([box, { ...box, left: 10 }], [{ ...box, left: 18 }])).toEqual([true, false]);
  });
});

test('a box of a model whose y goes up stands on the site with its height upwards and its front to the south', () => {
  const box = [0, 4].flatMap((x) => [0, 3].flatMap((y) => [0, 2].map((z) => [x, y, z] as const)));
  const corners = box.map(siteOf);
  const of = (axis: 0 | 1 | 2) => corners.map((corner) => corner[axis]);
  const extent = ([0, 1, 2] as const).map((axis) => [Math.min(...of(axis)), Math.max(...of(axis))]);
  expect(extent).toEqual([
    [0, 4],
    [-2, 0],
    [0, 3],
  ]);
  expect(siteOf([1, 2, 3])).toEqual([1, -3, 2]);
});

test('a touch chooses the nearest mark within reach, and else none', () => {
  const spots = [
    { key: 'a', x: 0, y: 0 },
    { key: 'b', x: 10, y: 0 },
  ];
  expect([touched(spots, [7, 0], 14), touched(spots, [3, 0], 14), touched(spots, [0, 20], 14)]).toEqual([
    'b',
    'a',
    null,
  ]);
});

describe('the eye', () => {
  test('turns and zooms by keys, and no key is taken that is not its own', () => {
    const press = (look: typeof standardLook, key: string) => {
      const move = moveOfKey[key];
      return move === undefined ? look : moved(look, move);
    };
    expect(press(standardLook, 'ArrowRight').turn).toBeGreaterThan(standardLook.turn);
    expect(press(standardLook, 'ArrowUp').lift).toBeGreaterThan(standardLook.lift);
    expect(press(standardLook, '+').zoom).toBeCloseTo(1.25);
    expect(press(press(standardLook, '+'), '-').zoom).toBeCloseTo(1);
    expect(press(press(standardLook, 'ArrowLeft'), 'Home')).toEqual(standardLook);
    expect(press(standardLook, 'Tab')).toBe(standardLook);
  });

  test('never goes over the top nor through the building', () => {
    const far = turned(standardLook, 0, 100);
    expect(eyeOf(far)[2]).toBeLessThan(1);
    expect(eyeOf(turned(standardLook, 0, -100))[2]).toBeGreaterThan(-0.3);
    expect([zoomed(standardLook, 1000).zoom, zoomed(standardLook, 0).zoom]).toEqual([10, 0.5]);
  });
});

describe('an earlier time', () => {
  const at = start - 3_600_000;
  const iso = (ms: number) => new Date(ms).toISOString();
  const reading = (value: RawReading['value'], of: Partial<RawReading> = {}): RawReading => ({
    ...{ at: iso(at - 20_000), value, quality: 'good', fault: null, seq: 1, time: 'synced' },
    ...of,
  });
  const then = (past: Parameters<typeof modelAt>[2]['past'], model = worldModel()) => {
    const look = { ...seen, now: at, heardAt: at, isPast: true } as const;
    return storeysOf(building, modelAt(model, 'saesol', { past, at }), look, 'no storey').flatMap(
      ({ places }) => places,
    );
  };
  const none = { readings: new Map(), closed: [], isPartial: false };

  test('shows what was read then, with the age it had', () => {
    const readings = new Map([['co-ramp/co', reading(7)]]);
    const point = then({ ...none, readings }).find(({ key }) => key === 'co-ramp')?.points[0];
    expect(point).toMatchObject({ value: '7', tone: 'normal', age: { at: iso(at - 20_000), until: at } });
  });

  test.each([
    ['nothing was fetched yet', null],
    ['nothing was read', none],
    ['what was read was bad', { ...none, readings: new Map([['co-ramp/co', reading(null, { quality: 'bad' })]]) }],
  ] as const)('is unknown where %s, whatever is known now', (_, past) => {
    const co = then(past).find(({ key }) => key === 'co-ramp');
    expect(co?.tone).toBe('unknown');
    expect(co?.points[0]).toMatchObject({ value: '—', note: expect.not.stringContaining('last') });
  });

  test('has the alerts that stood then: begun before, and open still or closed after', () => {
    const alert = (id: string, since: number, closed: number | null) =>
      asItem(
        anAlert({ alert: id, since: iso(since), closed: closed === null ? null : iso(closed), points: ['co-ramp/co'] }),
      );
    const standing = (closed: ReturnType<typeof alert>[], open: ReturnType<typeof alert>[]) => {
      const model = worldModel();
      model.alerts = { state: 'there', items: new Map(open.map((each) => [each.alert, each])) };
      return then({ ...none, closed }, model).flatMap(({ alerts }) => alerts.map((each) => each.alert));
    };
    expect(standing([alert('over', at - 2000, at - 1000), alert('stood', at - 2000, at + 1000)], [])).toEqual([
      'stood',
    ]);
    expect(standing([], [alert('stands', at - 2000, null), alert('later', at + 1000, null)])).toEqual(['stands']);
  });

  test('asks for each point that a place stands for once', () => {
    const twice = { ...building, places: [...building.places, place({ point: 'co-ramp/co' })] };
    const points = pointsOf(twice, worldModel());
    expect(points).toHaveLength(new Set(points).size);
    expect(points).toContain('di-1/di_0');
    expect(points.filter((point) => point.startsWith('di-1/'))).toHaveLength(1);
  });
});

import { describe, expect, test } from 'vitest';
import { detectionSchema } from '../../../config/lots/detection.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { frozenAt, moved, still } from '../../../gateway/parking/frozen.ts';
import { measured, noRoof } from '../../../gateway/parking/roof.ts';
import { ageOf } from '../../../gateway/parking/sensor-age.ts';
import { Yard } from './yard.ts';

const minute = 60_000;
const hour = 60 * minute;

async function yard(options: ConstructorParameters<typeof Yard>[0] = {}): Promise<Yard> {
  const made = new Yard(options);
  made.connect();
  await made.pass(30_000);
  return made;
}

function candidates(made: Yard): string[] {
  return made.parking
    .violations({ site: null, lot: null, from: 0, to: Date.UTC(2100, 0, 1), limit: 100 })
    .map(({ space, place, kind, cannotKnow, endedAt }) => {
      const where = space ?? place;
      return `${where} ${kind} (${cannotKnow.join(', ')})${endedAt === null ? '' : ' ended'}`;
    });
}

describe('violation candidates', () => {
  test.each([
    ['an accessible bay', { type: 'disabled' }, {}, 5 * minute, ['a accessible-bay (permit, who-parked)']],
    ['a fast charger', { type: 'ev-fast' }, {}, hour, ['a ev-fast-over (vehicle-type, plugged-in)']],
    [
      'a slow charger',
      { type: 'ev-slow' },
      { evSlowCheckType: '10m' },
      10 * minute,
      ['a ev-slow-check-type (vehicle-type, plugged-in, apartment-size)'],
    ],
    ['a free public lot', {}, { longStay: '20m' }, 20 * minute, ['a long-stay (same-vehicle)']],
  ])('%s: raised when its time is over, and not before', async (_, space, violations, after, expected) => {
    const made = await yard({ count: 1, lot: { operator: 'public', spaces: [space], violations } });
    made.set('a+');
    await made.pass(after - minute);
    expect(candidates(made)).toEqual([]);
    await made.pass(2 * minute);
    expect(candidates(made)).toEqual(expected);
    made.set('a-');
    await made.pass(minute);
    expect(candidates(made)).toEqual(expected.map((line) => `${line} ended`));
  });

  test('are raised once, over a restart as well', async () => {
    const made = await yard({ count: 1, lot: { spaces: [{ type: 'disabled' }] } });
    made.set('a+');
    await made.pass(7 * minute);
    const after = made.restart();
    after.connect();
    await after.pass(7 * minute);
    expect(candidates(after)).toHaveLength(1);
  });

  test('of a slow charger come twice: to look at the type, and when it is over for any', async () => {
    const violations = { evSlowCheckType: '10m', evSlow: '20m' };
    const made = await yard({ count: 1, lot: { spaces: [{ type: 'ev-slow' }], violations } });
    made.set('a+');
    await made.pass(22 * minute);
    expect(candidates(made).map((line) => line.split(' ')[1])).toEqual(['ev-slow-over', 'ev-slow-check-type']);
  });

  test('begin again where another car may have come', async () => {
    const made = await yard({ count: 1, lot: { spaces: [{ type: 'ev-fast' }] } });
    made.set('a+');
    await made.pass(50 * minute);
    made.set('a-');
    await made.pass(5000);
    made.set('a+');
    await made.pass(30 * minute);
    expect(candidates(made)).toEqual([]);
  });

  test('no permit is asked of a driver who shows one', async () => {
    const made = await yard({ count: 1, lot: { spaces: [{ type: 'disabled', permit: 'di/p_1' }] } });
    made.levels.push(true);
    made.set('a+');
    await made.pass(20 * minute);
    expect(candidates(made)).toEqual([]);
  });

  test('a blocked entrance is one of a place', async () => {
    const lot = { entrances: [{ id: 'gate', point: 'di/p_1' }] };
    const made = await yard({ count: 1, lot });
    made.levels.push(true);
    made.say();
    await made.pass(6 * minute);
    expect(candidates(made)).toEqual(['entrance/gate entrance-blocked (same-vehicle, loading)']);
    made.levels[1] = false;
    made.say();
    await made.pass(minute);
    expect(candidates(made)).toEqual(['entrance/gate entrance-blocked (same-vehicle, loading) ended']);
  });

  test('a resident’s space is one while nobody is entitled to it', async () => {
    // 08:58 on a Monday in Seoul: the night holder's hours end at 09:00.
    const clock = new SimClock(Date.UTC(2026, 10, 22, 23, 58));
    const night = { weekday: '18:00-09:00', saturday: '18:00-09:00', holiday: 'open24h' };
    const lot = {
      allocations: { night: { hours: night, monthly: 20_000 } },
      spaces: [{ type: 'resident', allocation: 'night' }],
    };
    const made = await yard({ count: 1, clock, lot });
    made.set('a+');
    await made.pass(9 * minute);
    expect(candidates(made)).toEqual([]);
    await made.pass(6 * minute);
    expect(candidates(made)).toEqual(['a outside-window (who-parked)']);
  });
});

describe('age of a sensor', () => {
  const today = Date.UTC(2026, 10, 29);
  test.each([
    [{ installed: '2023-11-01', lifeYears: 5 }, null, { replaceBy: '2028-11-01', state: 'ok' }],
    [{ installed: '2021-12-01', lifeYears: 5 }, null, { replaceBy: '2026-12-01', daysLeft: 2, state: 'due' }],
    [{ installed: '2020-02-29', lifeYears: 1 }, null, { replaceBy: '2021-03-01', state: 'overdue' }],
    [{ installed: null, lifeYears: null }, null, { replaceBy: null, state: 'unknown' }],
    [{ installed: '2025-01-01', lifeYears: 8, batteryLow: 3.3 }, 3.2, { state: 'battery-low' }],
    [{ installed: '2025-01-01', lifeYears: 8, batteryLow: 3.3 }, 3.4, { state: 'ok' }],
  ])('%o with battery %s', (sensor, battery, expected) => {
    const whole = { battery: null, batteryLow: null, ...sensor };
    expect(ageOf({ sensor: whole }, today, battery)).toMatchObject(expected);
  });
});

describe('a lot of which nothing moves', () => {
  const settings = detectionSchema.parse({ frozen: { changes: 10 } }).frozen;

  test('is frozen after a day while nobody knows how quiet it may be', () => {
    expect(frozenAt(still(0), settings)).toBe(24 * hour);
  });

  test('is frozen after three times its longest quiet time, and half a day at least', () => {
    let movement = still(0);
    for (let i = 1; i <= 20; i++) movement = moved(movement, i * hour, settings);
    expect(frozenAt(movement, settings)).toBe(20 * hour + 12 * hour);
    movement = moved(movement, 20 * hour + 8 * hour, settings);
    expect(frozenAt(movement, settings)).toBe(28 * hour + 24 * hour);
  });

  test('does not learn from the time in which it was frozen', () => {
    let movement = still(0);
    for (let i = 1; i <= 20; i++) movement = moved(movement, i * hour, settings);
    movement = moved(movement, 20 * hour + 200 * hour, settings);
    expect(movement.longest).toBe(hour);
  });
});

describe('another roof', () => {
  const heights = (...mm: number[]) => {
    let roof = noRoof;
    return mm.map((one, i) => {
      const next = measured(roof, { mm: one, at: i }, 150);
      roof = next.roof;
      return next.changedAt;
    });
  };
  test.each([
    ['the same car, give or take', [800, 830, 790], [null, null, null]],
    ['another car, seen twice', [800, 1000, 1010], [null, null, 1]],
    ['one odd echo', [800, 1400, 805], [null, null, null]],
    ['two odd echoes that differ', [800, 1400, 1100, 800], [null, null, null, null]],
  ])('%s', (_, mm, changes) => {
    expect(heights(...mm)).toEqual(changes);
  });
});

import { describe, expect, test } from 'vitest';
import { Demand } from '../../../simulators/world/demand.ts';
import { LocalTime } from '../../../simulators/world/local-time.ts';
import { publicSpace } from '../../../simulators/world/stays.ts';
import { counterFalls, firstMove } from './series.ts';
import { day, hour, midnight, minute, second, siteOf, worldOf } from './site.ts';

const bool = (kind: string) => ({ type: 'bool', kind });
const bays = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`bay_${i}`, bool('contact')]));
const s1 = { id: 's1', spaces: Object.keys(bays).map((bay) => ({ type: 'general', occupancy: `di/${bay}` })) };
const loop = { detect: bool('detect'), fault: bool('fault'), counter: { type: 'u32', kind: 'counter' } };
const lot = siteOf({ agents: { cabinet: { di: bays, 'lane-in': loop, 'lane-out': loop } }, lots: [s1] });

/** Changes of a lot's contacts, minute by minute. */
function stays(world: ReturnType<typeof worldOf>, from: number, days: number) {
  const lengths: number[] = [];
  let [arrivals, occupied] = [0, 0];
  for (const bay of Object.keys(bays)) {
    let since: number | undefined;
    for (let t = from, before = world.at(`di/${bay}`, t - minute); t < from + days * day; t += minute) {
      const now = world.at(`di/${bay}`, t);
      if (now === true) occupied++;
      if (now === true && before === false) [arrivals, since] = [arrivals + 1, t];
      if (now === false && before === true && since !== undefined) lengths.push(t - since);
      before = now;
    }
  }
  return { lengths: lengths.sort((a, b) => a - b), arrivals, mean: occupied / (days * 1440 * 60) };
}

describe('a public lot of 60 spaces', () => {
  const world = worldOf(lot);
  const days = 20;
  const share = (hours: number) => {
    let taken = 0;
    for (let nth = 0; nth < days; nth++)
      for (const bay of Object.keys(bays)) taken += world.at(`di/${bay}`, midnight + nth * day + hours * hour) ? 1 : 0;
    return taken / (60 * days);
  };

  test.each([
    [6, 0.35],
    [9, 0.78],
    [12, 0.93],
    [15, 0.88],
    [18, 0.96],
    [22, 0.48],
  ])('is at %d o’clock as full as the demand of the hour makes it, %d', (hours, wanted) => {
    expect(Math.abs(share(hours) - wanted)).toBeLessThan(0.05);
  });

  test('turns over about 6.9 times a day, two thirds full, with short stays and a quarter of long ones', () => {
    const { lengths, arrivals, mean } = stays(world, midnight, 10);
    expect(Math.abs(arrivals / 600 - 6.9)).toBeLessThan(0.4);
    expect(Math.abs(mean - 0.66)).toBeLessThan(0.03);
    const shareOf = (from: number, to: number) =>
      lengths.filter((ms) => ms >= from * minute && ms < to * minute).length / lengths.length;
    // By the mixture 5 in a hundred stay less than 20 min, 46 less than an hour, 14 more than five hours.
    expect(Math.abs(shareOf(0, 20) - 0.05)).toBeLessThan(0.03);
    expect(Math.abs(shareOf(0, 60) - 0.46)).toBeLessThan(0.05);
    expect(Math.abs(shareOf(300, Infinity) - 0.145)).toBeLessThan(0.03);
  });

  test('takes in about 24 cars and lets out 12 in the rush from 08:40 to 09:20', () => {
    const counted = (lane: string) => {
      let cars = 0;
      for (let nth = 0; nth < days; nth++) {
        const at = (minutes: number) => world.number(`${lane}/counter`, midnight + nth * day + minutes * minute);
        cars += at(560) - at(520);
      }
      return cars / days;
    };
    expect(Math.abs(counted('lane-in') - 24)).toBeLessThan(4);
    expect(Math.abs(counted('lane-out') - 13)).toBeLessThan(3);
  });
});

describe('the lanes of a lot', () => {
  const world = worldOf(lot);
  const inside = (t: number) => Object.keys(bays).filter((bay) => world.at(`di/${bay}`, t)).length;
  const balance = (t: number) => world.number('lane-in/counter', t) - world.number('lane-out/counter', t) - inside(t);

  test('count nearly what the spaces see: the balance is off by some cars at half past six, by a dozen at most in a day', () => {
    const nights = Array.from({ length: 20 }, (_, nth) => midnight + nth * day);
    const drift = (hours: number) => nights.map((begin) => Math.abs(balance(begin + hours * hour) - balance(begin)));
    const [early, whole] = [drift(6.5), drift(24)];
    expect(early.filter((cars) => cars > 0).length).toBeGreaterThan(8);
    expect(early.filter((cars) => cars === 2).length).toBeGreaterThan(1);
    expect(Math.max(...early)).toBeLessThanOrEqual(6);
    expect(Math.max(...whole)).toBeLessThanOrEqual(14);
  });

  test('never count backwards, over the edges of everything that is laid out at once', () => {
    for (const lane of ['lane-in', 'lane-out'])
      expect(
        counterFalls((t) => world.number(`${lane}/counter`, t), midnight, midnight + 40 * day, 37 * minute),
      ).toEqual([]);
  });

  test('see a car on the loop for seconds whenever the counter moves', () => {
    const t = firstMove((at) => world.number('lane-in/counter', at), midnight + 8 * hour, midnight + 9 * hour);
    expect(world.number('lane-in/counter', t)).toBeGreaterThan(world.number('lane-in/counter', t - 1));
    expect(world.at('lane-in/detect', t)).toBe(true);
    expect(world.at('lane-in/detect', t + second)).toBe(true);
    expect(world.at('lane-in/fault', t)).toBe(false);
    const seconds = Array.from({ length: 3600 }, (_, i) =>
      world.at('lane-in/detect', midnight + 3 * hour + i * second),
    );
    expect(seconds.filter(Boolean).length).toBeLessThan(200);
  });
});

test('any moment of a space is read at the cost of its own sixteen days, once', () => {
  const demand = new Demand(new LocalTime('UTC'));
  let laidOut = 0;
  const counted: Pick<Demand, 'takenAt'> = {
    takenAt(freeMs, sum) {
      laidOut++;
      return demand.takenAt(freeMs, sum);
    },
  };
  const space = publicSpace(7, counted);
  space.stayAt(Date.UTC(2039, 5, 5));
  expect(laidOut).toBeGreaterThan(80);
  expect(laidOut).toBeLessThan(150);
  for (let t = midnight; t < midnight + 365 * day; t += 10 * minute) space.stayAt(t);
  expect(laidOut).toBeLessThan(150 * (1 + 365 / 16 + 2));
});

test('a loop beside no lot counts a car a minute, on and on, and wraps where its register is full', () => {
  const alone = worldOf(siteOf({ agents: { cabinet: { loop: { counter: { type: 'u16', kind: 'counter' } } } } }));
  const at = (t: number) => alone.number('loop/counter', t);
  expect((at(midnight + hour) - at(midnight) + 65_536) % 65_536).toBe(60);
  const falls = counterFalls(at, midnight, midnight + 60 * day, 10 * minute);
  expect(falls.length).toBe(1);
});

test('residents are home at night and away by day, and guests take their place at times', () => {
  const di = Object.fromEntries(Array.from({ length: 24 }, (_, i) => [`bay_${i}`, bool('contact')]));
  const spaces = Object.keys(di).map((bay) => ({ type: 'resident', occupancy: `di/${bay}` }));
  const world = worldOf(siteOf({ agents: { alley: { di } }, lots: [{ id: 's2', spaces }] }));
  const share = (hours: number) => {
    let taken = 0;
    for (let nth = 0; nth < 20; nth++)
      for (const bay of Object.keys(di)) taken += world.at(`di/${bay}`, midnight + nth * day + hours * hour) ? 1 : 0;
    return taken / (24 * 20);
  };
  expect(share(3)).toBeGreaterThan(0.99);
  expect(share(23.5)).toBeGreaterThan(0.98);
  expect(share(11.5)).toBeGreaterThan(0.1);
  expect(share(11.5)).toBeLessThan(0.7);
  expect(share(16.5)).toBeLessThan(0.2);
});

describe('an echo sensor over a bay', () => {
  const echo = {
    distance: { kind: 'distance', unit: 'mm' },
    cm: { kind: 'distance', unit: 'cm' },
    near: bool('occupancy'),
  };
  const world = worldOf(
    siteOf({
      agents: { cabinet: { echo, alone: { distance: { kind: 'distance', unit: 'm' } } } },
      lots: [{ id: 's1', spaces: [{ type: 'general', occupancy: 'echo/near' }] }],
    }),
  );
  const times = Array.from({ length: 480 }, (_, i) => midnight + i * 3 * minute);

  test('is short with a car below and long without', () => {
    const with_ = times.filter((t) => world.at('echo/near', t)).map((t) => world.number('echo/distance', t));
    const without = times.filter((t) => !world.at('echo/near', t)).map((t) => world.number('echo/distance', t));
    expect(with_.length).toBeGreaterThan(50);
    expect(without.length).toBeGreaterThan(50);
    expect(Math.max(...with_)).toBeLessThan(1500);
    expect(Math.min(...without)).toBeGreaterThan(2150);
    expect(
      times.every((t) => Math.abs(world.number('echo/cm', t) - world.number('echo/distance', t) / 10) < 1e-9),
    ).toBe(true);
  });

  test('sees a car now and then where no lot names the bay', () => {
    const seen = times.map((t) => world.number('alone/distance', t) < 1.6);
    expect(new Set(seen).size).toBe(2);
  });
});

test.each(['Asia/Seoul', 'Europe/Berlin', 'America/St_Johns', 'UTC'])(
  'the noon of %s is what fills its lots, also when its clocks change',
  (timezone) => {
    const site = siteOf({ timezone, agents: { cabinet: { di: bays } }, lots: [s1] });
    const world = worldOf(site);
    const localHour = new Intl.DateTimeFormat('en-US', { timeZone: timezone, hour: 'numeric', hourCycle: 'h23' });
    const shares = new Map<number, number[]>();
    for (let t = Date.UTC(2026, 9, 20); t < Date.UTC(2026, 10, 5); t += hour) {
      const at = Number(localHour.format(t));
      const taken = Object.keys(bays).filter((bay) => world.at(`di/${bay}`, t)).length / 60;
      shares.set(at, [...(shares.get(at) ?? []), taken]);
    }
    const mean = (at: number) =>
      (shares.get(at) ?? []).reduce((sum, each) => sum + each, 0) / (shares.get(at)?.length ?? 1);
    expect(mean(12)).toBeGreaterThan(0.88);
    expect(mean(6)).toBeLessThan(0.47);
  },
);

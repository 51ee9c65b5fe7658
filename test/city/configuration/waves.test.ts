import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fitness } from '../../../city/configuration/fitness.ts';
import {
  ordered,
  type Plan,
  type Rollout,
  type Seen,
  sizes,
  type Target,
  turn,
  usualPlan,
} from '../../../city/configuration/waves.ts';
import type { GatewayReport, HandedState } from '../../../contract/configuration.ts';
import { siteIdSchema } from '../../../contract/ids.ts';
import type { ConfigurationReason } from '../../../contract/reasons/configuration.ts';

const minute = 60_000;
const well: Fitness = { devices: 20, failing: [], backlogMs: 0, troubles: 0 };
const version = 7;

/** A city of `count` gateways and a set on its way; `minutes` lets time pass, a look every half minute. */
function cityOf(count: number, plan: Partial<Plan> = {}) {
  const ids = Array.from({ length: count }, (_, nth) => `g${nth + 1}`);
  const of = { ...usualPlan, ...plan };
  const order = ordered(ids, of.first, version);
  const gateways = new Map<string, Seen>(ids.map((id) => [id, seen(id)]));
  const city = {
    now: 0,
    order,
    gateways,
    set: { state: 'running', version, plan: of, waves: 0, halt: null, wait: null } as Rollout,
    targets: order.map(
      (gateway): Target => ({
        ...{ gateway, site: gateway, wave: null, state: 'waiting', reason: null, before: null },
        ...{ offeredAt: null, settledAt: null, worseAt: null, excused: false },
      }),
    ),
    says(id: string, state: HandedState, reason: ConfigurationReason | null = null) {
      gateways.set(id, { ...seen(id), reports: [report(id, { state, reason, version, seen: version })] });
    },
    is(id: string, more: Partial<Seen>) {
      gateways.set(id, { ...(gateways.get(id) ?? seen(id)), ...more });
    },
    look() {
      const next = turn(city.set, city.targets, { now: city.now, gateways });
      city.set = next.set;
      city.targets = [...next.targets];
    },
    minutes(count: number) {
      for (let i = 0; i < count * 2; i++) {
        city.now += minute / 2;
        city.look();
      }
    },
    /** Everybody who was handed it keeps it at once. */
    keep() {
      for (const { gateway, state } of city.targets) if (state === 'offered') city.says(gateway, 'kept');
    },
    have: () => city.targets.filter(({ wave }) => wave !== null).map(({ gateway }) => gateway),
    at: (id: string) => city.targets.find(({ gateway }) => gateway === id)?.state,
  };
  return city;
}

const seen = (id: string): Seen => ({ agreedAgo: 1000, fitness: well, reports: [report(id, {})] });

function report(id: string, of: Partial<GatewayReport>): GatewayReport {
  return { site: siteIdSchema.parse(id), pull: true, seen: 0, version: null, state: 'none', reason: null, ...of };
}

describe('who gets it in which wave', () => {
  test.each([
    [1, {}, [1]],
    [2, {}, [1, 2]],
    [5, {}, [1, 2, 5]],
    [200, {}, [2, 20, 200]],
    [200, { first: ['g1', 'g2', 'g3'] }, [3, 20, 200]],
    [10, { shares: [0.5] }, [5, 10]],
  ])('of %i gateways', (count, plan, expected) => {
    expect(sizes(count, { ...usualPlan, ...plan })).toEqual(expected);
  });

  test('the order is the same each time, another for each version, and begins with those named', () => {
    const ids = Array.from({ length: 50 }, (_, nth) => `g${nth}`);
    expect(ordered(ids, [], 7)).toEqual(ordered(ids.toReversed(), [], 7));
    expect(ordered(ids, [], 7)).not.toEqual(ordered(ids, [], 8));
    expect(ordered(ids, ['g9', 'g3'], 7).slice(0, 2)).toEqual(['g9', 'g3']);
  });

  test('waves follow each other after the soak, and it is done when all have kept it', () => {
    const city = cityOf(20);
    city.look();
    expect(city.have()).toEqual(city.order.slice(0, 1));
    city.keep();
    city.minutes(59);
    expect([city.set.waves, city.set.wait]).toEqual([1, { code: 'soaking', minutes: expect.any(Number) }]);
    city.minutes(2);
    expect(city.have()).toEqual(city.order.slice(0, 2));
    city.keep();
    city.minutes(62);
    expect(city.have()).toHaveLength(20);
    city.keep();
    city.minutes(62);
    expect(city.set).toMatchObject({ state: 'done', waves: 3 });
  });

  test('nothing begins while those who are named are away, or nobody is there', () => {
    const city = cityOf(3, { first: ['g2'] });
    city.is('g2', { agreedAgo: null });
    city.minutes(10);
    expect([city.set.wait, city.have()]).toEqual([{ code: 'first-away', gateways: ['g2'] }, []]);
    for (const id of ['g1', 'g2', 'g3']) city.is(id, { agreedAgo: 10 * minute });
    city.set = { ...city.set, plan: usualPlan };
    city.minutes(1);
    expect(city.set.wait).toEqual({ code: 'nobody-connected' });
  });

  test('a gateway that is away is left out and gets it when it comes', () => {
    const city = cityOf(3);
    const [a = '', b = '', c = ''] = city.order;
    city.is(a, { agreedAgo: null });
    city.look();
    expect(city.have()).toEqual([b]);
    city.keep();
    city.minutes(62);
    city.keep();
    city.minutes(62);
    expect(city.at(c)).toBe('kept');
    city.minutes(62);
    expect(city.set).toMatchObject({ state: 'running', wait: { code: 'nobody-connected' } });
    city.is(a, { agreedAgo: 100 });
    city.look();
    expect(city.at(a)).toBe('offered');
    city.keep();
    city.minutes(62);
    expect(city.set.state).toBe('done');
  });

  test('in the last wave a gateway gets it as soon as it comes', () => {
    const city = cityOf(2, { shares: [1] });
    const [a = '', b = ''] = city.order;
    city.is(b, { agreedAgo: null });
    city.look();
    city.keep();
    city.minutes(62);
    expect([city.at(a), city.set.wait]).toEqual(['kept', { code: 'away', gateways: 1 }]);
    city.is(b, { agreedAgo: 100 });
    city.look();
    expect(city.at(b)).toBe('offered');
  });

  test('one that was given no key is asked nothing and proves nothing', () => {
    const city = cityOf(3);
    const [a = '', b = ''] = city.order;
    city.is(a, { reports: [report(a, { pull: false })] });
    city.look();
    expect([city.at(a), city.have()]).toEqual(['refused', [b]]);
    city.keep();
    city.minutes(62);
    city.keep();
    city.minutes(62);
    expect(city.set.state).toBe('done');
  });
});

describe('it is halted', () => {
  const first = (city: ReturnType<typeof cityOf>) => city.order[0] ?? '';
  test.each<[string, (city: ReturnType<typeof cityOf>, id: string) => void, object]>([
    [
      'when one goes back by itself',
      (city, id) => city.says(id, 'returned', { code: 'restarts', times: 3 }),
      { code: 'returned', why: { code: 'restarts', times: 3 } },
    ],
    ['when one refuses it', (city, id) => city.says(id, 'refused', { code: 'no-trust' }), { code: 'refused' }],
    ['when one falls silent', (city, id) => city.is(id, { agreedAgo: 4 * minute }), { code: 'silent', seconds: 240 }],
    [
      'when devices answer no more',
      (city, id) => city.is(id, { fitness: { ...well, devices: 18 } }),
      { code: 'devices-fewer', before: 20, now: 18 },
    ],
    [
      'when a service fails',
      (city, id) => city.is(id, { fitness: { ...well, failing: ['parking'] } }),
      { code: 'services-failing', services: ['parking'] },
    ],
    [
      'when its equipment raises an alert',
      (city, id) => city.is(id, { fitness: { ...well, troubles: 1 } }),
      { code: 'troubles-more', now: 1 },
    ],
    [
      'when what it hands on gets old',
      (city, id) => city.is(id, { fitness: { ...well, backlogMs: 20 * minute } }),
      { code: 'backlog-older', minutes: 20 },
    ],
    ['when one comes to no end', () => {}, { code: 'overdue', minutes: 120 }],
  ])('%s, and nobody else gets it', (_what, happens, halt) => {
    const city = cityOf(20);
    city.look();
    const id = first(city);
    happens(city, id);
    city.minutes(125);
    expect(city.set).toMatchObject({ state: 'halted', halt: { gateway: id, ...halt } });
    expect(city.have()).toEqual([id]);
  });

  test('also by a gateway of an earlier wave that had kept it', () => {
    const city = cityOf(20);
    city.look();
    const id = first(city);
    city.keep();
    city.minutes(62);
    city.is(id, { fitness: { ...well, devices: 3 } });
    city.minutes(4);
    expect(city.set).toMatchObject({ state: 'halted', halt: { code: 'devices-fewer', gateway: id } });
  });

  test('not by what passes within its time, and not twice by what somebody knows of', () => {
    const city = cityOf(2);
    city.look();
    const id = first(city);
    city.keep();
    city.is(id, { fitness: { ...well, devices: 3 } });
    city.minutes(2);
    city.is(id, { fitness: well });
    city.minutes(5);
    expect(city.set.state).toBe('running');
    city.says(id, 'returned');
    city.minutes(1);
    expect(city.set.state).toBe('halted');
    city.targets = city.targets.map((each) => ({ ...each, excused: each.gateway === id }));
    city.set = { ...city.set, state: 'running', halt: null };
    city.minutes(62);
    expect(city.have()).toHaveLength(2);
  });
});

test('it is taken back when everybody who had it says so', () => {
  const city = cityOf(3);
  city.look();
  city.keep();
  city.minutes(62);
  const [a = '', b = ''] = city.order;
  city.set = { ...city.set, state: 'returning' };
  city.is(a, { reports: [report(a, { seen: version + 1, version, state: 'returned' })] });
  city.look();
  expect([city.set.state, city.at(a), city.at(b)]).toEqual(['returning', 'returned', 'offered']);
  // It had not even heard of it.
  city.is(b, { reports: [report(b, { seen: version + 1 })] });
  city.look();
  expect(city.set.state).toBe('returned');
});

test('a word that was overtaken takes no state back', () => {
  const city = cityOf(1);
  city.look();
  city.says('g1', 'kept');
  city.look();
  city.says('g1', 'trying');
  city.look();
  expect(city.at('g1')).toBe('kept');
});

test('whatever gateways say and however they are: a wave is never larger than planned, and nobody is handed it after a halt', () => {
  const states = fc.constantFrom<HandedState>('none', 'trying', 'kept', 'returned', 'refused', 'replaced');
  const event = fc.tuple(fc.nat(11), states, fc.nat(20), fc.boolean(), fc.nat(90));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const city = cityOf(12);
      for (const [nth, state, devices, here, minutes] of events) {
        const id = `g${nth + 1}`;
        city.says(id, state);
        city.is(id, { agreedAgo: here ? 100 : 10 * minute, fitness: { ...well, devices } });
        const before = { halted: city.set.state === 'halted', have: city.have().length };
        city.now += minutes * minute;
        city.look();
        const most = sizes(12, usualPlan)[city.set.waves - 1] ?? 0;
        expect(city.have().length).toBeLessThanOrEqual(most);
        if (before.halted) expect(city.have()).toHaveLength(before.have);
      }
    }),
    { numRuns: 60 },
  );
});

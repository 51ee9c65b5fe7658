import { describe, expect, test } from 'vitest';
import { point } from './alerts-fakes.ts';
import { AlertsWorld, ruleOf } from './alerts-world.ts';

const count = 1000;
const perDevice = 100;
/** 1,000 points on ten devices, a rule each; the last is of life safety. */
const devices = Object.fromEntries(Array.from({ length: count / perDevice }, (_, n) => [`di-${n}`, perDevice]));
const refs = Object.entries(devices).flatMap(([device, points]) =>
  Array.from({ length: points }, (_, n) => `${device}/p_${n}`),
);
const rules = refs.map((ref, n) =>
  ruleOf(`rule-${n}`, [point(ref)], {
    lifeSafety: n === count - 1,
    hazard: n === count - 1 ? 'fire' : 'entrance',
    who: 'operator',
    when: { kind: 'threshold', levels: { 주의: { is: true } } },
  }),
);

/** Messages to one role, with when they were written. */
function messagesTo(world: AlertsWorld, role: string): { at: number; reason: string }[] {
  return world.notices
    .undone(0, 5000)
    .filter(({ audience }) => audience.role === role)
    .map(({ created, reason }) => ({ at: created, reason }));
}

describe('a flood', () => {
  test('of 1,000 points within a second is at most 10 messages to the operator, all are recorded, and the fire is not lost', async () => {
    const world = new AlertsWorld({ rules, devices });
    world.online();
    world.readAll();
    await world.pass(70_000, {});
    const begun = world.core.clock.now();
    for (let part = 0; part < 10; part += 1) {
      await world.core.clock.advance(100);
      world.read(Object.fromEntries(refs.slice(part * 100, part * 100 + 100).map((ref) => [ref, true])));
    }
    expect(world.open()).toHaveLength(count);
    const on = Object.fromEntries(refs.map((ref) => [ref, true]));
    const first = messagesTo(world, 'operator')[0];
    expect((first?.at ?? Number.POSITIVE_INFINITY) - begun).toBeLessThanOrEqual(2000);
    // The fire's own message, in the middle of the flood.
    const fire = world.one(`hanbit/rule-${count - 1}`);
    expect(world.told(fire.id)).toMatchObject({ raised: 1 });
    await world.pass(15_000, on);
    expect(messagesTo(world, 'operator').length).toBeLessThanOrEqual(10);
    const raised = world.core.store.db
      .prepare("SELECT count(*) FROM alert_transitions WHERE code = 'raised'")
      .pluck()
      .get();
    expect(raised).toBe(count);
    expect(fire.state).toBe('unack');
  }, 120_000);

  test('of a dead wire is one alert by the wiring, and a fire on it that stands is not grouped away', async () => {
    const world = new AlertsWorld({ rules: rules.slice(-perDevice), devices });
    world.online();
    world.readAll();
    await world.pass(70_000, {});
    const last = refs.at(-1) ?? '';
    world.read({ [last]: true });
    const dead = Object.fromEntries(refs.map((ref) => [ref, null]));
    world.readAll(dead);
    await world.pass(10_000, dead);
    const open = world.open('all').map(({ rule, state, unverifiable }) => [rule, state, unverifiable !== null]);
    expect(open).toEqual([
      [`hanbit/rule-${count - 1}`, 'unack', true],
      ['bus:cabinet-1/rs485-a', 'unack', false],
    ]);
  });
});

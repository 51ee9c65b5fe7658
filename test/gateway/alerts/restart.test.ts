import { describe, expect, test } from 'vitest';
import type { AlertState } from '../../../gateway/alerts/alert.ts';
import { point } from './alerts-fakes.ts';
import { AlertsWorld, doorRule, fireRule, ruleOf, siteWith } from './alerts-world.ts';

const fire = 'contacts-1/p_0';
const door = 'door-1/p_0';

type Row = {
  name: string;
  rule: 'hanbit/fire' | 'hanbit/door';
  /** Leads to the state, from an agent that is online with everything calm. */
  before(world: AlertsWorld): void;
  state: AlertState;
  /** What the agent reads before and after. */
  reads: Record<string, boolean>;
  /** In this state nobody needs to be able to verify it again. */
  returns?: boolean;
};

const raise = (world: AlertsWorld, point: string) => world.readAll({ [point]: true });

const rows: readonly Row[] = [
  {
    name: 'unack',
    rule: 'hanbit/fire',
    before: (world) => raise(world, fire),
    state: 'unack',
    reads: { [fire]: true },
  },
  {
    name: 'acked',
    rule: 'hanbit/fire',
    before(world) {
      raise(world, fire);
      world.deed(world.one('hanbit/fire'), 'acknowledge');
    },
    state: 'acked',
    reads: { [fire]: true },
  },
  {
    name: 'acked with a report',
    rule: 'hanbit/fire',
    before(world) {
      raise(world, fire);
      world.deed(world.one('hanbit/fire'), 'acknowledge');
      world.deed(world.one('hanbit/fire'), 'report');
    },
    state: 'acked',
    reads: { [fire]: true },
  },
  {
    name: 'rtn-unack',
    rule: 'hanbit/fire',
    before(world) {
      raise(world, fire);
      world.readAll();
    },
    state: 'rtn-unack',
    reads: {},
  },
  {
    name: 'latched',
    rule: 'hanbit/fire',
    before(world) {
      raise(world, fire);
      world.deed(world.one('hanbit/fire'), 'acknowledge');
      world.readAll();
    },
    state: 'latched',
    reads: {},
  },
  {
    name: 'shelved',
    rule: 'hanbit/door',
    before(world) {
      raise(world, door);
      world.deed(world.one('hanbit/door'), 'shelve');
    },
    state: 'shelved',
    reads: { [door]: true },
  },
  {
    name: 'not verifiable',
    rule: 'hanbit/fire',
    before(world) {
      raise(world, fire);
      world.offline();
    },
    state: 'unack',
    reads: { [fire]: true },
  },
  {
    name: 'out of service',
    rule: 'hanbit/fire',
    before(world) {
      raise(world, fire);
      maintain(world);
    },
    state: 'out-of-service',
    reads: { [fire]: true },
  },
];

function maintain(world: AlertsWorld): void {
  const target = { kind: 'point', point: fire } as const;
  const until = world.core.clock.now() + 3_600_000;
  const site = siteWith([fireRule]).site;
  world.act({
    kind: 'maintain',
    site,
    target: { ...target, point: smokeOf() },
    mode: 'maintenance',
    until,
    text: '점검',
  });
}

function smokeOf() {
  const [first] = fireRule.points;
  if (first === undefined) throw new Error('the rule has no point');
  return first.ref;
}

const ends = {
  'a clean stop of the gateway': (world: AlertsWorld) => world.restart('stop'),
  'a kill of the gateway': (world: AlertsWorld) => world.restart('kill'),
  'a power cut of the agent': (world: AlertsWorld) => {
    world.offline();
    return world;
  },
} as const;

const matrix = Object.keys(ends).flatMap((end) =>
  rows.map((row) => ({ end: end as keyof typeof ends, row, name: row.name })),
);

describe('what stands after', () => {
  test.each(matrix)('$end: $name', async ({ end, row }) => {
    let world = new AlertsWorld();
    world.online();
    world.readAll();
    row.before(world);
    const before = world.one(row.rule);
    expect(before.state).toBe(row.state);
    const told = world.told(before.id);
    world = ends[end](world);
    const dark = world.one(row.rule);
    expect(dark).toMatchObject({ id: before.id, state: row.state, version: before.version });
    expect(dark.unverifiable).not.toBeNull();
    expect(world.message(dark)).toMatchObject({ state: row.state });
    world.online(end === 'a power cut of the agent' ? 'new' : 'same');
    world.readAll(row.reads);
    await world.pass(1000);
    const after = world.one(row.rule);
    expect(after).toMatchObject({ id: before.id, state: row.state, acknowledged: before.acknowledged });
    if (row.state !== 'out-of-service') expect(after.unverifiable).toBeNull();
    expect(world.told(before.id)).toEqual(told);
    expect(world.codes(before.id).filter((code) => code === 'raised')).toHaveLength(1);
    expect(world.open()).toHaveLength(1);
  });

  test.each(Object.keys(ends))('%s: a condition that stands at the start is raised', (end) => {
    let world = new AlertsWorld();
    world.online();
    world.readAll();
    world = ends[end as keyof typeof ends](world);
    world.online(end === 'a power cut of the agent' ? 'new' : 'same');
    world.readAll({ [fire]: true });
    expect(world.one('hanbit/fire').state).toBe('unack');
  });

  test('a start: shelving lasts as long as it was set for in all, however long the gateway was away', async () => {
    for (const [downMs, wallStepMs, leftMs] of [
      [1_000_000, 0, 2_600_000],
      [4_000_000, 0, 0],
      [1_000_000, -3_600_000, 3_600_000],
    ] as const) {
      let world = new AlertsWorld();
      world.online();
      raise(world, door);
      world.deed(world.one('hanbit/door'), 'shelve');
      world = world.restart('kill', { downMs, wallStepMs });
      if (leftMs > 2000) {
        await world.core.clock.advance(leftMs - 2000);
        expect(world.one('hanbit/door').state).toBe('shelved');
      }
      await world.core.clock.advance(4000);
      expect(world.one('hanbit/door').state).toBe('unack');
    }
  });

  test('a start: an escalation that was due meanwhile goes out once, within 2 s', async () => {
    let world = new AlertsWorld();
    world.online();
    raise(world, fire);
    world = world.restart('kill', { downMs: 130_000 });
    await world.core.clock.advance(2000);
    expect(world.told(world.one('hanbit/fire').id)).toMatchObject({ escalated: 1 });
    world = world.restart('kill', { downMs: 1000 });
    await world.core.clock.advance(2000);
    expect(world.told(world.one('hanbit/fire').id)).toMatchObject({ escalated: 1 });
  });

  test('a site file without its rule: the alert is closed as that, not as recovered', () => {
    let world = new AlertsWorld();
    world.online();
    raise(world, door);
    const { id } = world.one('hanbit/door');
    world = world.restart('stop', { rules: [fireRule] });
    expect(world.alert(id)).toMatchObject({ state: 'normal' });
    expect(world.codes(id).at(-1)).toBe('definition-disabled');
    world = world.restart('stop', { rules: [fireRule, doorRule] });
    world.online();
    raise(world, door);
    expect(world.one('hanbit/door').id).not.toBe(id);
  });
});

describe('link cuts', () => {
  const cuts = Number(process.env.JARI_LINK_CUTS ?? 100);

  /** One alert of each state that stands, so that every state goes through every cut. */
  const standing = (world: AlertsWorld) => {
    world.online();
    world.readAll({ [fire]: true, [door]: true, 'heat-b1/p_0': true, 'heat-b1/p_1': true });
    world.deed(world.one('hanbit/fire'), 'acknowledge');
    world.deed(world.one('hanbit/door'), 'shelve');
    world.deed(world.one('hanbit/heat'), 'acknowledge');
  };
  const heatRule = ruleOf('heat', [point('heat-b1/p_0')]);
  const unackRule = ruleOf('heat-2', [point('heat-b1/p_1')]);

  test(`${cuts} with alerts standing: none resolved, none raised again, each "not verifiable since"`, {
    timeout: 60_000 + 100 * cuts,
  }, () => {
    const world = new AlertsWorld({ rules: [fireRule, doorRule, heatRule, unackRule] });
    standing(world);
    world.readAll({ [fire]: true, [door]: true, 'heat-b1/p_1': true });
    const ids = world.open().map(({ id, state }) => [id, state]);
    expect(ids.map(([, state]) => state).toSorted()).toEqual(['acked', 'latched', 'shelved', 'unack']);
    const count = () => world.core.store.db.prepare('SELECT count(*) FROM alert_transitions').pluck().get();
    const before = { told: world.told(), transitions: count() };
    let wrong = 0;
    for (let cut = 0; cut < cuts; cut += 1) {
      world.offline();
      const dark = world.open();
      const isSame = JSON.stringify(dark.map(({ id, state }) => [id, state])) === JSON.stringify(ids);
      if (!isSame || dark.some(({ unverifiable }) => unverifiable === null)) wrong += 1;
      world.online(cut % 3 === 0 ? 'new' : 'same');
      world.readAll({ [fire]: true, [door]: true, 'heat-b1/p_1': true });
    }
    expect(wrong).toBe(0);
    expect(world.open().map(({ id, state }) => [id, state])).toEqual(ids);
    expect(world.open().every(({ unverifiable }) => unverifiable === null)).toBe(true);
    expect({ told: world.told(), transitions: count() }).toEqual(before);
  });
});

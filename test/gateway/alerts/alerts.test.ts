import { describe, expect, test } from 'vitest';
import { point } from './alerts-fakes.ts';
import { AlertsWorld, ruleOf, smoke } from './alerts-world.ts';

const [first, second] = ['contacts-1/p_0', 'contacts-1/p_1'] as const;

describe('a reading that meets a rule', () => {
  test('is an alert in the same commit, with its history, its notices and its evidence', () => {
    const world = new AlertsWorld();
    world.online();
    world.readAll();
    world.read({ [first]: true });
    const alert = world.one('hanbit/fire');
    expect(alert).toMatchObject({
      state: 'unack',
      level: '경계',
      lifeSafety: true,
      latches: true,
      witnesses: [smoke[0]],
    });
    expect(world.codes(alert.id)).toEqual(['raised']);
    expect(world.notices.undone(0, 9).map(({ audience, reason }) => [audience.role, reason])).toEqual([
      ['resident', 'raised'],
      ['manager', 'raised'],
      ['operator', 'raised'],
    ]);
    expect(world.core.store.db.prepare('SELECT part FROM alert_evidence').pluck().all()).toEqual(['raise']);
  });

  test('latches although the contact opened again within the same message', () => {
    const world = new AlertsWorld();
    world.online();
    world.read({ [first]: [false, true, false] });
    expect(world.one('hanbit/fire')).toMatchObject({ state: 'rtn-unack', level: '경계' });
  });

  test('tells residents when it begins, when its level rises and when it is over, and not of each detector more', () => {
    const points = [0, 1, 2, 3].map((n) => point(`contacts-1/p_${n}`));
    const world = new AlertsWorld({ rules: [ruleOf('fire', points)], devices: { 'contacts-1': 4 } });
    const told = () =>
      world.notices.undone(0, 99).flatMap(({ audience, reason }) => (audience.role === 'resident' ? [reason] : []));
    world.online();
    world.read({ [first]: true });
    world.read({ [second]: true });
    expect(told()).toEqual(['raised', 'worse']);
    world.read({ 'contacts-1/p_2': true });
    world.read({ 'contacts-1/p_3': true });
    expect(told()).toEqual(['raised', 'worse']);
    world.readAll();
    world.deed(world.one('hanbit/fire'), 'acknowledge');
    world.deed(world.one('hanbit/fire'), 'reset', { cause: 'steam' });
    expect(told()).toEqual(['raised', 'worse', 'cleared']);
    const last = world.notices.undone(0, 99).findLast(({ audience }) => audience.role === 'resident');
    expect(last?.payload).toMatchObject({ cause: 'steam' });
  });

  test('rises with a second witness and speaks again although it was acknowledged', () => {
    const world = new AlertsWorld();
    world.online();
    world.read({ [first]: true });
    world.deed(world.one('hanbit/fire'), 'acknowledge');
    world.read({ [second]: true });
    const alert = world.one('hanbit/fire');
    expect(alert).toMatchObject({ state: 'unack', level: '심각', witnesses: smoke });
    expect(world.told(alert.id)).toMatchObject({ raised: 3, worse: 3 });
  });

  test('is said on its retained topic exactly, and taken back when it is closed', () => {
    const world = new AlertsWorld();
    world.online('same', true);
    world.read({ [first]: true });
    const alert = world.one('hanbit/fire');
    expect(alert.status).toBe('Exercise');
    expect(world.message(alert)).toEqual({
      v: 1,
      at: alert.since.wall,
      state: 'unack',
      level: '경계',
      hazard: 'fire',
      rule: 'hanbit/fire',
      since: alert.since.wall,
      headline: {
        ko: '[훈련] 경계 화재 – 한빛상가 contacts-1/p_0',
        en: '[Exercise] Warning: Fire – contacts-1/p_0, Hanbit Arcade',
      },
      why: expect.anything(),
      action: { ko: '119', en: '119' },
      status: 'Exercise',
      version: 1,
    });
    world.deed(alert, 'acknowledge');
    world.read({ [first]: false });
    world.deed(alert, 'reset');
    expect(world.retained.get('jari/v1/saesol/alerts/hanbit/fire-1')).toBe('');
    expect(world.open()).toEqual([]);
  });

  test('that comes late is a record without a call to leave, and one only', () => {
    const world = new AlertsWorld();
    world.online('new');
    world.readAll();
    world.online('new');
    world.readAll();
    const late = { epoch: 'e2', start: 2, device: 'contacts-1', age: null } as const;
    const { core } = world;
    const at = core.clock.now() - 60_000;
    const column = (v: boolean) => ({ p_0: { v: [v] } });
    for (const [seq, v] of [
      [10, true],
      [11, false],
      [12, true],
    ] as const) {
      core.take({ ...lateReadings(late, { seq, points: column(v), at }) });
    }
    const [alert] = world.open();
    expect(world.open()).toHaveLength(1);
    expect(alert).toMatchObject({ state: 'late', level: '경계', since: { wall: at } });
    expect(world.told()).toEqual({ late: 2 });
    if (alert !== undefined)
      expect(world.message(alert).action.en).toBe('This is over. Do not evacuate; look through the record.');
  });
});

function lateReadings(
  of: { epoch: string; start: number; device: string },
  more: { seq: number; points: object; at: number },
) {
  const { epoch, start, device } = of;
  const body = { v: 1, epoch, start, clock: 'synced', ...more, points: dated(more.points) };
  return { topic: `jari/v1/saesol/cabinet-1/${device}/readings`, body };
}

function dated(points: object) {
  return Object.fromEntries(
    Object.entries(points).map(([name, column]) => [name, { dt: column.v.map(() => 0), ...column }]),
  );
}

describe('missing readings', () => {
  test('of a device raise one trouble within 10 s of being said, and clear nothing', async () => {
    const world = new AlertsWorld();
    world.online();
    await world.pass(70_000, {});
    world.readAll({ [first]: true });
    world.read({ 'contacts-1/p_0': null, 'contacts-1/p_1': null, 'contacts-1/p_2': null, 'contacts-1/p_3': null });
    await world.pass(5000);
    const trouble = world.open('all').filter(({ hazard }) => hazard === 'equipment');
    expect(trouble.map(({ rule, level, building }) => [rule, level, building])).toEqual([
      ['device:contacts-1', '주의', 'hanbit'],
    ]);
    expect(world.one('hanbit/fire')).toMatchObject({ state: 'unack', unverifiable: { points: [smoke[0]] } });
  });

  test('of a whole line are one trouble, and its devices speak again only where they are still silent', async () => {
    const world = new AlertsWorld();
    world.online();
    await world.pass(70_000, {});
    world.readAll();
    const silent = { 'contacts-1/p_0': null, 'contacts-1/p_1': null, 'contacts-1/p_2': null, 'contacts-1/p_3': null };
    const all = { ...silent, 'heat-b1/p_0': null, 'heat-b1/p_1': null, 'door-1/p_0': null };
    world.readAll(all);
    await world.pass(10_000, all);
    expect(world.open('all').map(({ rule }) => rule)).toEqual(['bus:cabinet-1/rs485-a']);
    await world.pass(30_000, silent);
    expect(world.open('all').map(({ rule, state }) => [rule, state])).toEqual([
      ['bus:cabinet-1/rs485-a', 'rtn-unack'],
      ['device:contacts-1', 'unack'],
    ]);
  });

  test('of what is read each minute are no trouble until it could have been read', async () => {
    const world = new AlertsWorld({ everyMs: 60_000 });
    await world.pass(70_000);
    world.online();
    await world.pass(60_000);
    expect(world.open('all').map(({ rule, returned }) => [rule, returned === null])).toEqual([
      ['agent:cabinet-1', false],
    ]);
    await world.pass(10_000);
    expect(world.open('all').map(({ rule }) => rule)).toEqual(['agent:cabinet-1', 'bus:cabinet-1/rs485-a']);
  });

  test('are none within the first minute of the gateway, however late its agents are up', async () => {
    const world = new AlertsWorld();
    await world.pass(50_000);
    world.online();
    await world.pass(9000);
    world.readAll();
    await world.pass(60_000, {});
    expect(world.open('all')).toEqual([]);
  });

  test('of an agent are one trouble; a link that is back within 5 s is none', async () => {
    const world = new AlertsWorld();
    world.online();
    await world.pass(70_000, {});
    world.offline();
    await world.pass(4000);
    world.online();
    world.readAll();
    await world.pass(20_000, {});
    expect(world.open('all')).toEqual([]);
    world.offline();
    await world.pass(6000);
    expect(world.open('all').map(({ rule }) => rule)).toEqual(['agent:cabinet-1']);
  });
});

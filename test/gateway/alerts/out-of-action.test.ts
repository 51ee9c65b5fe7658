import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AlertQueries } from '../../../gateway/alerts/query-tables.ts';
import { health } from '../core.ts';
import { point } from './alerts-fakes.ts';
import { AlertsWorld, fireRule, ruleOf, smoke } from './alerts-world.ts';

const fire = 'contacts-1/p_0';
const hour = 3_600_000;

function began(world: AlertsWorld): void {
  world.online();
  world.readAll();
}

const audited = (world: AlertsWorld) =>
  world.core.store.db.prepare<[], string>('SELECT action FROM audit ORDER BY rowid').pluck().all();

describe('a part that is switched off', () => {
  test('stands as an alert of its own that goes on to the next person, until it is on again', async () => {
    const world = new AlertsWorld();
    began(world);
    const until = world.core.clock.now() + 2 * hour;
    const target = { kind: 'device', device: 'contacts-1' } as const;
    const site = fireRule.building === null ? never() : world.alerts.context.sites.keys().next().value;
    if (site === undefined) return never();
    const from = world.core.clock.now();
    const queries = new AlertQueries({
      ...{ db: world.core.store.db, context: world.alerts.context, noticesOf: () => [] },
    });
    world.act({ kind: 'maintain', site, target: target as never, mode: 'out-of-action', until, text: '연동 정지' });
    expect(queries.handled(site, point(fire))).toEqual([{ from, to: null }]);
    const aside = world.open('all').find(({ rule }) => rule.startsWith('out-of-action:'));
    expect(aside).toMatchObject({ state: 'unack', level: '주의', why: { code: 'out-of-action', text: '연동 정지' } });
    await world.core.clock.advance(31 * 60_000);
    expect(world.told(aside?.id)).toMatchObject({ raised: 1, escalated: 1 });
    await world.core.clock.advance(95 * 60_000);
    expect(world.alert(aside?.id ?? '').returned).not.toBeNull();
    expect(audited(world)).toEqual(expect.arrayContaining(['maintenance-start', 'maintenance-end']));
    expect(queries.handled(site, point(fire))).toEqual([{ from, to: until }]);
    expect(queries.handled(site, point('door-1/p_0'))).toEqual([]);
  });

  test('is told of by the agent itself where it is an interlock that does not switch', () => {
    const world = new AlertsWorld();
    began(world);
    const since = world.core.clock.now();
    const say = (mode: 'normal' | 'fault') => {
      const { topic, body } = health(world.core, {});
      const reason = mode === 'fault' ? { code: 'read-back-differs', wanted: true, got: false } : null;
      world.core.take({ topic, body: { ...body, interlocks: { siren: { state: 'off', mode, since, reason } } } });
    };
    say('normal');
    expect(world.open('all')).toEqual([]);
    say('fault');
    const [alert] = world.open('all');
    expect(alert).toMatchObject({
      rule: 'interlock:cabinet-1/siren',
      level: '주의',
      why: { code: 'interlock-fault', interlock: 'siren', cause: 'read-back-differs' },
    });
    world.offline();
    expect(world.alert(alert?.id ?? '').returned).toBeNull();
    world.online();
    say('normal');
    expect(world.alert(alert?.id ?? '').returned).not.toBeNull();
  });
});

describe('a baseline', () => {
  const drift = ruleOf('drift', [point('heat-b1/p_0')], {
    lifeSafety: false,
    hazard: 'equipment',
    when: { kind: 'deviation', baseline: { learn: '1m' }, levels: { 주의: { above: 1 } } },
  });

  test('is learnt again by an audited act; other rules keep theirs', () => {
    const world = new AlertsWorld({ rules: [fireRule, drift] });
    began(world);
    const [site] = world.alerts.context.sites.keys();
    if (site === undefined) return never();
    expect(world.act({ kind: 'rebaseline', site, rule: 'hanbit/none', text: 'x' })).toEqual({
      refused: 'rule-unknown',
    });
    expect(world.act({ kind: 'rebaseline', site, rule: 'hanbit/fire', text: 'x' })).toEqual({
      refused: 'no-learnt-baseline',
    });
    expect(world.act({ kind: 'rebaseline', site, rule: 'hanbit/drift', text: '센서 교체' })).toEqual({ done: true });
    expect(audited(world)).toEqual(['rule-rebaseline']);
  });
});

describe('evidence', () => {
  test('is frozen with its hash at the raise, and again at the clear, and says what came before', async () => {
    const world = new AlertsWorld();
    began(world);
    await world.pass(20_000, {});
    world.readAll({ [fire]: true });
    const { id } = world.one('hanbit/fire');
    await world.pass(65_000, { [fire]: true });
    world.deed(world.one('hanbit/fire'), 'acknowledge');
    world.readAll();
    world.deed(world.one('hanbit/fire'), 'reset', { cause: 'steam' });
    const rows = world.core.store.db
      .prepare<[string], { part: string; sha256: string; body: string }>(
        'SELECT part, sha256, body FROM alert_evidence WHERE alert = ? ORDER BY rowid',
      )
      .all(id);
    expect(rows.map(({ part }) => part).toSorted()).toEqual(['after', 'clear', 'gone', 'raise']);
    for (const { sha256, body } of rows) expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
    const raise = JSON.parse(rows.find(({ part }) => part === 'raise')?.body ?? '{}');
    expect(raise).toMatchObject({ firstOut: smoke[0], unknown: [], witnesses: [smoke[0]] });
    expect(raise.readings[fire].map(([, value]: [number, boolean]) => value)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
  });
});

describe('false alarms', () => {
  test('of a point, three within 30 days, are a repair with a date; closing a fire asks for the cause', async () => {
    const world = new AlertsWorld();
    began(world);
    for (let time = 0; time < 3; time += 1) {
      world.readAll({ [fire]: true });
      world.readAll();
      const alert = world.one('hanbit/fire');
      world.deed(alert, 'acknowledge', { cause: null as never });
      expect(world.deed(alert, 'reset', { cause: null as never })).toEqual({ refused: 'cause-required' });
      world.deed(alert, 'reset', { cause: 'steam' });
      await world.core.clock.advance(1000);
    }
    const repair = world.open('all').find(({ rule }) => rule.startsWith('repair:'));
    expect(repair).toMatchObject({ rule: `repair:${fire}`, why: { code: 'repair-due', times: 3, days: 30 } });
    const due = world.core.store.db.prepare('SELECT due FROM alert_repairs').pluck().get();
    expect(due).toBeGreaterThan(world.core.clock.now() + 29 * 24 * hour);
  });

  test('are none where a device was silent, whatever cause is answered', async () => {
    const world = new AlertsWorld();
    began(world);
    await world.pass(70_000, {});
    const silent = { 'door-1/p_0': null };
    for (let time = 0; time < 3; time += 1) {
      await world.pass(30_000, silent);
      world.deed(world.one('device:door-1'), 'acknowledge', { cause: 'steam' });
      await world.pass(20_000, {});
    }
    expect(world.core.store.db.prepare('SELECT count(*) FROM alert_ledger').pluck().get()).toBe(0);
    expect(world.open('all')).toEqual([]);
  });
});

describe('an acknowledgement', () => {
  test('of life safety without a report ages: unacknowledged again, and the next person is told', async () => {
    const world = new AlertsWorld();
    began(world);
    world.readAll({ [fire]: true });
    const { id } = world.one('hanbit/fire');
    world.deed(world.one('hanbit/fire'), 'acknowledge');
    await world.pass(9 * 60_000, { [fire]: true });
    expect(world.alert(id).state).toBe('acked');
    await world.pass(2 * 60_000, { [fire]: true });
    expect(world.alert(id)).toMatchObject({ state: 'unack', step: 1 });
    expect(world.codes(id)).toContain('acknowledgement-aged');
  });

  test('is over with worse news, whoever gave it: a new witness, a higher level', () => {
    const world = new AlertsWorld();
    began(world);
    world.readAll({ [fire]: true });
    world.deed(world.one('hanbit/fire'), 'acknowledge');
    world.deed(world.one('hanbit/fire'), 'report');
    world.readAll({ [fire]: true, 'contacts-1/p_1': true });
    const alert = world.one('hanbit/fire');
    expect(alert).toMatchObject({ state: 'unack', level: '심각', report: null });
    // Everybody who heard of the first heard of the second.
    const { raised, worse } = world.told(alert.id);
    expect(worse).toBe(raised);
  });
});

function never(): never {
  throw new Error('the site of the tests has no such part');
}

import { describe, expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { siteId } from '../core.ts';
import { lotId, s, Yard } from './yard.ts';

const minute = 60_000;

async function yard(options: ConstructorParameters<typeof Yard>[0] = {}): Promise<Yard> {
  const made = new Yard(options);
  made.connect();
  await made.pass(30_000);
  return made;
}

describe('a space', () => {
  test('is unknown until its agent is heard, and settles by its debounce', async () => {
    const made = new Yard();
    expect(made.space('a')).toMatchObject({ state: 'unknown', reason: { code: 'not-yet-heard' } });
    made.connect();
    expect(made.space('a')).toMatchObject({ state: 'unknown', reason: { code: 'settling' } });
    await made.pass(20_000);
    expect(made.states()).toBe('a free, b free, c free');
  });

  test('changes once the contact has held for its debounce, and counts from the first edge', async () => {
    const made = await yard();
    const at = made.core.clock.now();
    made.set('b+');
    await made.pass(19_000);
    expect(made.states()).toBe('a free, b free, c free');
    await made.pass(2000);
    expect(made.states()).toBe('a free, b occupied, c free');
    expect(made.space('b').since).toBe(new Date(at).toISOString());
  });

  test.each([
    ['its contact says nothing', (made: Yard) => made.set('a?'), 'sensor-fault'],
    ['its agent is lost', (made: Yard) => made.disconnect(), 'not-heard'],
  ])('is unknown at once when %s', async (_, lose, code) => {
    const made = await yard();
    lose(made);
    expect(made.space('a')).toMatchObject({ state: 'unknown', reason: { code } });
  });

  test('is known again as before when its agent is back with the same word', async () => {
    const made = await yard();
    made.disconnect();
    await made.pass(minute);
    made.connect();
    expect(made.states()).toBe('a free, b free, c free');
  });
});

describe('the lot', () => {
  test('adds up in every state, and says closed, full and unknown apart', async () => {
    const made = await yard({ lot: { spaces: [{ type: 'disabled' }] } });
    expect(made.lot()).toMatchObject({ capacity: 3, free: 3, fullness: 'free', coverage: 1 });
    made.set('a+ b+ c+');
    await made.pass(30_000);
    expect(made.lot()).toMatchObject({ free: 0, occupied: 3, fullness: 'full' });
    made.set('c?');
    expect(made.lot()).toMatchObject({ free: 0, occupied: 2, unknown: 1, fullness: 'unknown' });
    expect(made.lot().byType).toEqual({
      disabled: { capacity: 1, free: 0, occupied: 1, unknown: 0, outOfService: 0 },
      general: { capacity: 2, free: 0, occupied: 1, unknown: 1, outOfService: 0 },
    });
  });

  test('is retained as it stands and said again within its time to live', async () => {
    const made = await yard();
    const topic = `jari/v1/${siteId}/parking/${lotId}`;
    const first = JSON.parse(made.retained.get(topic) ?? '{}');
    expect(first).toMatchObject({ v: 1, state: 'open', capacity: 3, free: 3, outOfService: 0, sign: null, ttl: 30 });
    await made.pass(20_000);
    expect(JSON.parse(made.retained.get(topic) ?? '{}').at).toBeGreaterThan(first.at);
    expect(JSON.parse(made.retained.get(`${topic}/a`) ?? '{}')).toMatchObject({ state: 'free', type: 'general' });
  });

  test('is closed outside its hours; a car that stands there stays counted', async () => {
    // 08:58 on a Sunday in Seoul.
    const clock = new SimClock(Date.UTC(2026, 10, 21, 23, 58));
    const lot = { hours: { weekday: 'open24h', saturday: 'open24h', holiday: '09:00-18:00' } };
    const made = await yard({ clock, lot });
    made.set('a+');
    await made.pass(30_000);
    expect(made.lot()).toMatchObject({ state: 'closed', free: 0, occupied: 1, outOfService: 2, fullness: 'closed' });
    await made.pass(2 * minute);
    expect(made.lot()).toMatchObject({ state: 'open', free: 2, occupied: 1, outOfService: 0 });
  });
});

describe('stays', () => {
  test('are one for one occupation, over a restart in the middle of it', async () => {
    const before = await yard();
    const start = before.core.clock.now();
    before.set('a+');
    await before.pass(10 * minute);
    const after = before.restart();
    expect(after.space('a').state).toBe('unknown');
    await after.core.clock.advance(minute);
    after.connect();
    await after.pass(10 * minute);
    after.set('a-');
    await after.pass(minute);
    expect(after.stays(start)).toEqual([expect.stringMatching(/^a 0–126[01]( sensor-gap)?$/)]);
  });

  test('go through a restart without a mark when the backlog fills the time between', async () => {
    const before = await yard();
    const start = before.core.clock.now();
    before.set('a+');
    await before.pass(10 * minute);
    const after = before.restart();
    // The agent went on reading while nobody listened: eleven messages, of which the newest comes first.
    await after.core.clock.advance(2 * minute);
    const backlog = Array.from({ length: 11 }, (_, i) => after.message((11 - i) * 10_000));
    after.connect();
    after.core.take(...backlog);
    await after.pass(10 * minute);
    after.set('a-');
    await after.pass(minute);
    expect(after.stays(start)).toEqual(['a 0–1320']);
  });

  test('go on until the last word that said the same again, and the gap begins there', async () => {
    const made = await yard();
    const start = made.core.clock.now();
    made.set('a+');
    await made.pass(10 * minute);
    const heard = made.core.clock.monotonic();
    const lastHeardAt = new Date(made.core.clock.now()).toISOString();
    made.disconnect();
    await made.core.clock.advance(30 * minute);
    expect(made.parking.view({ site: siteId, lot: lotId, space: s('a') })?.sensorSeenMono).toBe(heard);
    expect(made.parking.sensors(siteId, lotId)?.[0]).toMatchObject({ lastHeardAt });
    made.connect();
    await made.pass(minute);
    const stay = { site: null, lot: null, from: 0, to: Date.UTC(2100, 0, 1), after: null, limit: 10 };
    expect(made.parking.stays(stay)).toMatchObject([{ to: null, marks: [{ kind: 'sensor-gap', at: lastHeardAt }] }]);
    expect(made.stays(start)).toEqual(['a 0– sensor-gap']);
  });

  test('that nobody saw end and begin are parted by the backlog, which says so', async () => {
    const made = await yard();
    const start = made.core.clock.now();
    made.set('a+');
    await made.pass(2 * minute);
    made.disconnect();
    // Read at the box, not sent: the car leaves after a minute, another comes two minutes later.
    const unsent: ReturnType<Yard['message']>[] = [];
    for (let second = 10; second <= 360; second += 10) {
      await made.core.clock.advance(10_000);
      made.levels[0] = second < 60 || second >= 180;
      unsent.push(made.message(0, 390_000 - second * 1000));
    }
    made.connect();
    await made.pass(30_000);
    expect(made.stays(start)).toEqual(['a 0– sensor-gap']);
    made.core.take(...unsent);
    expect(made.stays(start)).toEqual(['a 0–180 amended-late', 'a 300– amended-late']);
    expect(made.space('a').state).toBe('occupied');
  });

  test('shorter than a stay may be are manoeuvres', async () => {
    const made = await yard();
    made.set('a+');
    await made.pass(30_000);
    made.set('a-');
    await made.pass(minute);
    expect(made.stays(0)).toEqual([]);
  });

  test('that dip may be two cars, and billing stops there', async () => {
    const made = await yard();
    const start = made.core.clock.now();
    made.set('a+');
    await made.pass(5 * minute);
    made.set('a-');
    await made.pass(9000);
    made.set('a+');
    await made.pass(5 * minute);
    const [stay] = made.parking.stays({
      site: null,
      lot: null,
      from: 0,
      to: Date.UTC(2100, 0, 1),
      after: null,
      limit: 9,
    });
    expect(stay?.marks.map(({ kind }) => kind)).toEqual(['possible-change']);
    expect(Date.parse(stay?.billableTo ?? '') - start).toBe(5 * minute);
  });

  test('keep their length when the wall clock is set', async () => {
    const made = await yard();
    made.set('a+');
    await made.pass(5 * minute);
    made.core.clock.stepWall(86_400_000);
    await made.pass(5 * minute);
    made.set('a-');
    await made.pass(minute);
    const [stay] = made.parking.stays({
      site: null,
      lot: null,
      from: 0,
      to: Date.UTC(2100, 0, 1),
      after: null,
      limit: 9,
    });
    expect(stay?.minutes).toBeCloseTo(10, 1);
  });
});

describe('operators', () => {
  const place = { site: siteId, lot: lotId, space: s('a') };

  test('close a bay with a reason until a time, when it opens by itself', async () => {
    const made = await yard();
    const until = made.core.clock.now() + 10 * minute;
    expect(made.do({ kind: 'override', ...place, state: 'closed', note: '도색', until })).toMatchObject({ ok: true });
    expect(made.space('a')).toMatchObject({ state: 'closed', reason: { code: 'override', note: '도색' } });
    expect(made.lot()).toMatchObject({ free: 2, outOfService: 1 });
    const after = made.restart();
    expect(after.space('a').state).toBe('closed');
    after.connect();
    await after.pass(11 * minute);
    expect(after.space('a')).toMatchObject({ state: 'free', reason: null, until: null });
  });

  test.each([
    ['a time that is over', { until: -1 }, 'until-in-the-past'],
    ['a time too far off', { until: 93 * 86_400_000 }, 'until-too-far'],
    ['a space that is not there', { space: s('z') }, 'no-such-space'],
  ])('are refused %s', async (_, wrong, code) => {
    const made = await yard();
    const until = made.core.clock.now() + ('until' in wrong ? (wrong.until ?? 0) : minute);
    expect(made.do({ kind: 'override', ...place, ...wrong, state: 'closed', note: 'x', until })).toEqual({
      ok: false,
      code,
    });
    expect(made.states()).toBe('a free, b free, c free');
  });

  test('end an override, once', async () => {
    const made = await yard();
    made.do({ kind: 'override', ...place, state: 'closed', note: 'x', until: made.core.clock.now() + minute });
    expect(made.do({ kind: 'end-override', ...place })).toMatchObject({ ok: true });
    expect(made.do({ kind: 'end-override', ...place })).toEqual({ ok: false, code: 'no-override' });
    expect(made.space('a').state).toBe('free');
  });

  test('see a bay empty whatever its sensor says, until that says something new', async () => {
    const made = await yard();
    made.set('a+');
    await made.pass(10 * minute);
    made.do({ kind: 'seen-empty', ...place, note: '현장 확인' });
    expect(made.space('a')).toMatchObject({ state: 'free', reason: { code: 'seen-empty' }, healthy: false });
    await made.pass(10 * minute);
    expect(made.space('a').state).toBe('free');
    made.set('a-');
    await made.pass(minute);
    made.set('a+');
    await made.pass(minute);
    expect(made.space('a')).toMatchObject({ state: 'occupied', reason: null, healthy: true });
    expect(made.stays(0)[0]).toContain('seen-empty');
  });

  test('leave an audit row with each of these', async () => {
    const made = await yard();
    made.do({ kind: 'override', ...place, state: 'closed', note: '도색', until: made.core.clock.now() + minute });
    made.do({ kind: 'end-override', ...place });
    made.do({ kind: 'seen-empty', ...place, note: '확인' });
    const rows = made.core.store.db.prepare('SELECT action, subject, why FROM audit ORDER BY id').all();
    expect(rows.slice(-3)).toEqual([
      { action: 'space-override', subject: `space:${siteId}/yard/a`, why: '도색' },
      { action: 'space-override-end', subject: `space:${siteId}/yard/a`, why: null },
      { action: 'space-seen-empty', subject: `space:${siteId}/yard/a`, why: '확인' },
    ]);
  });
});

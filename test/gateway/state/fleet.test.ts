import { describe, expect, test } from 'vitest';
import { deviceIdSchema } from '../../../contract/ids.ts';
import { agentId, agentTopic, birth, Core, health, readings, siteId, siteOf, status } from '../core.ts';

const one = (value: unknown) => ({ p_0: { v: [value] } });
const both = (value: unknown, fault: string | null = null) => ({
  p_0: { v: [value], q: [fault] },
  p_1: { v: [value], q: [fault] },
});
const unknown = { value: null, quality: 'bad', fault: 'not-polled', time: 'none', at: null, receivedAt: null };

describe('a point', () => {
  test('that was never read is listed, unknown', () => {
    const core = new Core();
    expect(core.fleet.latest().map((item) => item.point)).toEqual(['tilt-se/p_0', 'tilt-se/p_1', 'di-1/p_0']);
    for (const item of core.fleet.latest()) expect(item).toMatchObject({ ...unknown, lastGood: null, unit: 'deg' });
  });

  test('holds for three times its maximum silence and then says so by itself', async () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(4.5), age: 2000 }));
    await core.clock.advance(27_000);
    expect(core.latest('tilt-se/p_0')).toMatchObject({ value: 4.5, quality: 'good' });
    core.seen.length = 0;
    await core.clock.advance(2000);
    expect(core.latest('tilt-se/p_0')).toMatchObject({ ...unknown, lastGood: { value: 4.5 } });
    expect(core.seen).toMatchObject([{ event: 'reading', data: { point: 'tilt-se/p_0', ...unknown } }]);
    core.take(readings(core, { seq: 2, points: one(4.6) }));
    expect(core.latest('tilt-se/p_0').value).toBe(4.6);
  });

  test('ages by the monotonic clock: a wall clock that jumps makes nothing fresh or stale', async () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    core.clock.stepWall(86_400_000);
    await core.clock.advance(1000);
    expect(core.latest('tilt-se/p_0').value).toBe(1);
    core.clock.stepWall(-2 * 86_400_000);
    await core.clock.advance(40_000);
    expect(core.latest('tilt-se/p_0')).toMatchObject(unknown);
  });

  test('read long before it came is history, not the present', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1), age: 60_000 }));
    expect(core.latest('tilt-se/p_0')).toMatchObject({ ...unknown, lastGood: { value: 1 } });
  });

  test('of a message without age and of an unlikely time is not present either', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1), age: null, at: 5000 }));
    expect(core.latest('tilt-se/p_0')).toMatchObject(unknown);
    expect(core.read('tilt-se/p_0')).toMatchObject([{ at: null, time: 'none', value: 1 }]);
  });

  test.each([
    [
      'bad, with its fault',
      null,
      'sentinel',
      { value: null, quality: 'bad', fault: 'sentinel', lastGood: { value: 7 } },
    ],
    [
      'uncertain, with value and fault',
      9,
      'noisy',
      { value: 9, quality: 'uncertain', fault: 'noisy', lastGood: { value: 7 } },
    ],
    ['good', 9, null, { value: 9, quality: 'good', fault: null, lastGood: { value: 9 } }],
  ])('is %s', (_name, value, fault, item) => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(7) }));
    core.take(readings(core, { seq: 2, points: { p_0: { v: [value], q: [fault] } } }));
    expect(core.latest('tilt-se/p_0')).toMatchObject(item);
  });

  test('of a device whose frames were told keeps the last five, and the newest over a restart', () => {
    const core = new Core();
    core.online();
    const told = (at: number) => ({
      topic: agentTopic('tilt-se/diagnosis'),
      body: { v: 1, at, why: 'no reply in 300 ms', frames: [], registers: [] },
    });
    for (let at = 1; at <= 7; at++) core.take(told(at));
    const [first] = core.fleet.devices();
    const of = (next: Core) => next.fleet.diagnoses(siteId, deviceIdSchema.parse(first?.device)).map(({ at }) => at);
    expect(of(core)).toEqual([7, 6, 5, 4, 3]);
    expect(of(new Core({ dir: core.dir, clock: core.clock }))).toEqual([7]);
  });

  test('takes its unit from the birth, else from the site file', () => {
    const core = new Core();
    core.take(birth('tilt-se', { p_0: { unit: '°C' } }));
    expect([core.latest('tilt-se/p_0').unit, core.latest('tilt-se/p_1').unit]).toEqual(['°C', 'deg']);
    core.close();
    const next = new Core({ dir: core.dir, clock: core.clock });
    expect(next.latest('tilt-se/p_0').unit).toBe('°C');
  });
});

describe('nothing is known', () => {
  test('after a start, until the agent says on a live connection that it is there', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    core.close();
    const next = new Core({ dir: core.dir, clock: core.clock });
    expect(next.latest('tilt-se/p_0')).toMatchObject({ ...unknown, lastGood: { value: 1 } });
    expect(next.agent()).toMatchObject({ state: 'unknown', epoch: 'e1', received: [[1, 1]] });
    expect(next.device('tilt-se')).toMatchObject({ state: 'unknown', since: null });
    next.fleet.connected(siteId, agentId, {});
    next.take(readings(next, { seq: 2, points: one(2) }));
    expect(next.latest('tilt-se/p_0')).toMatchObject({ ...unknown, lastGood: { value: 2 } });
    expect(next.agent()?.state).toBe('unknown');
    next.online();
    expect(next.agent()?.state).toBe('online');
    expect(next.device('tilt-se')?.state).toBe('unknown');
    next.take(readings(next, { seq: 3, points: one(3) }));
    expect(next.latest('tilt-se/p_0').value).toBe(3);
    expect(next.device('tilt-se')?.state).toBe('online');
  });

  test('of what a former run read, when the agent comes back in the same epoch: its age is gone', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    core.close();
    const next = new Core({ dir: core.dir, clock: core.clock });
    next.online();
    next.take(health(next, { 'tilt-se': { state: 'online' } }));
    expect(next.latest('tilt-se/p_0')).toMatchObject(unknown);
  });

  test('of what a former start of the agent read', () => {
    const core = new Core();
    core.online('e1', 1);
    core.take(readings(core, { seq: 1, points: one(1) }));
    core.online('e2', 2);
    core.take(health(core, { 'tilt-se': { state: 'online' } }));
    expect(core.latest('tilt-se/p_0')).toMatchObject({ ...unknown, lastGood: { value: 1 } });
    core.take(readings(core, { seq: 1, epoch: 'e2', start: 2, points: one(2) }));
    expect(core.latest('tilt-se/p_0').value).toBe(2);
  });

  test('when the connection is lost, at once and with an event for each', () => {
    const core = new Core();
    const connection = core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    core.seen.length = 0;
    core.fleet.disconnected(siteId, agentId, connection);
    expect(core.agent()?.state).toBe('offline');
    expect(core.device('tilt-se')).toMatchObject({ state: 'unknown', why: 'its agent is offline' });
    expect(core.latest('tilt-se/p_0')).toMatchObject(unknown);
    expect(core.seen.map((event) => event.event)).toEqual(['agent', 'device', 'reading', 'device']);
  });

  test('of a device that was not heard again after a lost connection, however young its values', () => {
    const core = new Core();
    const connection = core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    core.fleet.disconnected(siteId, agentId, connection);
    core.online();
    expect(core.device('tilt-se')?.state).toBe('unknown');
    expect(core.latest('tilt-se/p_0')).toMatchObject({ ...unknown, lastGood: { value: 1 } });
    core.take(health(core, { 'tilt-se': { state: 'online' } }));
    expect(core.latest('tilt-se/p_0').value).toBe(1);
  });

  test('when the agent says that it goes', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    core.take(status({ state: 'offline' }));
    expect(core.agent()?.state).toBe('offline');
    expect(core.latest('tilt-se/p_0')).toMatchObject(unknown);
  });

  test('of a status that came while nobody was connected', () => {
    const core = new Core();
    core.take(status());
    expect(core.agent()?.state).toBe('unknown');
  });
});

describe('an agent that connects again before it was missed', () => {
  test('is not taken off by the end of its older connection', () => {
    const core = new Core();
    const older = core.online();
    const newer = core.online();
    core.fleet.disconnected(siteId, agentId, older);
    expect(core.agent()?.state).toBe('online');
    expect(core.fleet.isCurrent(siteId, agentId, older)).toBe(false);
    expect(core.fleet.isCurrent(siteId, agentId, newer)).toBe(true);
  });

  test('is unknown from then until its new status', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    core.fleet.connected(siteId, agentId, {});
    expect(core.agent()?.state).toBe('unknown');
    expect(core.latest('tilt-se/p_0')).toMatchObject(unknown);
  });

  test('is not spoken for by what the older one still had to say', () => {
    const core = new Core();
    core.online('e1', 1);
    const will = core.send(status({ epoch: 'e1', state: 'offline' }));
    core.fleet.connected(siteId, agentId, {});
    core.end();
    expect(will).toEqual([null]);
    expect(core.agent()?.state).toBe('unknown');
    core.take(status({ epoch: 'e2', start: 2 }));
    expect(core.agent()).toMatchObject({ state: 'online', epoch: 'e2' });
  });
});

describe('a device', () => {
  test('has what its health says of its polls, until its agent is not heard any more', () => {
    const core = new Core();
    const connection = core.online();
    const polls = { asked: 600, answered: 599, p50Ms: 12, p99Ms: 40, probed: false };
    const told = health(core, { 'tilt-se': { state: 'online' } });
    const devices = { 'tilt-se': { state: 'online', since: core.clock.now(), why: null, polls } };
    core.take({ ...told, body: { ...told.body, devices } });
    const figures = () => core.fleet.health().flatMap((item) => item.devices);
    expect(figures()).toEqual([{ device: 'tilt-se', ...polls }]);
    core.take(told);
    expect(figures(), 'of an agent that does not count').toEqual([]);
    core.take({ ...told, body: { ...told.body, devices } });
    core.fleet.disconnected(siteId, agentId, connection);
    expect(figures()).toEqual([]);
  });

  test('is as its health says, with its reason and since when', () => {
    const core = new Core();
    core.online();
    const since = core.clock.now() - 60_000;
    core.take(health(core, { 'tilt-se': { state: 'offline', since, why: 'no reply' } }));
    const iso = new Date(since).toISOString();
    expect(core.device('tilt-se')).toMatchObject({ state: 'offline', why: 'no reply', since: iso });
  });

  test('whose agent does not know the time changed when we heard of it', () => {
    const core = new Core();
    core.online();
    const message = health(core, { 'tilt-se': { state: 'offline', since: 5000 } });
    core.take({ ...message, body: { ...message.body, clock: 'unsynced' } });
    expect(core.device('tilt-se')?.since).toBe(new Date(core.clock.now()).toISOString());
  });

  test('goes offline with the last of its points, and comes back with the first answer', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: both(1) }));
    expect(core.device('tilt-se')?.state).toBe('online');
    core.take(readings(core, { seq: 2, points: { p_0: { v: [null], q: ['timeout'] } } }));
    expect(core.device('tilt-se')?.state).toBe('online');
    core.take(readings(core, { seq: 3, points: { p_1: { v: [null], q: ['timeout'] } } }));
    expect(core.device('tilt-se')).toMatchObject({ state: 'offline', why: 'timeout' });
    expect(core.latest('tilt-se/p_0')).toMatchObject({ value: null, fault: 'timeout', lastGood: { value: 1 } });
    core.take(readings(core, { seq: 4, points: { p_0: { v: [null], q: ['sentinel'] } } }));
    expect(core.device('tilt-se')).toMatchObject({ state: 'online', why: null });
  });

  test('that is offline has no value, also when the last one is young', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    core.take(health(core, { 'tilt-se': { state: 'offline' } }));
    expect(core.latest('tilt-se/p_0')).toMatchObject(unknown);
  });

  test('is not brought back by a reading from before the fault, and keeps its value while degraded', async () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    core.take(health(core, { 'tilt-se': { state: 'degraded' } }));
    expect(core.latest('tilt-se/p_0').value).toBe(1);
    await core.clock.advance(1000);
    core.take(health(core, { 'tilt-se': { state: 'offline' } }));
    core.take(readings(core, { seq: 2, points: one(2), age: 500 }));
    expect(core.device('tilt-se')?.state).toBe('offline');
    await core.clock.advance(1000);
    core.take(readings(core, { seq: 3, points: one(3), age: 500 }));
    expect(core.device('tilt-se')?.state).toBe('online');
  });

  test('says when it last gave a good value, and whether it is simulated', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }), birth('tilt-se', {}));
    const at = new Date(core.clock.now() - 200).toISOString();
    expect(core.device('tilt-se')).toMatchObject({ lastGoodAt: at, simulated: true });
    expect(core.device('di-1')).toMatchObject({ lastGoodAt: null, simulated: false });
  });

  test('of a late message changes nothing', () => {
    const core = new Core();
    core.online('e2', 2);
    core.take(readings(core, { seq: 1, epoch: 'e1', points: both(null, 'timeout') }));
    expect(core.device('tilt-se')?.state).toBe('unknown');
  });
});

describe('a clock that steps', () => {
  test('back after a device went offline does not keep it offline: its next good reading brings it back', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    const later = Date.UTC(2099, 0, 1);
    const told = health(core, { 'tilt-se': { state: 'offline', since: later } });
    core.take({ ...told, body: { ...told.body, at: later + 100 } });
    expect(core.device('tilt-se')?.state).toBe('offline');
    core.clock.stepWall(1000);
    core.take(readings(core, { seq: 2, age: 0, points: one(2) }));
    expect(core.device('tilt-se')?.state).toBe('online');
    expect(core.latest('tilt-se/p_0')?.value).toBe(2);
  });

  test('is measured again after a new start', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    expect(core.agent()?.clock).toBe('synced');
    const unsynced = health(core, {});
    core.take(status({ epoch: 'e2', start: 2 }), { ...unsynced, body: { ...unsynced.body, clock: 'unsynced' } });
    expect(core.agent()?.clock).toBe('unsynced');
  });
});

test('an agent that left its status online behind is said to be offline, once', () => {
  const core = new Core();
  const connection = core.online();
  expect(core.fleet.unsaid(siteId, agentId)).toBeUndefined();
  core.fleet.disconnected(siteId, agentId, connection);
  expect(JSON.parse(core.fleet.unsaid(siteId, agentId)?.payload ?? '{}')).toMatchObject({
    state: 'offline',
    epoch: 'e1',
  });
  core.take(status({ state: 'offline' }));
  expect(core.fleet.unsaid(siteId, agentId)).toBeUndefined();
});

describe('events', () => {
  test('follow a commit and not a message, and only what is new', () => {
    const core = new Core();
    core.online();
    core.seen.length = 0;
    const answers = core.send(readings(core, { seq: 1, points: one(1) }));
    expect(core.seen).toEqual([]);
    core.end();
    expect(answers).toEqual([null]);
    // The agent's, because its clock has now been measured.
    expect(core.seen.map(({ event }) => event)).toEqual(['agent', 'device', 'reading']);
    core.seen.length = 0;
    core.take(readings(core, { seq: 1, points: one(1) }), readings(core, { seq: 3, epoch: 'old', points: one(9) }));
    expect(core.seen).toEqual([]);
    core.take(health(core, { 'tilt-se': { state: 'online' } }, 17));
    expect(core.seen).toMatchObject([{ event: 'agent', data: { backlog: 17, clock: 'synced' } }]);
  });

  test('say what the gateway measured of a clock, whatever the box believes of it', async () => {
    const core = new Core();
    core.online();
    core.take({ ...health(core, {}), body: { ...health(core, {}).body, clock: 'unsynced' } });
    expect(core.agent()?.clock).toBe('unsynced');
    core.take(readings(core, { seq: 1, points: one(1) }));
    expect(core.agent()?.clock).toBe('synced');
    core.take(readings(core, { seq: 2, at: Date.UTC(1999, 0, 1), points: one(1) }));
    expect(core.agent()?.clock).toBe('unsynced');
  });

  test('of a group that was not stored never come', () => {
    const core = new Core();
    core.online();
    core.seen.length = 0;
    const { commit } = core.store;
    core.store.commit = () => {
      throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
    };
    expect(core.take(status({ epoch: 'e2' }), readings(core, { seq: 1, points: one(1) }))).toHaveLength(2);
    expect(core.seen).toEqual([]);
    core.store.commit = commit;
    expect(core.agent()?.epoch).toBe('e1');
  });
});

describe('what a new broker retains', () => {
  test('is every agent that was ever heard, as offline, and its births', () => {
    const core = new Core();
    expect(core.fleet.retained()).toEqual([]);
    core.online();
    const born = birth('tilt-se', { p_0: { unit: '°' } });
    core.take(born);
    core.close();
    const next = new Core({ dir: core.dir, clock: core.clock });
    const kept = next.fleet.retained().map(({ topic, payload }) => ({ topic, body: JSON.parse(payload) }));
    expect(kept).toEqual([status({ state: 'offline' }), born]);
  });

  test('is nothing of a device that no site file has any more', () => {
    const core = new Core();
    core.online();
    core.take(birth('tilt-se', {}));
    core.close();
    const next = new Core({ dir: core.dir, clock: core.clock, site: siteOf({ 'di-1': 1 }) });
    expect(next.fleet.retained()).toHaveLength(1);
  });
});

import { expect, test } from 'vitest';
import { Intake, IntakeFull } from '../../city/intake.ts';
import { isAway } from '../../city/store/partitions.ts';
import { distrust } from '../../city/trust.ts';
import { type CityBatch, parseCityBatch } from '../../contract/city.ts';

const now = Date.UTC(2026, 10, 29);

function batch({ gateway = 'g1', message = 'a', record = 'a', health = false } = {}): CityBatch {
  const parsed = parseCityBatch({
    v: 1,
    gateway,
    messages: [
      {
        ...{ site: message, agent: 'c1', epoch: 'e1', start: 1, seq: 1, device: 'd1', at: now, time: 'synced' },
        ...{ receivedAt: now, points: { x: { dt: [0], v: [1] } } },
      },
    ],
    records: [{ epoch: 'r1', start: 1, items: [{ seq: 1, kind: 'lot', site: record, key: 'p', at: now, body: null }] }],
    health: health
      ? {
          ...{ at: now, version: '1', backlog: { messages: 0, records: 0, oldest: null }, disk: null },
          ...{ certificateEnds: null, missing: 0, thinned: 0, agents: {}, devices: {}, failing: [] },
        }
      : null,
    done: [],
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

test.each([
  ['its own site', { sites: ['a'] }, {}, null],
  ['two of its sites', { sites: ['a', 'b'] }, { record: 'b' }, null],
  ['another site in a message', { sites: ['a'] }, { message: 'b' }, { code: 'other-site', site: 'b' }],
  ['another site in a record', { sites: ['a'] }, { record: 'b' }, { code: 'other-site', site: 'b' }],
  ['another gateway', { sites: ['a'] }, { gateway: 'g2' }, { code: 'other-gateway' }],
  ['anything without a site', { sites: [] }, {}, { code: 'other-site', site: 'a' }],
])('a gateway that speaks for %s', (_name, { sites }, said, expected) => {
  expect(distrust({ id: 'g1', sites }, batch(said))).toEqual(expected);
});

const counts = { messages: 0, readings: 0, duplicates: 0, conflicts: 0 };

test('batches that come during a transaction are one transaction, and each is answered after its own', async () => {
  const groups: number[] = [];
  const gate = Promise.withResolvers<void>();
  const intake = new Intake({
    atOnce: 1,
    async take(batches) {
      groups.push(batches.length);
      if (groups.length === 1) await gate.promise;
      return counts;
    },
  });
  const answers = [intake.add(batch()), intake.add(batch()), intake.add(batch())];
  gate.resolve();
  await Promise.all(answers);
  expect(groups).toEqual([1, 2]);
});

test('one batch that the database refuses does not hold up the others', async () => {
  const bad = batch({ gateway: 'g9' });
  const intake = new Intake({
    atOnce: 1,
    async take(batches) {
      if (batches.includes(bad)) throw Object.assign(new Error('invalid'), { code: '22P02' });
      return counts;
    },
  });
  const answers = await Promise.allSettled([intake.add(batch()), intake.add(bad), intake.add(batch())]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('news does not wait for transactions that hold a backlog', async () => {
  const never = new Promise<never>(() => {});
  const intake = new Intake({
    take: (batches) => (batches.some(({ health }) => health) ? Promise.resolve(counts) : never),
  });
  for (let i = 0; i < 10; i++) void intake.add(batch(), 'later');
  await expect(intake.add(batch({ health: true }))).resolves.toBeUndefined();
});

test('a worker that is full says so at once', async () => {
  const intake = new Intake({ take: () => new Promise(() => {}) });
  const answers = Array.from({ length: 2100 }, () => intake.add(batch()));
  await expect(Promise.race(answers)).rejects.toBeInstanceOf(IntakeFull);
});

test.each([
  ['CONNECTION_CLOSED', true],
  ['57P03', true],
  ['08006', true],
  ['23505', false],
  ['ERR_INVALID_ARG_TYPE', false],
])('a worker goes on when its database is lost with %s: %s', (code, goesOn) => {
  expect(isAway(Object.assign(new Error('lost'), { code }))).toBe(goesOn);
});

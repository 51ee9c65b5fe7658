import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { siteId } from '../core.ts';
import { lotId, Yard } from './yard.ts';

const minute = 60_000;

/** Two residents' spaces, of which the first is lent on weekdays from 09:00 to 18:00; it is 08:50 on a Monday. */
async function alley(): Promise<Yard> {
  const clock = new SimClock(Date.UTC(2026, 10, 22, 23, 50));
  const allocation = { type: 'resident', allocation: 'full-day' };
  const lot = {
    allocations: { 'full-day': { hours: 'open24h', monthly: 40_000 } },
    spaces: [{ ...allocation, sharing: [{ days: ['weekday'], window: '09:00-18:00', ownerShare: 0.4 }] }, allocation],
  };
  const made = new Yard({ count: 2, clock, lot });
  made.connect();
  await made.pass(30_000);
  return made;
}

const topic = (space: string) => `jari/v1/${siteId}/parking/${lotId}/${space}`;

test('a resident’s space says nothing to the public outside its window, and everything inside', async () => {
  const made = await alley();
  const events: unknown[] = [];
  made.core.events.subscribe(({ event, data }) => (event === 'space' ? events.push(data) : undefined));
  made.set('a+ b+');
  await made.pass(5 * minute);
  made.set('b-');
  await made.pass(minute);
  expect(made.retained.has(topic('a'))).toBe(false);
  expect(made.published.filter((line) => line.startsWith(topic('a')) && line !== `${topic('a')} `)).toEqual([]);
  expect(events).toEqual([]);
  const { sensed, healthy, ...shown } = made.space('a');
  expect(shown).toMatchObject({ state: 'closed', reason: { code: 'outside-hours' } });
  expect([sensed, healthy]).toEqual(['occupied', true]);
  expect(Date.parse(shown.since)).toBeLessThan(Date.UTC(2026, 10, 22, 23, 51));
  await made.pass(5 * minute);
  expect(JSON.parse(made.retained.get(topic('a')) ?? '{}')).toMatchObject({ state: 'occupied' });
  expect(made.retained.has(topic('b'))).toBe(false);
  expect(made.lot()).toMatchObject({ state: 'open', occupied: 1, outOfService: 1, free: 0 });
});

test('its retained message is taken back when the window closes', async () => {
  const made = await alley();
  await made.pass(11 * minute);
  expect(made.retained.get(topic('a'))).toBeDefined();
  await made.core.clock.advance(9 * 60 * minute);
  expect(made.retained.has(topic('a'))).toBe(false);
  expect(made.published.at(-2) === `${topic('a')} ` || made.published.includes(`${topic('a')} `)).toBe(true);
});

test('nobody without a right is told what its sensor says', async () => {
  const made = await alley();
  made.set('a+');
  await made.pass(minute);
  const [a] = made.parking.spaces(siteId, lotId, 'anyone') ?? [];
  expect(JSON.stringify(a)).not.toMatch(/occupied|sensed|healthy/);
});

import { expect, test } from 'vitest';
import { spaceIdSchema } from '../../../../contract/ids.ts';
import { siteId } from '../../core.ts';
import { lotId } from '../yard.ts';
import { BookedYard } from './booked-yard.ts';

const minute = 60_000;

async function open(): Promise<BookedYard> {
  const made = new BookedYard();
  made.yard.connect();
  await made.yard.pass(30_000);
  return made;
}

test('nothing can be reserved before its sensor has been heard and has settled', async () => {
  const made = new BookedYard();
  expect(made.reserve('a', 30, 60)).toMatchObject({ refusal: { code: 'sensor-unknown' } });
  made.yard.connect();
  await made.yard.pass(30_000);
  expect(made.reserve('a', 30, 60)).toMatchObject({ kind: 'reservation' });
});

test('a car on the bay is the arrival in the same commit, once its debounce has passed', async () => {
  const made = await open();
  const { id } = made.booked('a', 5, 60);
  await made.yard.pass(2 * minute);
  made.yard.set('a+');
  await made.yard.pass(10_000);
  expect(made.state(id)).toBe('confirmed');
  await made.yard.pass(15_000);
  expect(made.state(id)).toBe('arrived');
  await made.yard.pass(4 * minute);
  expect(made.state(id)).toBe('active');
  made.yard.set('a-');
  await made.yard.pass(minute);
  expect(made.service.find(id)).toMatchObject({ state: 'active', leftAt: expect.any(Number) });
});

test('an overstay is a violation candidate, and no fine', async () => {
  const made = await open();
  const { id } = made.booked('a', 1, 30);
  made.yard.set('a+');
  await made.yard.pass(42 * minute);
  expect(made.state(id)).toBe('overstayed');
  expect(made.violations()).toMatchObject([{ kind: 'overstay', space: 'a', cannotKnow: ['who-parked'] }]);
});

test('a car in place of who has reserved is a conflict, and a candidate', async () => {
  const made = await open();
  made.yard.set('b+');
  await made.yard.pass(minute);
  const { id } = made.booked('b', 30, 60);
  await made.yard.pass(16 * minute);
  expect(made.service.find(id)?.alternative).toMatchObject({ space: 'a' });
  await made.yard.pass(21 * minute);
  expect(made.state(id)).toBe('conflicted');
  expect(made.violations()).toMatchObject([{ kind: 'unauthorised-occupancy', space: 'b' }]);
});

test('a bay that an operator closes is another bay for the driver in the same commit, and the own one again when it opens', async () => {
  const made = await open();
  const { id } = made.booked('a', 60, 60);
  const place = { site: siteId, lot: lotId, space: spaceIdSchema.parse('a') };
  const until = made.clock.now() + 3 * 60 * minute;
  made.yard.do({ kind: 'override', ...place, state: 'closed', note: '제설', until });
  expect(made.service.find(id)?.alternative).toMatchObject({ space: 'b' });
  made.yard.do({ kind: 'end-override', ...place });
  expect(made.service.find(id)?.alternative).toBeNull();
  made.yard.do({ kind: 'override', ...place, state: 'closed', note: '제설', until: made.clock.now() + 10 * minute });
  expect(made.service.find(id)?.alternative).toBeNull();
});

test('a start while a bay is closed says nothing of it again, and keeps the other bay', async () => {
  const made = await open();
  const { id } = made.booked('a', 60, 60);
  const place = { site: siteId, lot: lotId, space: spaceIdSchema.parse('a') };
  made.yard.do({ kind: 'override', ...place, state: 'closed', note: '제설', until: made.clock.now() + 180 * minute });
  const story = made.service.tables.happenings(id);
  const after = made.restart();
  after.yard.connect();
  await after.yard.pass(minute);
  expect(after.service.find(id)?.alternative).toMatchObject({ space: 'b' });
  expect(after.service.tables.happenings(id)).toEqual(story);
});

test('a sensor that is lost releases nothing; the reservation outlives a restart', async () => {
  const made = await open();
  const { id } = made.booked('a', 10, 60);
  made.yard.disconnect();
  await made.yard.pass(15 * minute);
  const after = made.restart();
  await after.yard.pass(15 * minute);
  expect(after.state(id)).toBe('confirmed');
  expect(after.reserve('a', 20, 30)).toMatchObject({ refusal: { code: 'slot-taken' } });
});

test('a wall clock that is set forward is followed, one that is set back repeats nothing', async () => {
  const made = await open();
  const { id } = made.booked('a', 60, 60);
  made.clock.stepWall(76 * minute);
  await made.yard.pass(minute);
  expect(made.state(id)).toBe('expired');
  const later = made.booked('b', 30, 60);
  made.clock.stepWall(-60 * minute);
  await made.yard.pass(20 * minute);
  expect(made.state(later.id)).toBe('confirmed');
});

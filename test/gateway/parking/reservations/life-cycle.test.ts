import { describe, expect, test } from 'vitest';
import { after, reservationStates, transitions } from '../../../../gateway/parking/reservations/reservation.ts';
import { alley, lotOf, seoulTime } from '../lots.ts';
import { World } from './world.ts';

const nine = '2026-11-25T09:00';
const ten = '2026-11-25T10:00';
const eleven = '2026-11-25T11:00';

describe('a reservation', () => {
  test('goes from confirmed by arrival to active and, left in time, to completed', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:55');
    world.sense('alley/r1', 'occupied');
    expect(world.find(id).state).toBe('arrived');
    await world.passUntil('2026-11-25T09:30');
    expect(world.find(id)).toMatchObject({ state: 'active', arrivedAt: seoulTime('2026-11-25T08:55') });
    await world.passUntil('2026-11-25T09:50');
    world.sense('alley/r1', 'free');
    expect(world.find(id)).toMatchObject({ state: 'active', leftAt: seoulTime('2026-11-25T09:50') });
    await world.passUntil(eleven);
    expect(world.find(id)).toMatchObject({ state: 'completed', due: 1200 });
    expect(world.story(id)).toEqual([
      'confirmed: reserved',
      'arrived: car-arrived',
      'active: began',
      'active: car-left',
      'completed: ended',
    ]);
  });

  test('keeps its space while the driver is away for an hour', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, '2026-11-25T15:00');
    await world.passUntil('2026-11-25T09:05');
    world.sense('alley/r1', 'occupied');
    await world.pass(60);
    world.sense('alley/r1', 'free');
    expect(world.reserve('alley/r1', '2026-11-25T12:00', '2026-11-25T13:00')).toMatchObject({
      refusal: { code: 'slot-taken' },
    });
    await world.pass(60);
    world.sense('alley/r1', 'occupied');
    expect(world.find(id)).toMatchObject({ state: 'active', leftAt: null });
  });

  test('is released when nobody has come within the time of a no-show, and not before', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T09:14');
    expect(world.find(id).state).toBe('confirmed');
    await world.passUntil('2026-11-25T09:15');
    expect(world.find(id)).toMatchObject({ state: 'expired', due: 0 });
    expect(world.story(id).at(-1)).toBe('expired: no-show');
    expect(world.reserve('alley/r1', '2026-11-25T09:20', ten)).toMatchObject({ kind: 'reservation' });
  });

  test('is not released while its sensor cannot say that the space is free', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    world.sense('alley/r1', 'unknown');
    await world.passUntil('2026-11-25T09:59');
    expect(world.find(id).state).toBe('confirmed');
    await world.passUntil(ten);
    expect(world.find(id)).toMatchObject({ state: 'completed', due: 1200 });
    expect(world.story(id)).toContain('completed: ended-unseen');
  });

  test('gets another space at once when an operator keeps cars out of its own, and its own back when that ends', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    world.close('alley/r1', seoulTime(ten));
    expect(world.find(id)).toMatchObject({ state: 'confirmed', alternative: { space: 'r2' } });
    expect(world.story(id).slice(1)).toEqual(['confirmed: space-closed', 'confirmed: alternative-offered']);
    world.sense('alley/r1', 'free');
    expect(world.find(id)).toMatchObject({ state: 'confirmed', alternative: null });
    expect(world.story(id).at(-1)).toBe('confirmed: open-again');
  });

  test('is not touched by a closing that ends before it begins', () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    world.close('alley/r1', seoulTime('2026-11-25T08:30'));
    expect(world.story(id)).toEqual(['confirmed: reserved']);
  });

  test('in a space that cars are kept out of is no no-show and costs nothing, and an operator hears of it', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    world.close('alley/r1', seoulTime(ten));
    await world.passUntil('2026-11-25T09:16');
    expect(world.find(id)).toMatchObject({ state: 'conflicted', due: 0 });
    expect(world.notices.get(`${id}/conflict`)).toMatchObject({
      audience: { role: 'operator' },
      reason: 'space-closed',
    });
  });

  test('that is closed after its start is no no-show either', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T09:08');
    world.close('alley/r1', seoulTime(ten));
    await world.passUntil('2026-11-25T09:16');
    expect(world.find(id)).toMatchObject({ state: 'conflicted', due: 0 });
  });

  test('is offered no space that cars are kept out of, and it again when they no longer are', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    world.close('alley/r1', seoulTime(ten));
    world.close('alley/r2', seoulTime(ten));
    expect(world.find(id).alternative).toBeNull();
    expect(world.story(id).at(-1)).toBe('confirmed: no-alternative-found');
    world.sense('alley/r2', 'free');
    expect(world.find(id).alternative).toMatchObject({ space: 'r2' });
  });

  test('is an arrival also for a sensor that comes back late and finds a car', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    world.sense('alley/r1', 'unknown');
    await world.passUntil('2026-11-25T09:40');
    world.sense('alley/r1', 'occupied');
    expect(world.find(id).state).toBe('active');
  });

  test('is confirmed again when the car that came early leaves before the start', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:52');
    world.sense('alley/r1', 'occupied');
    await world.pass(2);
    world.sense('alley/r1', 'free');
    expect(world.find(id)).toMatchObject({ state: 'confirmed', arrivedAt: null });
    await world.passUntil('2026-11-25T09:15');
    expect(world.find(id).state).toBe('expired');
  });

  test('is overstayed after its time, told at once and escalated, and billed until the car leaves', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T09:02');
    world.sense('alley/r1', 'occupied');
    await world.passUntil('2026-11-25T10:05');
    expect(world.find(id)).toMatchObject({ state: 'overstayed', due: null });
    expect(world.notices.has(`${id}/overstay`)).toBe(false);
    await world.passUntil('2026-11-25T10:15');
    expect(world.notices.get(`${id}/overstay`)).toMatchObject({ audience: { role: 'operator' }, reason: 'overstayed' });
    await world.passUntil('2026-11-25T10:21');
    world.sense('alley/r1', 'free');
    // 1,200 for the hour, 3 begun units of 10 minutes at 200.
    expect(world.find(id)).toMatchObject({ state: 'overstayed', due: 1800 });
  });

  test('that ends while its car pulls out is no overstay', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T09:02');
    world.sense('alley/r1', 'occupied');
    await world.passUntil('2026-11-25T10:03');
    world.sense('alley/r1', 'free');
    await world.passUntil(eleven);
    expect(world.find(id)).toMatchObject({ state: 'completed', due: 1200 });
  });

  test('can be ended early once the car has gone, and then frees the space', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, '2026-11-25T12:00');
    await world.passUntil('2026-11-25T09:02');
    world.sense('alley/r1', 'occupied');
    expect(world.act({ kind: 'cancel', id })).toMatchObject({ refusal: { code: 'still-there' } });
    await world.pass(20);
    world.sense('alley/r1', 'free');
    expect(world.act({ kind: 'cancel', id })).toMatchObject({ reservation: { state: 'completed' } });
    expect(world.reserve('alley/r1', ten, eleven)).toMatchObject({ kind: 'reservation' });
  });

  test('is cancelled once, however often that is said', () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    expect(world.act({ kind: 'cancel', id })).toMatchObject({ reservation: { state: 'cancelled' }, again: false });
    expect(world.act({ kind: 'cancel', id })).toMatchObject({ reservation: { state: 'cancelled' }, again: true });
    expect(world.story(id)).toEqual(['confirmed: reserved', 'cancelled: cancelled']);
    expect(world.reserve('alley/r1', nine, ten)).toMatchObject({ kind: 'reservation' });
  });
});

describe('before the start, the sensor is asked', () => {
  test('15 minutes ahead: a car that still stands there means another space for the driver and a word to the owner', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:45');
    expect(world.find(id)).toMatchObject({
      state: 'confirmed',
      space: 'r1',
      alternative: { lot: 'alley', space: 'r2' },
    });
    expect(world.notices.get(`${id}/check-15`)).toMatchObject({
      audience: { role: 'owner' },
      reason: 'still-occupied',
    });
    expect(world.reserve('alley/r2', nine, ten)).toMatchObject({ refusal: { code: 'slot-taken' } });
  });

  test('5 minutes ahead once more: free again takes the offer back', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:50');
    world.sense('alley/r1', 'free');
    await world.passUntil('2026-11-25T08:55');
    expect(world.find(id)).toMatchObject({ state: 'confirmed', alternative: null });
    expect(world.story(id)).toContain('confirmed: free-again');
    expect(world.reserve('alley/r2', nine, ten)).toMatchObject({ kind: 'reservation' });
  });

  test('a sensor that says nothing is no free space either', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    world.sense('alley/r1', 'unknown');
    await world.passUntil('2026-11-25T08:45');
    expect(world.find(id)).toMatchObject({ alternative: { space: 'r2' } });
    expect(world.story(id)).toContain('confirmed: sensor-lost');
    expect(world.notices.has(`${id}/check-15`)).toBe(false);
  });

  test('the car of who has the space until then is no reason', async () => {
    const world = new World([alley()]);
    const first = world.booked('alley/r1', nine, ten);
    const { id } = world.booked('alley/r1', ten, eleven);
    await world.passUntil('2026-11-25T09:01');
    world.sense('alley/r1', 'occupied');
    await world.passUntil('2026-11-25T09:55');
    expect(world.find(id).alternative).toBeNull();
    await world.passUntil('2026-11-25T09:58');
    world.sense('alley/r1', 'free');
    await world.pass(1);
    world.sense('alley/r1', 'occupied');
    await world.passUntil('2026-11-25T10:01');
    expect(world.find(id).state).toBe('active');
    expect(world.find(first.id).state).toBe('completed');
  });

  test('between the two, a car that cannot be the driver’s is reason enough', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:47');
    expect(world.find(id).alternative).toBeNull();
    world.sense('alley/r1', 'occupied');
    expect(world.find(id)).toMatchObject({ state: 'confirmed', alternative: { space: 'r2' } });
    expect(world.notices.has(`${id}/check-13`)).toBe(true);
  });

  test('so is a car on the space that was offered', async () => {
    const world = new World([alley(), threeSpaces()]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:46');
    world.sense('alley/r1', 'occupied');
    world.sense('alley/r2', 'occupied');
    expect(world.find(id)).toMatchObject({ alternative: { lot: 'yard', space: 'y1' } });
  });

  test('so is the car of who has the space before, once its time is over', async () => {
    const world = new World([alley()], '2026-11-25T08:55');
    const { id: before } = world.booked('alley/r1', nine, '2026-11-25T09:50');
    world.sense('alley/r1', 'occupied');
    const { id } = world.booked('alley/r1', ten, '2026-11-25T11:00');
    await world.passUntil('2026-11-25T09:49');
    expect([world.find(before).state, world.find(id).alternative]).toEqual(['active', null]);
    await world.passUntil('2026-11-25T09:50');
    expect(world.find(id)).toMatchObject({ alternative: { space: 'r2' } });
  });

  test('an arrival on the space that was offered moves the reservation there', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:58');
    world.sense('alley/r2', 'occupied');
    await world.passUntil('2026-11-25T09:01');
    expect(world.find(id)).toMatchObject({ state: 'active', space: 'r2', alternative: null });
  });

  test('taking the offer moves it at once', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:46');
    expect(world.act({ kind: 'take-alternative', id })).toMatchObject({
      reservation: { space: 'r2', alternative: null },
    });
    expect(world.act({ kind: 'take-alternative', id })).toMatchObject({ refusal: { code: 'no-alternative' } });
  });

  test('an offer that fails too gives way to another', async () => {
    const world = new World([threeSpaces()]);
    world.sense('yard/y1', 'occupied');
    const { id } = world.booked('yard/y1', nine, ten);
    await world.passUntil('2026-11-25T08:46');
    world.sense('yard/y2', 'occupied');
    await world.passUntil('2026-11-25T08:56');
    expect(world.find(id)).toMatchObject({ alternative: { space: 'y3' } });
  });

  test('another lot helps where the reserved one is full', async () => {
    const world = new World([alley(), threeSpaces()]);
    world.sense('alley/r1', 'occupied');
    world.sense('alley/r2', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:45');
    expect(world.find(id)).toMatchObject({ alternative: { lot: 'yard', space: 'y1' } });
  });

  test('nothing to offer is said as well', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    world.sense('alley/r2', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:45');
    expect(world.story(id)).toContain('confirmed: no-alternative-found');
  });

  test('what was looked for in vain is offered as soon as a space falls free, each time', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    world.sense('alley/r2', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:48');
    world.sense('alley/r2', 'free');
    expect(world.find(id)).toMatchObject({
      state: 'confirmed',
      alternative: { space: 'r2', offeredAt: seoulTime('2026-11-25T08:48') },
    });
    world.sense('alley/r2', 'occupied');
    world.sense('alley/r2', 'free');
    expect(world.find(id)).toMatchObject({ state: 'confirmed', alternative: { space: 'r2' } });
    expect(world.story(id).filter((each) => each === 'confirmed: alternative-offered')).toHaveLength(2);
  });

  test('to a driver whose own space fell free nothing else is offered', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    world.sense('alley/r2', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:47');
    world.sense('alley/r1', 'free');
    await world.pass(1);
    world.sense('alley/r2', 'free');
    expect(world.find(id)).toMatchObject({ state: 'confirmed', space: 'r1', alternative: null });
  });

  test('a reservation made later than that is asked about in what time is left', async () => {
    const world = new World([alley()], '2026-11-25T08:50');
    const { id } = world.booked('alley/r1', nine, ten);
    world.sense('alley/r1', 'unknown');
    await world.passUntil('2026-11-25T08:55');
    expect(world.find(id).alternative).not.toBeNull();
  });
});

describe('a conflict', () => {
  test('is a car that was there before the time of arrival and has not left a while after the start', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T09:04');
    expect(world.find(id).state).toBe('confirmed');
    await world.passUntil('2026-11-25T09:05');
    expect(world.find(id)).toMatchObject({ state: 'conflicted', alternative: { space: 'r2' } });
    expect(world.notices.get(`${id}/conflict`)).toMatchObject({ audience: { role: 'operator' } });
  });

  test('keeps the offer until the end of a no-show, and costs nothing without it', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T09:15');
    expect(world.find(id)).toMatchObject({ state: 'conflicted', alternative: null, due: 0 });
    expect(world.reserve('alley/r2', '2026-11-25T09:20', ten)).toMatchObject({ kind: 'reservation' });
  });

  test('is over when the driver takes the other space', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T09:08');
    world.sense('alley/r2', 'occupied');
    expect(world.find(id)).toMatchObject({ state: 'active', space: 'r2' });
    await world.passUntil('2026-11-25T09:50');
    world.sense('alley/r2', 'free');
    await world.passUntil(eleven);
    expect(world.find(id)).toMatchObject({ state: 'completed', due: 1200 });
  });

  test('follows from an overstay, and the next driver hears of it when it begins', async () => {
    const world = new World([alley()]);
    world.booked('alley/r1', nine, ten);
    const next = world.booked('alley/r1', '2026-11-25T10:20', eleven);
    await world.passUntil('2026-11-25T09:01');
    world.sense('alley/r1', 'occupied');
    await world.passUntil('2026-11-25T10:05');
    expect(world.find(next.id)).toMatchObject({ alternative: { space: 'r2' } });
    await world.passUntil('2026-11-25T10:25');
    expect(world.find(next.id).state).toBe('conflicted');
  });
});

describe('time', () => {
  test('takes each step once over a restart at any moment', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    for (const at of ['08:44', '08:45', '08:47', '08:55', '09:00', '09:05', '09:06', '09:15', '09:16', '10:30']) {
      await world.passUntil(`2026-11-25T${at}`);
      world.restart();
    }
    expect(world.story(id)).toEqual([
      'confirmed: reserved',
      'confirmed: still-occupied',
      'confirmed: alternative-offered',
      'confirmed: still-occupied',
      'conflicted: taken-by-another',
    ]);
  });

  test('that passed while the gateway was off is made good, once its sensors are heard', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    world.unheard('alley/r1');
    world.restart(80 * 60_000);
    expect(world.find(id).state).toBe('confirmed');
    world.sense('alley/r1', 'free');
    await world.pass(1);
    expect(world.story(id)).toEqual(['confirmed: reserved', 'expired: no-show']);
  });

  test('waits for a sensor after a start no longer than two minutes', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    world.unheard('alley/r1');
    world.restart(125 * 60_000);
    await world.pass(1);
    expect(world.find(id).state).toBe('confirmed');
    await world.pass(2);
    expect(world.find(id).state).toBe('completed');
  });

  test('that is set forward is followed within a minute', async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    world.wall += 3_600_000 + 16 * 60_000;
    await world.pass(1);
    expect(world.find(id).state).toBe('expired');
  });

  test('that is set back repeats nothing, and releases nothing early', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T08:46');
    const story = world.story(id);
    world.wall -= 30 * 60_000;
    await world.pass(30);
    expect(world.story(id)).toEqual(story);
    expect(world.find(id).state).toBe('confirmed');
  });
});

test('what is not in the table of transitions does not happen', () => {
  for (const state of reservationStates) {
    for (const next of Object.values(transitions[state])) expect(reservationStates).toContain(next);
  }
  expect(after('completed', 'cancel')).toBeUndefined();
  expect(after('expired', 'arrive')).toBeUndefined();
  expect(after('held', 'arrive')).toBeUndefined();
});

function threeSpaces() {
  const spaces = ['y1', 'y2', 'y3'].map((id, n) => ({
    id,
    type: 'general',
    occupancy: `yard-${n}/occupied`,
    bookable: true,
  }));
  return lotOf({ id: 'yard', booking: { open: true }, spaces });
}

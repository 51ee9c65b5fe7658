import { describe, expect, test } from 'vitest';
import { type Payment, takeAnswer } from '../../../../gateway/parking/reservations/payments.ts';
import type { ReservationState } from '../../../../gateway/parking/reservations/reservation.ts';
import { alley } from '../lots.ts';
import { World } from './world.ts';

const nine = '2026-11-25T09:00';
const ten = '2026-11-25T10:00';
const prepaid = (more: Record<string, unknown> = {}) =>
  alley({ booking: { charge: 'before', holdFor: '10m', ...more } });
const pay = (world: World, payment: string, amount = 1200, outcome: 'paid' | 'refused' | 'refunded' = 'paid') =>
  world.act({ kind: 'answer-payment', payment, answer: { outcome, amount } });

describe("the provider's answer", () => {
  type Row = [
    string,
    Partial<Payment>,
    { outcome: 'paid' | 'refused' | 'refunded'; amount: number },
    ReservationState,
    object,
  ];
  const asked: Payment = {
    ...{ id: 'p', reservation: 'r', kind: 'charge', amount: 1200, state: 'asked', askedAt: 0, moved: null },
  };
  const paid = { outcome: 'paid', amount: 1200 } as const;

  test.each<Row>([
    ['in time', {}, paid, 'held', { code: 'accepted', event: 'paid', refund: 0 }],
    ['late', {}, paid, 'expired', { code: 'accepted', event: 'paid-late', refund: 0 }],
    ['after a cancellation', {}, paid, 'cancelled', { code: 'accepted', event: null, refund: 1200 }],
    ['after the stay', {}, paid, 'completed', { code: 'accepted', event: null, refund: 0 }],
    ['twice', { state: 'paid', moved: 1200 }, paid, 'confirmed', { code: 'again', event: null, refund: 0 }],
    ['with less', {}, { ...paid, amount: 1000 }, 'held', { code: 'other-amount', event: null, refund: 1000 }],
    ['with more', {}, { ...paid, amount: 2000 }, 'held', { code: 'other-amount', event: null, refund: 2000 }],
    [
      'with another amount twice',
      { state: 'other-amount', moved: 1000 },
      { ...paid, amount: 1000 },
      'held',
      { code: 'again', refund: 0 },
    ],
    [
      'right after a wrong amount',
      { state: 'other-amount', moved: 1000 },
      paid,
      'held',
      { code: 'accepted', event: 'paid', refund: 0 },
    ],
    ['no', {}, { outcome: 'refused', amount: 1200 }, 'held', { code: 'accepted', event: null, refund: 0 }],
    ['yes after no', { state: 'refused', moved: 1200 }, paid, 'held', { code: 'accepted', event: 'paid', refund: 0 }],
    [
      'no after yes',
      { state: 'paid', moved: 1200 },
      { outcome: 'refused', amount: 1200 },
      'confirmed',
      { code: 'contradicts', event: null, refund: 0 },
    ],
    [
      'another amount after yes',
      { state: 'paid', moved: 1200 },
      { ...paid, amount: 5 },
      'confirmed',
      { code: 'contradicts', refund: 0 },
    ],
    [
      'given back',
      { kind: 'refund' },
      { outcome: 'refunded', amount: 1200 },
      'cancelled',
      { code: 'accepted', refund: 0 },
    ],
    ['paid, to a refund', { kind: 'refund' }, paid, 'cancelled', { code: 'contradicts', refund: 0 }],
  ])('%s', (_name, payment, answer, state, expected) => {
    expect(takeAnswer({ ...asked, ...payment }, answer, { state, heldUntil: 1 })).toMatchObject(expected);
  });
});

describe('a reservation that is paid for before', () => {
  test('is held, keeps the space from others, and is confirmed by the payment', async () => {
    const world = new World([prepaid()]);
    const { id, state } = world.booked('alley/r1', nine, ten);
    expect(state).toBe('held');
    expect(world.notices.get(`payment/${id}.0`)).toMatchObject({
      audience: { role: 'payments' },
      reason: 'charge',
      payload: { payment: `${id}.0`, amount: 1200, currency: 'KRW' },
    });
    expect(world.reserve('alley/r1', nine, ten)).toMatchObject({ refusal: { code: 'slot-taken' } });
    expect(pay(world, `${id}.0`)).toMatchObject({ code: 'accepted' });
    expect(world.find(id)).toMatchObject({ state: 'confirmed', paid: 1200, heldUntil: null });
    await world.pass(60);
    expect(world.find(id).state).toBe('confirmed');
  });

  test('never paid, it ends with its hold, and the space is free again', async () => {
    const world = new World([prepaid()]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.pass(10);
    expect(world.find(id)).toMatchObject({ state: 'expired', due: 0 });
    expect(world.reserve('alley/r1', nine, ten)).toMatchObject({ kind: 'reservation' });
  });

  test('paid too late, it is confirmed all the same if the space is still free', async () => {
    const world = new World([prepaid()]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.pass(11);
    pay(world, `${id}.0`);
    expect(world.story(id).slice(-2)).toEqual(['paid-late: paid-after-hold', 'confirmed: still-free']);
    expect(world.find(id)).toMatchObject({ state: 'confirmed', due: null });
    expect(world.reserve('alley/r1', nine, ten)).toMatchObject({ refusal: { code: 'slot-taken' } });
  });

  test('paid too late for a space that is gone, the money goes back', async () => {
    const world = new World([prepaid()]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.pass(11);
    world.booked('alley/r1', nine, ten);
    pay(world, `${id}.0`);
    expect(world.find(id)).toMatchObject({ state: 'paid-late', paid: 0 });
    expect(world.notices.get(`payment/${id}.1`)).toMatchObject({ reason: 'refund', payload: { amount: 1200 } });
    pay(world, `${id}.0`);
    expect(world.service.tables.paymentsOf(id)).toHaveLength(2);
  });

  test('cancelled, what was paid goes back once', () => {
    const world = new World([prepaid()]);
    const { id } = world.booked('alley/r1', nine, ten);
    pay(world, `${id}.0`);
    world.act({ kind: 'cancel', id });
    world.act({ kind: 'cancel', id });
    expect(world.service.tables.paymentsOf(id)).toMatchObject([
      { kind: 'charge', state: 'paid' },
      { kind: 'refund', amount: 1200, state: 'asked' },
    ]);
    expect(pay(world, `${id}.1`, 1200, 'refunded')).toMatchObject({ payment: { state: 'refunded' } });
  });

  test('paid after its cancellation, the money goes back', () => {
    const world = new World([prepaid()]);
    const { id } = world.booked('alley/r1', nine, ten);
    world.act({ kind: 'cancel', id });
    pay(world, `${id}.0`);
    pay(world, `${id}.0`);
    expect(world.service.tables.paymentsOf(id)).toMatchObject([{ state: 'paid' }, { kind: 'refund', amount: 1200 }]);
    expect(world.find(id)).toMatchObject({ state: 'cancelled', paid: 0 });
  });

  test('overstayed, only what is still owed is asked for', async () => {
    const world = new World([prepaid()]);
    const { id } = world.booked('alley/r1', nine, ten);
    pay(world, `${id}.0`);
    await world.passUntil('2026-11-25T09:01');
    world.sense('alley/r1', 'occupied');
    await world.passUntil('2026-11-25T10:20');
    world.sense('alley/r1', 'free');
    expect(world.service.tables.paymentsOf(id)).toMatchObject([{ amount: 1200 }, { kind: 'charge', amount: 400 }]);
  });

  test('that nobody comes for costs the share that the lot says', async () => {
    const world = new World([prepaid({ noShowCharge: 0.5 })]);
    const { id } = world.booked('alley/r1', nine, ten);
    pay(world, `${id}.0`);
    await world.passUntil('2026-11-25T09:15');
    expect(world.find(id)).toMatchObject({ state: 'expired', due: 600 });
    expect(world.service.tables.paymentsOf(id).at(-1)).toMatchObject({ kind: 'refund', amount: 600 });
  });

  test('is the same after a restart between any two answers', async () => {
    const world = new World([prepaid()]);
    const { id } = world.booked('alley/r1', nine, ten);
    world.restart();
    pay(world, `${id}.0`);
    world.restart();
    expect(pay(world, `${id}.0`)).toMatchObject({ code: 'again' });
    world.restart();
    expect(world.find(id)).toMatchObject({ state: 'confirmed', paid: 1200 });
  });
});

describe('what is owed', () => {
  test('is asked for after the stay, where the lot says so', async () => {
    const world = new World([alley({ booking: { charge: 'after' } })]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T09:01');
    world.sense('alley/r1', 'occupied');
    await world.passUntil('2026-11-25T09:58');
    world.sense('alley/r1', 'free');
    await world.passUntil(ten);
    expect(world.service.tables.paymentsOf(id)).toMatchObject([{ kind: 'charge', amount: 1200, state: 'asked' }]);
  });

  test("is settled once, with the owner's share", async () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    await world.passUntil('2026-11-25T09:01');
    world.sense('alley/r1', 'occupied');
    await world.passUntil('2026-11-25T10:21');
    world.sense('alley/r1', 'free');
    world.restart();
    const [settlement, ...others] = world.service.tables.settlements({
      site: 'saesol',
      lot: 'alley',
      from: 0,
      to: world.wall,
    });
    expect(others).toEqual([]);
    expect(settlement).toMatchObject({
      ...{ reservation: id, state: 'overstayed', quoted: 1200, overstay: 600, due: 1800 },
      shares: [{ window: 0, amount: 1800, share: 720 }],
    });
  });

  test('is nothing for a payment that nobody asked for', () => {
    expect(pay(new World([alley()]), 'nothing.0')).toMatchObject({ refusal: { code: 'no-such-payment' } });
  });
});

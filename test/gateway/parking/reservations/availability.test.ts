import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alley, lotOf, seoulTime } from '../lots.ts';
import { clashes, type Operation, plus, quarter, reservationsAfter, run, spaces, yard } from './random-operations.ts';
import { World } from './world.ts';

const nine = '2026-11-25T09:00';
const ten = '2026-11-25T10:00';

describe('a reservation is refused', () => {
  test.each<[string, string, string, string]>([
    ['zero-length', 'alley/r1', nine, nine],
    ['ends-before-start', 'alley/r1', ten, nine],
    ['in-the-past', 'alley/r1', '2026-11-25T07:00', nine],
    ['too-short', 'alley/r1', nine, '2026-11-25T09:10'],
    ['too-long', 'alley/r1', nine, '2026-11-25T22:00'],
    ['too-far-ahead', 'alley/r1', '2027-01-25T09:00', '2027-01-25T10:00'],
    ['outside-window', 'alley/r1', '2026-11-25T17:00', '2026-11-25T19:00'],
    ['outside-window', 'alley/r1', '2026-11-28T09:00', '2026-11-28T10:00'],
    ['outside-window', 'alley/r3', nine, ten],
    ['not-bookable', 'alley/r4', nine, ten],
    ['no-such-space', 'alley/r9', nine, ten],
    ['no-such-lot', 'nowhere/r1', nine, ten],
    ['lot-closed', 'yard/y1', '2026-11-25T17:00', '2026-11-25T19:00'],
    ['lot-closed', 'yard/y1', '2026-11-29T10:00', '2026-11-29T11:00'],
    ['not-bookable', 'closed/c1', nine, ten],
    ['not-open-to-all', 'programs/p1', nine, ten],
  ])('%s: %s from %s to %s', (code, name, from, to) => {
    const world = new World([alley(), yard(), lotOf({ id: 'closed', spaces: spaces('c') }), programs()]);
    expect(world.reserve(name, from, to)).toMatchObject({ kind: 'refused', refusal: { code } });
  });

  test('for a type that the lot has not, or a discount that it does not know', () => {
    const world = new World([alley()]);
    expect(world.reserve('alley', nine, ten, { type: 'bus' })).toMatchObject({ refusal: { code: 'no-such-type' } });
    expect(world.reserve('alley/r1', nine, ten, { type: 'bus' })).toMatchObject({ refusal: { code: 'other-type' } });
    expect(world.reserve('alley/r1', nine, ten, { type: 'resident' })).toMatchObject({ kind: 'reservation' });
    expect(world.reserve('alley', nine, ten, { classes: ['veteran'] })).toMatchObject({
      refusal: { code: 'no-such-discount', discount: 'veteran' },
    });
  });

  test('where no table says whether the day is a holiday', () => {
    const world = new World([alley({ booking: { ahead: '8784h' } })], '2028-12-20T09:00');
    expect(world.reserve('alley/r1', '2029-01-02T09:00', '2029-01-02T10:00')).toMatchObject({
      refusal: { code: 'calendar-unknown', day: '2029-01-02' },
    });
    expect(world.notices.get('calendar/saesol/holidays-missing/2029')).toMatchObject({
      audience: { role: 'operator' },
    });
  });

  test('while its sensor is not healthy, however far ahead it begins', () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'unknown');
    expect(world.reserve('alley/r1', '2026-12-01T09:00', '2026-12-01T10:00')).toMatchObject({
      refusal: { code: 'sensor-unknown' },
    });
  });

  test('when a car stands there and it begins soon, and not when it begins later', async () => {
    const world = new World([alley()]);
    world.sense('alley/r1', 'occupied');
    expect(world.reserve('alley/r1', '2026-11-25T11:00', '2026-11-25T12:00')).toMatchObject({ kind: 'reservation' });
    await world.passUntil('2026-11-25T08:50');
    expect(world.reserve('alley/r1', nine, ten)).toMatchObject({ refusal: { code: 'space-occupied' } });
  });

  test('while an operator keeps the space closed, until when it is known to open again', () => {
    const world = new World([alley()]);
    world.close('alley/r1', seoulTime('2026-11-25T09:30'));
    expect(world.reserve('alley/r1', nine, ten)).toMatchObject({ refusal: { code: 'space-closed' } });
    expect(world.reserve('alley/r1', ten, '2026-11-25T11:00')).toMatchObject({ kind: 'reservation' });
    world.close('alley/r2');
    expect(world.reserve('alley/r2', '2026-11-26T09:00', '2026-11-26T10:00')).toMatchObject({
      refusal: { code: 'space-closed' },
    });
  });

  test('by the reason that is nearest to having one, where any space would do', () => {
    const world = new World([alley()]);
    world.booked('alley/r1', nine, ten);
    world.booked('alley/r2', nine, ten);
    expect(world.reserve('alley', nine, ten)).toMatchObject({ refusal: { code: 'slot-taken' } });
  });
});

describe('a space', () => {
  test('has no two reservations at one instant, and one right after the other is none', () => {
    const world = new World([alley()]);
    world.booked('alley/r1', nine, ten);
    expect(world.reserve('alley/r1', '2026-11-25T09:59', '2026-11-25T11:00')).toMatchObject({
      refusal: { code: 'slot-taken' },
    });
    expect(world.reserve('alley/r1', ten, '2026-11-25T11:00')).toMatchObject({ kind: 'reservation' });
  });

  test('that is recalled takes no new reservation and keeps those that stand', () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', '2026-11-25T12:00', '2026-11-25T13:00');
    const time = { from: seoulTime(ten), to: seoulTime('2026-11-25T18:00') };
    const answer = world.act({ kind: 'recall', id: 'recall-1', place: world.place('alley/r1'), time });
    expect(answer).toMatchObject({ kind: 'recalled', kept: [{ from: seoulTime('2026-11-25T12:00') }] });
    expect(world.reserve('alley/r1', '2026-11-25T14:00', '2026-11-25T15:00')).toMatchObject({
      refusal: { code: 'outside-window' },
    });
    expect(world.reserve('alley/r1', nine, ten)).toMatchObject({ kind: 'reservation' });
    expect(world.find(id).state).toBe('confirmed');
    world.restart();
    expect(world.reserve('alley/r1', '2026-11-25T14:00', '2026-11-25T15:00')).toMatchObject({
      refusal: { code: 'outside-window' },
    });
    expect(world.act({ kind: 'end-recall', id: 'recall-1', place: world.place('alley/r1') })).toEqual({ kind: 'done' });
    expect(world.reserve('alley/r1', '2026-11-25T14:00', '2026-11-25T15:00')).toMatchObject({ kind: 'reservation' });
    expect(world.act({ kind: 'end-recall', id: 'recall-1', place: world.place('alley/r1') })).toMatchObject({
      refusal: { code: 'no-such-recall' },
    });
  });

  test('is recalled by several recalls that overlap, in whatever order', () => {
    const world = new World([alley()]);
    const recall = (id: string, from: string, to: string) =>
      world.act({
        kind: 'recall',
        id,
        place: world.place('alley/r1'),
        time: { from: seoulTime(from), to: seoulTime(to) },
      });
    const at = (clock: string) => `2026-11-25T${clock}`;
    recall('late', at('12:00'), at('18:00'));
    recall('early', at('10:00'), at('13:00'));
    recall('early again', at('10:00'), at('12:00'));
    for (const [from, to] of [
      ['10:00', '11:00'],
      ['11:30', '12:30'],
      ['17:00', '18:00'],
    ] as const)
      expect(world.reserve('alley/r1', at(from), at(to))).toMatchObject({ refusal: { code: 'outside-window' } });
    expect(world.reserve('alley/r1', nine, ten)).toMatchObject({ kind: 'reservation' });
  });

  test("follows the owner's windows from when they are set, and refuses those that overlap", () => {
    const world = new World([alley()]);
    const place = world.place('alley/r1');
    const window = {
      days: ['weekday' as const],
      window: { from: 600, to: 720 },
      lender: 'holder' as const,
      ownerShare: 0.4,
    };
    const overlapping = { ...window, window: { from: 660, to: 780 } };
    expect(world.act({ kind: 'set-windows', place, windows: [window, overlapping] })).toMatchObject({
      refusal: { code: 'windows-overlap', first: 0, second: 1 },
    });
    world.act({ kind: 'set-windows', place, windows: [window] });
    world.restart();
    expect(world.reserve('alley/r1', nine, ten)).toMatchObject({ refusal: { code: 'outside-window' } });
    expect(world.reserve('alley/r1', ten, '2026-11-25T12:00')).toMatchObject({ kind: 'reservation' });
    world.act({ kind: 'set-windows', place, windows: null });
    expect(world.reserve('alley/r1', nine, ten)).toMatchObject({ kind: 'reservation' });
  });
});

describe('the same key', () => {
  test('gives the same reservation, also after a restart', () => {
    const world = new World([alley()]);
    const first = world.reserve('alley/r1', nine, ten, { key: 'k' });
    world.restart();
    const second = world.reserve('alley/r1', nine, ten, { key: 'k' });
    expect(second).toEqual({ ...first, again: true });
    expect(
      world
        .list('alley', nine, ten)
        .spaces.filter(({ refusal }) => refusal === null)
        .map(({ space }) => space.id),
    ).toEqual(['r2']);
  });

  test('with another body is refused', () => {
    const world = new World([alley()]);
    world.booked('alley/r1', nine, ten, { key: 'k' });
    expect(world.reserve('alley/r2', nine, ten, { key: 'k' })).toMatchObject({
      refusal: { code: 'idempotency-key-reused' },
    });
  });

  test('after a refusal is judged again', () => {
    const world = new World([alley()]);
    const { id } = world.booked('alley/r1', nine, ten);
    expect(world.reserve('alley/r1', nine, ten, { key: 'k' })).toMatchObject({ kind: 'refused' });
    world.act({ kind: 'cancel', id });
    expect(world.reserve('alley/r1', nine, ten, { key: 'k' })).toMatchObject({ kind: 'reservation' });
  });
});

describe('whatever is done', () => {
  const op: fc.Arbitrary<Operation> = fc.record({
    kind: fc.constantFrom('reserve', 'reserve', 'reserve', 'cancel', 'sense', 'pass', 'take'),
    space: fc.nat(4),
    from: fc.nat(60),
    length: fc.integer({ min: 1, max: 8 }),
  });

  test('what the list offers confirms if nothing has changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 25 }), async (ops) => {
        const world = new World([yard()]);
        for (const each of ops) await run(world, each);
        const from = quarter(world, 2);
        const offered = world.list('yard', from, plus(from, 60)).spaces;
        for (const { space, refusal } of offered) {
          const answer = world.reserve(`yard/${space.id}`, from, plus(from, 60));
          if (refusal === null) expect(answer).toMatchObject({ kind: 'reservation' });
          else expect(answer).toMatchObject({ kind: 'refused', refusal });
        }
      }),
      { numRuns: 40 },
    );
  });

  test('no space has two reservations at one instant: 100,000 operations', async () => {
    const all = await reservationsAfter(100_000);
    expect(clashes(all)).toEqual([]);
    expect(new Set(all.map(({ state }) => state)).size).toBeGreaterThan(4);
  });
});

function programs() {
  return lotOf({ id: 'programs', booking: { open: false }, spaces: spaces('p', 1, { bookable: true }) });
}

import { describe, expect, test } from 'vitest';
import { type SharingWindow, sharingWindowSchema } from '../../../../config/lots/sharing.ts';
import { calendarOf } from '../../../../gateway/parking/calendar/calendar.ts';
import type { Interval } from '../../../../gateway/parking/calendar/intervals.ts';
import { judgeRecall } from '../../../../gateway/parking/sharing/recalls.ts';
import { openTimes, overlapping, sharesOf } from '../../../../gateway/parking/sharing/windows.ts';
import { alley, localSpan, seoulTime } from '../lots.ts';

const calendar = calendarOf('Asia/Seoul');

describe('a shared space is open', () => {
  test.each([
    ['r1', '2026-11-25', [['09:00', '18:00']], 'in its window'],
    ['r1', '2026-11-28', [], 'never on a Saturday, when its window is for weekdays'],
    ['r1', '2026-12-25', [], 'never on a public holiday'],
    ['r3', '2026-11-28', [['09:00', '13:00']], 'only where the allocation gives it to its owner'],
    ['r3', '2026-12-25', [], 'never where the allocation does not'],
    ['r4', '2026-11-25', [], "never as a resident's without a window"],
  ])('%s on %s: %j, %s', (space, date, expected) => {
    expect(open(space, date)).toEqual(expected);
  });

  test('only in the hours of its lot', () => {
    expect(
      open('r1', '2026-11-25', { hours: { weekday: '10:00-17:00', saturday: 'closed', holiday: 'closed' } }),
    ).toEqual([['10:00', '17:00']]);
  });

  test('outside the allocation where it is the operator who lends it', () => {
    const churchYard = {
      allocations: {
        night: { hours: { weekday: '18:00-08:00', saturday: '18:00-08:00', holiday: '18:00-08:00' }, monthly: 0 },
      },
      allocation: 'night',
      sharing: [{ days: ['weekday', 'saturday'], window: '07:00-19:00', lender: 'operator' }],
      spaces: [{ id: 'c1', type: 'general', occupancy: 'bay-1/occupied' }],
    };
    expect(open('c1', '2026-11-25', churchYard)).toEqual([['08:00', '18:00']]);
  });

  test('not while its owner has recalled it', () => {
    const recalled = [localSpan('2026-11-25T12:00', '2026-11-25T14:00')];
    expect(open('r1', '2026-11-25', {}, recalled)).toEqual([
      ['09:00', '12:00'],
      ['14:00', '18:00'],
    ]);
  });

  test('perhaps, in a year that no table covers', () => {
    const lot = alley();
    const [space] = lot.spaces;
    if (space === undefined) throw new Error('the lot has spaces');
    const span = localSpan('2029-01-02T00:00', '2029-01-03T00:00');
    const times = openTimes({ space, windows: space.sharing, recalled: [] }, span, { lot, calendar });
    expect(times).toEqual({ set: [], unknown: [localSpan('2029-01-02T09:00', '2029-01-02T18:00')] });
  });
});

describe('a recall', () => {
  const now = seoulTime('2026-11-25T11:45');
  const rules = { now, noticeMs: 30 * 60_000, reserved: [localSpan('2026-11-25T12:00', '2026-11-25T13:00')] };

  test('counts once its notice has passed', () => {
    expect(judgeRecall(localSpan('2026-11-25T12:00', '2026-11-25T18:00'), rules)).toMatchObject({
      times: localSpan('2026-11-25T12:15', '2026-11-25T18:00'),
    });
  });

  test('cuts no reservation', () => {
    const answer = judgeRecall(localSpan('2026-11-25T12:30', '2026-11-25T18:00'), rules);
    expect(answer).toMatchObject({ kept: [localSpan('2026-11-25T12:00', '2026-11-25T13:00')] });
  });

  test.each([
    ['ends-before-start', '2026-11-25T14:00', '2026-11-25T14:00'],
    ['in-the-past', '2026-11-25T09:00', '2026-11-25T10:00'],
    ['notice-too-short', '2026-11-25T12:00', '2026-11-25T12:10'],
  ])('is refused: %s', (code, from, to) => {
    expect(judgeRecall(localSpan(from, to), rules)).toEqual({ kind: 'refused', code });
  });
});

describe("the owner's share", () => {
  const windows = [windowOf(['weekday'], '09:00-12:00', 0.4), windowOf(['weekday'], '12:00-18:00', 0.25)];

  test('is reckoned for each window, and the parts add up to the fee', () => {
    const used = localSpan('2026-11-25T11:00', '2026-11-25T13:30');
    expect(sharesOf(windows, { used, amount: 3001, calendar })).toEqual([
      { window: 0, minutes: 60, amount: 1200, share: 480 },
      { window: 1, minutes: 90, amount: 1801, share: 450 },
    ]);
  });

  test('counts no time twice where windows meet', () => {
    const both = [windowOf(['weekday'], '09:00-18:00', 0.4), windowOf(['wed'], '09:00-18:00', 0.9)];
    const used = localSpan('2026-11-25T09:00', '2026-11-25T10:00');
    expect(sharesOf(both, { used, amount: 1000, calendar })).toEqual([
      { window: 0, minutes: 60, amount: 1000, share: 400 },
    ]);
  });
});

describe('windows of one space', () => {
  test.each<[string, SharingWindow, SharingWindow, [number, number] | null]>([
    ['apart', windowOf(['weekday'], '09:00-12:00'), windowOf(['weekday'], '12:00-18:00'), null],
    ['on one day', windowOf(['weekday'], '09:00-13:00'), windowOf(['mon'], '12:00-18:00'), [0, 1]],
    ['on different days', windowOf(['mon'], '09:00-13:00'), windowOf(['tue'], '09:00-13:00'), null],
    ['across midnight', windowOf(['fri'], '20:00-10:00'), windowOf(['saturday'], '09:00-13:00'), [0, 1]],
    ['from Sunday into Monday', windowOf(['mon'], '06:00-07:00'), windowOf(['sun'], '22:00-06:30'), [0, 1]],
    ['on a Monday that is a holiday', windowOf(['holiday'], '09:00-13:00'), windowOf(['mon'], '09:00-13:00'), [0, 1]],
    ['of weekdays and holidays', windowOf(['weekday'], '09:00-13:00'), windowOf(['holiday'], '09:00-13:00'), null],
  ])('are told apart when they meet: %s', (_name, one, other, expected) => {
    expect(overlapping([one, other])).toEqual(expected);
  });
});

function windowOf(days: readonly string[], window: string, ownerShare = 0): SharingWindow {
  return sharingWindowSchema.parse({ days, window, ownerShare });
}

function open(id: string, date: string, more: Record<string, unknown> = {}, recalled: Interval[] = []): string[][] {
  const lot = alley(more);
  const space = lot.spaces.find((each) => each.id === id);
  if (space === undefined) throw new Error(`no space ${id}`);
  const span = { from: seoulTime(`${date}T00:00`), to: seoulTime(`${date}T00:00`) + 86_400_000 };
  const { set } = openTimes({ space, windows: space.sharing, recalled }, span, { lot, calendar });
  return set.map(({ from, to }) => [clock(from), clock(to)]);
}

function clock(at: number): string {
  return new Date(at + 9 * 3_600_000).toISOString().slice(11, 16);
}

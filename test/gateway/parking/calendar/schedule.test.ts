import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DaySpans, SharingDay } from '../../../../config/lots/hours.ts';
import { calendarOf } from '../../../../gateway/parking/calendar/calendar.ts';
import {
  covers,
  difference,
  type Interval,
  intersection,
  unionOf,
} from '../../../../gateway/parking/calendar/intervals.ts';
import { dayMs } from '../../../../gateway/parking/calendar/local-day.ts';
import { judge, type Overnight, type Schedule, timesOf } from '../../../../gateway/parking/calendar/schedule.ts';

const calendar = calendarOf('Asia/Seoul');

describe('a window', () => {
  const nights: Schedule = [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], spans: windows([1200, 1920]) }];

  test.each([
    ['2026-11-29T03:00', 'open', 'Sunday morning is the tail of Saturday night'],
    ['2026-11-29T21:00', 'closed', 'Sunday night has no window'],
    ['2026-11-30T03:00', 'closed', 'nor has the morning after it'],
    ['2026-11-30T20:00', 'open', 'Monday night begins'],
    ['2026-12-01T03:00', 'open', 'the tail of Monday night'],
    ['2026-12-01T08:00', 'closed', 'which ends at 08:00'],
  ])('belongs to the day it starts on: at %s it is %s', (at, expected) => {
    expect(openAt(nights, at)).toBe(expected);
  });

  const workingNights: Schedule = [{ days: ['weekday', 'saturday'], spans: windows([1200, 1920]) }];

  test.each<[string, Overnight, string]>([
    ['2026-12-25T03:00', 'runs-on', 'open'],
    ['2026-12-25T03:00', 'stops-before-closed-day', 'closed'],
    ['2026-12-24T23:00', 'stops-before-closed-day', 'open'],
    ['2026-12-25T21:00', 'runs-on', 'closed'],
    ['2026-12-26T03:00', 'runs-on', 'closed'],
    ['2026-12-23T03:00', 'stops-before-closed-day', 'open'],
  ])('on the eve of a holiday, at %s under %s, is %s', (at, overnight, expected) => {
    expect(openAt(workingNights, at, overnight)).toBe(expected);
  });

  test('by the name of a day counts on a public holiday, by its class it does not', () => {
    const friday = '2026-12-25T21:00';
    expect(openAt([{ days: ['fri'], spans: windows([1200, 1440]) }], friday)).toBe('open');
    expect(openAt([{ days: ['weekday'], spans: windows([1200, 1440]) }], friday)).toBe('closed');
    expect(openAt([{ days: ['holiday'], spans: windows([1200, 1440]) }], friday)).toBe('open');
  });

  test('across midnight joins that of the next day into one', () => {
    const daily: Schedule = [{ days: ['weekday', 'saturday', 'holiday'], spans: windows([480, 1920]) }];
    const week = span('2026-11-23T09:00', '2026-11-30T09:00');
    expect(timesOf(daily, { calendar, span: week }).set).toEqual([week]);
  });
});

describe('in a year that no table covers', () => {
  const weekdays: Schedule = [{ days: ['weekday'], spans: windows([540, 1080]) }];
  const around = (date: string) => span(`${date}T10:00`, `${date}T11:00`);

  test('weekday hours are neither open nor closed', () => {
    expect(judge(timesOf(weekdays, { calendar, span: around('2029-01-02') }), around('2029-01-02'))).toBe('unknown');
  });

  test('what holds on every class of day is known all the same', () => {
    const all = [{ days: ['weekday', 'saturday', 'holiday'] as SharingDay[], spans: { kind: 'all' } as const }];
    expect(judge(timesOf(all, { calendar, span: around('2029-01-02') }), around('2029-01-02'))).toBe('inside');
    expect(judge(timesOf(weekdays, { calendar, span: around('2029-01-07') }), around('2029-01-07'))).toBe('outside');
  });
});

describe('sets of time', () => {
  const interval = fc
    .tuple(fc.nat(60), fc.nat(60))
    .map(([a, b]): Interval => ({ from: Math.min(a, b), to: Math.max(a, b) }));
  const set = fc.array(interval, { maxLength: 8 }).map((intervals) => unionOf(intervals));
  const has = (intervals: readonly Interval[], at: number) => intervals.some(({ from, to }) => from <= at && at < to);

  test('are what they say, instant by instant', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const [both, rest, either] = [intersection(a, b), difference(a, b), unionOf([...a, ...b])];
        for (let at = 0; at <= 60; at++) {
          expect(has(both, at)).toBe(has(a, at) && has(b, at));
          expect(has(rest, at)).toBe(has(a, at) && !has(b, at));
          expect(has(either, at)).toBe(has(a, at) || has(b, at));
        }
        for (const part of both) expect(covers(a, part)).toBe(true);
      }),
    );
  });

  test('of a schedule do not depend on the span they are asked in', () => {
    const tags = fc.constantFrom<SharingDay>('weekday', 'saturday', 'holiday', 'mon', 'wed', 'sun');
    const windowOf = fc
      .tuple(fc.nat(1439), fc.integer({ min: 1, max: 1440 }))
      .map(([from, length]) => windows([from, from + length]));
    const schedule = fc.array(fc.record({ days: fc.array(tags, { minLength: 1 }), spans: windowOf }), { maxLength: 4 });
    const start = Date.parse('2026-12-20T00:00:00Z');
    fc.assert(
      fc.property(schedule, fc.nat(20 * 1440), fc.integer({ min: 1, max: 3000 }), (rules, minute, length) => {
        const part = { from: start + minute * 60_000, to: start + (minute + length) * 60_000 };
        const whole = { from: start - 3 * dayMs, to: start + 30 * dayMs };
        const inWhole = intersection(timesOf(rules, { calendar, span: whole }).set, [part]);
        expect(timesOf(rules, { calendar, span: part }).set).toEqual(inWhole);
      }),
    );
  });
});

function windows(...list: [number, number][]): DaySpans {
  return { kind: 'windows', windows: list.map(([from, to]) => ({ from, to })) };
}

function span(from: string, to: string): Interval {
  return { from: at(from), to: at(to) };
}

function at(local: string): number {
  return Date.parse(`${local}:00+09:00`);
}

function openAt(schedule: Schedule, local: string, overnight: Overnight = 'runs-on'): 'open' | 'closed' {
  const moment = { from: at(local), to: at(local) + 60_000 };
  return judge(timesOf(schedule, { calendar, span: moment, overnight }), moment) === 'inside' ? 'open' : 'closed';
}

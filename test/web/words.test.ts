import { describe, expect, test } from 'vitest';
import { allBuiltIn } from '../../config/profiles.ts';
import { ageText, deviceWhyText, pointText, reportText, timeText, valueText, withUnit } from '../../web/text/format.ts';
import { fromLocal, toLocal } from '../../web/ui/local-time.ts';

test.each([
  [null, '—', '—'],
  [0, '0', '0'],
  [0.123456, '0.123', '0.123'],
  [-0.041, '-0.041', '-0.041'],
  [229.7421875, '229.74', '229.74'],
  [12345.67, '12,345.7', '12,345.7'],
  [true, '켜짐', 'On'],
  [false, '꺼짐', 'Off'],
  ['normal', '정상', 'Normal'],
  ['EN78', 'EN78', 'EN78'],
  ['', '""', '""'],
])('the value %j reads %s in Korean and %s in English', (value, ko, en) => {
  expect([valueText(value, 'ko'), valueText(value, 'en')]).toEqual([ko, en]);
});

test('a contact whose name is a statement is so or not so, and any other on or off', () => {
  const told = (name: string) => [true, false].map((value) => valueText(value, 'ko', name));
  expect([told('occupied'), told('relay')]).toEqual([
    ['예', '아니요'],
    ['켜짐', '꺼짐'],
  ]);
});

test.each([
  [21.4, '°C', '21.4 ℃'],
  [1.5, 'deg', '1.5°'],
  [3, 'ppm', '3 ppm'],
  [3, null, '3'],
  [null, 'ppm', '—'],
])('%j in %s is written %s', (value, unit, want) => {
  expect(withUnit(value, unit, 'en')).toBe(want);
});

test.each([
  [-5000, '0초 전', '0 s ago'],
  [999, '0초 전', '0 s ago'],
  [59_999, '59초 전', '59 s ago'],
  [60_000, '1분 0초 전', '1 min 0 s ago'],
  [3_599_000, '59분 59초 전', '59 min 59 s ago'],
  [3_600_000, '1시간 0분 전', '1 h 0 min ago'],
  [86_400_000, '1일 0시간 전', '1 d 0 h ago'],
  [90_000_000, '1일 1시간 전', '1 d 1 h ago'],
])('an age of %i ms reads %s, %s', (ms, ko, en) => {
  expect([ageText(ms, 'ko'), ageText(ms, 'en')]).toEqual([ko, en]);
});

describe('the time of day', () => {
  const now = Date.parse('2026-11-21T15:30:00Z');
  test.each([
    ['2026-11-21T15:00:05Z', '00:00:05', '00:00:05'],
    ['2026-11-21T14:59:59Z', '11월 21일 23:59:59', 'Nov 21 23:59:59'],
  ])('%s is told by the clock of the site, with the date when it is not its today', (at, ko, en) => {
    const told = (['ko', 'en'] as const).map((language) => timeText(Date.parse(at), now, 'Asia/Seoul', language));
    expect(told).toEqual([ko, en]);
  });
});

test.each([
  [
    { why: 'no reply in 300 ms', reason: { code: 'no-reply', ms: 300, echo: false } },
    '300 ms 안에 응답 없음',
    'no reply in 300 ms',
  ],
  [{ why: 'timeout', reason: { code: 'readings-bad', fault: 'timeout' } }, '응답 없음', 'no answer'],
  [{ why: 'what an older agent says', reason: null }, 'what an older agent says', 'what an older agent says'],
  [{ why: null, reason: null }, '', ''],
] as const)('the reason of a device %j reads %s, %s', (device, ko, en) => {
  expect([deviceWhyText(device, 'ko'), deviceWhyText(device, 'en')]).toEqual([ko, en]);
});

test.each([
  ['tilt_x', '기울기 X', 'Tilt X'],
  ['di_3', '입력 3', 'Input 3'],
  ['loop_2_open', '루프 2 단선', 'Loop 2 open'],
  ['phase_1_amps', 'phase_1_amps', 'phase_1_amps'],
  ['constructor', 'constructor', 'constructor'],
])('the point %s is called %s, %s', (name, ko, en) => {
  expect([pointText(name, 'ko'), pointText(name, 'en')]).toEqual([ko, en]);
});

test('every point of the profiles that come with Jari has a name in both languages, and so has every state of one', () => {
  const profiles = [...allBuiltIn().values()];
  const names = profiles.flatMap((profile) => Object.keys(profile.points));
  expect(names.filter((name) => pointText(name, 'ko') === name || pointText(name, 'en') === name)).toEqual([]);
  const points = profiles.flatMap((profile) => Object.values(profile.points));
  const states = points
    .filter(({ kind }) => !['model', 'setting'].includes(kind))
    .flatMap((point) => words(point.enum));
  expect(states.filter((word) => valueText(word, 'ko') === word)).toEqual([]);
});

function words(of: Readonly<Record<string, string>> | null): string[] {
  return Object.values(of ?? {});
}

test.each([
  ['2026-11-30T00:00:00Z', 'Asia/Seoul', '2026-11-30T09:00'],
  ['2026-11-30T00:00:00Z', 'Europe/Berlin', '2026-11-30T01:00'],
  ['2026-03-29T00:30:00Z', 'Europe/Berlin', '2026-03-29T01:30'],
  ['2026-03-29T01:30:00Z', 'Europe/Berlin', '2026-03-29T03:30'],
  ['2026-10-25T00:30:00Z', 'Europe/Berlin', '2026-10-25T02:30'],
])('a form tells %s in %s as %s, and reads it back', (utc, timeZone, local) => {
  expect(toLocal(Date.parse(utc), timeZone)).toBe(local);
  expect(fromLocal(local, timeZone)).toBe(Date.parse(utc));
});

test('a form reads no time out of nothing, and the hour after one that a clock change leaves out', () => {
  expect([fromLocal('', 'Asia/Seoul'), fromLocal('soon', 'Asia/Seoul')]).toEqual([null, null]);
  expect(fromLocal('2026-03-29T02:30', 'Europe/Berlin')).toBe(Date.parse('2026-03-29T01:30:00Z'));
});

test('a report that is filed says the day and the second of each moment, also of today', () => {
  const at = Date.parse('2026-11-30T14:46:23Z');
  expect((['ko', 'en'] as const).map((language) => reportText(at, 'Asia/Seoul', language))).toEqual([
    '2026. 11. 30. 23:46:23',
    'Nov 30, 2026 23:46:23',
  ]);
});

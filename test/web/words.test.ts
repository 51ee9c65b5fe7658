import { describe, expect, test } from 'vitest';
import { allBuiltIn } from '../../config/profiles.ts';
import { faultCodes } from '../../contract/reading.ts';
import { ageText, pointText, timeText, valueText, whyText, withUnit } from '../../web/text/format.ts';

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

test.each(faultCodes)('the fault %s has words in both languages, and no code is left', (fault) => {
  for (const language of ['ko', 'en'] as const) {
    const words = whyText(fault, language);
    expect(words).not.toBe('');
    expect(words).not.toBe(fault);
  }
});

test.each([
  ['timeout', '응답 없음', 'no answer'],
  ['timeout: unit 3', '응답 없음: unit 3', 'no answer: unit 3'],
  ['no reply in 300 ms', '300 ms 안에 응답 없음', 'no reply in 300 ms'],
  ['holding 52: no reply in 300 ms', 'holding 52: 300 ms 안에 응답 없음', 'holding 52: no reply in 300 ms'],
  ['its agent is offline', '수집기 연결 끊김', 'its agent is offline'],
  ['constructor', 'constructor', 'constructor'],
])('the reason %s reads %s, %s', (why, ko, en) => {
  expect([whyText(why, 'ko'), whyText(why, 'en')]).toEqual([ko, en]);
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

/** What the buses of an agent say, as they say it (edge/bus/*.ts, edge/polling/connectivity.ts). */
test.each([
  ['3 misses in a row: no reply in 300 ms', '3회 연속 300 ms 안에 응답 없음'],
  ['input 1: 3 of 9 bytes came, and no whole reply', 'input 1: 응답 9바이트 중 3바이트만 수신'],
  ['unit 4 answered for unit 3', '국번 3 대신 국번 4 응답'],
  ['holding 61: exception 2: illegal data address', 'holding 61: 예외 응답 2'],
  ['exception 4: device failure: temperature', '예외 응답 4: temperature'],
  ['no reply in 300 ms: tilt_x, tilt_y', '300 ms 안에 응답 없음: tilt_x, tilt_y'],
  ['not supported: do_0', '장치가 지원하지 않음: do_0'],
  ['3 misses in a row: not one frame in 2 s', '3회 연속 2초 동안 수신 없음'],
  ['nothing but damaged frames in 1.5 s', '1.5초 동안 깨진 프레임만 수신'],
  ['7 bytes of a reply came, and not its end', '응답 7바이트만 오고 끊김'],
  [
    '10.0.0.7:502: connection refused: is Modbus TCP switched on there, and is the port right?',
    '10.0.0.7:502: 접속 거부됨: 장치의 Modbus TCP 설정과 포트 번호 확인',
  ],
  [
    '/dev/ttyUSB0: there is no such port: plug the adapter in, or correct `port` (ls -l /dev/serial/by-id)',
    '/dev/ttyUSB0: 포트 없음: 어댑터를 꽂거나 설정의 port 확인',
  ],
  [
    '/dev/ttyUSB0: no permission: add the user to the group that owns the port (sudo usermod -aG dialout USER, then log in anew)',
    '/dev/ttyUSB0: 포트 권한 없음: 사용자를 dialout 그룹에 추가',
  ],
  [
    'the line never falls silent: look for a second master, a wrong baud rate or a stuck transceiver',
    '회선이 조용해지지 않음: 다른 마스터, 통신 속도, 고착된 송수신기 확인',
  ],
])('the reason %j reads %j in Korean', (why, ko) => {
  expect(whyText(why, 'ko')).toBe(ko);
  expect(whyText(why, 'en')).toBe(why);
});

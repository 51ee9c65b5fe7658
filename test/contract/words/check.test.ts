import { describe, expect, test } from 'vitest';
import { type CheckReason, checkTables, checkText } from '../../../contract/words/check/check.ts';

const tables = Object.values(checkTables);
const codes = tables.flatMap((table) => Object.keys(table));

describe('the words of jari check', () => {
  test('a code stands in one table', () => expect(codes.length).toBe(new Set(codes).size));

  test.each([
    [{ code: 'no-such-file' }, '파일 없음: 경로 확인'],
    [
      { code: 'old-key', old: 'truth', name: 'plausibility' },
      'truth는 옛 이름이며 아직 읽힘: 이 파일의 모든 곳에서 plausibility로 바꿈',
    ],
    [{ code: 'listener-port-taken', port: 8080, listener: 'http' }, '포트 8080은 http가 사용함: 둘 중 하나를 바꿈'],
    [
      { code: 'listener-port-taken', port: 1883, listener: 'mqtt.tls' },
      '포트 1883은 mqtt.tls가 사용함: 둘 중 하나를 바꿈',
    ],
    [
      { code: 'not-known-here', found: '"bus-2"', choices: ['none', 'even', 'odd'], near: ['none'] },
      '"bus-2"는 쓸 수 없는 값: none, even 또는 odd 중에서 선택 (혹시 none?)',
    ],
    [{ code: 'not-in-range', bound: 'most', limit: 255, found: '256', hint: 'x' }, '255 이하여야 함, 지금은 256'],
    [
      { code: 'never-reached', on: 'di/di_0', least: 0, most: 100, unit: '%', test: 'above', limit: 120 },
      'di/di_0은 측정 범위가 0–100 %이므로 above 120에 도달할 수 없음: 바로잡음',
    ],
    [
      { code: 'levels-do-not-rise', level: '경계', lower: '주의' },
      '경계의 기준이 주의보다 높지 않아 주의가 따로 성립하지 않음: 관심, 주의, 경계, 심각 순으로 높임',
    ],
    [
      { code: 'judged-on-numbers', on: 'a/b', type: 'boolean', judged: 'rate' },
      'a/b는 true/false 측정점임: 변화율은 숫자로 판정',
    ],
    [{ code: 'unit-taken', unit: 3, line: 12 }, '국번 3은 이 회선의 12행에서 이미 씀: 두 장치 중 하나의 국번을 바꿈'],
    [
      { code: 'id-taken', part: 'space', id: 's1', line: 9 },
      '주차면 id "s1"은 9행에서 이미 씀: id는 주차장 안에서 하나뿐이어야 함',
    ],
    [{ code: 'duration-form', about: '"5"' }, '"5": 시간은 숫자와 단위로 작성: 250ms, 5s, 10m, 2h'],
  ] satisfies [CheckReason, string][])('%j is said: %s', (reason, ko) => expect(checkText(reason).ko).toBe(ko));
});

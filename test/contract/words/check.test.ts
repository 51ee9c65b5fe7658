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
    [{ code: 'duration-form', about: '"5"' }, '"5": 시간은 숫자와 단위로 작성: 250ms, 5s, 10m, 2h'],
  ] satisfies [CheckReason, string][])('%j is said: %s', (reason, ko) => expect(checkText(reason).ko).toBe(ko));
});

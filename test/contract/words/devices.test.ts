import { describe, expect, test } from 'vitest';
import { faultCodes } from '../../../contract/reading.ts';
import { brokerCauses } from '../../../contract/reasons/broker-causes.ts';
import {
  type DeviceStateReason,
  deviceReasonSchema,
  deviceStateReasonSchema,
  hearingReasonSchema,
} from '../../../contract/reasons/devices.ts';
import { deviceReasonText } from '../../../contract/words/devices.ts';
import { faultNames } from '../../../contract/words/faults.ts';
import { sampleOf } from '../sample.ts';

/** Each reason with some figures, without saying where and how often. */
const reasons = [...deviceReasonSchema.options, ...hearingReasonSchema.options].map((option) => {
  const { range, points, times, ...reason } = sampleOf(option) as Record<string, unknown>;
  return deviceStateReasonSchema.parse(reason);
});

describe.each(reasons)('$code', (reason) => {
  test('is said in Korean and in English, with no place left empty', () => {
    const { ko, en } = deviceReasonText(reason);
    expect(ko).toMatch(/[가-힣]/);
    expect(en).not.toMatch(/[가-힣]/);
    for (const words of [ko, en]) expect(words).not.toMatch(/undefined|null|NaN|\{|\}|\[object/);
  });
});

test.each<[reason: DeviceStateReason, ko: string, en: string]>([
  [
    { code: 'no-reply', ms: 300, echo: false, times: 3 },
    '3회 연속 300 ms 안에 응답 없음',
    '3 misses in a row: no reply in 300 ms',
  ],
  [
    { code: 'exception', exception: 2, range: 'holding 61' },
    'holding 61: 예외 응답 2 (없는 주소)',
    'holding 61: exception 2: illegal data address',
  ],
  [
    { code: 'not-supported', points: ['do_0', 'do_1'] },
    '장치가 지원하지 않음: do_0, do_1',
    'not supported: do_0, do_1',
  ],
  [
    { code: 'values-at-fault', faults: ['out-of-range'], points: ['level'] },
    '응답은 정상, 값 이상 (범위를 벗어난 값): level',
    'it answers, with values at fault (value out of range): level',
  ],
  [{ code: 'exception', exception: 99 }, '예외 응답 99', 'exception 99: unknown exception'],
])('%j says where, how often and of which points', (reason, ko, en) => {
  expect(deviceReasonText(reason)).toEqual({ ko, en });
});

test.each(brokerCauses)('why there is no connection to a broker is said in both languages: %s', (cause) => {
  const { ko, en } = deviceReasonText({ code: 'broker-lost', broker: 'mqtts://lora.example', cause });
  expect(ko).toMatch(/: .*[가-힣].*/);
  expect(en).not.toContain(cause === 'untrusted' ? ': untrusted' : cause);
  // The broker of a bus is somebody else's: a credential of the gateway is no help there.
  expect(en).not.toMatch(/gateway|uplink|jari agent/);
});

test('what the system says of a broker is passed on as it is', () => {
  const { ko, en } = deviceReasonText({ code: 'broker-lost', broker: 'mqtt://b', cause: 'ENOENT: no such file' });
  expect([ko, en].every((said) => said.endsWith('ENOENT: no such file'))).toBe(true);
});

test('a code that is not known here is shown as it is', () => {
  const newer = { code: 'newer-than-this' } as unknown as DeviceStateReason;
  expect(deviceReasonText(newer)).toEqual({ ko: 'newer-than-this', en: 'newer-than-this' });
});

test.each(faultCodes)('the fault %s has words in both languages', (fault) => {
  expect(faultNames[fault].ko).toMatch(/[가-힣]/);
  expect(faultNames[fault].en).not.toBe(fault);
});

import type { FaultCode } from '../reading.ts';
import type { Words } from './words.ts';

/** Faults of readings. */
export const faultNames: Readonly<Record<FaultCode, Words>> = {
  timeout: { ko: '응답 없음', en: 'no answer' },
  'bad-frame': { ko: '깨진 응답', en: 'garbled answer' },
  refused: { ko: '장치가 거부함', en: 'refused by the device' },
  unsupported: { ko: '장치가 지원하지 않음', en: 'not supported by the device' },
  'port-closed': { ko: '통신 포트 닫힘', en: 'port closed' },
  'out-of-range': { ko: '범위를 벗어난 값', en: 'value out of range' },
  sentinel: { ko: '장치가 값 없음으로 보고', en: 'device reports no value' },
  stuck: { ko: '값이 변하지 않음', en: 'value does not change' },
  frozen: { ko: '값이 굳음', en: 'value frozen' },
  noisy: { ko: '값이 심하게 흔들림', en: 'value too noisy' },
  rate: { ko: '값이 너무 빠르게 변함', en: 'value changes too fast' },
  clock: { ko: '시각 불확실', en: 'time uncertain' },
  'not-polled': { ko: '측정되지 않음', en: 'not being read' },
};

import type { AlertItem } from '../http/alerts.ts';
import type { Words } from './words.ts';

/** What an alert's state is called. Silence, acknowledge and reset are three words for three things. */
export const alertStateWords: Readonly<Record<AlertItem['state'], Words>> = {
  normal: { ko: '종료', en: 'Closed' },
  unack: { ko: '미확인', en: 'Unacknowledged' },
  acked: { ko: '확인됨', en: 'Acknowledged' },
  'rtn-unack': { ko: '해소됨 · 미확인', en: 'Gone · unacknowledged' },
  latched: { ko: '해소됨 · 복구 대기', en: 'Gone · waits for reset' },
  shelved: { ko: '보류 중', en: 'Shelved' },
  suppressed: { ko: '상위 경보에 포함', en: 'Part of another alert' },
  'out-of-service': { ko: '점검 중', en: 'Out of service' },
  late: { ko: '지난 기록', en: 'Late record' },
};

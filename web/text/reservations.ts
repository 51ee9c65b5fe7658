import type { Language } from './text.ts';
import type { Words } from './words.ts';

/** States of a reservation in words; one that is not here yet is shown as it came. */
const states: Readonly<Record<string, Words>> = {
  requested: { ko: '요청됨', en: 'Requested' },
  held: { ko: '결제 대기', en: 'Held' },
  confirmed: { ko: '확정', en: 'Confirmed' },
  arrived: { ko: '입차', en: 'Arrived' },
  active: { ko: '이용 중', en: 'In use' },
  completed: { ko: '이용 완료', en: 'Completed' },
  cancelled: { ko: '취소됨', en: 'Cancelled' },
  expired: { ko: '기한 지남', en: 'Expired' },
  overstayed: { ko: '시간 초과', en: 'Over time' },
  conflicted: { ko: '다른 차 있음', en: 'Another car is there' },
  'paid-late': { ko: '늦은 결제', en: 'Paid late' },
};

export function reservationStateText(state: string, language: Language): string {
  return states[state]?.[language] ?? state;
}

import type { Table } from './words.ts';

/** Words of the page of who is told, for operators: brief. */
export const reachWords = {
  title: { ko: '연락망', en: 'Who is told' },
  dutyTitle: { ko: '누구에게 먼저', en: 'Who first, who next' },
  dutyNone: {
    ko: '순서와 당직표가 없어 각 역할 모두에게 동시에 알림 (사이트 파일 notify.order, notify.duty)',
    en: 'No order and no rota: everybody of a role is told at once (notify.order and notify.duty of the site file)',
  },
  onDuty: { ko: '당직 {people} · {time}까지', en: 'On duty: {people} · until {time}' },
  gap: { ko: '지금 당직자 없음 · 모두에게 알림', en: 'Nobody on duty now · everybody is told' },
  gapOf: {
    ko: '당직 {people} 연락 불가 · 모두에게 알림',
    en: '{people}, on duty, cannot be reached · everybody is told',
  },
  atOnce: { ko: '바로', en: 'at once' },
  afterMinutes: { ko: '{count}분 뒤', en: 'after {count} min' },
  afterSeconds: { ko: '{count}초 뒤', en: 'after {count} s' },
  nobody: { ko: '알릴 수 있는 사람 없음', en: 'Nobody who can be told' },
  noAddress: { ko: '연락처 없음: {people}', en: 'Without an address: {people}' },
  turnHint: { ko: '확인이 없을 때 알리는 순서', en: 'Told in this order while nobody acknowledges' },
} as const satisfies Table;

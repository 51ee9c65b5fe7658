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
  peopleTitle: { ko: '알림 도착 확인', en: 'Who is reached' },
  peopleHint: {
    ko: '한 달에 한 번 채널마다 시험 알림, 하루에 한 번 푸시 기기 자동 점검. 접수된 것은 도착한 것이 아님',
    en: 'A test by each channel once a month, a check of each browser once a day. Accepted has not arrived',
  },
  counts: {
    ko: '{all}명 중 도착 확인 {reached} · 확인 안 됨 {open}',
    en: '{reached} of {all} reached · {open} not known to be',
  },
  reached: { ko: '{time} 도착 확인', en: 'reached {time}' },
  unproven: { ko: '도착 확인된 적 없음', en: 'nothing arrived yet' },
  unanswered: { ko: '시험 알림 무응답 · {time} 보냄', en: 'test not answered · sent {time}' },
  gone: { ko: '수신 불가 주소 있음', en: 'an address no longer works' },
  stale: { ko: '오래 확인되지 않은 기기 있음', en: 'a device has shown nothing for long' },
  denied: { ko: '시험 알림 미도착이라고 답함', en: 'they say a test did not arrive' },
  'no-address': { ko: '연락처 없음', en: 'no address' },
  channelProven: { ko: '{channel}: {time} 도착 확인', en: '{channel}: last proof {time}' },
  channelProvenBefore: {
    ko: '{channel}: {time} 도착 확인 ({days}일 전)',
    en: '{channel}: last proof {time}, {days} d ago',
  },
  channelNever: { ko: '{channel}: {time} 등록, 도착 확인 없음', en: '{channel}: since {time}, nothing arrived' },
  channelGone: { ko: '{channel}: {time}부터 수신 불가', en: '{channel}: has not worked since {time}' },
  channelDenied: { ko: '{channel}: 본인이 안 왔다고 답함 {time}', en: '{channel}: they say it did not arrive, {time}' },
  probeSeen: { ko: '자동 점검 {time} 응답', en: 'daily check shown {time}' },
  probeSilent: { ko: '{time} 자동 점검부터 무응답', en: 'no daily check shown since {time}' },
  nextTest: { ko: '다음 시험 {time}', en: 'next test {time}' },
  nobodyHere: { ko: '계정 없음', en: 'No accounts' },
  turnHint: { ko: '확인이 없을 때 알리는 순서', en: 'Told in this order while nobody acknowledges' },
} as const satisfies Table;

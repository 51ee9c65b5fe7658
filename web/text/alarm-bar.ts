import type { Table } from './words.ts';

/** Words of the bar above every page. */
export const alarmBarWords = {
  none: { ko: '열린 경보 없음', en: 'No open alerts' },
  unacknowledged: { ko: '미확인 {count}건', en: '{count} unacknowledged' },
  oldest: { ko: '가장 오래된 미확인', en: 'Oldest' },
  takenBy: { ko: '담당 {who}', en: 'taken by {who}' },
  takenByNobody: { ko: '확인한 사람 없음', en: 'nobody is on it' },
  allTaken: { ko: '모두 확인됨', en: 'all acknowledged' },
  notJudged: { ko: '경보 판정: {why}', en: 'Alerts: {why}' },
  unknownNow: {
    ko: '경보 상태 알 수 없음: 게이트웨이 연결 끊김',
    en: 'Alert state unknown: the gateway is not reachable',
  },
  asOfLast: { ko: '마지막 수신: 열린 경보 {count}건', en: 'last heard: {count} open' },
  bar: { ko: '경보 상태', en: 'Alert state' },
  silence: { ko: '소리 끄기', en: 'Silence' },
  silenced: { ko: '소리 꺼짐 {wait}', en: 'Silent for {wait}' },
  soundBlocked: {
    ko: '브라우저가 소리를 막고 있음. 화면을 한 번 누르면 켜짐',
    en: 'The browser blocks sound until the page is touched',
  },
  allowSound: { ko: '소리 켜기', en: 'Turn sound on' },
  acknowledge: { ko: '확인', en: 'Acknowledge' },
  reset: { ko: '복구', en: 'Reset' },
  newAlert: { ko: '새 경보: {headline}', en: 'New alert: {headline}' },
} as const satisfies Table;

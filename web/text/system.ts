import type { Table } from './words.ts';

/** Words of the page of the gateway itself, for operators: brief. */
export const systemWords = {
  title: { ko: '시스템', en: 'System' },
  backupTitle: { ko: '백업', en: 'Backups' },
  drillTitle: { ko: '복원 시험', en: 'Restore drill' },
  off: { ko: '백업 안 함 (사이트 파일 backup)', en: 'No backup (backup: in the site file)' },
  waiting: { ko: '첫 실행 전', en: 'The first is still to come' },
  ok: { ko: '정상', en: 'Good' },
  failed: { ko: '실패', en: 'Failed' },
  overdue: { ko: '지연', en: 'Overdue' },
  running: { ko: '지금 백업 중', en: 'A copy is being made' },
  goodAge: { ko: '마지막 정상 {age} 전', en: 'The last good one {age} ago' },
  noGood: { ko: '아직 정상 완료 없음', en: 'None has ended well yet' },
  copied: {
    ko: '{name} · {size} · {rows}행 · {seconds}초',
    en: '{name} · {size} · {rows} rows · {seconds} s',
  },
  drilled: {
    ko: '표 {tables}개 {rows}행 일치, 마지막 1시간 측정값 {readings}개 재생 일치',
    en: '{tables} tables with {rows} rows alike, {readings} readings of the last hour played again and alike',
  },
  storageTitle: { ko: '저장 공간', en: 'Storage' },
  free: { ko: '여유 공간', en: 'Free' },
  used: { ko: '기록 크기', en: 'Records' },
  raw: { ko: '모든 측정값', en: 'Every reading' },
  hours: { ko: '시간별 요약', en: 'Hours' },
  since: { ko: '{time}부터 (보관 {days}일)', en: 'since {time} (kept {days} days)' },
  sinceHours: { ko: '{time}부터', en: 'since {time}' },
  none: { ko: '없음', en: 'none' },
  perReading: { ko: '측정값 하나당 쓰기', en: 'Written per reading' },
  bytes: { ko: '{count}바이트', en: '{count} bytes' },
  perDay: { ko: '하루 쓰기', en: 'Written per day' },
  life: { ko: '카드 예상 수명', en: 'Expected life of the card' },
  years: { ko: '{years}년 (정격 {rated}, 출처: {source})', en: '{years} years (rated {rated}, source: {source})' },
  noSource: { ko: '미기재', en: 'not given' },
  noRating: {
    ko: '알 수 없음: 정격 미기재 (사이트 파일 storage.card)',
    en: 'Not known: no rating (storage.card of the site file)',
  },
  noPace: { ko: '알 수 없음: 쓰기 속도 측정 중', en: 'Not known yet: the pace is being measured' },
  foldingAge: { ko: '오래된 측정값을 시간별로 요약 중', en: 'Old readings are becoming hours' },
  foldingDisk: {
    ko: '공간 부족: 오래된 측정값을 시간별로 요약 중',
    en: 'The disk is short: the oldest readings are becoming hours',
  },
} as const satisfies Table;

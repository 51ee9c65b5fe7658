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
} as const satisfies Table;

import type { Table } from './words.ts';

export const chartWords = {
  title: { ko: '추세', en: 'Charts' },
  time: { ko: '시각', en: 'Time' },
  nothingThen: { ko: '이 기간에 저장된 측정값이 없습니다.', en: 'No readings were kept in this period.' },
  stale: { ko: '새 값을 받지 못함', en: 'could not be fetched again' },
  describe: {
    ko: '{point}: 최저 {low}{unit}, 최고 {high}{unit}',
    en: '{point}: lowest {low}{unit}, highest {high}{unit}',
  },
  describeNone: { ko: '{point}: 값 없음', en: '{point}: no values' },
  choose: { ko: '측정값 추가', en: 'Add a point' },
  search: { ko: '장치나 항목 이름', en: 'Name of a device or point' },
  chosen: { ko: '선택한 측정값', en: 'Chosen points' },
  none: { ko: '측정값을 하나 이상 선택하세요.', en: 'Choose at least one point.' },
  moreMatches: {
    ko: '{all}개 중 {count}개 표시, 나머지는 이름으로 찾기',
    en: '{count} of {all} shown; find the others by name',
  },
  noMatch: { ko: '맞는 측정값이 없습니다.', en: 'No point matches.' },
  remove: { ko: '{point} 빼기', en: 'Remove {point}' },
  tooMany: { ko: '한 번에 {count}개까지', en: '{count} at a time at most' },
  csv: { ko: 'CSV 내려받기', en: 'Download CSV' },
  parquet: { ko: 'Parquet 내려받기', en: 'Download Parquet' },
  yesterday: { ko: '어제 하루 CSV', en: 'CSV of yesterday' },
  downloadBusy: { ko: '모으는 중', en: 'Collecting' },
  downloadEmpty: { ko: '{what}: 이 기간에 저장된 값 없음', en: '{what}: nothing was kept in this period' },
  downloadFailed: { ko: '내려받지 못함', en: 'Could not be downloaded' },
  frozen: { ko: '{from} – {to} (고정)', en: '{from} – {to} (fixed)' },
  backToNow: { ko: '지금으로', en: 'Back to now' },
  band: { ko: '띠: 구간의 최저–최고', en: 'Band: lowest to highest of each interval' },
} as const satisfies Table;

import type { RuleItem } from '../gateway/items.ts';
import type { Table, Words } from './words.ts';

export const buildingWords = {
  buildings: { ko: '건물', en: 'Buildings' },
  none: { ko: '사이트 파일에 건물이 없습니다.', en: 'The site file has no buildings.' },
  noBuilding: { ko: '없는 건물입니다.', en: 'There is no such building.' },
  toList: { ko: '건물 목록', en: 'All buildings' },
  built: { ko: '{year}년 준공', en: 'built {year}' },
  grade: { ko: '안전등급 {grade}', en: 'safety grade {grade}' },
  storeys: { ko: '층', en: 'Storeys' },
  allStoreys: { ko: '전체 층', en: 'All storeys' },
  noStorey: { ko: '층 정보 없음', en: 'No storey given' },
  sensors: { ko: '센서 {count}곳', en: 'sensors: {count}' },
  unknown: { ko: '알 수 없음 {count}', en: '{count} unknown' },
  plan: { ko: '{storey} 평면', en: 'Plan of {storey}' },
  noPlan: {
    ko: '이 층의 평면이 사이트 파일에 없어 목록으로 표시',
    en: 'No plan of this storey in the site file: shown as a list',
  },
  noPlaces: { ko: '이 층에 센서가 없습니다.', en: 'No sensors on this storey.' },
  trend: { ko: '추세', en: 'Trend' },
  alerts: { ko: '열린 경보', en: 'Open alerts' },
  rules: { ko: '감시 규칙', en: 'What it is watched for' },
  noRules: { ko: '이 건물을 감시하는 규칙이 없습니다.', en: 'No rule watches this building.' },
  rule: { ko: '규칙', en: 'Rule' },
  now: { ko: '지금', en: 'Now' },
  since: { ko: '근거', en: 'Where it comes from' },
  confirmedBy: { ko: '{who} 확인', en: 'confirmed by {who}' },
  unconfirmed: { ko: '확인한 사람 없음', en: 'confirmed by nobody' },
  twin: { ko: '입체로 보기', en: '3-D' },
  residentView: { ko: '입주자 화면 보기', en: 'As residents see it' },
  north: { ko: '북', en: 'N' },
} as const satisfies Table;

/** What a rule says now. Unmet is not safe: it says that this one condition is not met. */
export const verdictWords: Readonly<Record<RuleItem['verdict'], Words>> = {
  met: { ko: '해당', en: 'Met' },
  unmet: { ko: '해당 없음', en: 'Not met' },
  unknown: { ko: '알 수 없음', en: 'Unknown' },
};

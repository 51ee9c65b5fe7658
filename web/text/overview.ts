import type { Table } from './words.ts';

export const overviewWords = {
  title: { ko: '현황', en: 'Overview' },
  todo: { ko: '사람이 할 일 {count}건', en: '{count} for a person to do' },
  nothingToDo: { ko: '지금 사람이 할 일 없음', en: 'Nothing for a person to do right now' },
  noAlerts: { ko: '열린 경보 없음', en: 'no open alerts' },
  online: { ko: '장치 {devices}대 통신 정상', en: '{devices} devices online' },
  notJudged: {
    ko: '통신 상태만 나타냄, 위험 여부는 경보에서 확인',
    en: 'this is communication alone; dangers are under Alerts',
  },
  first: { ko: '먼저 할 일', en: 'First of all' },
  more: { ko: '외 {count}건', en: 'and {count} more' },
  allAlerts: { ko: '경보 모두 보기', en: 'All alerts' },
  lots: { ko: '주차장', en: 'Car parks' },
  buildings: { ko: '건물', en: 'Buildings' },
  devices: { ko: '장치', en: 'Devices' },
  noLots: { ko: '주차장 없음', en: 'No car parks' },
  noBuildings: { ko: '건물 없음', en: 'No buildings' },
  open: { ko: '열린 경보 {count}건', en: '{count} open alerts' },
  unacknowledged: { ko: '미확인 {count}건', en: '{count} unacknowledged' },
  agentDevices: { ko: '장치 {online}/{all}대 통신 정상', en: '{online} of {all} devices online' },
  offline: { ko: '끊김 {count}', en: '{count} offline' },
  degraded: { ko: '불안정 {count}', en: '{count} degraded' },
  unknown: { ko: '알 수 없음 {count}', en: '{count} unknown' },
  lastRead: { ko: '마지막 수신', en: 'last read' },
  testMode: { ko: '훈련·시험 상태의 경보가 있음', en: 'Some alerts are exercises or tests' },
} as const satisfies Table;

import type { AgentItem, DeviceItem } from '../../contract/http/live.ts';
import { accountEn, accountKo } from './account.ts';
import { filled } from './words.ts';

/** The words that most pages share, in both languages. A key that one of them lacks is a type error. */

export type Language = 'ko' | 'en';

const ko = {
  ...accountKo,
  allOnline: '장치 {devices}대 통신 정상',
  notJudged: '통신 상태만 나타냄, 위험 여부는 경보에서 확인',
  wrong: '이상 {count}건',
  unknownCount: '알 수 없음 {count}건',
  nothingConfigured: '구성된 장치가 없습니다. 사이트 파일에 장치를 추가하세요.',
  loading: '불러오는 중',
  linkChecking: '연결 확인 중',
  linkLost: '화면과 게이트웨이 연결 끊김',
  linkLostSince: '{age}까지 수신, 현재 상태 알 수 없음',
  asOf: '{time} 기준',
  since: '{time}부터',
  agent: '수집기',
  devicesUnknown: '장치 {count}대 상태 알 수 없음',
  agentNeverHeard: '수신한 적 없음',
  missing: '누락 {count}건',
  backlog: '전송 대기 {count}건',
  clockUnsynced: '시각 미동기',
  clockStepped: '시각 변경됨',
  badPoints: '값 없음 {count}건',
  doubtfulPoints: '값 불확실 {count}건',
  point: '항목',
  value: '값',
  unit: '단위',
  age: '경과',
  noValue: '값 없음',
  neverRead: '수신한 값 없음',
  last: '마지막 {value}',
  linkLostValue: '화면 연결 끊김',
  agentOffline: '수집기 연결 끊김',
  agentUnknown: '수집기에서 수신 없음',
  deviceOffline: '장치 통신 끊김',
  deviceUnknown: '장치 상태 알 수 없음',
  timeUnknown: '시각 모름',
  timeEstimated: '추정 시각',
  on: '켜짐',
  off: '꺼짐',
  yes: '예',
  no: '아니요',
  secondsAgo: '{s}초 전',
  minutesAgo: '{m}분 {s}초 전',
  hoursAgo: '{h}시간 {m}분 전',
  daysAgo: '{d}일 {h}시간 전',
  more: '외 {count}건',
  points: '{device}의 항목',
  simulated: '모의',
} as const;

export type Key = keyof typeof ko;

const en: Record<Key, string> = {
  ...accountEn,
  allOnline: '{devices} devices online',
  notJudged: 'this is communication alone; dangers are under Alerts',
  wrong: '{count} wrong',
  unknownCount: '{count} unknown',
  nothingConfigured: 'No devices yet. Add them to the site file.',
  loading: 'Loading',
  linkChecking: 'Checking the link',
  linkLost: 'This page has lost the gateway',
  linkLostSince: 'last heard {age}, the state now is unknown',
  asOf: 'as of {time}',
  since: 'since {time}',
  agent: 'Agent',
  devicesUnknown: '{count} devices unknown',
  agentNeverHeard: 'never heard',
  missing: '{count} messages missing',
  backlog: '{count} waiting to be sent',
  clockUnsynced: 'clock not synchronised',
  clockStepped: 'clock was stepped',
  badPoints: '{count} without a value',
  doubtfulPoints: '{count} doubtful',
  point: 'Point',
  value: 'Value',
  unit: 'Unit',
  age: 'Age',
  noValue: 'no value',
  neverRead: 'nothing received yet',
  last: 'last {value}',
  linkLostValue: 'page has lost the gateway',
  agentOffline: 'agent offline',
  agentUnknown: 'agent not heard',
  deviceOffline: 'device offline',
  deviceUnknown: 'device state unknown',
  timeUnknown: 'time unknown',
  timeEstimated: 'estimated time',
  on: 'On',
  off: 'Off',
  yes: 'Yes',
  no: 'No',
  secondsAgo: '{s} s ago',
  minutesAgo: '{m} min {s} s ago',
  hoursAgo: '{h} h {m} min ago',
  daysAgo: '{d} d {h} h ago',
  more: 'and {count} more',
  points: 'Points of {device}',
  simulated: 'simulated',
};

const table: Record<Language, Record<Key, string>> = { ko, en };

/** A text with its places filled in: `text('ko', 'since', { time: '12:30:14' })`. */
export function text(language: Language, key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return filled(table[language][key], values);
}

export const deviceStateWords: Record<DeviceItem['state'], Record<Language, string>> = {
  online: { ko: '통신 정상', en: 'Online' },
  degraded: { ko: '불안정', en: 'Degraded' },
  offline: { ko: '통신 끊김', en: 'Offline' },
  unknown: { ko: '알 수 없음', en: 'Unknown' },
};

export const agentStateWords: Record<AgentItem['state'], Record<Language, string>> = {
  online: { ko: '연결됨', en: 'Online' },
  offline: { ko: '연결 끊김', en: 'Offline' },
  unknown: { ko: '알 수 없음', en: 'Unknown' },
};

/** Units of the wire as people write them. */
export const unitSigns: ReadonlyMap<string, string> = new Map(
  Object.entries({
    deg: '°',
    degC: '℃',
    C: '℃',
    '°C': '℃',
    percent: '%',
    '%RH': '% RH',
  }),
);

import type { AgentItem, DeviceItem, LatestItem } from '../../contract/http/live.ts';
import { accountEn, accountKo } from './account.ts';
import { peopleEn, peopleKo } from './people.ts';
import { filled } from './words.ts';

/** Every word of the pages, in both languages. A key that one of them lacks is a type error. */

export type Language = 'ko' | 'en';
type Fault = Exclude<LatestItem['fault'], null>;

const ko = {
  ...accountKo,
  ...peopleKo,
  allOnline: '장치 {devices}대 통신 정상',
  notJudged: '측정값의 위험 여부는 판정하지 않음',
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
  ...peopleEn,
  allOnline: '{devices} devices online',
  notJudged: 'what they measure is not judged here',
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

export const faultWords: Record<Fault, Record<Language, string>> = {
  timeout: { ko: '응답 없음', en: 'no answer' },
  'bad-frame': { ko: '깨진 응답', en: 'garbled answer' },
  refused: { ko: '장치가 거부함', en: 'refused by the device' },
  unsupported: { ko: '장치가 지원하지 않음', en: 'not supported by the device' },
  'port-closed': { ko: '통신 포트 닫힘', en: 'port closed' },
  'out-of-range': { ko: '범위를 벗어난 값', en: 'value out of range' },
  sentinel: { ko: '장치가 값 없음으로 보고', en: 'device reports no value' },
  stuck: { ko: '값이 변하지 않음', en: 'value does not change' },
  frozen: { ko: '값이 굳음', en: 'value frozen' },
  noisy: { ko: '값이 심하게 흔들림', en: 'value too noisy' },
  rate: { ko: '값이 너무 빠르게 변함', en: 'value changes too fast' },
  clock: { ko: '시각 불확실', en: 'time uncertain' },
  'not-polled': { ko: '측정되지 않음', en: 'not being read' },
};

/** What agents and the gateway say of a device's trouble beyond the fault. A text that is not here stays in English. */
export const whyPatterns: readonly { pattern: RegExp; ko: string }[] = [
  { pattern: /(\d+) misses in a row: /, ko: '$1회 연속 ' },
  { pattern: /no reply in (\d+) ms/, ko: '$1 ms 안에 응답 없음' },
  { pattern: /, only the request itself came back \(the line's echo\)/, ko: ' (보낸 요청만 되돌아옴)' },
  { pattern: /its agent is offline/, ko: '수집기 연결 끊김' },
  { pattern: /its agent is not heard since the gateway started/, ko: '게이트웨이 시작 후 수신 없음' },
  { pattern: /its agent has only just connected/, ko: '수집기가 방금 연결됨' },
  { pattern: /not heard of yet/, ko: '아직 수신 전' },
  { pattern: /not polled yet/, ko: '아직 측정 전' },
  { pattern: /not opened yet/, ko: '아직 포트를 열기 전' },
  { pattern: /nothing for more than (\d+) polls/, ko: '$1회 넘게 측정 못 함' },
  { pattern: /(\d+) of (\d+) bytes came, and no whole reply/, ko: '응답 $2바이트 중 $1바이트만 수신' },
  { pattern: /(\d+) bytes without a reply in them/, ko: '응답이 아닌 $1바이트 수신' },
  { pattern: /wrong CRC/, ko: 'CRC 오류' },
  { pattern: /unit (\d+) answered for unit (\d+)/, ko: '국번 $2 대신 국번 $1 응답' },
  { pattern: /function (\d+) answered to function (\d+)/, ko: '기능 코드 $2 요청에 $1 응답' },
  { pattern: /a reply of this function, but to another request: .*/, ko: '다른 요청에 대한 응답' },
  { pattern: /the reply does not fit the request: .*/, ko: '요청과 맞지 않는 응답' },
  {
    pattern: /the line never falls silent: .*/,
    ko: '회선이 조용해지지 않음: 다른 마스터, 통신 속도, 고착된 송수신기 확인',
  },
  // What follows the last colon of these names points, and stays.
  { pattern: /exception (\d+): [^:]*(?=: )/, ko: '예외 응답 $1' },
  { pattern: /exception (\d+): .*/, ko: '예외 응답 $1' },
  { pattern: /not supported(?=: )/, ko: '장치가 지원하지 않음' },
  { pattern: /nothing but damaged frames in ([\d.]+) s/, ko: '$1초 동안 깨진 프레임만 수신' },
  { pattern: /not one frame in ([\d.]+) s/, ko: '$1초 동안 수신 없음' },
  { pattern: /(\d+) bytes of a reply came, and not its end/, ko: '응답 $1바이트만 오고 끊김' },
  { pattern: /it supports none of its points: .*/, ko: '지원하는 측정점 없음: 장치 종류(profile) 확인' },
  { pattern: /there is no such port: .*/, ko: '포트 없음: 어댑터를 꽂거나 설정의 port 확인' },
  { pattern: /another program holds this port: .*/, ko: '다른 프로그램이 포트 사용 중: 그 프로그램 종료' },
  { pattern: /no permission: .*/, ko: '포트 권한 없음: 사용자를 dialout 그룹에 추가' },
  { pattern: /this is not a serial port: .*/, ko: '시리얼 포트가 아님: 설정의 port 확인' },
  { pattern: /the port went away .*/, ko: '포트 사라짐: 어댑터 연결 확인' },
  { pattern: /no byte in (\d+) s: .*/, ko: '$1초 동안 수신 없음: 포트를 다시 엶' },
  { pattern: /no connection in (\d+) ms: .*/, ko: '$1 ms 안에 접속 안 됨: 장치 전원과 주소 확인' },
  { pattern: /connection refused: .*/, ko: '접속 거부됨: 장치의 Modbus TCP 설정과 포트 번호 확인' },
  { pattern: /no such host: .*/, ko: '없는 호스트: 설정의 host 확인' },
  { pattern: /no way to that host: .*/, ko: '호스트에 닿지 않음: 장치 전원과 네트워크 확인' },
  { pattern: /no way to that network: .*/, ko: '네트워크에 닿지 않음: 네트워크 케이블 확인' },
  { pattern: /the other side (?:closed|cut) the connection/, ko: '상대가 접속을 끊음' },
  { pattern: /(\d+) timeouts in a row/, ko: '$1회 연속 응답 없어 다시 접속' },
  { pattern: /the (?:port|connection) (?:is )?closed.*/, ko: '연결이 닫힘' },
];

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

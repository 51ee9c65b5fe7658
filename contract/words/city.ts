import type { Words } from './words.ts';

/** What the pages of a city say. */

export const cityWords = {
  boxes: { ko: '게이트웨이', en: 'Gateways' },
  lots: { ko: '주차장', en: 'Lots' },
  alerts: { ko: '경보', en: 'Alerts' },
  indicators: { ko: '지표', en: 'Indicators' },
  signIn: { ko: '로그인', en: 'Sign in' },
  token: { ko: '토큰', en: 'Token' },
  signOut: { ko: '로그아웃', en: 'Sign out' },
  unknownToken: { ko: '등록되지 않은 토큰입니다.', en: 'This token is not known.' },
  noSuchPage: { ko: '없는 주소입니다', en: 'There is no such page' },
  badRequest: { ko: '요청을 이해할 수 없습니다', en: 'This cannot be understood' },
  databaseAway: {
    ko: '데이터베이스에 연결되지 않습니다. 현장의 판단과 경보는 게이트웨이에서 계속됩니다',
    en: 'The database is not reached. Gateways go on judging and alarming at their sites',
  },
  answerFailed: { ko: '처리하지 못했습니다. 기록을 확인하십시오', en: 'This failed; the log says why' },
  district: { ko: '지역', en: 'District' },
  site: { ko: '현장', en: 'Site' },
  visit: { ko: '방문 사유', en: 'Needs a visit' },
  agreed: { ko: '마지막 확인', en: 'Last agreed' },
  backlog: { ko: '미전송', en: 'Waiting' },
  clock: { ko: '시계 차이', en: 'Clock' },
  disk: { ko: '디스크 여유', en: 'Disk free' },
  certificate: { ko: '인증서', en: 'Certificate' },
  version: { ko: '버전', en: 'Version' },
  devices: { ko: '장치', en: 'Devices' },
  devicesNotGood: { ko: '정상이 아닌 장치', en: 'Devices that do not answer as they should' },
  connected: { ko: '연결됨', en: 'Connected' },
  notAgreed: { ko: '확인 안 됨', en: 'Not agreed' },
  never: { ko: '없음', en: 'never' },
  unknown: { ko: '알 수 없음', en: 'Unknown' },
  free: { ko: '빈자리', en: 'Free' },
  occupied: { ko: '사용 중', en: 'Occupied' },
  outOfService: { ko: '사용 중지', en: 'Out of service' },
  capacity: { ko: '전체', en: 'Capacity' },
  closed: { ko: '닫힘', en: 'Closed' },
  lot: { ko: '주차장', en: 'Lot' },
  level: { ko: '단계', en: 'Level' },
  state: { ko: '상태', en: 'State' },
  since: { ko: '발생', en: 'Since' },
  what: { ko: '내용', en: 'What' },
  acknowledge: { ko: '확인', en: 'Acknowledge' },
  asked: { ko: '현장에 요청함', en: 'Asked of the site' },
  nothing: { ko: '없음', en: 'None' },
  neverPublished: {
    ko: '배포한 설정이 없습니다. jari config sign으로 서명하고 jari city config publish로 배포합니다.',
    en: 'Nothing was published yet. Sign it with jari config sign, then jari city config publish.',
  },
  hour: { ko: '시각', en: 'Hour' },
  arrivals: { ko: '입차', en: 'Arrivals' },
  turnover: { ko: '회전율(면당)', en: 'Turnover (per space)' },
  alertCount: { ko: '경보 발생', en: 'Alerts raised' },
  exercise: { ko: '훈련', en: 'Exercise' },
  test: { ko: '시험', en: 'Test' },
  capFeed: { ko: '도시 시설 경보(자체)', en: 'Alerts of facilities' },
  map: { ko: '지도', en: 'Map' },
  all: { ko: '전체', en: 'All' },
  full: { ko: '만차', en: 'Full' },
  available: { ko: '빈자리 있음', en: 'Free spaces' },
  open: { ko: '운영 중(수치 비공개)', en: 'Open, figures not public' },
  alert: { ko: '경보', en: 'Alert' },
  legend: { ko: '범례', en: 'Legend' },
  noPosition: { ko: '위치가 등록되지 않음', en: 'No position is known' },
  mapLabel: { ko: '현장 위치. 항목을 고르면 목록으로 이동합니다.', en: 'Where sites are. A mark leads to its entry.' },
  north: { ko: '북쪽이 위', en: 'North is up' },
  staleMarks: { ko: '흐린 표시는 확인 안 됨', en: 'Faint marks are not agreed' },
  occupancy: { ko: '점유율', en: 'Occupancy' },
  coverage: { ko: '파악 비율', en: 'Known' },
  lotsKnown: { ko: '파악된 주차장', en: 'Lots known' },
  devicesKnown: { ko: '파악된 장치', en: 'Devices known' },
  availability: { ko: '장치 가동률', en: 'Devices that answer' },
  now: { ko: '현재', en: 'Now' },
  lastDay: { ko: '최근 24시간', en: 'The last 24 hours' },
  age: { ko: '기준', en: 'As of' },
  lastSeq: { ko: '마지막 확인 번호', en: 'Last agreed number' },
  wear: { ko: '저장 장치 수명', en: 'Life of the card' },
  drill: { ko: '복원 훈련', en: 'Restore drill' },
  years: { ko: '년', en: 'years' },
  passed: { ko: '성공', en: 'passed' },
  failed: { ko: '실패', en: 'failed' },
  overdue: { ko: '기한 지남', en: 'overdue' },
  none: { ko: '없음', en: 'none' },
  notRefreshed: {
    ko: '서버에 연결되지 않아 이 화면은 갱신되지 않고 있습니다.',
    en: 'The server is not reached: this page is not refreshed.',
  },
  step: { ko: '조치', en: 'Action' },
  cancel: { ko: '취소', en: 'Cancel' },
  configurations: { ko: '설정 배포', en: 'Configuration' },
  kind: { ko: '종류', en: 'Kind' },
  siteFiles: { ko: '사이트 파일', en: 'Site files' },
  rules: { ko: '규칙 설정', en: 'Settings of rules' },
  wave: { ko: '차수', en: 'Wave' },
  gateway: { ko: '게이트웨이', en: 'Gateway' },
  gateways: { ko: '게이트웨이', en: 'Gateways' },
  reason: { ko: '사유', en: 'Reason' },
  by: { ko: '배포자', en: 'By' },
  worse: { ko: '나빠짐', en: 'worse' },
  skip: { ko: '본문으로', en: 'To the content' },
} as const satisfies Record<string, Words>;

/** What a gateway said that is not heard now. */
export function lastSaid({ ko, en }: Words): Words {
  return { ko: `알 수 없음 (마지막: ${ko})`, en: `unknown (last: ${en})` };
}

/** How long ago. `ms` is rounded down, so that nothing looks older than it is known to be. */
export function agoWords(ms: number): Words {
  const { ko, en } = spanWords(Math.max(0, ms) / 1000);
  return { ko: `${ko} 전`, en: `${en} ago` };
}

/** How long, in the unit that somebody would say it in; rounded down. */
export function spanWords(span: number): Words {
  const seconds = Math.floor(span);
  if (seconds < 60) return { ko: `${seconds}초`, en: `${seconds} s` };
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return { ko: `${minutes}분`, en: `${minutes} min` };
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return { ko: `${hours}시간`, en: `${hours} h` };
  const days = Math.floor(hours / 24);
  return { ko: `${days}일`, en: `${days} days` };
}

/** How far a clock is off. `seconds` above 0: it is fast. */
export function clockWords(seconds: number): Words {
  const { ko, en } = spanWords(Math.abs(seconds));
  return seconds > 0 ? { ko: `${ko} 빠름`, en: `${en} fast` } : { ko: `${ko} 느림`, en: `${en} slow` };
}

/** How devices are, in the words of the pages. */
export const deviceStateNames = {
  online: { ko: '정상', en: 'online' },
  degraded: { ko: '일부 이상', en: 'degraded' },
  offline: { ko: '응답 없음', en: 'offline' },
  unknown: { ko: '알 수 없음', en: 'unknown' },
} as const satisfies Record<string, Words>;

/** What a gateway answered to an acknowledgement. Anything else is said as it is. */
export const ackOutcomes: { readonly [outcome: string]: Words } = {
  done: { ko: '현장에서 확인 처리됨', en: 'Acknowledged at the site' },
  'other-version': { ko: '그 사이 경보가 바뀌어 처리되지 않음', en: 'The alert had changed; not acknowledged' },
  failed: { ko: '현장에서 처리하지 못함', en: 'The site could not do it' },
};

/** So many, in English. */
const of = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;

/** Why somebody should go there, with the figures. */
export const visitWords: {
  readonly [C in VisitReason['code']]: (figures: Extract<VisitReason, { code: C }>) => Words;
} = {
  'never-agreed': () => ({ ko: '아직 한 번도 전송되지 않음', en: 'Nothing was ever agreed' }),
  'not-agreed': ({ minutes }) => {
    const { ko, en } = spanWords(minutes * 60);
    return { ko: `${ko}째 확인되지 않음`, en: `Nothing agreed for ${en}` };
  },
  refused: ({ times }) => ({ ko: `거부된 전송 ${times}건`, en: `${of(times, 'batch', 'batches')} refused` }),
  'certificate-ends': ({ days }) => ({
    ko: days < 0 ? '인증서 만료됨' : `인증서 ${days}일 남음`,
    en: days < 0 ? 'Its certificate has ended' : `Its certificate ends in ${of(days, 'day', 'days')}`,
  }),
  'disk-low': ({ percent }) => ({ ko: `디스크 여유 ${percent} %`, en: `${percent} % of the disk free` }),
  'clock-off': ({ seconds }) => {
    const { ko, en } = clockWords(seconds);
    return { ko: `시계가 ${ko}`, en: `Its clock is ${en}` };
  },
  backlog: ({ minutes }) => {
    const { ko, en } = spanWords(minutes * 60);
    return { ko: `${ko} 전 자료가 아직 미전송`, en: `Data of ${en} ago still waits` };
  },
  'given-up': ({ messages }) => ({
    ko: `전송 포기 ${messages}건`,
    en: `${of(messages, 'message', 'messages')} given up`,
  }),
  missing: ({ messages }) => ({
    ko: `에이전트 자료 누락 ${messages}건`,
    en: `${of(messages, 'message', 'messages')} of agents missing`,
  }),
  'service-failing': ({ services }) => ({ ko: `서비스 오류: ${services}`, en: `Services fail: ${services}` }),
  'devices-offline': ({ devices }) => ({
    ko: `응답 없는 장치 ${devices}대`,
    en: `${of(devices, 'device', 'devices')} offline`,
  }),
  'card-wearing': ({ months }) => ({
    ko: `저장 장치 수명 ${months}개월 남음`,
    en: `Its card lasts ${of(months, 'more month', 'more months')}`,
  }),
  'drill-failed': () => ({ ko: '복원 훈련 실패', en: 'The restore drill failed' }),
  'drill-overdue': () => ({ ko: '복원 훈련 기한 지남', en: 'The restore drill is overdue' }),
  'old-version': ({ version, newest }) => ({
    ko: `버전 ${version} (최신 ${newest})`,
    en: `Version ${version}; the newest is ${newest}`,
  }),
  conflicts: ({ messages }) => ({
    ko: `같은 번호의 다른 자료 ${messages}건`,
    en: `${of(messages, 'message clashes', 'messages clash')}`,
  }),
};

export type VisitReason =
  | { readonly code: 'never-agreed' }
  | { readonly code: 'not-agreed'; readonly minutes: number }
  | { readonly code: 'refused'; readonly times: number }
  | { readonly code: 'certificate-ends'; readonly days: number }
  | { readonly code: 'disk-low'; readonly percent: number }
  | { readonly code: 'clock-off'; readonly seconds: number }
  | { readonly code: 'backlog'; readonly minutes: number }
  | { readonly code: 'given-up'; readonly messages: number }
  | { readonly code: 'missing'; readonly messages: number }
  | { readonly code: 'service-failing'; readonly services: string }
  | { readonly code: 'devices-offline'; readonly devices: number }
  | { readonly code: 'card-wearing'; readonly months: number }
  | { readonly code: 'drill-failed' }
  | { readonly code: 'drill-overdue' }
  | { readonly code: 'old-version'; readonly version: string; readonly newest: string }
  | { readonly code: 'conflicts'; readonly messages: number };

export function visitText(reason: VisitReason): Words {
  const words = visitWords[reason.code] as (figures: VisitReason) => Words; // the table's own key
  return words(reason);
}

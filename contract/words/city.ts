import type { Words } from './words.ts';

/** What the pages of a city say. */

export const cityWords = {
  boxes: { ko: '게이트웨이', en: 'Gateways' },
  lots: { ko: '주차장', en: 'Lots' },
  alerts: { ko: '경보', en: 'Alerts' },
  indicators: { ko: '지표', en: 'Indicators' },
  signIn: { ko: '로그인', en: 'Sign in' },
  token: { ko: '토큰', en: 'Token' },
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
  hour: { ko: '시각', en: 'Hour' },
  arrivals: { ko: '입차', en: 'Arrivals' },
  turnover: { ko: '회전율(면당)', en: 'Turnover (per space)' },
  alertCount: { ko: '경보 발생', en: 'Alerts raised' },
  exercise: { ko: '훈련', en: 'Exercise' },
} as const satisfies Record<string, Words>;

/** Why somebody should go there, with the figures. */
export const visitWords: {
  readonly [C in VisitReason['code']]: (figures: Extract<VisitReason, { code: C }>) => Words;
} = {
  'never-agreed': () => ({ ko: '아직 한 번도 전송되지 않음', en: 'Nothing was ever agreed' }),
  'not-agreed': ({ minutes }) => ({ ko: `${minutes}분째 확인되지 않음`, en: `Nothing agreed for ${minutes} min` }),
  refused: ({ times }) => ({ ko: `거부된 전송 ${times}건`, en: `${times} batches refused` }),
  'certificate-ends': ({ days }) => ({
    ko: days < 0 ? '인증서 만료됨' : `인증서 ${days}일 남음`,
    en: days < 0 ? 'Its certificate has ended' : `Its certificate ends in ${days} days`,
  }),
  'disk-low': ({ percent }) => ({ ko: `디스크 여유 ${percent} %`, en: `${percent} % of the disk free` }),
  'clock-off': ({ seconds }) => ({ ko: `시계가 ${seconds}초 어긋남`, en: `Its clock is off by ${seconds} s` }),
  backlog: ({ minutes }) => ({
    ko: `${minutes}분 전 자료가 아직 미전송`,
    en: `Data of ${minutes} min ago still waits`,
  }),
  'given-up': ({ messages }) => ({ ko: `전송 포기 ${messages}건`, en: `${messages} messages given up` }),
  missing: ({ messages }) => ({ ko: `에이전트 자료 누락 ${messages}건`, en: `${messages} messages of agents missing` }),
  'service-failing': ({ services }) => ({ ko: `서비스 오류: ${services}`, en: `Services fail: ${services}` }),
  'devices-offline': ({ devices }) => ({ ko: `응답 없는 장치 ${devices}대`, en: `${devices} devices offline` }),
  conflicts: ({ messages }) => ({ ko: `같은 번호의 다른 자료 ${messages}건`, en: `${messages} messages clash` }),
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
  | { readonly code: 'conflicts'; readonly messages: number };

export function visitText(reason: VisitReason): Words {
  const words = visitWords[reason.code] as (figures: VisitReason) => Words; // the table's own key
  return words(reason);
}

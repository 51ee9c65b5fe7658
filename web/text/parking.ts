import { faultNames } from '../../contract/words/faults.ts';
import type { SpaceReason, SpaceState, StayItem, ViolationItem } from '../gateway/items.ts';
import type { Table, Words } from './words.ts';

/** Words of lots and spaces. Closed, full and unknown are three words. */

export const spaceStateWords: Record<SpaceState, Words> = {
  free: { ko: '비어 있음', en: 'Free' },
  occupied: { ko: '주차 중', en: 'Occupied' },
  unknown: { ko: '알 수 없음', en: 'Unknown' },
  closed: { ko: '사용 중지', en: 'Out of service' },
};

/** Kinds of spaces (Parking Lot Act, Enforcement Rule art. 3, and local practice). */
export const spaceTypeWords: Readonly<Record<string, Words>> = {
  general: { ko: '일반', en: 'General' },
  extended: { ko: '확장', en: 'Extended' },
  compact: { ko: '경차', en: 'Compact' },
  disabled: { ko: '장애인', en: 'Accessible' },
  ev: { ko: '전기차', en: 'Electric' },
  'ev-fast': { ko: '급속충전', en: 'Fast charging' },
  'ev-slow': { ko: '완속충전', en: 'Slow charging' },
  family: { ko: '가족배려', en: 'Family' },
  motorcycle: { ko: '이륜차', en: 'Motorcycle' },
  freight: { ko: '화물', en: 'Freight' },
  bus: { ko: '버스', en: 'Bus' },
  resident: { ko: '거주자', en: 'Resident' },
};

/** Two letters at most, for the plan. */
export const typeSigns: Readonly<Record<string, string>> = {
  disabled: '♿',
  ev: '⚡',
  'ev-fast': '⚡',
  'ev-slow': '⚡',
  family: '♡',
  compact: '소',
  resident: '거',
  freight: '화',
  bus: '버',
  motorcycle: '이',
};

export const parkingWords = {
  lots: { ko: '주차장', en: 'Car parks' },
  none: { ko: '사이트 파일에 주차장이 없습니다.', en: 'The site file has no car parks.' },
  noLot: { ko: '없는 주차장입니다.', en: 'There is no such car park.' },
  toLots: { ko: '주차장 목록', en: 'All car parks' },
  free: { ko: '비어 있음', en: 'free' },
  of: { ko: '전체 {capacity}면', en: 'of {capacity}' },
  occupied: { ko: '주차 중', en: 'occupied' },
  unknown: { ko: '알 수 없음', en: 'unknown' },
  outOfService: { ko: '사용 중지', en: 'out of service' },
  closed: { ko: '닫힘', en: 'Closed' },
  full: { ko: '만차', en: 'Full' },
  fullnessUnknown: { ko: '빈자리 알 수 없음', en: 'Free spaces unknown' },
  atLeast: { ko: '최소', en: 'at least' },
  sure: { ko: '전체의 {percent}% 확인됨', en: '{percent}% of it is known' },
  stale: { ko: '오래된 값', en: 'old figures' },
  asOf: { ko: '{time} 기준', en: 'as of {time}' },
  sign: { ko: '안내판: {text}', en: 'Sign: {text}' },
  byType: { ko: '종류별', en: 'By type' },
  type: { ko: '종류', en: 'Type' },
  plan: { ko: '배치도', en: 'Plan' },
  list: { ko: '목록', en: 'List' },
  stays: { ko: '주차 기록', en: 'Stays' },
  violations: { ko: '위반 후보', en: 'Candidates' },
  statistics: { ko: '통계', en: 'Statistics' },
  reservations: { ko: '예약', en: 'Reservations' },
  space: { ko: '주차면', en: 'Space' },
  zone: { ko: '구역', en: 'Zone' },
  state: { ko: '상태', en: 'State' },
  since: { ko: '언제부터', en: 'Since' },
  why: { ko: '이유', en: 'Why' },
  until: { ko: '{time}까지', en: 'until {time}' },
  sensed: { ko: '센서 값', en: 'The sensor says' },
  sensorBelieved: { ko: '센서 신뢰함', en: 'sensor believed' },
  sensorDoubted: { ko: '센서 신뢰하지 않음', en: 'sensor doubted' },
  chooseSpace: { ko: '배치도에서 주차면을 선택하세요.', en: 'Choose a space in the plan.' },
  noPlan: { ko: '배치 정보가 없어 파일 순서대로 표시', en: 'No plan given: shown in the order of the file' },
  noSpaces: { ko: '공개된 주차면이 없습니다.', en: 'No spaces are shown here.' },
  legend: { ko: '범례', en: 'Legend' },
  override: { ko: '상태 지정', en: 'Override' },
  overrideEnd: { ko: '지정 해제', en: 'End the override' },
  overrideEndReason: { ko: '지정 해제', en: 'override ended' },
  overrideState: { ko: '지정할 상태', en: 'State' },
  overrideUntil: { ko: '언제까지', en: 'Until' },
  overrideReason: { ko: '사유', en: 'Reason' },
  seenEmpty: { ko: '현장에서 빈자리 확인', en: 'I see it empty' },
  seenEmptyReason: { ko: '현장 확인', en: 'seen on the spot' },
  overrideDone: { ko: '{space} 상태 지정됨', en: '{space} is overridden' },
  reasonMissing: { ko: '사유를 입력할 것', en: 'Give a reason' },
  untilMissing: { ko: '언제까지인지 입력할 것', en: 'Say until when' },
  untilPast: { ko: '지금보다 뒤의 시각을 입력할 것', en: 'Give a time that is still to come' },
  close: { ko: '닫기', en: 'Close' },
  today: { ko: '오늘', en: 'Today' },
  day: { ko: '24시간', en: '24 hours' },
  week: { ko: '7일', en: '7 days' },
  month: { ko: '30일', en: '30 days' },
  period: { ko: '기간', en: 'Period' },
  from: { ko: '시작', en: 'From' },
  to: { ko: '끝', en: 'To' },
  stillThere: { ko: '주차 중', en: 'still there' },
  minutes: { ko: '{count}분', en: '{count} min' },
  hoursMinutes: { ko: '{h}시간 {m}분', en: '{h} h {m} min' },
  duration: { ko: '시간', en: 'For' },
  marks: { ko: '비고', en: 'Notes' },
  noStays: { ko: '이 기간의 주차 기록이 없습니다.', en: 'No stays in this period.' },
  noViolations: { ko: '위반 후보가 없습니다.', en: 'No candidates.' },
  candidateNote: {
    ko: '센서가 알 수 없는 것은 현장에서 확인해야 합니다. 위반 여부는 담당자가 정합니다.',
    en: 'What a sensor cannot know has to be looked at on the spot. An officer decides.',
  },
  kind: { ko: '내용', en: 'What' },
  cannotKnow: { ko: '센서가 모르는 것', en: 'What the sensor cannot know' },
  occupancy: { ko: '점유율', en: 'Occupancy' },
  coverage: { ko: '확인된 시간', en: 'Time known' },
  arrivals: { ko: '입차', en: 'Arrivals' },
  turnover: { ko: '회전율(최소)', en: 'Turnover (at least)' },
  meanStay: { ko: '평균 주차 시간', en: 'Mean stay' },
  p85Stay: { ko: '85% 주차 시간', en: '85th percentile' },
  peak: { ko: '가장 붐빈 때', en: 'Busiest' },
  availability: { ko: '센서 신뢰 시간', en: 'Sensors believed' },
  noReservations: { ko: '이 기간의 예약이 없습니다.', en: 'No reservations in this period.' },
  reservationsBy: { ko: '{space} 예약', en: 'Reservations of {space}' },
  chartOf: { ko: '시간대별 점유율. 빗금은 알 수 없는 시간', en: 'Occupancy by hour; hatched where it is not known' },
} as const satisfies Table;

type Told = {
  readonly [C in SpaceReason['code']]: (figures: Extract<SpaceReason, { code: C }>) => Words;
};

/** Why a space is not simply free or occupied. */
const reasons: Told = {
  'not-yet-heard': () => ({ ko: '게이트웨이 시작 후 수신 전', en: 'not heard since the gateway started' }),
  'not-heard': () => ({ ko: '센서 응답 없음', en: 'its sensor is not heard' }),
  'sensor-fault': ({ fault }) => ({
    ko: `센서 이상: ${faultNames[fault].ko}`,
    en: `sensor fault: ${faultNames[fault].en}`,
  }),
  settling: () => ({ ko: '변화를 확인하는 중', en: 'changing; not yet sure' }),
  'sensor-stuck': ({ minutes, neighbours }) => ({
    ko: `센서 고착 의심: ${minutes}분 동안 변화 없음(이웃은 ${neighbours}회 변화)`,
    en: `sensor may be stuck: no change in ${minutes} min while its neighbours changed ${neighbours} times`,
  }),
  crosstalk: ({ with: other, times }) => ({
    ko: `옆 주차면 ${other} 센서와 함께 변함(${times}회)`,
    en: `changes together with ${other} (${times} times)`,
  }),
  'feed-frozen': ({ minutes }) => ({
    ko: `데이터가 ${minutes}분 동안 멈춰 있음`,
    en: `the figures have stood still for ${minutes} min`,
  }),
  override: ({ note }) => ({ ko: `운영자 지정: ${note}`, en: `set by an operator: ${note}` }),
  'seen-empty': () => ({ ko: '현장에서 비어 있음을 확인', en: 'an attendant saw it empty' }),
  'outside-hours': () => ({ ko: '운영 시간 아님', en: 'outside the hours' }),
  emergency: ({ building }) => ({
    ko: `건물 비상 상황(${building})으로 진입 금지`,
    en: `kept free: an emergency in ${building}`,
  }),
};

export function spaceReason<R extends SpaceReason>(reason: R): Words {
  const words = reasons[reason.code] as (figures: R) => Words;
  return words(reason);
}

export const violationWords: Readonly<Record<ViolationItem['kind'], Words>> = {
  'accessible-bay': { ko: '장애인 구역 주차', en: 'In an accessible bay' },
  'ev-fast-over': { ko: '급속충전 구역 초과', en: 'Over time at a fast charger' },
  'ev-slow-check-type': { ko: '완속충전 7시간: 차종 확인', en: 'Seven hours at a slow charger: check the type' },
  'ev-slow-over': { ko: '완속충전 구역 초과', en: 'Over time at a slow charger' },
  'outside-window': { ko: '공유 시간 밖 주차', en: 'Outside the sharing window' },
  overstay: { ko: '예약 시간 초과', en: 'Beyond the reservation' },
  'entrance-blocked': { ko: '출입구 막음', en: 'Blocks an entrance' },
  'long-stay': { ko: '장기 방치', en: 'Left for long' },
  'unauthorised-occupancy': { ko: '권한 없는 주차', en: 'Not entitled' },
};

export const cannotKnowWords: Readonly<Record<ViolationItem['cannotKnow'][number], Words>> = {
  permit: { ko: '주차 표지', en: 'permit' },
  'vehicle-type': { ko: '차종', en: 'type of vehicle' },
  'plugged-in': { ko: '충전 중인지', en: 'whether it is charging' },
  'same-vehicle': { ko: '같은 차인지', en: 'whether it is the same car' },
  'who-parked': { ko: '누구 차인지', en: 'whose car it is' },
  loading: { ko: '하역 중인지', en: 'whether it is loading' },
  'apartment-size': { ko: '세대 수', en: 'number of households' },
};

export const markWords: Readonly<Record<StayItem['marks'][number]['kind'], Words>> = {
  'possible-change': { ko: '차가 바뀌었을 수 있음', en: 'perhaps another car' },
  'roof-changed': { ko: '차 높이가 달라짐', en: 'another height of roof' },
  'sensor-gap': { ko: '센서 끊김', en: 'sensor gap' },
  'sensor-doubted': { ko: '센서 의심', en: 'sensor doubted' },
  'amended-late': { ko: '나중에 고침', en: 'amended later' },
  'began-unseen': { ko: '시작을 못 봄', en: 'its beginning was not seen' },
  'seen-empty': { ko: '현장 확인', en: 'seen empty' },
};

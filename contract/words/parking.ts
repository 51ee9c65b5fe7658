import type { ParkingReason, StayMark, UnknownOfViolation, ViolationKind } from '../reasons/parking.ts';
import { faultNames } from './faults.ts';
import type { Words } from './words.ts';

/** What drivers, operators and officers are told of spaces, stays and violation candidates. */

type ReasonWords = {
  readonly [code in ParkingReason['code']]: (reason: Extract<ParkingReason, { code: code }>) => Words;
};

const reasons: ReasonWords = {
  'not-yet-heard': () => ({ ko: '센서 수신 대기', en: 'Its sensor has not been heard yet' }),
  'not-heard': () => ({ ko: '센서 통신 끊김', en: 'Its sensor is not heard' }),
  'sensor-fault': ({ fault }) => ({
    ko: `센서 이상: ${faultNames[fault].ko}`,
    en: `Sensor fault: ${faultNames[fault].en}`,
  }),
  settling: () => ({ ko: '상태 확인 중', en: 'Being confirmed' }),
  'sensor-stuck': ({ minutes, neighbours }) => ({
    ko: `센서 고착 의심: ${minutes}분 동안 변화 없음(주변 ${neighbours}회 변화)`,
    en: `Sensor may be stuck: no change for ${minutes} min, ${neighbours} changes around it`,
  }),
  crosstalk: ({ with: other, times }) => ({
    ko: `인접 면 간섭 의심: ${other}면과 동시에 ${times}회 변화`,
    en: `Sensor may be disturbed: changed ${times} times together with ${other}`,
  }),
  'feed-frozen': ({ minutes }) => ({
    ko: `수신 정지 의심: 주차장 전체가 ${minutes}분 동안 변화 없음`,
    en: `Feed may be frozen: nothing in the lot changed for ${minutes} min`,
  }),
  override: ({ note }) => ({ ko: `운영자 설정: ${note}`, en: `Set by an operator: ${note}` }),
  'seen-empty': () => ({ ko: '현장 확인: 비어 있음', en: 'Seen empty by an attendant' }),
  'outside-hours': () => ({ ko: '이용 시간이 아님', en: 'Outside its hours' }),
  emergency: ({ building }) => ({
    ko: `건물 비상 상황(${building})으로 진입 금지`,
    en: `Kept free: an emergency in ${building}`,
  }),
};

export function parkingReasonText(reason: ParkingReason): Words {
  // The key and the argument belong together, which a look-up by a union cannot show.
  return (reasons[reason.code] as (reason: ParkingReason) => Words)(reason);
}

/** Always called a candidate: an officer decides. */
export const violationWords: { readonly [kind in ViolationKind]: Words } = {
  'accessible-bay': { ko: '장애인전용구역 주차 확인 대상', en: 'Accessible bay: to be checked' },
  'ev-fast-over': { ko: '급속 충전구역 1시간 초과 확인 대상', en: 'Fast charger, over the limit: to be checked' },
  'ev-slow-check-type': {
    ko: '완속 충전구역 차종 확인 대상(플러그인하이브리드)',
    en: 'Slow charger: vehicle type to be checked',
  },
  'ev-slow-over': { ko: '완속 충전구역 장기 점유 확인 대상', en: 'Slow charger, over the limit: to be checked' },
  'outside-window': {
    ko: '거주자우선구역 부정주차 확인 대상',
    en: 'Resident space outside every window: to be checked',
  },
  overstay: { ko: '예약 시간 초과 확인 대상', en: 'Stayed past the reservation: to be checked' },
  'entrance-blocked': { ko: '출입구 막음 확인 대상', en: 'Entrance blocked: to be checked' },
  'long-stay': { ko: '무료 공영주차장 장기 방치 확인 대상', en: 'A month in a free public lot: to be checked' },
  'unauthorised-occupancy': { ko: '예약 면 무단 점유 확인 대상', en: 'Reserved space taken: to be checked' },
};

export const cannotKnowWords: { readonly [missing in UnknownOfViolation]: Words } = {
  permit: { ko: '주차가능 표지 유무', en: 'whether a permit is shown' },
  'vehicle-type': { ko: '차종', en: 'the type of vehicle' },
  'plugged-in': { ko: '충전 중인지 여부', en: 'whether it is charging' },
  'same-vehicle': { ko: '같은 차량인지 여부', en: 'whether it is the same vehicle' },
  'who-parked': { ko: '누가 주차했는지', en: 'who parked there' },
  loading: { ko: '일시 정차인지 여부', en: 'whether it is only loading' },
  'apartment-size': { ko: '적용 대상 공동주택인지 여부', en: 'whether the building is large enough for the rule' },
};

export const stayMarkWords: { readonly [mark in StayMark]: Words } = {
  'possible-change': { ko: '차량 교체 가능성', en: 'perhaps another car' },
  'roof-changed': { ko: '차량 높이 변화', en: 'another roof height, perhaps another car' },
  'sensor-gap': { ko: '센서 공백', en: 'sensor gap' },
  'sensor-doubted': { ko: '센서 의심', en: 'sensor doubted' },
  'amended-late': { ko: '지연 수신으로 정정', en: 'amended by late readings' },
  'began-unseen': { ko: '시작 시각 미확인', en: 'beginning not seen' },
  'seen-empty': { ko: '현장 확인', en: 'seen empty by an attendant' },
};

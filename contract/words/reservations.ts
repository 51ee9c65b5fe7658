import type { ReservationReason } from '../reasons/reservations.ts';
import { withParticle } from './particles.ts';
import type { Words } from './words.ts';

/** What happened to a reservation, as its driver, the space's owner or an operator reads it. */
const words: {
  readonly [C in ReservationReason['code']]: (figures: Extract<ReservationReason, { code: C }>) => Words;
} = {
  reserved: () => ({ ko: '예약 확정', en: 'Reserved' }),
  held: ({ minutes }) => ({
    ko: `결제 대기, ${minutes}분 동안 자리 유지`,
    en: `Held for ${minutes} min until it is paid`,
  }),
  paid: () => ({ ko: '결제 완료, 예약 확정', en: 'Paid and confirmed' }),
  'hold-ended': () => ({ ko: '결제되지 않아 예약 해제', en: 'Not paid in time, released' }),
  'paid-after-hold': () => ({ ko: '유지 시간이 지난 뒤 결제됨', en: 'Paid after the hold had ended' }),
  'still-free': () => ({ ko: '자리가 남아 있어 예약 확정', en: 'Still free, so confirmed' }),
  'no-longer-free': () => ({ ko: '자리가 없어 환불 요청', en: 'No longer free, refund asked for' }),
  cancelled: () => ({ ko: '예약 취소', en: 'Cancelled' }),
  'car-arrived': () => ({ ko: '차량 도착', en: 'A car arrived' }),
  'car-left': () => ({ ko: '차량 출차', en: 'The car left' }),
  'car-back': () => ({ ko: '차량 복귀', en: 'The car came back' }),
  began: () => ({ ko: '이용 시작', en: 'Began' }),
  ended: () => ({ ko: '이용 종료', en: 'Ended' }),
  'ended-early': () => ({ ko: '조기 종료', en: 'Ended early' }),
  'ended-unseen': () => ({
    ko: '센서 확인 없이 종료',
    en: 'Ended; its sensor could not say whether a car stood there',
  }),
  'no-show': ({ minutes }) => ({
    ko: `시작 후 ${minutes}분 동안 도착하지 않아 해제`,
    en: `Nobody came within ${minutes} min, released`,
  }),
  overstayed: ({ minutes }) => ({
    ko: `예약 종료 후 ${minutes}분 초과 주차`,
    en: `Still there ${minutes} min after the end`,
  }),
  'taken-by-another': () => ({ ko: '다른 차량이 주차 중', en: "Somebody else's car stands there" }),
  'still-occupied': ({ minutes }) => ({
    ko: `시작 ${minutes}분 전인데 주차면이 비지 않음`,
    en: `Still occupied ${minutes} min before the start`,
  }),
  'space-closed': () => ({ ko: '예약한 주차면 사용 중지', en: 'The reserved space is closed' }),
  'open-again': () => ({
    ko: '주차면 사용 재개. 예약한 자리를 이용하세요.',
    en: 'Open again: use the space that you reserved',
  }),
  'sensor-lost': ({ minutes }) => ({
    ko: `시작 ${minutes}분 전, 센서 상태를 확인할 수 없음`,
    en: `Its sensor says nothing ${minutes} min before the start`,
  }),
  'free-again': () => ({
    ko: '주차면이 비었습니다. 예약한 자리를 이용하세요.',
    en: 'Free again: use the space that you reserved',
  }),
  'alternative-offered': ({ space }) => ({
    ko: `대신 이용할 주차면: ${space}`,
    en: `Another space is kept for you: ${space}`,
  }),
  'no-alternative-found': () => ({ ko: '대신할 주차면 없음', en: 'No other space could be found' }),
  moved: ({ space }) => ({ ko: `${withParticle(space, '으로/로')} 옮김`, en: `Moved to ${space}` }),
};

export function reservationText(reason: ReservationReason): Words {
  // The key and the argument belong together, which a look-up by a union cannot show.
  return (words[reason.code] as (reason: ReservationReason) => Words)(reason);
}

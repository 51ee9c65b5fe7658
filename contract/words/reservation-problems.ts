import type { ReservationFigures } from '../problems/reservations.ts';
import { withParticle } from './particles.ts';
import type { Words } from './words.ts';

/** Lots and spaces that are not there have words of their own, for every caller. */
type Figures = Omit<ReservationFigures, 'no-such-space' | 'no-such-lot'>;

/** What a driver, an owner or an operator is told when something about a reservation is refused. */
export const reservationProblemWords: {
  readonly [C in keyof Figures]: (figures: Figures[C]) => Words;
} = {
  'zero-length': () => ({ ko: '시작과 끝 시각이 같습니다.', en: 'start and end are the same instant' }),
  'ends-before-start': () => ({ ko: '끝 시각이 시작보다 앞섭니다.', en: 'end: must be after start' }),
  'in-the-past': () => ({ ko: '이미 지난 시각입니다.', en: 'start: has passed already' }),
  'too-short': ({ minutes }) => ({
    ko: `최소 ${minutes}분부터 예약 가능`,
    en: `at least ${minutes} min can be reserved`,
  }),
  'too-long': ({ minutes }) => ({
    ko: `최대 ${minutes}분까지 예약 가능`,
    en: `at most ${minutes} min can be reserved`,
  }),
  'too-far-ahead': ({ minutes }) => ({
    ko: `${days(minutes)}일 이내만 예약 가능`,
    en: `a reservation can begin at most ${days(minutes)} days ahead`,
  }),
  'other-type': ({ space, type }) => ({
    ko: `${space}: ${type} 유형의 주차면이 아닙니다.`,
    en: `space ${space} is not of type ${type}`,
  }),
  'no-such-type': ({ type }) => ({
    ko: `이 주차장에 없는 유형: ${type}`,
    en: `type: the lot has no space of type ${type}`,
  }),
  'no-such-discount': ({ discount }) => ({
    ko: `이 주차장에 없는 할인: ${discount}`,
    en: `discount: the lot has no discount ${discount}`,
  }),
  'not-bookable': () => ({ ko: '예약을 받지 않는 주차면입니다.', en: 'this lot or space takes no reservations' }),
  'lot-closed': () => ({ ko: '그 시간에는 주차장이 문을 닫습니다.', en: 'the lot is closed for some of that time' }),
  'outside-window': () => ({
    ko: '그 시간에는 공유하지 않는 주차면입니다.',
    en: 'the space is not shared for all of that time',
  }),
  'calendar-unknown': ({ day }) => ({
    ko: `${day}의 공휴일 여부를 아직 알 수 없어 예약할 수 없습니다.`,
    en: `no table says yet whether ${day} is a holiday, so hours and fee are not known`,
  }),
  'space-closed': () => ({ ko: '지금 이용할 수 없는 주차면입니다.', en: 'the space is closed' }),
  'slot-taken': () => ({ ko: '그 시간에는 이미 예약이 있습니다.', en: 'somebody has reserved some of that time' }),
  'space-occupied': () => ({
    ko: '곧 시작할 시간인데 아직 차가 있습니다.',
    en: 'it begins soon, and a car still stands there',
  }),
  'sensor-unknown': () => ({
    ko: '센서 상태를 확인할 수 없어 예약을 받지 않습니다.',
    en: 'its sensor is not heard or in doubt, so nothing is promised',
  }),
  'idempotency-key-missing': () => ({
    ko: 'Idempotency-Key 헤더가 필요합니다.',
    en: 'send a header Idempotency-Key, new for each reservation and the same when you try again',
  }),
  'idempotency-key-reused': () => ({
    ko: '같은 Idempotency-Key로 다른 내용을 보냈습니다.',
    en: 'this Idempotency-Key was sent with another body before; take a new one',
  }),
  'not-open-to-all': () => ({
    ko: '이 주차장은 허가된 프로그램만 예약할 수 있습니다.',
    en: 'this lot takes reservations from programs with scope reserve only',
  }),
  'no-such-reservation': () => ({ ko: '없는 예약입니다.', en: 'there is no such reservation' }),
  'reservation-token-missing': () => ({
    ko: 'Reservation-Token 헤더가 필요합니다.',
    en: 'send its token in the header Reservation-Token',
  }),
  'reservation-token-wrong': () => ({
    ko: '이 예약의 토큰이 아닙니다.',
    en: 'this is not the token of the reservation',
  }),
  'wrong-state': ({ state }) => ({
    ko: `지금 상태(${state})에서는 할 수 없습니다.`,
    en: `not while the reservation is ${state}`,
  }),
  'not-over': ({ state }) => ({
    ko: `예약이 끝난 뒤에 지울 수 있습니다(지금 ${state}). 먼저 취소하거나 끝내십시오.`,
    en: `it can be forgotten once it is over (now ${state}); cancel or end it first`,
  }),
  'payment-open': () => ({
    ko: '결제 처리가 끝난 뒤에 지울 수 있습니다.',
    en: 'a payment of it is still on its way; it can be forgotten once that is answered',
  }),
  'still-there': () => ({ ko: '차가 아직 주차면에 있습니다.', en: 'the car still stands on the space' }),
  'no-alternative': () => ({ ko: '제안된 다른 주차면이 없습니다.', en: 'no other space is on offer' }),
  'notice-too-short': ({ minutes }) => ({
    ko: `회수는 ${withParticle(`${minutes}분`, '을/를')} 앞두고 알려야 합니다.`,
    en: `a recall needs ${minutes} min of notice`,
  }),
  'windows-overlap': ({ first, second }) => ({
    ko: `${first + 1}번째와 ${second + 1}번째 공유 시간이 겹칩니다.`,
    en: `windows ${first + 1} and ${second + 1} overlap`,
  }),
  'owner-token-missing': () => ({
    ko: 'Owner-Token 헤더가 필요합니다.',
    en: 'send the header Owner-Token, or sign in as an operator',
  }),
  'owner-token-wrong': () => ({ ko: '이 주차면의 토큰이 아닙니다.', en: 'this is not the token of the space' }),
  'no-such-recall': () => ({ ko: '없는 회수입니다.', en: 'there is no such recall' }),
  'no-such-payment': () => ({ ko: '없는 결제입니다.', en: 'there is no such payment' }),
};

function days(minutes: number): number {
  return Math.floor(minutes / 1440);
}

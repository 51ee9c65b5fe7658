import type { SiteId } from '../../../contract/ids.ts';
import { reservationText } from '../../../contract/words/reservations.ts';
import type { Notice } from '../../notify/notice.ts';
import type { CalendarTrouble } from '../calendar/calendar.ts';
import type { Payment } from './payments.ts';
import type { Reservation } from './reservation.ts';
import type { Telling } from './turn.ts';

/** What reservations have to tell, as notices: rows of the same commit, delivered by others. */

const part = 'reservations';

/** To the owner of a space, or to the lot's operator. */
export function noticeOf({ key, role, urgency, reason, ...telling }: Telling, created: number): Notice {
  const { site, lot, space, reservation } = telling;
  return {
    ...{ key, part, site, building: 'site', alert: null, audience: { role, step: 0 } },
    ...{ reason: reason.code, urgency, created },
    payload: { title: titleOf(lot, space), text: reservationText(reason), lot, space, reservation, reason },
  };
}

/**
 * To the operator's payment provider, whose webhook is the audience `payments`. It answers with the payment's id at
 * `POST /api/v1/payments/{id}/answer`. The key is the payment's id: what comes twice is one payment.
 */
export function paymentNotice(
  { id, kind, amount, askedAt }: Payment,
  { site, lot, space, ...of }: Reservation,
): Notice {
  return {
    ...{ key: `payment/${id}`, part, site, building: 'site', alert: null, audience: { role: 'payments', step: 0 } },
    ...{ reason: kind, urgency: 'prompt', created: askedAt },
    payload: {
      ...{ payment: id, kind, amount, currency: 'KRW', reservation: of.id, lot, space },
      ...{ start: iso(of.start), end: iso(of.end), until: of.heldUntil === null ? null : iso(of.heldUntil) },
    },
  };
}

/** A year whose holidays are not known, or not confirmed: told to the operator once. */
export type CalendarNews = { readonly key: string; readonly site: SiteId; readonly trouble: CalendarTrouble };

export function calendarNotice({ key, site, trouble }: CalendarNews, created: number): Notice {
  return {
    ...{ key: `calendar/${key}`, part, site, building: 'site', alert: null, audience: { role: 'operator', step: 0 } },
    ...{ reason: trouble.code, urgency: 'routine', created },
    payload: { title: { ko: '공휴일', en: 'Public holidays' }, text: calendarText(trouble), reason: trouble },
  };
}

function titleOf(lot: string, space: string): { ko: string; en: string } {
  return { ko: `주차면 ${lot}/${space}`, en: `Space ${lot}/${space}` };
}

function calendarText({ code, year }: CalendarTrouble): { ko: string; en: string } {
  if (code === 'holidays-provisional') {
    return { ko: `${year}년 공휴일 미확정: 월력요항 확인 필요`, en: `Holidays of ${year} are reckoned, not confirmed` };
  }
  return {
    ko: `${year}년 공휴일 자료 없음: 예약과 요금을 안내할 수 없음`,
    en: `No holidays are known for ${year}: hours and fees cannot be told`,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

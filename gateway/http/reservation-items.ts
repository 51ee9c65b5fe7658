import { windowText } from '../../config/lots/hours.ts';
import type {
  FeeLineItem,
  PaymentItem,
  ReservationItem,
  SettlementItem,
  SharingBody,
} from '../../contract/http/reservations.ts';
import { feeText } from '../../contract/words/fees.ts';
import type { Interval } from '../parking/calendar/intervals.ts';
import type { Payment } from '../parking/reservations/payments.ts';
import type { Place, Reservation } from '../parking/reservations/reservation.ts';
import type { Sharing } from '../parking/reservations/reservations.ts';
import type { Settlement } from '../parking/reservations/settlement.ts';
import type { FeeLine } from '../parking/tariffs/fee.ts';

/** What reservations are on the wire. */

const currency = 'KRW';

export function lineItem({ reason, minutes, amount }: FeeLine): FeeLineItem {
  return { text: feeText(reason), reason, minutes, amount };
}

export function reservationItem(reservation: Reservation): ReservationItem {
  const { id, site, lot, space, type, state, amount, due, alternative } = reservation;
  return {
    ...{
      id,
      site,
      lot,
      space,
      type,
      start: iso(reservation.start),
      end: iso(reservation.end),
      state,
      amount,
      currency,
    },
    due,
    heldUntil: state === 'held' ? isoOr(reservation.heldUntil) : null,
    arrivedAt: isoOr(reservation.arrivedAt),
    leftAt: isoOr(reservation.leftAt),
    alternative:
      alternative === null ? null : { lot: alternative.lot, space: alternative.space, until: iso(alternative.until) },
  };
}

export function paymentItem({ id, kind, amount, state }: Payment): PaymentItem {
  return { payment: id, kind, amount, currency, state };
}

export function settlementItem(settlement: Settlement): SettlementItem {
  const { reservation, site, lot, space, state, quoted, overstay, due, shares } = settlement;
  return {
    ...{ reservation, site, lot, space, start: iso(settlement.start), end: iso(settlement.end) },
    ...{
      arrivedAt: isoOr(settlement.arrivedAt),
      leftAt: isoOr(settlement.leftAt),
      state,
      quoted,
      overstay,
      due,
      currency,
    },
    settledAt: iso(settlement.settledAt),
    ownerShare: shares.reduce((sum, { share }) => sum + share, 0),
    shares: shares.map((share) => ({ ...share })),
  };
}

export function sharingItem({ site, lot, space }: Place, { source, windows, recalls, open }: Sharing): SharingBody {
  return {
    ...{ site, lot, space, source },
    windows: windows.map(({ days, window, lender, ownerShare }) => ({
      ...{ days: [...days], window: windowText(window), lender, ownerShare },
    })),
    recalls: recalls.map((recall) => ({ id: recall.id, ...spanItem(recall) })),
    open: open.map(spanItem),
  };
}

export function spanItem({ from, to }: Interval): { from: string; to: string } {
  return { from: iso(from), to: iso(to) };
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}

function isoOr(at: number | null): string | null {
  return at === null ? null : iso(at);
}

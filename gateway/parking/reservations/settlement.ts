import type { LotConfig } from '../../../config/lots/lot-config.ts';
import type { SharingWindow } from '../../../config/lots/sharing.ts';
import type { Calendar } from '../calendar/calendar.ts';
import { sharesOf, type WindowShare } from '../sharing/windows.ts';
import { overstayFee } from '../tariffs/fee.ts';
import { isFinal, type Place, type Reservation, type ReservationState } from './reservation.ts';

/** What a reservation came to: one record each, for the operator's books. Amounts are whole KRW, times epoch ms. */
export type Settlement = Place & {
  readonly reservation: string;
  readonly start: number;
  readonly end: number;
  readonly arrivedAt: number | null;
  readonly leftAt: number | null;
  readonly state: ReservationState;
  readonly quoted: number;
  readonly overstay: number;
  /** What the driver owes in the end. */
  readonly due: number;
  readonly settledAt: number;
  /** The owner's part of `due`, by window. */
  readonly shares: readonly WindowShare[];
};

/** Whether it is known what is owed. An alternative that is still offered may yet be taken. */
export function isSettling(reservation: Reservation): boolean {
  return isFinal(reservation) && reservation.alternative === null;
}

export function settle(
  reservation: Reservation,
  settledAt: number,
  { lot, windows, calendar }: { lot: LotConfig; windows: readonly SharingWindow[]; calendar: Calendar },
): Settlement {
  const { id, site, space, start, end, arrivedAt, leftAt, state, amount } = reservation;
  const overstay = overstayOf(reservation, lot);
  const due = dueWithout(reservation, lot) + overstay;
  const shares = sharesOf(windows, { used: { from: start, to: end }, amount: due, calendar });
  const place = { site, lot: lot.id, space };
  return {
    reservation: id,
    ...place,
    start,
    end,
    arrivedAt,
    leftAt,
    state,
    quoted: amount,
    overstay,
    due,
    settledAt,
    shares,
  };
}

/** A space that was not to be had costs nothing, nor does a hold that was never paid. */
function dueWithout({ state, amount, heldUntil }: Reservation, { booking, tariff }: LotConfig): number {
  if (state === 'completed' || state === 'overstayed') return amount;
  if (state !== 'expired' || heldUntil !== null || booking === null) return 0;
  const share = Math.floor((amount * Math.round(booking.noShowCharge * 10_000)) / 10_000);
  const step = tariff?.rounding ?? 1;
  return Math.floor(share / step) * step;
}

function overstayOf({ state, leftAt, end }: Reservation, { tariff }: LotConfig): number {
  if (state !== 'overstayed' || leftAt === null) return 0;
  return overstayFee(leftAt - end, tariff)?.amount ?? 0;
}

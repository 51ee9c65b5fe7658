import type { Recording } from '../../commit/participant.ts';
import type { NoticeSink } from '../../notify/notice.ts';
import type { ReservationAction, ReservationAnswer } from './actions.ts';
import type { Now } from './availability.ts';
import { type CalendarNews, calendarNotice, noticeOf, paymentNotice } from './notices.ts';
import type { Reservation } from './reservation.ts';
import type { PlacedRecall, ReservationTables, UsedKey } from './reservation-tables.ts';
import { isSettling } from './settlement.ts';
import type { Turn } from './turn.ts';

type Setting<K extends ReservationAction['kind']> = Extract<ReservationAction, { kind: K }>;

/** What one commit changes of reservations, sharing windows and recalls. */
export type ReservationDecisions = Pick<Turn, 'happenings' | 'tellings' | 'payments' | 'settlements'> & {
  readonly at: Now;
  readonly reservations: readonly Reservation[];
  readonly key: UsedKey | null;
  readonly recalled: PlacedRecall | null;
  readonly recallEnded: Setting<'end-recall'> | null;
  readonly windows: Setting<'set-windows'> | null;
  readonly owner: Setting<'set-owner'> | null;
  readonly forgotten: Setting<'forget'> | null;
  readonly news: readonly CalendarNews[];
  /** Wall clock of the next step; null when none is to come. */
  readonly next: number | null;
  /** `next` is another than before. */
  readonly rearm: boolean;
  /** The look at the wall clock is due again. */
  readonly look: boolean;
  /** Epoch ms; null on most days. */
  readonly forgetBefore: number | null;
};

/** Something may still happen to it. */
export function isLive(reservation: Reservation): boolean {
  return !isSettling(reservation);
}

/** What an action that was carried out adds to the records, besides what it did to reservations. */
export function recordOf(
  action: ReservationAction | null,
  answer: ReservationAnswer | null,
  { wall: at }: Now,
): Pick<ReservationDecisions, 'key' | 'recalled' | 'recallEnded' | 'windows' | 'owner' | 'forgotten'> {
  const record = { key: null, recalled: null, recallEnded: null, windows: null, owner: null, forgotten: null };
  if (action === null || answer === null || answer.kind === 'refused') return record;
  if (action.kind === 'reserve' && answer.kind === 'reservation' && !answer.again) {
    return { ...record, key: { key: action.key, body: action.body, reservation: action.id, at } };
  }
  if (action.kind === 'recall' && answer.kind === 'recalled') {
    return { ...record, recalled: { ...answer.recall, ...action.place } };
  }
  if (action.kind === 'end-recall') return { ...record, recallEnded: action };
  if (action.kind === 'forget') return { ...record, forgotten: action };
  if (action.kind === 'set-windows') return { ...record, windows: action };
  return action.kind === 'set-owner' ? { ...record, owner: action } : record;
}

/** Within the commit's transaction. */
export function writeDecisions(
  decisions: ReservationDecisions,
  {
    tables,
    notices,
    recording,
    lookMs,
  }: { tables: ReservationTables; notices: NoticeSink; recording: Recording; lookMs: number },
): void {
  const { at, key, recalled, recallEnded, windows, owner, forgotten, next, forgetBefore } = decisions;
  for (const reservation of decisions.reservations) tables.putReservation(reservation, isLive(reservation));
  for (const happening of decisions.happenings) tables.addHappening(happening);
  for (const payment of decisions.payments) tables.putPayment(payment);
  for (const settlement of decisions.settlements) tables.putSettlement(settlement);
  if (key !== null) tables.putKey(key);
  if (recalled !== null) tables.putRecall(recalled);
  if (recallEnded !== null) tables.dropRecall(recallEnded.id);
  if (windows !== null) tables.putWindows(windows.place, windows.windows);
  if (owner !== null) tables.putOwner(owner.place, owner.token);
  if (forgotten !== null) tables.forget(forgotten.id);
  if (forgetBefore !== null) tables.forgetBefore(forgetBefore);
  writeNotices(decisions, { tables, notices });
  if (decisions.look) recording.wake('look', lookMs);
  if (!decisions.rearm) return;
  if (next === null) recording.cancel('next');
  else recording.arm('next', Math.max(0, next - at.wall));
}

function writeNotices(
  { tellings, payments, news, at }: ReservationDecisions,
  { tables, notices }: { tables: ReservationTables; notices: NoticeSink },
): void {
  for (const telling of tellings) notices.add(noticeOf(telling, at.wall));
  for (const payment of payments) {
    const reservation = payment.state === 'asked' ? tables.reservation(payment.reservation) : undefined;
    if (reservation !== undefined) notices.add(paymentNotice(payment, reservation));
  }
  for (const each of news) notices.add(calendarNotice(each, at.wall));
}

import type { Reservation } from './reservation.ts';

/**
 * Money that the operator's payment provider is asked for, or asked to give back, and what its answers do. The provider may
 * answer late, twice, never, with another amount, or after a cancellation; each has one outcome, and the same answer again
 * changes nothing.
 */

export type PaymentState = 'asked' | 'paid' | 'refused' | 'refunded' | 'other-amount';

/** Amounts are whole KRW; times epoch ms. */
export type Payment = {
  readonly id: string;
  readonly reservation: string;
  readonly kind: 'charge' | 'refund';
  readonly amount: number;
  readonly state: PaymentState;
  readonly askedAt: number;
  /** What the provider said that it moved; null without an answer. */
  readonly moved: number | null;
};

export type ProviderAnswer = { readonly outcome: 'paid' | 'refused' | 'refunded'; readonly amount: number };

/** `accepted` answers change the payment; the others are for the log and the caller. */
export type AnswerCode = 'accepted' | 'again' | 'contradicts' | 'other-amount';

export type AnswerEffect = {
  readonly code: AnswerCode;
  /** As it stands after the answer. */
  readonly payment: Payment;
  /** What it means for the reservation. */
  readonly event: 'paid' | 'paid-late' | null;
  /** To be given back, because nobody wanted it (any more). */
  readonly refund: number;
};

export function takeAnswer(
  payment: Payment,
  answer: ProviderAnswer,
  reservation: Pick<Reservation, 'state' | 'heldUntil'>,
): AnswerEffect {
  const state = stateOf(payment, answer);
  const nothing = { payment, event: null, refund: 0 };
  if (payment.state === state && payment.moved === answer.amount) return { code: 'again', ...nothing };
  if (state === null || isSettled(payment)) return { code: 'contradicts', ...nothing };
  const taken: Payment = { ...payment, state, moved: answer.amount };
  if (state === 'other-amount') return { code: 'other-amount', payment: taken, event: null, refund: answer.amount };
  if (state !== 'paid') return { code: 'accepted', payment: taken, event: null, refund: 0 };
  return { code: 'accepted', payment: taken, ...whatPaid(answer.amount, reservation) };
}

function stateOf({ kind, amount }: Payment, answer: ProviderAnswer): PaymentState | null {
  if (answer.outcome === 'refused') return 'refused';
  if ((kind === 'charge') !== (answer.outcome === 'paid')) return null;
  if (answer.outcome === 'refunded') return answer.amount === amount ? 'refunded' : null;
  return answer.amount === amount ? 'paid' : 'other-amount';
}

/** Money moved as it was asked; an answer that says otherwise afterwards is not believed. */
function isSettled({ state }: Payment): boolean {
  return state === 'paid' || state === 'refunded';
}

function whatPaid(
  amount: number,
  { state, heldUntil }: Pick<Reservation, 'state' | 'heldUntil'>,
): Pick<AnswerEffect, 'event' | 'refund'> {
  if (state === 'held') return { event: 'paid', refund: 0 };
  if (state === 'expired' && heldUntil !== null) return { event: 'paid-late', refund: 0 };
  return state === 'cancelled' ? { event: null, refund: amount } : { event: null, refund: 0 };
}

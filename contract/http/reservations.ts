import { z } from 'zod';
import { feeReasonSchema } from '../reasons/fees.ts';
import { reservationReasonSchema } from '../reasons/reservations.ts';
import { isoTimeSchema, namesSchema } from './common.ts';

/** Quotes, free spaces, reservations, sharing windows, recalls and settlements. Amounts are whole KRW. */

const krw = z.int();
const currency = z.literal('KRW');
const id = z.string().max(63);
/** With its zone, or epoch ms in a query; any precision in, milliseconds out. */
const instant = z.iso.datetime({ offset: true });

export const feeLineSchema = z.object({
  text: namesSchema,
  /** The same as a code with figures. */
  reason: feeReasonSchema,
  minutes: z.int(),
  amount: krw,
});

/** Lines add up to the amount. `refusal`: why it could not be reserved as well; null when it can. */
export const quoteSchema = z.object({
  site: z.string(),
  lot: z.string(),
  from: isoTimeSchema,
  to: isoTimeSchema,
  amount: krw,
  currency,
  lines: z.array(feeLineSchema),
  refusal: z.object({ code: z.string() }).nullable(),
});

export const offerItemSchema = z.object({
  site: z.string(),
  lot: z.string(),
  space: z.string(),
  type: z.string(),
  from: isoTimeSchema,
  to: isoTimeSchema,
  amount: krw,
});

/** What is listed confirms, if nothing changes before. `refusal`: why nothing is, by the space that is nearest to it; null when something is. */
export const offersSchema = z.object({
  items: z.array(offerItemSchema),
  next: z.null(),
  refusal: z.object({ code: z.string() }).nullable(),
});

/** One space, any of a type, or any at all. Unknown keys are refused: nobody's name, number or plate is wanted. */
export const reservationCreateSchema = z.strictObject({
  site: id.optional(),
  lot: id,
  space: id.optional(),
  type: z.string().max(31).optional(),
  start: instant,
  end: instant,
  /** Classes that were checked elsewhere, such as `compact`. */
  discounts: z.array(z.string().max(63)).max(10).default([]),
});

export const reservationStateSchema = z.enum([
  ...(['requested', 'held', 'confirmed', 'arrived', 'active', 'completed'] as const),
  ...(['cancelled', 'expired', 'overstayed', 'conflicted', 'paid-late'] as const),
]);

export const happeningSchema = z.object({
  at: isoTimeSchema,
  from: reservationStateSchema,
  to: reservationStateSchema,
  reason: reservationReasonSchema,
  text: namesSchema,
});

export const paymentItemSchema = z.object({
  payment: z.string(),
  kind: z.enum(['charge', 'refund']),
  amount: krw,
  currency,
  state: z.enum(['asked', 'paid', 'refused', 'refunded', 'other-amount']),
});

const reservationShape = {
  id: z.string(),
  site: z.string(),
  lot: z.string(),
  space: z.string(),
  type: z.string(),
  start: isoTimeSchema,
  end: isoTimeSchema,
  state: reservationStateSchema,
  amount: krw,
  currency,
  /** What is owed in the end; null until that is known. */
  due: krw.nullable(),
  /** How long it is held for its payment; null when it is not. */
  heldUntil: isoTimeSchema.nullable(),
  arrivedAt: isoTimeSchema.nullable(),
  leftAt: isoTimeSchema.nullable(),
  /** Another space that is kept for the driver, because the reserved one is not sure. */
  alternative: z.object({ lot: z.string(), space: z.string(), until: isoTimeSchema }).nullable(),
};

export const reservationItemSchema = z.object(reservationShape);
export const reservationSchema = z.object({
  ...reservationShape,
  happenings: z.array(happeningSchema),
  payments: z.array(paymentItemSchema),
});
/** The only answer with the token; the same key gives the same one again. */
export const reservationMadeSchema = z.object({
  ...reservationShape,
  token: z.string(),
  lines: z.array(feeLineSchema),
  payments: z.array(paymentItemSchema),
});

export const windowSchema = z.object({
  days: z.array(z.string()),
  /** `09:00-18:00`; past midnight it belongs to the day it begins on. */
  window: z.string(),
  lender: z.enum(['holder', 'operator']),
  ownerShare: z.number(),
});
const windowText = z.string().regex(/^\d{2}:\d{2}-\d{2}:\d{2}$/, 'a window is written 09:00-18:00');
export const windowsChangeSchema = z.strictObject({
  windows: z.array(z.strictObject({ days: z.array(z.string().max(15)).min(1).max(10), window: windowText })).max(20),
});
export const recallItemSchema = z.object({ id: z.string(), from: isoTimeSchema, to: isoTimeSchema });
export const recallCreateSchema = z.strictObject({ from: instant, to: instant });
/** `kept`: reserved times inside it, which stand. */
export const recallMadeSchema = z.object({
  ...recallItemSchema.shape,
  kept: z.array(z.object({ from: isoTimeSchema, to: isoTimeSchema })),
});
export const sharingSchema = z.object({
  site: z.string(),
  lot: z.string(),
  space: z.string(),
  /** `owner`: set since the site file was written. */
  source: z.enum(['site', 'owner']),
  windows: z.array(windowSchema),
  recalls: z.array(recallItemSchema),
  /** When it may be used by others in the next seven days. */
  open: z.array(z.object({ from: isoTimeSchema, to: isoTimeSchema })),
});
/** Shown once. */
export const ownerTokenSchema = z.object({ site: z.string(), lot: z.string(), space: z.string(), token: z.string() });

export const paymentAnswerSchema = z.strictObject({
  outcome: z.enum(['paid', 'refused', 'refunded']),
  amount: krw.min(0),
  currency: currency.default('KRW'),
});
/** `code`: accepted, again (already known), contradicts (not believed), other-amount (given back). */
export const paymentAnsweredSchema = z.object({
  ...paymentItemSchema.shape,
  reservation: z.string(),
  code: z.enum(['accepted', 'again', 'contradicts', 'other-amount']),
});

export const settlementSchema = z.object({
  reservation: z.string(),
  site: z.string(),
  lot: z.string(),
  space: z.string(),
  start: isoTimeSchema,
  end: isoTimeSchema,
  arrivedAt: isoTimeSchema.nullable(),
  leftAt: isoTimeSchema.nullable(),
  state: reservationStateSchema,
  quoted: krw,
  overstay: krw,
  due: krw,
  currency,
  settledAt: isoTimeSchema,
  ownerShare: krw,
  /** By window of the owner, by its place in the list. */
  shares: z.array(z.object({ window: z.int(), minutes: z.int(), amount: krw, share: krw })),
});

export type FeeLineItem = z.infer<typeof feeLineSchema>;
export type Quote = z.infer<typeof quoteSchema>;
export type Offers = z.infer<typeof offersSchema>;
export type ReservationItem = z.infer<typeof reservationItemSchema>;
export type ReservationBody = z.infer<typeof reservationSchema>;
export type ReservationMade = z.infer<typeof reservationMadeSchema>;
export type PaymentItem = z.infer<typeof paymentItemSchema>;
export type SharingBody = z.infer<typeof sharingSchema>;
export type SettlementItem = z.infer<typeof settlementSchema>;

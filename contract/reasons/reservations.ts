import { z } from 'zod';

const minutes = z.number().min(0);

/** Why a reservation came into its state, or what happened to it; each with its time in the list of what happened. */
export const reservationReasonSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('reserved') }),
  /** Held for so long, until it is paid. */
  z.object({ code: z.literal('held'), minutes }),
  z.object({ code: z.literal('paid') }),
  z.object({ code: z.literal('hold-ended') }),
  z.object({ code: z.literal('paid-after-hold') }),
  z.object({ code: z.literal('still-free') }),
  z.object({ code: z.literal('no-longer-free') }),
  z.object({ code: z.literal('cancelled') }),
  z.object({ code: z.literal('car-arrived') }),
  z.object({ code: z.literal('car-left') }),
  z.object({ code: z.literal('car-back') }),
  z.object({ code: z.literal('began') }),
  z.object({ code: z.literal('ended') }),
  z.object({ code: z.literal('ended-early') }),
  /** Its sensor could not say whether anybody came. */
  z.object({ code: z.literal('ended-unseen') }),
  z.object({ code: z.literal('no-show'), minutes }),
  z.object({ code: z.literal('overstayed'), minutes }),
  /** Somebody else's car stands there since before the time of arrival. */
  z.object({ code: z.literal('taken-by-another') }),
  /** Before the start, a car still stands there. `minutes` to the start. */
  z.object({ code: z.literal('still-occupied'), minutes }),
  /** An operator or an emergency keeps cars out of it at the start. */
  z.object({ code: z.literal('space-closed') }),
  z.object({ code: z.literal('open-again') }),
  z.object({ code: z.literal('sensor-lost'), minutes }),
  z.object({ code: z.literal('free-again') }),
  z.object({ code: z.literal('alternative-offered'), lot: z.string(), space: z.string() }),
  z.object({ code: z.literal('no-alternative-found') }),
  z.object({ code: z.literal('moved'), lot: z.string(), space: z.string() }),
]);

export type ReservationReason = z.infer<typeof reservationReasonSchema>;

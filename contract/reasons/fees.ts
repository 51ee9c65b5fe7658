import { z } from 'zod';

/**
 * The lines of a quote and of a bill, as codes with figures. `from` and `to` are `HH:MM` of the lot's wall clock, or
 * `HH:MM:SS` where both are in one minute, `day` its date; `minutes` are whole, amounts KRW.
 */

const day = z.string();
const clock = z.string();
const span = { day, from: clock, to: clock };
const krw = z.int();

export const feeReasonSchema = z.discriminatedUnion('code', [
  /** The lot takes no fee at all. */
  z.object({ code: z.literal('free-lot') }),
  /** 무료회차: the stay is no longer than this. */
  z.object({ code: z.literal('grace'), minutes: z.int() }),
  /** Outside the paid hours. `holiday`: all day, because it is a Sunday or a public holiday, whose name it is then. */
  z.object({ code: z.literal('free-time'), ...span, holiday: z.string().nullable().optional() }),
  /** 기본요금, once a day (or 24 h). */
  z.object({ code: z.literal('base'), ...span, minutes: z.int() }),
  /** Begun units of `minutes` at `each`, `count` of them. */
  z.object({ code: z.literal('units'), ...span, count: z.int(), minutes: z.int(), each: krw }),
  /** Time that the base fee pays for. */
  z.object({ code: z.literal('in-base'), ...span }),
  z.object({ code: z.literal('day-max'), day, max: krw }),
  /** `percent` may have decimals; `classes` are names as the site file has them. */
  z.object({
    code: z.literal('discount'),
    percent: z.number(),
    classes: z.array(z.object({ ko: z.string(), en: z.string() })),
  }),
  z.object({ code: z.literal('rounding'), to: krw }),
  /** After the end of a reservation. */
  z.object({ code: z.literal('overstay'), count: z.int(), minutes: z.int(), each: krw }),
]);

export type FeeReason = z.infer<typeof feeReasonSchema>;

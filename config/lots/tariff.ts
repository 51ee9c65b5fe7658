import { z } from 'zod';
import { durationSchema } from '../../contract/duration.ts';
import { refused, text } from '../../contract/words/check/said.ts';
import { paidHoursSchema } from './hours.ts';
import { provenanceShape, textSchema } from './provenance.ts';

/**
 * What a stay costs: fee(d) = 0 if d ≤ grace, else min(dayMax, base + ⌈max(0, d − base time) / unit time⌉ · unit fee),
 * over the time inside `paid`. Whole KRW. The fields follow the columns of the national parking data standard: base time
 * and fee, unit time and fee, day ticket, monthly pass.
 */

const minuteMs = 60_000;
const minutes = (low: number, high: number) =>
  durationSchema.refine(
    (ms) => ms % minuteMs === 0 && ms >= low * minuteMs && ms <= high * minuteMs,
    refused({ code: 'whole-minutes', least: low, most: high }),
  );
const krw = z.int().min(0).max(10_000_000).describe('whole KRW');

export const tariffSchema = z.strictObject({
  grace: minutes(0, 120).prefault('0m').describe('a stay of at most this is free, such as 5m'),
  base: z
    .strictObject({ time: minutes(0, 1440), amount: krw })
    .describe('the first part of a stay: { time: 30m, amount: 1000 }'),
  unit: z
    .strictObject({ time: minutes(1, 1440), amount: krw })
    .describe('each begun unit after the base: { time: 5m, amount: 400 }'),
  dayMax: krw.optional().describe('the most that a day costs'),
  dayMaxPer: z
    .enum(['calendar-day', '24h'])
    .default('calendar-day')
    .describe('what a day is for dayMax: from midnight, or 24 h from the arrival'),
  rounding: z.int().min(1).max(1000).default(10).describe('an amount is rounded down to a multiple of this, once'),
  paid: paidHoursSchema.prefault('all-day').describe('when it is charged; outside it is free'),
  dayPass: z
    .strictObject({ time: minutes(60, 1440), amount: krw })
    .optional()
    .describe('a day ticket: { time: 24h, amount: 20000 }'),
  monthlyPass: krw.optional().describe('a monthly pass'),
  overstay: z
    .strictObject({ time: minutes(1, 1440), amount: krw })
    .optional()
    .describe('each begun unit after the end of a reservation: { time: 10m, amount: 200 }'),
  ...provenanceShape,
});

/** Reductions of a fee. Whether a driver belongs to a class is asserted by others; a class arrives here, never a person. */
export const discountsSchema = z.strictObject({
  stacking: z.enum(['max', 'sum', 'sequential']).default('max').describe('max: only the largest applies'),
  cap: z.number().min(0).max(1).default(1).describe('the largest share that may be taken off, 0–1'),
  classes: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, text({ code: 'id-form', begins: false })),
        name: textSchema,
        rate: z.number().min(0).max(1).describe('the share taken off, 0–1'),
      }),
    )
    .min(1),
  ...provenanceShape,
});

export type Tariff = z.output<typeof tariffSchema>;
export type Discounts = z.output<typeof discountsSchema>;

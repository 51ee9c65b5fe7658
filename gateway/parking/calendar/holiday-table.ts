import { z } from 'zod';
import file from './holidays-kr.json' with { type: 'json' };
import { tryDay } from './local-day.ts';

/**
 * The public holidays of Korea as data, the law beside each rule. `confirmed` years stand in the official almanac
 * (월력요항); `by-rule` ones are reckoned and may still change. Elections that come early and temporary days follow no rule
 * and are entered by hand when they are announced.
 */

const date = z.string().refine((text) => tryDay(text) !== undefined, 'a date that exists, as 2026-05-05');
const status = z.enum(['confirmed', 'by-rule']);
const monthDay = z.string().regex(/^\d{2}-\d{2}$/);

const ruleSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** Of the Gregorian calendar; or else `lunar`, with an offset in days. */
  date: monthDay.optional(),
  lunar: monthDay.optional(),
  offset: z.int().default(0),
  /** When the day is made good by a later one. Saturdays count for `weekend-or-holiday` alone. */
  substitute: z.enum(['never', 'sunday-or-holiday', 'weekend-or-holiday']),
  /** The first year in which it is a holiday (again), as far as this table reaches; null is always. */
  since: z.int().nullable(),
  law: z.string(),
  substituteLaw: z.string().nullable(),
  note: z.string().optional(),
});

export const holidayTableSchema = z.strictObject({
  country: z.literal('KR'),
  timezone: z.literal('Asia/Seoul'),
  checked: date,
  laws: z.record(z.enum(['holidays', 'substitutes', 'elections', 'temporary']), z.string()),
  rules: z.array(ruleSchema),
  years: z.array(z.strictObject({ year: z.int(), status })),
  days: z.array(
    z.strictObject({
      date,
      kind: z.enum(['fixed', 'substitute', 'election', 'temporary']),
      name: z.string(),
      law: z.enum(['holidays', 'substitutes', 'elections', 'temporary']),
      status,
    }),
  ),
});

export type HolidayTable = z.infer<typeof holidayTableSchema>;
export type HolidayRule = HolidayTable['rules'][number];

export const holidaysKr: HolidayTable = holidayTableSchema.parse(file);

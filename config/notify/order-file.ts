import { z } from 'zod';
import { durationSchema } from '../../contract/duration.ts';
import { hazards, levels } from '../../contract/hazards.ts';
import { buildingIdSchema } from '../../contract/ids.ts';
import { refused, text } from '../../contract/words/check/said.ts';
import { dayClasses, timeWindowSchema, weekdayNames } from '../lots/hours.ts';

/**
 * Who of a role is told first, and who next; who is on duty when. People stand here by the names of their accounts and
 * by nothing else: addresses live in the gateway's database.
 */

const role = z.string().min(1).max(63);
const person = z
  .string()
  .min(1)
  .max(63)
  .describe('the name of an account, as `jari user add` or an invitation made it');
const wait = (leastMs: number, mostMs: number) =>
  durationSchema.refine((ms) => ms >= leastMs && ms <= mostMs, refused({ code: 'duration-range', leastMs, mostMs }));
const second = 1000;
const minute = 60 * second;

export const orderFileSchema = z.strictObject({
  role: role.describe('whose people: operator, manager, resident, or a role of this site'),
  building: buildingIdSchema.optional().describe('of this building alone; of all if not given'),
  hazards: z.array(z.enum(hazards)).min(1).optional().describe('for these alone, such as [fire, gas]'),
  levels: z.array(z.enum(levels)).min(1).optional().describe('at these levels alone, such as [경계, 심각]'),
  people: z.array(person).default([]).describe('person after person; the others of the role follow the last one'),
  channels: z
    .array(z.enum(['push', 'sms', 'email']))
    .min(1)
    .optional()
    .describe(
      'these first, in this order; push, sms, email if not given. For life safety the others follow; who has none of them is told by what they have',
    ),
  language: z.enum(['ko', 'en']).optional().describe("instead of each address's own language"),
  nextAfter: wait(10 * second, 60 * minute)
    .optional()
    .describe('without an acknowledgement the next person is told; 2m if not given'),
  acceptWithin: wait(5 * second, 10 * minute)
    .optional()
    .describe('without acceptance the next channel begins; 29s if not given'),
  receiveWithin: wait(10 * second, 10 * minute)
    .optional()
    .describe("for life safety: without a device's receipt the next channel begins; 60s if not given"),
});

export const shiftSchema = z.strictObject({
  days: z
    .array(z.enum([...dayClasses, ...weekdayNames]))
    .min(1)
    .describe('the days it begins on: weekday, saturday, holiday, or mon … sun'),
  hours: timeWindowSchema.describe('from and to, such as "18:00-09:00", which ends the next morning'),
  people: z.array(person).min(1).describe('who is on duty, the first one first'),
});

export const dutyFileSchema = z.strictObject({
  role: role.describe('whose duty it is: operator, manager, or a role of this site'),
  building: buildingIdSchema.optional().describe('of this building alone; of all if not given'),
  shifts: z.array(shiftSchema).min(1).describe('the week'),
  swaps: z
    .array(
      z.strictObject({
        date: z.iso
          .date(text({ code: 'date-form', example: '2026-12-24' }))
          .describe('the day on which the shift begins'),
        instead: person.describe('who would be on duty'),
        people: z.array(person).min(1).describe('who is'),
      }),
    )
    .default([])
    .describe('single days on which people swap'),
});

export type OrderConfig = z.output<typeof orderFileSchema>;
export type DutyConfig = z.output<typeof dutyFileSchema>;
export type ShiftConfig = DutyConfig['shifts'][number];

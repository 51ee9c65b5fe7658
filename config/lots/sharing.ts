import { z } from 'zod';
import { durationSchema } from '../../contract/duration.ts';
import { refused } from '../../contract/words/check/said.ts';
import { dayClasses, dayMinutes, hoursSchema, timeWindowSchema, weekdayNames } from './hours.ts';
import { provenanceShape } from './provenance.ts';

/** When an owner lends a space, whose it is otherwise, and on what terms it can be reserved. */

export const allocations = ['full-day', 'day', 'night'] as const;

const minuteMs = 60_000;
const span = (lowMinutes: number, highMinutes: number) =>
  durationSchema.refine(
    (ms) => ms >= lowMinutes * minuteMs && ms <= highMinutes * minuteMs,
    refused({ code: 'span-range', least: `${lowMinutes}m`, most: `${highMinutes}m` }),
  );

export const sharingWindowSchema = z.strictObject({
  days: z
    .array(z.enum([...dayClasses, ...weekdayNames]))
    .min(1)
    .describe('weekday, saturday, holiday, or mon … sun; a name of a day counts on public holidays as well'),
  window: timeWindowSchema.describe('such as "09:00-18:00"; past midnight it belongs to the day it begins on'),
  lender: z
    .enum(['holder', 'operator'])
    .default('holder')
    .describe('holder: inside the allocation only; operator: lends hours that no allocation covers'),
  ownerShare: z.number().min(0).max(1).default(0).describe("the owner's share of what is earned in it, 0–1"),
});

/** What an allocation of a resident's space means in this district. */
export const allocationSchema = z.strictObject({
  hours: hoursSchema.describe('when the space is the holder’s'),
  monthly: z.int().min(0).max(1_000_000).describe('KRW a month'),
  ...provenanceShape,
});

export const bookingSchema = z.strictObject({
  open: z.boolean().default(false).describe('true: anyone may reserve; false: only tokens with the scope'),
  holdFor: span(1, 120).prefault('10m').describe('how long a request is held until it is confirmed or paid'),
  minTime: span(5, dayMinutes).prefault('30m').describe('the shortest reservation'),
  maxTime: span(5, 7 * dayMinutes)
    .prefault('12h')
    .describe('the longest reservation'),
  ahead: span(5, 366 * dayMinutes)
    .prefault('720h')
    .describe('how far ahead a reservation may begin'),
  checkBefore: z
    .array(span(1, 120))
    .min(1)
    .prefault(['15m', '5m'])
    .describe('how long before the start the sensor is asked whether the space is still taken'),
  arriveEarly: span(0, 120).prefault('10m').describe('an arrival so long before the start counts as the arrival'),
  noShowAfter: span(1, 240).prefault('15m').describe('still free so long after the start: released'),
  overstayAfter: span(0, 240).prefault('5m').describe('still occupied so long after the end: overstayed'),
  escalateAfter: span(0, 240).prefault('15m').describe('still occupied so long after the end: told to an operator'),
  recallNotice: span(0, 7 * dayMinutes)
    .prefault('30m')
    .describe('how long before an owner must say that they come home'),
  conflictAfter: span(0, 60).prefault('5m').describe('taken by somebody else so long after the start: a conflict'),
  charge: z
    .enum(['never', 'before', 'after'])
    .default('never')
    .describe("when the operator's payment provider is asked: never, before it is confirmed, or after it has ended"),
  noShowCharge: z.number().min(0).max(1).default(0).describe('the share of the fee that a no-show costs, 0–1'),
  sensorSeenWithin: span(1, 240).prefault('3m').describe('a space is bookable only while its sensor spoke within this'),
  ...provenanceShape,
});

export type SharingWindow = z.output<typeof sharingWindowSchema>;
export type Allocation = (typeof allocations)[number];
export type AllocationTerms = z.output<typeof allocationSchema>;
export type Booking = z.output<typeof bookingSchema>;

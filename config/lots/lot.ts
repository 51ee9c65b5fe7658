import { z } from 'zod';
import { durationSchema } from '../../contract/duration.ts';
import { buildingIdSchema, lotIdSchema, pointRefSchema, spaceIdSchema } from '../../contract/ids.ts';
import { refused, text } from '../../contract/words/check/said.ts';
import { detectionSchema, violationLimitsSchema } from './detection.ts';
import { hoursSchema } from './hours.ts';
import { provenanceShape, textSchema } from './provenance.ts';
import { allocationSchema, allocations, bookingSchema, sharingWindowSchema } from './sharing.ts';
import { spaceTypes } from './space-types.ts';
import { discountsSchema, tariffSchema } from './tariff.ts';

/** A parking lot as the site file has it. Every key but id, name and spaces may be left out. */

/** Latitudes and longitudes of WGS 84, degrees. */
export const locationSchema = z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) });

const dayMs = 86_400_000;
const days = (low: number, high: number) =>
  durationSchema.refine(
    (ms) => ms >= low * dayMs && ms <= high * dayMs,
    refused({ code: 'span-range', least: `${low * 24}h`, most: `${high * 24}h` }),
  );
const partId = (what: string) =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, text({ code: 'id-form', begins: false }))
    .describe(`the ${what}'s id, unique in its lot`);
const point = (what: string) => pointRefSchema.describe(`the point that ${what}, as device/point`);
const date = z.iso.date(text({ code: 'date-form', example: '2026-03-01' }));
const line = (what: string) => z.string().trim().min(1).max(300).optional().describe(what);

const sensorSchema = z
  .strictObject({
    installed: date.optional().describe('when it was put in, such as 2024-05-01'),
    lifeYears: z.number().min(0.5).max(30).optional().describe('how long its maker says that it lasts'),
    battery: point('says its battery: volts or percent').optional(),
    batteryLow: z.number().optional().describe('below this its battery is to be changed, in the unit of that point'),
  })
  .prefault({});

const spaceSchema = z.strictObject({
  id: spaceIdSchema.describe("the space's id, unique in its lot"),
  type: z.enum(spaceTypes).describe('the kind of space, such as general'),
  occupancy: pointRefSchema.describe('the point that is true while the space is taken, as device/point'),
  distance: point('measures how far below the sensor the next thing is, mm').optional(),
  permit: point('is true while a permit is seen, for a bay for the disabled').optional(),
  sensor: sensorSchema.describe('its age and battery'),
  name: textSchema.optional(),
  zone: z.string().optional().describe('the id of a zone of this lot'),
  at: z
    .strictObject({
      x: z.number().describe('metres to the east of the plan’s corner'),
      y: z.number().describe('metres to the north of it'),
      turn: z.number().min(-360).max(360).default(0).describe('degrees, anticlockwise'),
    })
    .optional()
    .describe('where its middle lies in the plan of the lot: { x: 2.5, y: 10 }'),
  size: z
    .strictObject({ width: z.number().positive().max(30), length: z.number().positive().max(30) })
    .optional()
    .describe('metres; what the type says if not given'),
  neighbours: z
    .array(spaceIdSchema)
    .optional()
    .describe('the spaces beside it; those listed before and after it if not given'),
  allocation: z.enum(allocations).optional().describe('whose it is: a resident’s full-day, day or night space'),
  sharing: z.array(sharingWindowSchema).optional().describe('when its owner lends it; what the lot says if not given'),
  bookable: z.boolean().optional().describe('whether it can be reserved; so where it is shared, if not given'),
});

const laneSchema = z.strictObject({
  id: partId('lane'),
  way: z.enum(['in', 'out']),
  counter: point('counts the cars').optional(),
  detect: point('is true while a car stands on the lane').optional(),
});

const entranceSchema = z.strictObject({
  id: partId('entrance point'),
  name: textSchema.optional(),
  point: point('is true while something stands in the entrance'),
});

export const lotFileSchema = z.strictObject({
  id: lotIdSchema.describe("the lot's id, unique in the site"),
  name: textSchema,
  kind: z.enum(['on-street', 'off-street', 'annexed']).optional().describe('노상, 노외 or 부설'),
  operator: z.enum(['public', 'private']).optional().describe('공영 or 민영'),
  managedBy: z
    .strictObject({
      name: textSchema,
      phone: z
        .string()
        .regex(/^[0-9+() -]{3,30}$/, text({ code: 'phone-form' }))
        .optional(),
    })
    .optional()
    .describe('the institution that runs it, never a person'),
  landClass: z.enum(['1', '2', '3', '4', '5', 'other']).optional().describe('급지: "1" to "5", or other'),
  location: locationSchema.optional().describe('WGS 84: { lat: 37.48, lon: 127.01 }'),
  outline: z
    .array(locationSchema)
    .min(3)
    .optional()
    .describe('the corners of the lot, either way round; the first is not repeated'),
  plan: z
    .strictObject({ origin: locationSchema.optional(), width: z.number().positive(), depth: z.number().positive() })
    .optional()
    .describe('the ground plan that `at` counts in, metres; origin is its south-west corner'),
  address: z.strictObject({ road: line('도로명주소'), parcel: line('지번주소') }).optional(),
  buildings: z.array(buildingIdSchema).default([]).describe('buildings whose emergencies close it to cars'),
  emergencySign: textSchema
    .prefault({ ko: '소방차 통행', en: 'Fire engines passing' })
    .describe('what its sign says in such an emergency'),
  hours: hoursSchema.prefault('open24h').describe('when it is open'),
  overnight: z
    .enum(['runs-on', 'stops-before-closed-day'])
    .default('runs-on')
    .describe('what becomes of hours past midnight when the next day has none: they run on, or stop at midnight'),
  tariff: tariffSchema.optional().describe('what a stay costs; a lot without one is free'),
  discounts: discountsSchema.optional(),
  payment: z.array(z.string().trim().min(1).max(40)).default([]).describe('how it is paid, such as 신용카드'),
  zones: z
    .array(z.strictObject({ id: partId('zone'), name: textSchema, level: line('the floor, such as B1') }))
    .default([]),
  lanes: z.array(laneSchema).default([]).describe('ways in and out with a counter: a second witness of the spaces'),
  entrances: z.array(entranceSchema).default([]).describe('points that must stay clear'),
  allocations: z
    .partialRecord(z.enum(allocations), allocationSchema)
    .default({})
    .describe('what full-day, day and night mean here'),
  allocation: z.enum(allocations).optional().describe('the allocation of every space that names none'),
  sharing: z.array(sharingWindowSchema).default([]).describe('the windows of every space that names none'),
  booking: bookingSchema.optional().describe('how its spaces are reserved; without it none can be'),
  detection: detectionSchema.prefault({}).describe('when a signal counts as a car'),
  violations: violationLimitsSchema.prefault({}).describe('when an occupation is looked at'),
  balance: z
    .strictObject({
      at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, text({ code: 'time-form' }))
        .default('04:00'),
      ...provenanceShape,
    })
    .prefault({})
    .describe('when the lanes are balanced against the spaces every day: { at: "04:00" }'),
  retention: z
    .strictObject({
      stays: days(1, 3660).prefault('9600h').describe('how long stays of public spaces are kept'),
      residents: days(1, 366).prefault('720h').describe('and those of residents’ spaces, which tell who is at home'),
      ...provenanceShape,
    })
    .prefault({})
    .describe('how long stays are kept'),
  ttl: z.int().min(5).max(3600).default(30).describe('seconds for which a reader may show its figures'),
  registry: z
    .strictObject({
      number: line('주차장관리번호, or the number of the residents’ area'),
      institutionCode: line('제공기관코드'),
      institution: line('제공기관명'),
      seoulCode: line('PKLT_CD'),
      rotation: z.enum(['none', '2', '5', '10', 'weekday']).default('none').describe('부제시행구분'),
      referenceDate: date.optional().describe('데이터기준일자'),
      notes: line('특기사항'),
      residents: z
        .strictObject({
          period: line('사용기간'),
          refund: line('이용요금환불안내정보'),
          applyFrom: date.optional(),
          applyUntil: date.optional(),
          applyBy: line('신청방법'),
          documents: line('신청서류'),
        })
        .optional(),
    })
    .prefault({})
    .describe('what public registers call it'),
  spaces: z.array(spaceSchema).describe('the parking spaces of the lot'),
});

export type LotFile = z.output<typeof lotFileSchema>;
export type SpaceFile = LotFile['spaces'][number];

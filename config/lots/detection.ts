import { z } from 'zod';
import { durationSchema } from '../../contract/duration.ts';
import { refused } from '../../contract/words/check/said.ts';
import { provenanceShape } from './provenance.ts';

/**
 * When a signal counts as a car, and when a sensor is doubted. The defaults are what makers of bay sensors and studies of
 * them report: about 20 s of debounce for radio magnetometers, two neighbours that flip within seconds of each other as
 * the commonest disturbance, and detectors that stand still while the bays around them turn over.
 */
const duration = (low: number, high: number) =>
  durationSchema.refine(
    (ms) => ms >= low && ms <= high,
    refused({ code: 'span-range', least: `${low / 1000}s`, most: `${high / 1000}s` }),
  );
const dayMs = 86_400_000;

export const detectionSchema = z.strictObject({
  occupiedAfter: duration(0, 600_000).prefault('20s').describe('how long it must say "occupied" before that counts'),
  freeAfter: duration(0, 600_000).prefault('20s').describe('how long it must say "free" before that counts'),
  minDwell: duration(0, 600_000).prefault('0s').describe('how long a state stands before it may change again'),
  minStay: duration(0, 3_600_000).prefault('60s').describe('a shorter occupation is a manoeuvre and no stay'),
  dip: duration(0, 600_000)
    .prefault('3s')
    .describe('"free" for at least this, though less than freeAfter, may be a change of cars'),
  jump: z.number().min(0).max(5000).default(150).describe('mm by which the roof below differs: perhaps another car'),
  stuck: z
    .strictObject({
      transitions: z.int().min(1).default(8).describe('changes that the neighbours made meanwhile, all together'),
      after: duration(60_000, dayMs).prefault('90m').describe('and at least this long without one of its own'),
      longest: z
        .number()
        .min(0)
        .max(10)
        .default(1.5)
        .describe('and so many times the longest that a space of the lot stood in that state; 0 asks for none of it'),
      spells: z.int().min(10).default(200).describe('how many such times the lot must have seen to know its longest'),
      watched: z
        .number()
        .min(0)
        .max(10)
        .default(3)
        .describe('and for how many times as long as is too long by it the lot must have been watched'),
      untilThen: duration(60_000, 30 * dayMs)
        .prefault('120h')
        .describe('what counts as its longest until then; times `longest` more than a week, with its weekend'),
    })
    .prefault({})
    .describe('a sensor that stands still while its neighbours change: { transitions: 8, after: 90m }'),
  crosstalk: z
    .strictObject({
      within: duration(100, 60_000).prefault('3s').describe('neighbours that change within this of each other'),
      coincidences: z.int().min(2).default(3).describe('so many times in a row before it is doubted'),
    })
    .prefault({})
    .describe('neighbours that change together: { within: 3s, coincidences: 3 }'),
  frozen: z
    .strictObject({
      after: duration(60_000, 30 * dayMs)
        .prefault('12h')
        .describe('the whole lot without a change for at least this'),
      longest: z.number().min(0).max(100).default(3).describe('and so many times the longest quiet time it ever had'),
      changes: z.int().min(10).default(200).describe('how many changes it must have seen to know its longest'),
      untilThen: duration(60_000, 30 * dayMs)
        .prefault('24h')
        .describe('how long counts until then'),
    })
    .prefault({})
    .describe('a lot of which nothing moves any more: { after: 12h, longest: 3 }'),
  ...provenanceShape,
});

const over = (low: number, highHours: number) => duration(low, highHours * 3_600_000);

/** After how long an occupation becomes a candidate for an officer to look at. */
export const violationLimitsSchema = z.strictObject({
  accessible: over(0, 24).prefault('5m').describe('in a bay for the disabled without a permit that is known of'),
  evFast: over(0, 240).prefault('1h').describe('on a fast charger (Act on Environment-friendly Vehicles, decree)'),
  evSlowCheckType: over(0, 240)
    .prefault('7h')
    .describe('on a slow charger, if it is a plug-in hybrid (since 2026-02-05)'),
  evSlow: over(0, 240).prefault('14h').describe('on a slow charger, if it is a battery car'),
  outsideWindow: over(0, 24).prefault('10m').describe("in a resident's shared space while no window is open"),
  overstay: over(0, 24).prefault('5m').describe('after the end of a reservation'),
  entranceBlocked: over(10_000, 24).prefault('5m').describe('on an entrance point or a lane (Parking Lot Act, 2026)'),
  longStay: over(0, 24 * 366)
    .prefault('720h')
    .describe('in a free public lot: a month (Parking Lot Act, 2026)'),
  ...provenanceShape,
});

export type Detection = z.output<typeof detectionSchema>;
export type ViolationLimits = z.output<typeof violationLimitsSchema>;

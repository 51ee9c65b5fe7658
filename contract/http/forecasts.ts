import { z } from 'zod';
import { isoTimeSchema as isoTime, namesSchema as text } from './common.ts';

/** Bodies of the forecast of structural points. Times are ISO 8601 UTC with milliseconds. Rates are per day. */

/** A code of contract/reasons/forecast.ts and its figures; the words are the reader's. */
const reason = z.looseObject({ code: z.string() });
const interval = z.tuple([z.number(), z.number()]);
const instants = z.tuple([isoTime, isoTime]);
const point = z.string();

export const forecastStateSchema = z.enum(['none', 'trend', 'accelerating', 'imminent']);

export const forecastItemSchema = z.object({
  site: z.string(),
  building: z.string(),
  point,
  /** none: no movement, or nothing can be told yet; `judged` and `why` tell which. */
  state: forecastStateSchema,
  /** False where the record could tell nothing when it was last looked at: `state` is the last that was known. */
  judged: z.boolean(),
  /** When this word was first said; the movement is older. */
  since: isoTime.nullable(),
  /** Mean of the movement over the window that was judged, in `unit` per day, whatever the word; null where none is said. */
  rate: z.number().nullable(),
  unit: z.string(),
  /** Ends of what the rate may be. */
  interval: interval.nullable(),
  why: reason,
  /** What `why` says, in words. */
  text,
  /** Name and version of the method. */
  method: z.string().nullable(),
  /** When the limit is reached, earliest and latest; null where no date can be said. */
  window: instants.nullable(),
  /** Too little of a year is known to tell it from a season. */
  maySeasonal: z.boolean(),
  /** Of each louder word, why it is not said. */
  whyNot: z.array(z.object({ reason, text })),
  /** The newest level shifts, the last one first. */
  steps: z.array(z.object({ at: isoTime, by: z.number(), noise: z.number() })),
  /** What is compared with it: an air temperature and neighbours of its kind. */
  temperature: point.nullable(),
  neighbours: z.array(point),
  /** The nearest limits that the site's rules set; `learning`: a rule has not learnt yet what its limit is measured from. */
  limits: z.object({ high: z.number().nullable(), low: z.number().nullable(), learning: z.boolean() }),
  /** Some of its record is of a virtual field. */
  simulated: z.boolean(),
  /** When it was looked at last; null: not yet. */
  at: isoTime.nullable(),
});

export const forecastQuantitySchema = z.object({ name: z.string(), value: z.unknown(), source: z.string() });

export const forecastReportSchema = z.object({
  ...forecastItemSchema.shape,
  /** Local days of the record: median, and what is left of it without the temperature's part. Coverage 0–1. */
  days: z.array(
    z.object({
      at: isoTime,
      median: z.number().nullable(),
      corrected: z.number().nullable(),
      coverage: z.number(),
    }),
  ),
  /**
   * Per °C: of the air, and of a structure that follows the air by a first-order lag with a time constant of `lagH` hours; the
   * interval is of their sum. null: not corrected.
   */
  coefficient: z.object({ perDegree: z.number(), lagH: z.number(), perDegreeLagged: z.number(), interval }).nullable(),
  allSteps: z.array(z.object({ at: isoTime, by: z.number(), noise: z.number() })),
  /** What was said before, the newest first. */
  changes: z.array(z.object({ at: isoTime, was: z.string(), state: z.string(), reason, text })),
  /** Hours that were read here, that were put in from outside, and of a virtual field. */
  record: z.object({
    hours: z.int(),
    imported: z.int(),
    simulated: z.int(),
    from: isoTime.nullable(),
    to: isoTime.nullable(),
  }),
  /** Every number that decides, and where it comes from. */
  settings: z.array(forecastQuantitySchema),
  version: z.string(),
});

export type ForecastItem = z.infer<typeof forecastItemSchema>;
export type ForecastReport = z.infer<typeof forecastReportSchema>;

import { z } from 'zod';
import { faultSchema, isoTimeSchema, qualitySchema, timeStateSchema, valueSchema } from './common.ts';

/** How things stood. */

export const rawReadingSchema = z.object({
  at: isoTimeSchema.nullable(),
  value: valueSchema,
  quality: qualitySchema,
  fault: faultSchema,
  seq: z.int(),
  time: timeStateSchema,
});
export type RawReading = z.infer<typeof rawReadingSchema>;

/** A bucket of readings. Without a good number in it, its values are null and count is 0. */
export const bucketSchema = z.object({
  at: isoTimeSchema,
  min: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
  /** The good ones that came first and last in it. */
  first: z.number().nullable(),
  last: z.number().nullable(),
  count: z.int(),
  /** Readings in the bucket that carried no good value. */
  bad: z.int(),
});
export type Bucket = z.infer<typeof bucketSchema>;

export const readingsBodySchema = z.object({
  point: z.string(),
  unit: z.string().nullable(),
  items: z.union([z.array(rawReadingSchema), z.array(bucketSchema)]),
  next: z.string().nullable(),
});
export type ReadingsBody = z.infer<typeof readingsBodySchema>;

import { z } from 'zod';
import { faultCodes } from '../reading.ts';
import { roles } from '../roles.ts';

/** What the bodies of several domains share. Times are ISO 8601 UTC with milliseconds. */

export const isoTimeSchema = z.iso.datetime({ precision: 3 });
export const namesSchema = z.object({ ko: z.string(), en: z.string() });
export const valueSchema = z.union([z.number(), z.boolean(), z.string(), z.null()]);
export const qualitySchema = z.enum(['good', 'uncertain', 'bad']);
export const faultSchema = z.enum(faultCodes).nullable();
/** synced: the gateway measured the time right. estimated: the gateway set it. none: ordered, not timed. */
export const timeStateSchema = z.enum(['synced', 'estimated', 'none']);
export type TimeState = z.infer<typeof timeStateSchema>;

export const roleSchema = z.enum(roles);
export const buildingRefSchema = z.object({ site: z.string().max(63), building: z.string().max(63) });
/** Said with a change, for the audit. */
export const reasonTextSchema = z.string().max(500).optional();

/** A list and the cursor of its next page, null on the last. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/**
 * RFC 9457. `type` is `/problems/{code}`; `figures` are the code's own (contract/problems.ts). `title` is the same for
 * every answer with that code, `detail` says it with the figures, in English.
 */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  figures: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

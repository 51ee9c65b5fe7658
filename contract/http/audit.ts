import { z } from 'zod';
import { isoTimeSchema } from './common.ts';

const facts = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]))
  .nullable();

/** One change: who made it, what it was before and after, and why. `hash` chains it to the row before. */
export const auditItemSchema = z.object({
  id: z.int(),
  at: isoTimeSchema,
  by: z.string(),
  action: z.string(),
  subject: z.string(),
  before: facts,
  after: facts,
  why: z.string().nullable(),
  hash: z.string(),
});
export type AuditItem = z.infer<typeof auditItemSchema>;

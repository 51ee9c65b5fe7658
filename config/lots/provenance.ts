import { z } from 'zod';

/** Where the numbers beside it come from. Stands in every block whose numbers decide a fee, an alarm or a candidate. */
export const provenanceShape = {
  source: z.string().trim().min(1).max(300).optional().describe('the ordinance, notice or measurement they come from'),
  confirmedBy: z.string().trim().min(1).max(100).optional().describe('the role that confirmed them, never a person'),
};

/** Korean and English, as everything that people read. */
export const textSchema = z
  .strictObject({ ko: z.string().trim().min(1).max(100), en: z.string().trim().min(1).max(100) })
  .describe('a name in Korean and English: { ko: …, en: … }');

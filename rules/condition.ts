import { z } from 'zod';
import { thresholdSchema } from './kinds/threshold.ts';
import { votingSchema } from './kinds/voting.ts';

/** What a rule judges by, as it stands in a file; durations in milliseconds once read. */
export const conditionSchema = z.discriminatedUnion('kind', [thresholdSchema, votingSchema]);

export type Condition = z.infer<typeof conditionSchema>;

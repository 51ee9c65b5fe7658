import { z } from 'zod';
import { deviationSchema } from './kinds/deviation.ts';
import { doseSchema } from './kinds/dose.ts';
import { equipmentSchema } from './kinds/equipment.ts';
import { exceedancesSchema } from './kinds/exceedances.ts';
import { heldSchema } from './kinds/held.ts';
import { missingSchema } from './kinds/missing.ts';
import { ppvSchema } from './kinds/ppv.ts';
import { rateSchema } from './kinds/rate.ts';
import { thresholdSchema } from './kinds/threshold.ts';
import { votingSchema } from './kinds/voting.ts';

/** What a rule judges by, as it stands in a file; durations in milliseconds once read. */
export const conditionSchema = z.discriminatedUnion('kind', [
  thresholdSchema,
  rateSchema,
  deviationSchema,
  doseSchema,
  ppvSchema,
  votingSchema,
  exceedancesSchema,
  heldSchema,
  missingSchema,
  equipmentSchema,
]);

export type Condition = z.infer<typeof conditionSchema>;

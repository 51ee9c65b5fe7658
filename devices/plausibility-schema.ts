import { z } from 'zod';
import { durationSchema } from '../contract/duration.ts';
import { refused, text } from '../contract/words/check/said.ts';

const off = z.literal(false);
const durationOrOff = z.union([durationSchema.refine((ms) => ms > 0, refused({ code: 'longer-than-nothing' })), off], {
  error: text({ code: 'duration-or-off' }),
});
const limitOrOff = z.union([z.number().positive(), off], {
  error: text({ code: 'number-or-off' }),
});

/**
 * How a point's plausibility is watched, as a profile or a site says it; what is left out is decided by the point's kind and
 * unit. `false` switches one watch off.
 */
export const plausibilitySchema = z
  .strictObject({
    stuckAfter: durationOrOff
      .optional()
      .describe('pinned at an end of its range (a contact: unchanged) for this long is stuck, such as 10m; false: off'),
    stuckAt: z
      .array(z.number())
      .min(1)
      .optional()
      .describe('the values that count as an end, such as [4, 20]; else by kind, else both ends of valid'),
    frozenAfter: durationOrOff
      .optional()
      .describe('not moved by a single count for this long is frozen, such as 30m; false: off'),
    restsAt: z.array(z.number()).optional().describe('values at which the point may stand still for ever, such as [0]'),
    maxNoise: limitOrOff
      .optional()
      .describe("standard deviation from reading to reading, in the point's unit, above which it is noisy; false: off"),
    maxRate: z
      .union(
        [z.number().positive(), off, z.strictObject({ rise: limitOrOff.optional(), fall: limitOrOff.optional() })],
        { error: text({ code: 'rate-or-off' }) },
      )
      .optional()
      .describe("the fastest possible change, in the point's unit a second: 5, or { rise: 5, fall: 2 }; false: off"),
  })
  .describe('when the values are doubted although they arrive: { stuckAfter, frozenAfter, maxNoise, maxRate, … }');

export type PlausibilitySettings = z.infer<typeof plausibilitySchema>;

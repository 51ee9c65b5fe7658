import { z } from 'zod';
import type { Trial } from '../../contract/configuration.ts';
import { durationSchema } from '../../contract/duration.ts';
import { agentIdSchema } from '../../contract/ids.ts';
import { refused } from '../../contract/words/check/said.ts';
import { provenanceShape } from '../lots/provenance.ts';

/** How a new configuration is tried before it stands, and what brings the one before it back. */

const hourMs = 3_600_000;
const between = (leastMs: number, mostMs: number) =>
  durationSchema.refine((ms) => ms >= leastMs && ms <= mostMs, refused({ code: 'duration-range', leastMs, mostMs }));

export const rolloutFileSchema = z
  .strictObject({
    trial: between(10_000, 24 * hourMs)
      .prefault('10m')
      .describe('how long a new configuration is on trial'),
    settle: between(1000, hourMs)
      .prefault('30s')
      .describe('a device that was good may be silent for so long before the configuration goes back'),
    polls: z
      .number()
      .min(50)
      .max(100)
      .default(90)
      .describe('percent of polls answered, of what it was before; below it the configuration goes back'),
    starts: z.int().min(1).max(20).default(3).describe('starts within the trial; one more, and it goes back'),
    loopMs: z
      .number()
      .min(1)
      .max(60_000)
      .default(500)
      .describe('delay of the agent’s work (p99, ms) that is never too slow'),
    first: agentIdSchema
      .optional()
      .describe('the agent that tries it before the others; the first that is heard if not given'),
    ...provenanceShape,
  })
  .prefault({})
  .describe('how a new configuration is tried before it stands');

export type RolloutConfig = {
  readonly trial: Trial;
  /** Null: the first that is heard. */
  readonly first: string | null;
  readonly source: string | null;
  readonly confirmedBy: string | null;
};

/** The defaults are ours: ten minutes are what the polls of a device are counted over. */
const usualSource = 'project default: polls are counted over ten minutes';

export function buildRollout(file: z.output<typeof rolloutFileSchema>): RolloutConfig {
  const { trial, settle, polls, starts, loopMs, first = null, source = usualSource, confirmedBy = null } = file;
  return { trial: { ms: trial, settleMs: settle, pollShare: polls / 100, starts, loopMs }, first, source, confirmedBy };
}

export const usualRollout: RolloutConfig = buildRollout(rolloutFileSchema.parse({}));

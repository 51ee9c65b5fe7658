import { z } from 'zod';

const draftText = z.object({
  text: z.string(),
  length: z.int().describe('UTF-16 units'),
  limit: z.int().describe('the most that the broadcast takes'),
});

/** What an officer may send of an alert. Nothing of it is ever sent by this program. */
export const alertDraftsSchema = z.object({
  broadcast: z.object({
    suggestedClass: z.enum(['위급', '긴급', '안전안내']),
    short: draftText.describe('90 characters at most, for phones from before 2019'),
    long: draftText.describe('157 characters at most'),
  }),
  platform: z
    .object({ headers: z.record(z.string(), z.string()), body: z.record(z.string(), z.unknown()) })
    .nullable()
    .describe('the event envelope of the 스마트시티 통합플랫폼; null where the city has given no id for this hazard'),
});

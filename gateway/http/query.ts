import { z } from 'zod';
import { pointRefSchema } from '../../contract/ids.ts';

/** `?point=` as often as one likes. */
export const pointsQuery = {
  point: z
    .union([z.string(), z.array(z.string()).min(1).max(1000)])
    .transform((given) => [given].flat())
    .pipe(z.array(pointRefSchema))
    .optional()
    .describe('device/point; may be given several times'),
};

const instantText = z.iso.datetime({ offset: true });

/** An instant in a query: ISO 8601 with its zone, or epoch milliseconds; comes out in epoch ms. */
export const instantSchema = z.string().transform((text, ctx): number => {
  const ms = /^\d{1,15}$/.test(text)
    ? Number(text)
    : instantText.safeParse(text).success
      ? Date.parse(text)
      : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  ctx.addIssue({
    code: 'custom',
    message: 'an instant is ISO 8601 with its zone (2026-11-21T23:20:00Z) or epoch milliseconds',
  });
  return z.NEVER;
});

import { z } from 'zod';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;

/** Milliseconds of `250ms`, `5s`, `10m`, `2h`; undefined when the text is not a duration. */
export function tryDuration(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
}

/** A duration as a person writes it in a file; comes out in milliseconds. */
export const durationSchema = z
  .string()
  .regex(pattern, 'a duration is a number and a unit: 250ms, 5s, 10m or 2h')
  .transform((text) => tryDuration(text) ?? Number.NaN);

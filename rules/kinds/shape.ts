import { z } from 'zod';
import { durationSchema } from '../../contract/duration.ts';
import { type Level, levels } from '../../contract/hazards.ts';
import { refused } from '../../contract/words/check/said.ts';
import { type Debounce, type Limit, type Test, undelayed } from '../limit.ts';

/** What the kinds of condition share in a file: levels with a limit each, hysteresis, delays, n of m. */

/** A map of at least one level to what meets it: `{ 관심: …, 심각: … }`. */
export function byLevel<T extends z.ZodType>(what: T) {
  return z
    .partialRecord(z.enum(levels), what)
    .refine((given) => Object.keys(given).length > 0, refused({ code: 'no-level' }));
}

export const positiveDuration = durationSchema.refine((ms) => ms > 0, refused({ code: 'longer-than-nothing' }));

export const word = z.union([z.boolean(), z.string(), z.number()]);
export const wordOrWords = z.union([word, z.array(word).min(1)]);

/** One test of a value, exactly one of the three. */
export const testShape = {
  above: z.number().optional().describe('met at this value and above'),
  below: z.number().optional().describe('met at this value and below'),
  is: wordOrWords.optional().describe('met while the point is this, or one of a list: true, alarm, [alarm, fault]'),
};

export const blind = wordOrWords
  .optional()
  .describe('a word, or a list of such, by which the point says that it sees nothing: fault; it is then unknown');

export const oneTest = refused({ code: 'one-test' });
export const hasOneTest = ({ above, below, is }: TestFile) =>
  [above, below, is].filter((given) => given !== undefined).length === 1;

export type TestFile = {
  readonly above?: number | undefined;
  readonly below?: number | undefined;
  readonly is?: z.infer<typeof word> | readonly z.infer<typeof word>[] | undefined;
};

export const debounceShape = {
  hysteresis: z
    .number()
    .min(0)
    .default(0)
    .describe("how far behind its limit a value must be to count as back, in the point's unit"),
  onDelay: durationSchema
    .default(0)
    .describe('how long the readings must say so before it counts, such as 10s; time between readings of one epoch'),
  offDelay: durationSchema
    .default(0)
    .describe('how long good readings must say otherwise before it is over, such as 5m; time between readings'),
  of: z
    .strictObject({
      n: z.int().min(1).max(32).describe('this many of the last m readings'),
      m: z.int().min(2).max(32).describe('how many of the last readings are looked at'),
      apart: durationSchema.default(0).describe('a reading counts only this long after the last that counted'),
    })
    .refine(({ n, m }) => n <= m, refused({ code: 'n-of-m' }))
    .optional()
    .describe('n of the last m readings must say so: { n: 3, m: 3, apart: 10m }; none of them ends it'),
};

export type DebounceFile = {
  readonly hysteresis: number;
  readonly onDelay: number;
  readonly offDelay: number;
  readonly of?: { readonly n: number; readonly m: number; readonly apart: number } | undefined;
};

export function debounceOf({ onDelay, offDelay, of }: Pick<DebounceFile, 'onDelay' | 'offDelay' | 'of'>): Debounce {
  return {
    ...undelayed,
    onDelayMs: onDelay,
    offDelayMs: offDelay,
    ...(of === undefined ? {} : { n: of.n, m: of.m, apartMs: of.apart }),
  };
}

/** @throws when none of the three stands there, which the schema has refused */
export function testOf({ above, below, is }: TestFile, hysteresis: number): Test {
  if (above !== undefined) return { op: 'above', limit: above, hysteresis };
  if (below !== undefined) return { op: 'below', limit: below, hysteresis };
  if (is === undefined) throw new Error('a test without above, below or is went unchecked');
  return { op: 'is', values: wordsOf(is) };
}

type Word = z.infer<typeof word>;

export function wordsOf(is: Word | readonly Word[] | undefined): readonly Word[] {
  if (is === undefined) return [];
  return isList(is) ? is : [is];
}

function isList(is: Word | readonly Word[]): is is readonly Word[] {
  return Array.isArray(is);
}

/** The limits of a map by level, lowest level first. */
export function limitsOf(
  given: { readonly [L in Level]?: TestFile | undefined },
  debounce: DebounceFile,
): readonly Limit[] {
  return levels.flatMap((level) => {
    const test = given[level];
    return test === undefined
      ? []
      : [{ level, test: testOf(test, debounce.hysteresis), debounce: debounceOf(debounce) }];
  });
}

/** Limits on a measure that is at its level at a number and above. */
export function aboveLimits(
  given: { readonly [L in Level]?: { readonly above: number } | undefined },
  debounce: DebounceFile,
): readonly Limit[] {
  return limitsOf(given, debounce);
}

/** Limits on a count. */
export function countLimits(
  given: { readonly [L in Level]?: number | undefined },
  debounce: DebounceFile,
): readonly Limit[] {
  // The hysteresis is that of the value that is counted.
  const own = { ...debounce, hysteresis: 0 };
  return levels.flatMap((level) => {
    const above = given[level];
    return above === undefined ? [] : [{ level, test: testOf({ above }, 0), debounce: debounceOf(own) }];
  });
}

/** Durations by level, lowest level first. */
export function durationsByLevel(given: { readonly [L in Level]?: number | undefined }) {
  return levels.flatMap((level) => {
    const ms = given[level];
    return ms === undefined ? [] : [{ level, ms }];
  });
}

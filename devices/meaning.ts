import { z } from 'zod';
import { durationSchema } from '../contract/duration.ts';
import { type FaultCode, isExact, type Value } from '../contract/reading.ts';
import type { CheckReason } from '../contract/words/check/check.ts';
import { refused, text } from '../contract/words/check/said.ts';
import { plausibilitySchema } from './plausibility-schema.ts';

/**
 * What a raw value means, whatever wire it came by: the half of a profile's point that registers, text fields and frame
 * bytes share.
 */

/** A raw value, or two with a dash between them. */
const rawRange = /^(-?\d+|0x[0-9a-f]+)(?:-(-?\d+|0x[0-9a-f]+))?$/i;

const range = z
  .tuple([z.number(), z.number()])
  .refine(([lo, hi]) => lo < hi, refused({ code: 'lower-end-first', example: false }));

/** A duration within bounds, both included. */
export function durationBetween(leastMs: number, mostMs: number) {
  const range = refused({ code: 'duration-range', leastMs, mostMs });
  return durationSchema.refine((ms) => ms >= leastMs && ms <= mostMs, range);
}

const dayMs = 86_400_000;
/** How often a point may be read; a sensor by radio may speak as rarely as once a month. */
export const pointEvery = durationBetween(10, 31 * dayMs);

/** By 0, every raw value would be the same good one. */
export const scaleNumber = z.number().refine((scale) => scale !== 0, refused({ code: 'scale-zero' }));

/** Keys of a point that say what its raw value means. engineering = raw × scale + offset. */
export const meaningShape = {
  scale: scaleNumber.default(1),
  offset: z.number().default(0),
  unit: z.string().max(31).nullable().default(null),
  /** Engineering values outside are no value: bad, out-of-range. */
  valid: range.nullable().default(null),
  /**
   * Raw values (before scale) outside are no value: bad, out-of-range. For what holds whatever a site scales them to,
   * such as the live range of a 4–20 mA loop.
   */
  rawValid: range.nullable().default(null),
  /** Raw values (before scale) by which the device says "no value": bad, sentinel. */
  sentinels: z.array(z.number()).default([]),
  /**
   * Makes a number a yes or no: the point's value is whether the engineering value lies below this, as with a distance
   * and something in front of it. What is no value is neither.
   */
  trueBelow: z.number().nullable().default(null),
  /** bool and bit without words of their own: true on the wire means false (a fail-safe contact). */
  invert: z.boolean().default(false),
  /** What it means: occupancy, smoke, tilt, temperature … */
  kind: z.string().min(1).max(63),
  every: pointEvery.optional(),
  /** When its values are doubted although they arrive; what is left out follows from kind and unit. */
  plausibility: plausibilitySchema.optional(),
  /**
   * What the sensor itself drifts by in a year, in the point's unit, and the data sheet that says so. A movement within it is
   * none of the structure.
   */
  drift: z.strictObject({ perYear: z.number().positive(), source: z.string().min(1) }).optional(),
};

/**
 * Words for raw values, or for ranges of them, as in "1-32767", "-1" or "0x8000"; the point's values are then these words.
 * A raw value that has none is out-of-range.
 */
export const numberWords = z
  .record(z.string().regex(rawRange, text({ code: 'raw-value-form' })), z.string().min(1))
  .nullable()
  .default(null);

/** Names of the bits of a status, for people. The value stays the number. */
export const bitNames = z
  .record(z.string().regex(/^(0|[1-9]\d*)$/, text({ code: 'bit-number-form' })), z.string().min(1))
  .nullable()
  .default(null);

/** Keys that would be passed over, so that a free bay reads occupied: what has no contact is not turned, only a number lies below. */
export function meaningProblems(point: {
  readonly type: string;
  readonly enum: object | null;
  readonly trueBelow: number | null;
  readonly invert: boolean;
}): { readonly key: 'trueBelow' | 'invert'; readonly reason: CheckReason }[] {
  const isBelow = point.trueBelow !== null;
  const isWords = point.enum !== null || point.type === 'text' || point.type === 'string';
  const isContact = !isWords && (point.type === 'bool' || point.type === 'bit');
  return [
    ...(isBelow && (isWords || isContact)
      ? [{ key: 'trueBelow' as const, reason: { code: 'only-number-below' } as const }]
      : []),
    ...(point.invert && (isBelow || !isContact)
      ? [{ key: 'invert' as const, reason: { code: 'invert-of-none', isBelow } as const }]
      : []),
  ];
}

/** What a device model is, whatever it speaks. */
export const aboutShape = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  maker: z.string().min(1),
  model: z.string().min(1),
  /** Where the map was read: document, edition, table or page. */
  source: z.string().min(1),
  /** hardware: our own trial · field: a third party ran it · manual: the maker's manual · none: anything weaker. */
  verified: z.enum(['hardware', 'field', 'manual', 'none']),
};

/** How the device's serial port ships; a bus says how it really is wired. */
export const linkShape = {
  baudRate: z.int().min(300).max(1_000_000).optional(),
  parity: z.enum(['none', 'even', 'odd']).optional(),
  stopBits: z.union([z.literal(1), z.literal(2)]).optional(),
};

/** What decoding gives of one point. A null value always comes with its fault. */
export type Meant = { readonly value: Value; readonly fault: FaultCode | null };

export function good(value: Value): Meant {
  return { value, fault: null };
}

export function bad(fault: FaultCode): Meant {
  return { value: null, fault };
}

/** The word that stands for just this. */
export function wordOf(words: Readonly<Record<string, string>>, said: string): Meant {
  const word = Object.hasOwn(words, said) ? words[said] : undefined;
  return word === undefined ? bad('out-of-range') : good(word);
}

/** A raw number's word, its own or that of a range. */
export function wordFor(words: Readonly<Record<string, string>>, raw: number): Meant {
  const word = words[raw] ?? Object.entries(words).find(([key]) => !isOutside(rawRangeOf(key), raw))?.[1];
  return word === undefined ? bad('out-of-range') : good(word);
}

/** First and last raw value, both included, that a key of `enum` stands for. */
export function rawRangeOf(key: string): [number, number] {
  const [, first = '', last = first] = rawRange.exec(key) ?? [];
  return [Number(first), Number(last)];
}

export function isOutside(range: readonly [number, number] | null, value: number): boolean {
  return range !== null && !(value >= range[0] && value <= range[1]);
}

/** What an engineering value says, if it is one: finite, exact when whole, and within what the device can measure. */
export function measured(
  { valid, trueBelow }: { valid: readonly [number, number] | null; trueBelow: number | null },
  value: number,
): Meant {
  if (!isExact(value) || isOutside(valid, value)) return bad('out-of-range');
  return good(trueBelow === null ? value : value < trueBelow);
}

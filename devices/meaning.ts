import { z } from 'zod';
import { durationSchema } from '../contract/duration.ts';
import { type FaultCode, isExact, type Value } from '../contract/reading.ts';

/**
 * What a raw value means, whatever wire it came by: the half of a profile's point that registers, text fields and frame
 * bytes share.
 */

const range = z.tuple([z.number(), z.number()]).refine(([lo, hi]) => lo < hi, 'the lower end comes first');

/** Keys of a point that say what its raw value means. engineering = raw × scale + offset. */
export const meaningShape = {
  scale: z.number().default(1),
  offset: z.number().default(0),
  unit: z.string().max(31).nullable().default(null),
  /** Engineering values outside are no value: bad, out-of-range. */
  valid: range.nullable().default(null),
  /** Raw values (before scale) by which the device says "no value": bad, sentinel. */
  sentinels: z.array(z.number()).default([]),
  /** bool and bit: true on the wire means false (a fail-safe contact). */
  invert: z.boolean().default(false),
  /** What it means: occupancy, smoke, tilt, temperature … */
  kind: z.string().min(1).max(63),
  every: durationSchema.optional(),
};

/** Words for raw whole numbers; the point's values are then these words. A raw value that has none is out-of-range. */
export const numberWords = z.record(z.string().regex(/^\d+$/), z.string().min(1)).nullable().default(null);

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

/** A raw value's word. */
export function wordFor(words: Readonly<Record<string, string>>, raw: number | string): Meant {
  const word = Object.hasOwn(words, raw) ? words[raw] : undefined;
  return word === undefined ? bad('out-of-range') : good(word);
}

/** An engineering value, if it is one: finite, exact when whole, and within what the device can measure. */
export function measured(valid: readonly [number, number] | null, value: number): Meant {
  if (!isExact(value)) return bad('out-of-range');
  const [lowest, highest] = valid ?? [-Infinity, Infinity];
  return value >= lowest && value <= highest ? good(value) : bad('out-of-range');
}

import { z } from 'zod';
import { durationSchema } from '../contract/duration.ts';
import { pointNameSchema } from '../contract/ids.ts';
import { truthSchema } from './truth-schema.ts';

/**
 * A profile is what a device model is, as data: read it next to the data sheet, row by row. Addresses are 0-based PDU
 * addresses whatever the manual's habit; scale and offset give engineering = raw × scale + offset.
 */

export const tables = ['coil', 'discrete', 'input', 'holding'] as const;
export const numberTypes = ['u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'f32', 'f64', 'bcd'] as const;
export const orders32 = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
export const orders64 = ['ABCDEFGH', 'GHEFCDAB', 'BADCFEHG', 'HGFEDCBA'] as const;

export type Table = (typeof tables)[number];
export type ByteOrder = (typeof orders32)[number] | (typeof orders64)[number];

const address = z.int().min(0).max(0xffff);
const range = z.tuple([z.number(), z.number()]).refine(([lo, hi]) => lo < hi, 'the lower end comes first');
/** First and last address, both included. */
const addressRange = z.tuple([address, address]).refine(([lo, hi]) => lo <= hi, 'the lower address comes first');

export const pointProfileSchema = z
  .strictObject({
    table: z.enum(tables),
    address,
    /** bool: one coil or discrete input; bit: one bit of a register (see `bit`); string: 2 characters a register. */
    type: z.enum(['bool', 'bit', ...numberTypes, 'string']),
    /** Byte order on the wire, A the most significant byte. 16-bit types take AB (as ABCD) or BA (as BADC). */
    order: z.enum([...orders32, ...orders64]).default('ABCD'),
    bit: z.int().min(0).max(15).optional(),
    /** The bits of a u16 that are this value, side by side as in 0xFF00; they are taken alone, shifted down to bit 0. */
    mask: z.int().min(1).max(0xffff).optional(),
    /** Registers of a string, or of a bcd number (1, 2 or 4). */
    length: z.int().min(1).max(64).optional(),
    scale: z.number().default(1),
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
     * Words for raw values, or for ranges of them, as in "1-32767"; the point's values are then these words. A raw value
     * that has none is out-of-range.
     */
    enum: z
      .record(z.string().regex(/^\d+(-\d+)?$/), z.string().min(1))
      .refine((words) => areApart(Object.keys(words).map(rawRangeOf)), 'a range ends above its begin, and none overlap')
      .nullable()
      .default(null),
    /** Names of the bits of a status register, for people. The value stays the number. */
    bits: z
      .record(z.string().regex(/^([0-9]|1[0-5])$/), z.string().min(1))
      .nullable()
      .default(null),
    /**
     * Makes a number a yes or no: the point's value is whether the engineering value lies below this, as with a distance
     * and something in front of it. What is no value is neither.
     */
    trueBelow: z.number().nullable().default(null),
    /** bool and bit: true on the wire means false (a fail-safe contact). */
    invert: z.boolean().default(false),
    /** A point of the same device whose value is the power of ten to scale this one by (SunSpec style). */
    scaleFrom: pointNameSchema.nullable().default(null),
    writeWith: z.union([z.literal(5), z.literal(6), z.literal(15), z.literal(16)]).optional(),
    /** What it means: occupancy, smoke, tilt, temperature … */
    kind: z.string().min(1).max(63),
    every: durationSchema.optional(),
    /** When its values are doubted although they arrive; what is left out follows from kind and unit. */
    truth: truthSchema.optional(),
    writable: z.boolean().default(false),
  })
  .superRefine((point, ctx) => {
    const say = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message });
    const bitTable = point.table === 'coil' || point.table === 'discrete';
    if (bitTable !== (point.type === 'bool'))
      say('type', 'coils and discrete inputs are bool; registers never are (use bit)');
    if ((point.type === 'bit') !== (point.bit !== undefined))
      say('bit', 'type bit needs bit: 0–15, and only it takes one');
    if (point.trueBelow !== null && (point.enum !== null || ['bool', 'bit', 'string'].includes(point.type)))
      say('trueBelow', 'only a number can lie below another; remove it, or `enum`');
    if (point.mask !== undefined && (point.type !== 'u16' || !isOneRun(point.mask)))
      say('mask', 'only a u16 takes a mask, and its bits stand side by side, as in 0xFF00');
    if (point.type === 'string' && point.length === undefined) say('length', 'a string needs its length in registers');
    if (point.type === 'bcd' && ![1, 2, 4].includes(point.length ?? 1)) say('length', 'bcd takes 1, 2 or 4 registers');
    if (point.length !== undefined && point.type !== 'string' && point.type !== 'bcd')
      say('length', 'only strings and bcd take a length');
    const words = registersOf(point);
    if (point.order.length === 8 && words !== 4) say('order', 'an eight-letter order is for 64-bit types');
    if (words === 4 && point.order.length === 4 && point.order !== 'ABCD')
      say('order', `64-bit types take ${orders64.join(', ')}`);
    if (point.writable && (point.table === 'discrete' || point.table === 'input'))
      say('writable', 'only coils and holding registers can be written');
    if (point.address + words > 0x10000) say('address', 'the point runs past address 65535');
  });

export const profileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  maker: z.string().min(1),
  model: z.string().min(1),
  /** Where the map was read: document, edition, table or page. */
  source: z.string().min(1),
  /** hardware: our own trial · field: a third party ran it · manual: the maker's manual · none: anything weaker. */
  verified: z.enum(['hardware', 'field', 'manual', 'none']),
  /** How the device ships; a bus says how it really is wired. */
  link: z
    .strictObject({
      baudRate: z.int().min(300).max(1_000_000).optional(),
      parity: z.enum(['none', 'even', 'odd']).optional(),
      stopBits: z.union([z.literal(1), z.literal(2)]).optional(),
      unit: z.int().min(1).max(255).optional(),
    })
    .default({}),
  limits: z
    .strictObject({
      maxRegisters: z.int().min(1).max(125).default(125),
      maxBits: z.int().min(1).max(2000).default(2000),
      /** Silence the device needs after a reply before the next request. */
      gap: durationSchema.default(0),
    })
    .prefault({}),
  /**
   * Address ranges the source says may be read in one request, by table, gaps between points included. A read is
   * joined or lengthened only inside these; without them, only over addresses that points cover.
   */
  readable: z.partialRecord(z.enum(tables), z.array(addressRange)).default({}),
  points: z
    .record(pointNameSchema, pointProfileSchema)
    .refine((points) => Object.keys(points).length > 0, 'a profile without points reads nothing'),
});

export type PointProfile = z.infer<typeof pointProfileSchema>;
export type Profile = z.infer<typeof profileSchema>;

/** How many registers (or, of coils and discrete inputs, bits) a point takes. */
export function registersOf(point: Pick<PointProfile, 'type' | 'length'>): number {
  if (point.type === 'string' || point.type === 'bcd') return point.length ?? 1;
  const width = { bool: 1, bit: 1, u16: 1, i16: 1, u32: 2, i32: 2, f32: 2, u64: 4, i64: 4, f64: 4 } as const;
  return width[point.type];
}

/** The type of the value that decoding gives. */
export function valueTypeOf(point: Pick<PointProfile, 'type' | 'enum' | 'trueBelow'>): 'number' | 'boolean' | 'string' {
  if (point.trueBelow !== null) return 'boolean';
  if (point.enum !== null || point.type === 'string') return 'string';
  return point.type === 'bool' || point.type === 'bit' ? 'boolean' : 'number';
}

/** First and last raw value, both included, that a key of `enum` stands for. */
export function rawRangeOf(key: string): [number, number] {
  const [first = '', last = first] = key.split('-');
  return [Number(first), Number(last)];
}

/** How far a masked value is shifted down: the place of the lowest bit of the mask. */
export function shiftOf(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

function isOneRun(mask: number): boolean {
  const run = mask >>> shiftOf(mask);
  return (run & (run + 1)) === 0;
}

function areApart(ranges: readonly (readonly [number, number])[]): boolean {
  const sorted = ranges.toSorted(([a], [b]) => a - b);
  return sorted.every(([first, last], i) => first <= last && first > (sorted[i - 1]?.[1] ?? -1));
}

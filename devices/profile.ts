import { z } from 'zod';
import { durationSchema } from '../contract/duration.ts';
import { pointNameSchema } from '../contract/ids.ts';
import { conditions } from './conditions.ts';
import { aboutShape, bitNames, linkShape, meaningShape, numberWords } from './meaning.ts';
import type { RawForm } from './raw.ts';
import { bitNameProblems, withRawKeys } from './raw-keys.ts';

import { type TalkerPoint, type TalkerProfile, talkerProfileSchema } from './serial/talker-profile.ts';

/**
 * A profile is what a device model is, as data: read it next to the data sheet, row by row. Addresses are 0-based PDU
 * addresses whatever the manual's habit; scale and offset give engineering = raw × scale + offset.
 */

export { rawRangeOf } from './meaning.ts';

export const tables = ['coil', 'discrete', 'input', 'holding'] as const;
export const numberTypes = ['u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'f32', 'f64', 'bcd'] as const;
const pointTypes = ['bool', 'bit', ...numberTypes, 'string'] as const;
export const orders32 = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
export const orders64 = ['ABCDEFGH', 'GHEFCDAB', 'BADCFEHG', 'HGFEDCBA'] as const;

export type Table = (typeof tables)[number];
export type ByteOrder = (typeof orders32)[number] | (typeof orders64)[number];

const address = z.int().min(0).max(0xffff);
/** First and last address, both included. */
const addressRange = z.tuple([address, address]).refine(([lo, hi]) => lo <= hi, 'the lower address comes first');

export const pointProfileSchema = z
  .strictObject({
    table: z.enum(tables),
    address,
    /** bool: one coil or discrete input; bit: one bit of a register (see `bit`); string: 2 characters a register. */
    type: z.enum(pointTypes),
    /** Byte order on the wire, A the most significant byte. 16-bit types take AB (as ABCD) or BA (as BADC). */
    order: z.enum([...orders32, ...orders64]).default('ABCD'),
    bit: z.int().min(0).max(15).optional(),
    /** The bits of a u16 that are this value, side by side as in 0xFF00; they are taken alone, shifted down to bit 0. */
    mask: z.int().min(1).max(0xffff).optional(),
    /** Registers of a string, or of a bcd number (1, 2 or 4). */
    length: z.int().min(1).max(64).optional(),
    ...meaningShape,
    /** Words for raw values; the point's values are then these words. A raw value that has none is out-of-range. */
    enum: numberWords,
    bits: bitNames,
    /** The value counts only while this other point says so: see `conditions.ts`. Read in one request, or it is none. */
    validWhile: conditions,
    /** The value is none while this other point says so: `absent`, or `{ state: fault }`. Read in one request, or it is none. */
    invalidWhile: conditions,
    /** A point of the same device whose value is the power of ten to scale this one by (SunSpec style). */
    scaleFrom: pointNameSchema.nullable().default(null),
    writeWith: z.union([z.literal(5), z.literal(6), z.literal(15), z.literal(16)]).optional(),
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
    const form = rawFormOf(point);
    for (const { path, message } of [...withRawKeys(form, point).problems, ...bitNameProblems(form, point.bits)])
      ctx.addIssue({ code: 'custom', path: [...path], message });
  })
  .transform((point) => withRawKeys(rawFormOf(point), point).point);

export const profileSchema = z.strictObject({
  ...aboutShape,
  /** How the device ships; a bus says how it really is wired. */
  link: z
    .strictObject({
      ...linkShape,
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
  /** How the device answers beyond its map, as a source says; the simulator does alike, and nothing else reads it. */
  quirks: z
    .strictObject({
      /** From the end of a request to its reply. */
      turnaround: durationSchema.optional(),
      /** The exception to a read or write of more than the limits allow. */
      tooMany: z.union([z.literal(2), z.literal(3)]).default(3),
      /** The exception to a read of an odd number of registers: every value takes two. */
      oddCount: z.union([z.literal(2), z.literal(3)]).optional(),
      /** A write of this word to a coil turns it over. */
      toggleWord: z.int().min(1).max(0xfeff).optional(),
      /** A write to this coil goes to every output. */
      allCoils: address.optional(),
      /** Readable registers of which no document says what they hold; it is not 0. */
      undocumented: z.partialRecord(z.enum(['holding', 'input']), z.array(addressRange)).default({}),
    })
    .prefault({}),
  points: z
    .record(pointNameSchema, pointProfileSchema)
    .refine((points) => Object.keys(points).length > 0, 'a profile without points reads nothing'),
});

export type PointProfile = z.infer<typeof pointProfileSchema>;
/** A Modbus device. */
export type Profile = z.infer<typeof profileSchema>;
/** A device of any protocol: only one that is not Modbus says its `protocol`. */
export type AnyProfile = Profile | TalkerProfile;

/** The schema that a profile file is meant for: it says its protocol, or it is Modbus. */
export function profileSchemaFor(file: unknown): z.ZodType<AnyProfile> {
  return typeof file === 'object' && file !== null && 'protocol' in file ? talkerProfileSchema : profileSchema;
}

export function isTalker(profile: AnyProfile): profile is TalkerProfile {
  return 'protocol' in profile;
}

type Sized = { readonly type: (typeof pointTypes)[number]; readonly length?: number | undefined };

/** How many registers (or, of coils and discrete inputs, bits) a point takes. */
export function registersOf(point: Sized): number {
  if (point.type === 'string' || point.type === 'bcd') return point.length ?? 1;
  const width = { bool: 1, bit: 1, u16: 1, i16: 1, u32: 2, i32: 2, f32: 2, u64: 4, i64: 4, f64: 4 } as const;
  return width[point.type];
}

/** What its raw values are. */
export function rawFormOf(point: Sized & { readonly mask?: number | undefined }): RawForm {
  const { type, mask } = point;
  switch (type) {
    case 'bool':
    case 'bit':
      return { kind: 'yes-no' };
    case 'string':
      return { kind: 'text' };
    case 'bcd':
      return { kind: 'decimal', digits: 4 * registersOf(point) };
    case 'f32':
    case 'f64':
      return { kind: 'float', bits: type === 'f32' ? 32 : 64 };
    default: {
      const bits = mask === undefined ? 16 * registersOf(point) : 32 - Math.clz32(mask >>> shiftOf(mask));
      return { kind: 'whole', bits, sign: type.startsWith('i') ? 'complement' : 'none', mask };
    }
  }
}

/** The type of the value that decoding gives. */
export function valueTypeOf(point: {
  readonly type: PointProfile['type'] | TalkerPoint['type'];
  readonly enum: Readonly<Record<string, string>> | null;
  readonly trueBelow: number | null;
}): 'number' | 'boolean' | 'string' {
  if (point.trueBelow !== null) return 'boolean';
  if (point.enum !== null || point.type === 'string' || point.type === 'text') return 'string';
  return point.type === 'bool' || point.type === 'bit' ? 'boolean' : 'number';
}

/** How far a masked value is shifted down: the place of the lowest bit of the mask. */
export function shiftOf(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

function isOneRun(mask: number): boolean {
  const run = mask >>> shiftOf(mask);
  return (run & (run + 1)) === 0;
}

import { z } from 'zod';
import { pointNameSchema } from '../contract/ids.ts';
import type { CheckReason } from '../contract/words/check/check.ts';
import { issue, refused, text } from '../contract/words/check/said.ts';
import { conditions } from './conditions.ts';
import {
  aboutShape,
  bitNames,
  durationBetween,
  linkShape,
  meaningProblems,
  meaningShape,
  numberWords,
} from './meaning.ts';
import type { RawForm } from './raw.ts';
import { bitNameProblems, withRawKeys } from './raw-keys.ts';

import { type TalkerPoint, type TalkerProfile, talkerProfileSchema } from './serial/talker-profile.ts';
import { type UplinkPoint, type UplinkProfile, uplinkProfileSchema } from './uplinks/uplink-profile.ts';

/**
 * A profile is what a device model is, as data: read it next to the data sheet, row by row. Addresses are 0-based PDU
 * addresses whatever the manual's habit; scale and offset give engineering = raw × scale + offset.
 */

export { rawRangeOf } from './meaning.ts';

export const tables = ['coil', 'discrete', 'input', 'holding'] as const;
export const numberTypes = ['u16', 'i16', 'sm16', 'u32', 'i32', 'sm32', 'u64', 'i64', 'f32', 'f64', 'bcd'] as const;
/** Whole numbers of one or two registers: those that may be a part of them. */
const maskedTypes: readonly string[] = ['u16', 'i16', 'sm16', 'u32', 'i32', 'sm32'];
const pointTypes = ['bool', 'bit', ...numberTypes, 'string'] as const;
export const orders32 = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
export const orders64 = ['ABCDEFGH', 'GHEFCDAB', 'BADCFEHG', 'HGFEDCBA'] as const;

export type Table = (typeof tables)[number];
export type ByteOrder = (typeof orders32)[number] | (typeof orders64)[number];

const address = z
  .int()
  .min(0)
  .superRefine((number, ctx) => {
    if (number > 0xffff) ctx.addIssue(issue(addressMeant(number)));
  });

/** 300017 is how manuals number input registers: the first digit is the table, and the rest counts from 1. */
function addressMeant(number: number): CheckReason {
  return { code: 'address-range', address: number, meant: manualNumber(number) ?? null };
}

/** What a number of a manual's means on the wire; undefined for one that is none. Five digits, or six. */
export function manualNumber(number: number): { table: Table; address: number } | undefined {
  const digits = String(number);
  const table = manualTables.get(digits[0] ?? '');
  const nth = Number(digits.slice(1));
  const isOne = table !== undefined && (digits.length === 5 || digits.length === 6) && nth >= 1 && nth <= 0x10000;
  return isOne ? { table, address: nth - 1 } : undefined;
}

const manualTables: ReadonlyMap<string, Table> = new Map([
  ['1', 'discrete'],
  ['3', 'input'],
  ['4', 'holding'],
]);

/** First and last address, both included. */
const addressRange = z
  .tuple([address, address])
  .refine(([lo, hi]) => lo <= hi, refused({ code: 'lower-address-first' }));

export const pointProfileSchema = z
  .strictObject({
    table: z.enum(tables),
    address,
    /**
     * bool: one coil or discrete input; bit: one bit of a register (see `bit`); string: 2 characters a register; sm16 and
     * sm32: the top bit is the sign, the others are the magnitude.
     */
    type: z.enum(pointTypes),
    /** Byte order on the wire, A the most significant byte. 16-bit types take AB (as ABCD) or BA (as BADC). */
    order: z.enum([...orders32, ...orders64]).default('ABCD'),
    /** Which bit, 0 the lowest. Over 15, or with `length: 2`, it is one of the 32 of two registers. */
    bit: z.int().min(0).max(31).optional(),
    /**
     * The bits of a whole number that are this value, side by side as in 0xFF00; they are taken alone, shifted down to bit
     * 0. The top one of them is the sign of i16, i32, sm16 and sm32.
     */
    mask: z.int().min(1).max(0xffffffff).optional(),
    /** Registers of a string, of a bcd number (1, 2 or 4), or of the status that a bit is of (1 or 2). */
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
    /** Points of the same device whose values multiply this one: the ratio of its transformers, as plain numbers. */
    scaleBy: z
      .union([pointNameSchema.transform((name) => [name]), z.array(pointNameSchema)], {
        error: text({ code: 'scale-by-form' }),
      })
      .prefault([]),
    /** The value is negative while this other point says so: `reverse`, or `{ direction: export }`. Read in one request. */
    negativeWhile: conditions,
    writeWith: z.union([z.literal(5), z.literal(6), z.literal(15), z.literal(16)]).optional(),
    writable: z.boolean().default(false),
  })
  .superRefine((point, ctx) => {
    const say = (path: string, reason: CheckReason) => ctx.addIssue(issue(reason, [path]));
    const bitTable = point.table === 'coil' || point.table === 'discrete';
    if (bitTable !== (point.type === 'bool')) say('type', { code: 'bool-table' });
    if ((point.type === 'bit') !== (point.bit !== undefined)) say('bit', { code: 'bit-needed', most: 31 });
    for (const { key, reason } of meaningProblems(point)) say(key, reason);
    if (point.mask !== undefined && (!maskedTypes.includes(point.type) || !isOneRun(point.mask)))
      say('mask', { code: 'mask-form', types: maskedTypes });
    else if (point.mask !== undefined && point.mask <= 0xffffffff && point.mask >= 2 ** (16 * registersOf(point)))
      say('mask', { code: 'mask-too-wide', type: point.type });
    const isHigh = (point.bit ?? 0) > 15;
    if (point.type === 'bit' && point.length !== undefined && (isHigh ? point.length !== 2 : point.length > 2))
      say('length', { code: 'bit-length' });
    if (point.type === 'string' && point.length === undefined) say('length', { code: 'string-length' });
    if (point.type === 'bcd' && ![1, 2, 4].includes(point.length ?? 1)) say('length', { code: 'bcd-length' });
    if (point.length !== undefined && !['string', 'bcd', 'bit'].includes(point.type))
      say('length', { code: 'length-idle' });
    for (const key of ['scaleBy', 'negativeWhile'] as const)
      if (point[key].length > 0 && (point.enum !== null || ['bool', 'bit', 'string'].includes(point.type)))
        say(key, { code: 'only-number-scaled' });
    if (point.writeWith !== undefined && !writeFunctions[bitTable ? 'bits' : 'words'].includes(point.writeWith))
      say('writeWith', { code: 'write-function', isBits: bitTable });
    else if (point.writeWith === 6 && isOverOneRegister(point)) say('writeWith', { code: 'write-one-register' });
    if (point.writable && (point.scaleFrom !== null || point.scaleBy.length + point.negativeWhile.length > 0))
      say('writable', { code: 'write-scaled' });
    const words = registersOf(point);
    const isWide = words === 4 && point.type !== 'string';
    if (point.order.length === 8 && !isWide) say('order', { code: 'order-long' });
    if (isWide && point.order.length === 4 && point.order !== 'ABCD')
      say('order', { code: 'order-short', orders: orders64 });
    if (point.writable && (point.table === 'discrete' || point.table === 'input'))
      say('writable', { code: 'not-writable' });
    if (point.address <= 0xffff && point.address + words > 0x10000) say('address', { code: 'past-last-address' });
    const form = rawFormOf(point);
    for (const { path, reason } of [...withRawKeys(form, point).problems, ...bitNameProblems(form, point.bits)])
      ctx.addIssue(issue(reason, path));
  })
  .transform((point) => withRawKeys(rawFormOf(point), point).point);

export const profileSchema = z.strictObject({
  ...aboutShape,
  /** How the device ships; a bus says how it really is wired. */
  link: z
    .strictObject({
      ...linkShape,
      /** 0 of a server on TCP that answers it. */
      unit: z.int().min(0).max(255).optional(),
    })
    .default({}),
  limits: z
    .strictObject({
      maxRegisters: z.int().min(1).max(125).default(125),
      maxBits: z.int().min(1).max(2000).default(2000),
      /** Silence the device needs after a reply before the next request. */
      gap: durationBetween(0, 60_000).default(0),
      /** Idle for longer than this it sleeps: a request then only wakes it, and one at once after it is answered. */
      sleepsAfter: durationBetween(100, 86_400_000).optional(),
      /**
       * How many requests it takes at once over Modbus TCP, where a source or a trial says so: the messaging guide (V1.0b)
       * leaves that to each server. They may come in one segment. A line carries one in any case.
       */
      inFlight: z.int().min(1).max(16).default(1),
    })
    .refine(({ inFlight, gap, sleepsAfter }) => inFlight === 1 || (gap === 0 && sleepsAfter === undefined), {
      ...refused({ code: 'in-flight-alone' }),
      path: ['inFlight'],
    })
    .prefault({}),
  /**
   * Address ranges the source says may be read in one request, by table, gaps between points included. A read is
   * joined or lengthened only inside these; without them, only over addresses that points cover.
   */
  readable: z.partialRecord(z.enum(tables), z.array(addressRange)).default({}),
  /** Address ranges, by table, that are read as a whole or not at all: any other request is refused there. */
  blocks: z.partialRecord(z.enum(tables), z.array(addressRange)).default({}),
  /** How the device answers beyond its map, as a source says; the simulator answers the same way, and `jari check` plans by its turnaround. */
  quirks: z
    .strictObject({
      /** From the end of a request to its reply. */
      turnaround: durationBetween(0, 60_000).optional(),
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
    .refine((points) => Object.keys(points).length > 0, refused({ code: 'no-points' })),
});

export type PointProfile = z.infer<typeof pointProfileSchema>;
/** A Modbus device. */
export type Profile = z.infer<typeof profileSchema>;
/** A device of any protocol: only one that is not Modbus says its `protocol`. */
export type AnyProfile = Profile | TalkerProfile | UplinkProfile;
/** A point of any of them. */
export type AnyPoint = PointProfile | TalkerPoint | UplinkPoint;

/** The schema that a profile file is meant for: it says its protocol, or it is Modbus. */
export function profileSchemaFor(file: unknown): z.ZodType<AnyProfile> {
  if (typeof file !== 'object' || file === null || !('protocol' in file)) return profileSchema;
  return file.protocol === 'uplink' ? uplinkProfileSchema : talkerProfileSchema;
}

export function isTalker(profile: AnyProfile): profile is TalkerProfile {
  return 'protocol' in profile && profile.protocol !== 'uplink';
}

/** A sensor that sends messages by way of a network server and a broker. */
export function isUplink(profile: AnyProfile): profile is UplinkProfile {
  return 'protocol' in profile && profile.protocol === 'uplink';
}

/** A device that is asked by Modbus. */
export function isModbus(profile: AnyProfile): profile is Profile {
  return !('protocol' in profile);
}

type Sized = {
  readonly type: (typeof pointTypes)[number];
  readonly length?: number | undefined;
  readonly bit?: number | undefined;
};

/** How many registers (or, of coils and discrete inputs, bits) a point takes. */
export function registersOf(point: Sized): number {
  if (point.type === 'string' || point.type === 'bcd') return point.length ?? 1;
  if (point.type === 'bit') return point.length ?? ((point.bit ?? 0) > 15 ? 2 : 1);
  return widths[point.type];
}

const widths = { bool: 1, u16: 1, i16: 1, sm16: 1, u32: 2, i32: 2, sm32: 2, f32: 2, u64: 4, i64: 4, f64: 4 } as const;

const writeFunctions: Readonly<Record<'bits' | 'words', readonly number[]>> = { bits: [5, 15], words: [6, 16] };

/** Whether a write of the point changes more than one register: of a part of two, only where it reaches over both. */
function isOverOneRegister(point: Sized & { readonly mask?: number | undefined }): boolean {
  if (registersOf(point) === 1 || point.type === 'bit') return false;
  const { mask } = point;
  return mask === undefined || (mask > 0xffff && (mask & 0xffff) !== 0);
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
      return { kind: 'whole', bits, sign: signs[type], mask };
    }
  }
}

const signs = {
  u16: 'none',
  u32: 'none',
  u64: 'none',
  i16: 'complement',
  i32: 'complement',
  i64: 'complement',
  sm16: 'magnitude',
  sm32: 'magnitude',
} as const;

/** The type of the value that decoding gives. */
export function valueTypeOf(point: {
  readonly type: AnyPoint['type'];
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

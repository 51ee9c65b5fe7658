import { z } from 'zod';
import type { CheckReason } from '../../contract/words/check/check.ts';
import { issue, refused, text } from '../../contract/words/check/said.ts';
import { rawRangeOf, scaleNumber } from '../meaning.ts';
import { type RawForm, rawMeant } from '../raw.ts';
import { withRawKeys } from '../raw-keys.ts';
import { sideProblems, sidesOf } from './on-off.ts';

/** Where a point stands in a body, and what its raw value means there. The raw keys belong to the place, not to the type. */

export const byteTypes = [
  ...(['u8', 'i8', 'u16', 'i16', 'u24', 'i24', 'u32', 'i32', 'u64', 'i64', 'f32', 'f64'] as const),
  'bit',
  'hex',
  'text',
] as const;
export type ByteType = (typeof byteTypes)[number];

/** Why a device gives no value, as a code in its place says. */
export const noValueWords = [
  'no-sensor',
  'read-failed',
  'over-range',
  'under-range',
  'invalid-reading',
  'not-ready',
  'ambiguous',
] as const;
export type NoValueWord = (typeof noValueWords)[number];

/** No body is longer, bytes: LoRaWAN carries 242 at most, other networks more. */
export const longestBody = 1024;

const rawKey = z.string().regex(/^(-?\d+|0x[0-9a-f]+)(?:-(-?\d+|0x[0-9a-f]+))?$/i, text({ code: 'raw-value-form' }));
const scalar = z.union([z.number(), z.boolean(), z.string().min(1)]);
const scalars = z.union([scalar.transform((one) => [one]), z.array(scalar).min(1)]);

const rawShape = {
  /** Multiplies what stands here before the point's own scale and offset. */
  scale: scaleNumber.default(1),
  /** Raw codes that are no value, each with what it says: `{ 0xFFFF: read-failed, 1-279: invalid-reading }`. */
  noValue: z.record(rawKey, z.enum(noValueWords)).default({}),
  /** These three in place of the point's own. */
  sentinels: z.array(z.number()).optional(),
  rawValid: z
    .tuple([z.number(), z.number()])
    .refine(([lo, hi]) => lo < hi, refused({ code: 'lower-end-first', example: false }))
    .optional(),
  enum: z.record(z.string().min(1), z.string().min(1)).optional(),
  /** Of a point that is a yes or no: what stands for true and for false. Anything else is no value. */
  on: scalars.optional(),
  off: scalars.optional(),
};

export const byteFieldSchema = z.strictObject({
  /** Its first byte: of the body, or of the channel's data. */
  at: z.int().min(0).max(longestBody).default(0),
  type: z.enum(byteTypes),
  /** Which end comes first; as the layout says if not given. */
  order: z.enum(['big', 'little']).optional(),
  bit: z.int().min(0).max(7).optional(),
  /** Bits of a whole number up to 32 bits that are this value, side by side; taken alone and shifted down to bit 0. */
  mask: z.int().min(1).max(0xffffffff).optional(),
  /** Bytes of hex (an identifier, as text of fixed width) and text. */
  length: z.int().min(1).max(64).optional(),
  ...rawShape,
});

export const jsonFieldSchema = z.strictObject({
  /** Keys from the outside in, `.` between them; a list's items count from 0. */
  path: z
    .string()
    .min(1)
    .max(200)
    .superRefine((path, ctx) => {
      const meant = plainPath(path);
      if (meant !== path) ctx.addIssue(issue({ code: 'json-path-form', path, meant }));
    }),
  type: z.enum(['number', 'bool', 'text']),
  ...rawShape,
});

/** A path as JSONPath or a script would have it (`$.a[0].b`), in points: as it stands it would find nothing, without a word. */
function plainPath(path: string): string {
  return path
    .replace(/^\$(?=[.[])/, '')
    .replace(/\[(?:(\d+)|"([^"]+)"|'([^']+)')\]/g, '.$1$2$3')
    .split('.')
    .filter((key) => key !== '')
    .join('.');
}

export const senmlFieldSchema = z.strictObject({
  /** The record's resolved name, or its end behind a `/` or `:`. */
  name: z.string().min(1).max(200),
  type: z.enum(['number', 'bool', 'text']),
  ...rawShape,
});

export const tlvFieldSchema = z.strictObject({
  /** Ids from the body's root: `0/5700`, or `5700` of one instance. */
  path: z.string().regex(/^\d{1,5}(\/\d{1,5}){0,2}$/, text({ code: 'tlv-path-form' })),
  type: z.enum(['integer', 'float', 'bool', 'text', 'hex']),
  ...rawShape,
});

export type ByteField = z.infer<typeof byteFieldSchema>;
export type JsonField = z.infer<typeof jsonFieldSchema>;
export type SenmlField = z.infer<typeof senmlFieldSchema>;
export type TlvField = z.infer<typeof tlvFieldSchema>;
export type Field = ByteField | JsonField | SenmlField | TlvField;

/** What a field compares raw values with, resolved: its own, or its point's. */
export type Raws = {
  readonly kind: 'whole' | 'float' | 'bool' | 'text';
  readonly scale: number;
  readonly sentinels: readonly number[];
  readonly rawValid: readonly [number, number] | null;
  readonly enum: Readonly<Record<string, string>> | null;
  readonly noValue: readonly { readonly first: number; readonly last: number; readonly why: NoValueWord }[];
  readonly on: readonly (number | boolean | string)[];
  readonly off: readonly (number | boolean | string)[];
};

type OfPoint = {
  readonly type: 'number' | 'bool' | 'text';
  readonly scale: number;
  readonly offset: number;
  readonly sentinels: readonly number[];
  readonly rawValid: readonly [number, number] | null;
  readonly enum: Readonly<Record<string, string>> | null;
};

export type Problem = { readonly path: readonly PropertyKey[]; readonly reason: CheckReason };

/** Bytes that a value takes. */
export function widthOf({ type, length }: Pick<ByteField, 'type' | 'length'>): number {
  if (type === 'hex' || type === 'text') return length ?? 1;
  if (type === 'bit') return 1;
  return Number(type.slice(1)) / 8;
}

/** A field's raw keys as its type gives raw values, and what of them can never be. */
export function rawsOf(point: OfPoint, field: Field): { raws: Raws; problems: Problem[] } {
  const form = formOf(field);
  const words = field.enum ?? point.enum;
  const isText = form.kind === 'text';
  const keys = {
    scale: point.scale * field.scale,
    offset: point.offset,
    sentinels: [...(field.sentinels ?? (isText || form.kind === 'yes-no' ? [] : point.sentinels))],
    rawValid: field.rawValid ?? (isText || form.kind === 'yes-no' ? null : point.rawValid),
    enum: isText ? null : words,
  };
  const wrongKeys = isText ? [] : Object.keys(words ?? {}).filter((key) => !rawKey.safeParse(key).success);
  const problems: Problem[] = wrongKeys.map((key) => ({ path: ['enum', key], reason: { code: 'raw-value-form' } }));
  const resolved = wrongKeys.length > 0 ? { point: keys, problems: [] } : withRawKeys(form, keys);
  problems.push(...resolved.problems, ...typeProblems(point, field, form));
  const noValue = Object.entries(field.noValue).flatMap(([key, why]) => {
    const [first, last] = rawRangeOf(key).map((end) => rawMeant(form, end));
    if (first?.ok === true && last?.ok === true) return [{ first: first.raw, last: last.raw, why }];
    const wrong = [first, last].find((end) => end?.ok === false);
    if (wrong?.ok === false) problems.push({ path: ['noValue', key], reason: wrong.problem });
    return [];
  });
  const { sentinels, rawValid, enum: named } = resolved.point;
  const isYesNo = form.kind === 'yes-no';
  const [on, off] = sidesOf(field, form);
  return {
    raws: {
      kind: isYesNo ? 'bool' : form.kind === 'text' ? 'text' : isFloat(field) ? 'float' : 'whole',
      scale: field.scale,
      sentinels,
      rawValid,
      enum: isText ? words : named,
      noValue,
      on,
      off,
    },
    problems,
  };
}

/** JSON numbers may have decimals, and so may those of SenML and floats. */
function isFloat({ type }: Field): boolean {
  return type === 'f32' || type === 'f64' || type === 'float' || type === 'number';
}

export function formOf(field: Field): RawForm {
  const { type } = field;
  if (type === 'bit' || type === 'bool') return { kind: 'yes-no' };
  if (type === 'hex' || type === 'text') return { kind: 'text' };
  if (type === 'f32' || type === 'f64') return { kind: 'float', bits: type === 'f32' ? 32 : 64 };
  if (type === 'number' || type === 'float') return { kind: 'written', decimals: undefined, width: null };
  if (type === 'integer') return { kind: 'whole', bits: 64, sign: 'complement', mask: undefined };
  const mask = 'mask' in field ? field.mask : undefined;
  const bits = mask === undefined ? Number(type.slice(1)) : bitsOf(mask);
  return { kind: 'whole', bits, sign: type.startsWith('i') ? 'complement' : 'none', mask };
}

function bitsOf(mask: number): number {
  const low = 31 - Math.clz32(mask & -mask);
  return 32 - Math.clz32(mask >>> low);
}

function typeProblems(point: OfPoint, field: Field, form: RawForm): Problem[] {
  const problems: Problem[] = [];
  const say = (key: string, reason: CheckReason) => problems.push({ path: [key], reason });
  const hasWords = (field.enum ?? point.enum) !== null;
  if (field.enum !== undefined && point.enum === null) say('enum', { code: 'words-of-no-words' });
  const isNumber = form.kind === 'whole' || form.kind === 'float' || form.kind === 'written';
  if (point.type === 'number' && !hasWords && !isNumber) say('type', { code: 'field-type', wants: 'number' });
  if (point.type === 'text' && !hasWords && form.kind !== 'text') say('type', { code: 'field-type', wants: 'text' });
  if ((field.on !== undefined || field.off !== undefined) && point.type !== 'bool') say('on', { code: 'on-off-idle' });
  if (point.type === 'bool' && !hasWords) for (const { key, reason } of sideProblems(field, form)) say(key, reason);
  if ((field.type === 'bit') !== ('bit' in field && field.bit !== undefined))
    say('bit', { code: 'bit-needed', most: 7 });
  if (!('at' in field)) return problems;
  const takesLength = field.type === 'hex' || field.type === 'text';
  if (takesLength !== (field.length !== undefined)) say('length', { code: 'field-length' });
  if (field.mask !== undefined && !isMaskable(field)) say('mask', { code: 'mask-form', types: maskable });
  return problems;
}

const maskable: readonly string[] = ['u8', 'i8', 'u16', 'i16', 'u24', 'i24', 'u32', 'i32'];

function isMaskable({ type, mask = 0 }: ByteField): boolean {
  if (!maskable.includes(type)) return false;
  const run = mask >>> (31 - Math.clz32(mask & -mask));
  return (run & (run + 1)) === 0 && mask < 2 ** Number(type.slice(1));
}

export function tell(ctx: z.core.$RefinementCtx, problems: readonly Problem[], at: readonly PropertyKey[]): void {
  for (const { path, reason } of problems) ctx.addIssue(issue(reason, [...at, ...path]));
}

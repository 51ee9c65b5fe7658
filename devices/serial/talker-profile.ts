import { z } from 'zod';
import { pointNameSchema } from '../../contract/ids.ts';
import type { CheckReason } from '../../contract/words/check/check.ts';
import { issue, refused, saying, text } from '../../contract/words/check/said.ts';
import { conditions } from '../conditions.ts';
import {
  aboutShape,
  bitNames,
  durationBetween,
  linkShape,
  meaningProblems,
  meaningShape,
  numberWords,
} from '../meaning.ts';
import type { RawForm } from '../raw.ts';
import { bitNameProblems, type RawProblem, withRawKeys } from '../raw-keys.ts';
import { checksumBytes, checksumKinds, isWeak } from './checksum.ts';
import { fieldsOf, type Layout, tryLayout, widthIn } from './layout.ts';

/**
 * A sensor that talks: it sends frames by itself, or one for each request. Lines are text with an end; frames are bytes
 * with a start, a length and a checksum. Read it next to the data sheet, row by row.
 */

export const frameTypes = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'bit'] as const;

/** No frame is longer, bytes. */
export const longestFrame = 256;

const byte = z.int().min(0).max(0xff);
const offset = z
  .int()
  .min(0)
  .max(longestFrame - 1);
/** A byte of the frame: from its beginning, or (negative) from its end, −1 the last. */
const place = z
  .int()
  .min(-longestFrame)
  .max(longestFrame - 1);

const talkerPointShape = {
  ...meaningShape,
  /** The value counts only while another point of the same frame says so, or is none while it does: `conditions.ts`. */
  validWhile: conditions,
  invalidWhile: conditions,
  /** Numbers: how far two frames may differ and still say the same (see `agree`), in the point's unit. */
  within: z.number().min(0).default(0),
};

export const linePointSchema = z.strictObject({
  /** The field of the layout; the point's own name if not given. */
  field: z.string().optional(),
  type: z.enum(['number', 'bool', 'text']).default('number'),
  /** Digits behind the point as the device writes them; a number with others is no value. Absent: any. */
  decimals: z.int().min(0).max(9).optional(),
  /** bool: what stands for true and for false. Anything else is no value. */
  on: z.string().min(1).default('1'),
  off: z.string().min(1).default('0'),
  /** Words for what stands in the field; the point's values are then these words. */
  enum: z.record(z.string().min(1), z.string().min(1)).nullable().default(null),
  ...talkerPointShape,
});

export const framePointSchema = z
  .strictObject({
    /** Its first byte, counted from the beginning of the frame, the start byte 0. */
    at: offset,
    /** bit: one bit of a byte (see `bit`). */
    type: z.enum(frameTypes),
    /** A the most significant byte; 16-bit types take AB (as ABCD) or BA (as DCBA). */
    order: z.enum(['ABCD', 'CDAB', 'BADC', 'DCBA']).default('ABCD'),
    bit: z.int().min(0).max(7).optional(),
    enum: numberWords,
    bits: bitNames,
    ...talkerPointShape,
  })
  .refine(({ type, bit }) => (type === 'bit') === (bit !== undefined), {
    path: ['bit'],
    ...refused({ code: 'bit-needed', most: 7 }),
  })
  .superRefine((point, ctx) => {
    const form = frameRawForm(point.type);
    for (const { key, reason } of meaningProblems(point)) ctx.addIssue(issue(reason, [key]));
    for (const { path, reason } of [...withRawKeys(form, point).problems, ...bitNameProblems(form, point.bits)])
      ctx.addIssue(issue(reason, path));
  })
  .transform((point) => withRawKeys(frameRawForm(point.type), point).point);

const sharedShape = {
  ...aboutShape,
  /** dataBits: 7 as old panels, scales and SDI-12 bridges speak; 8 unless said. */
  link: z.strictObject({ ...linkShape, dataBits: z.union([z.literal(7), z.literal(8)]).optional() }).default({}),
  /** How often it speaks by itself, or may be asked. */
  every: durationBetween(10, 86_400_000).prefault('1s'),
  /** The request that each frame answers. Absent: it speaks by itself. */
  poll: z
    .strictObject({
      /** Text ({address} stands for the device's own), or bytes (`address` for its own). */
      send: z.union([
        z.string().min(1).superRefine(saying(requestProblem)),
        z.array(z.union([byte, z.literal('address')])).min(1),
      ]),
      /** How long a whole answer may take. */
      answer: durationBetween(10, 60_000).prefault('500ms'),
    })
    .nullable()
    .default(null),
  /**
   * A value counts when the newest frame and others of the last few, `frames` of `of` in all, say the same. Two of three
   * unless said; one alone behind a CRC, which lets 1 in 65,536 damaged frames through, as on any Modbus line.
   */
  agree: z
    .strictObject({ frames: z.int().min(1).max(5), of: z.int().min(1).max(9) })
    .refine(({ frames, of }) => frames <= of, { path: ['frames'], ...refused({ code: 'more-than-of' }) })
    .optional(),
};

const pointsOf = <T extends z.ZodType>(point: T) =>
  z.record(pointNameSchema, point).refine((points) => Object.keys(points).length > 0, refused({ code: 'no-points' }));

export const lineProfileSchema = z
  .strictObject({
    ...sharedShape,
    protocol: z.literal('serial-lines'),
    frame: z.strictObject({
      /** What ends a line. */
      end: z
        .string()
        .min(1)
        .max(4)
        .regex(/^\p{Cc}+$/u, text({ code: 'line-end-form' }))
        .default('\r\n'),
      /** A character that begins each line and stands nowhere else in it. */
      start: z.string().length(1).optional(),
      /** Characters of a line at most, its end not counted. */
      maxLength: z.int().min(1).max(longestFrame).default(80),
      layout: z.string().min(1),
      /** Hexadecimal digits behind `mark` at the line's end, over the characters `from` (0 the first) up to the mark. */
      checksum: z
        .strictObject({
          kind: z.enum(checksumKinds),
          mark: z.string().length(1).default('*'),
          from: z.int().min(0).default(0),
        })
        .optional(),
      /** The field that says which device speaks, where several share a line. */
      address: z.string().optional(),
    }),
    points: pointsOf(linePointSchema),
  })
  .superRefine(({ frame, points, agree, poll }, ctx) => {
    const say = (path: PropertyKey[], reason: CheckReason) => ctx.addIssue(issue(reason, path));
    if (asksByAddress(poll) && frame.address === undefined) say(['poll', 'send'], { code: 'answer-without-address' });
    if (frame.checksum === undefined && agree !== undefined && agree.frames < 2)
      say(['agree', 'frames'], { code: 'one-frame-unproved' });
    const parsed = tryLayout(frame.layout);
    if (!parsed.ok) return say(['frame', 'layout'], parsed.problem);
    const names = fieldsOf(parsed.layout);
    const noField = (field: string): CheckReason => ({ code: 'no-such-field', field, known: names });
    if (frame.address !== undefined && !names.includes(frame.address))
      say(['frame', 'address'], noField(frame.address));
    if (frame.start !== undefined && !frame.layout.startsWith(frame.start))
      say(['frame', 'start'], { code: 'layout-start' });
    const never = layoutProblem(frame, parsed.layout);
    if (never !== undefined) say(['frame', 'layout'], never);
    const unproved = frame.checksum === undefined ? undefined : unprovedBefore(parsed.layout, frame.checksum.from);
    if (unproved !== undefined) say(['frame', 'checksum', 'from'], { code: 'field-unproved', field: unproved });
    for (const [name, point] of Object.entries(points)) {
      const { field = name } = point;
      for (const { key, reason } of meaningProblems(point)) say(['points', name, key], reason);
      if (!names.includes(field)) say(['points', name, 'field'], noField(field));
      else
        for (const { path, reason } of lineRawProblems(point, widthIn(parsed.layout, field)))
          say(['points', name, ...path], reason);
    }
  });

export const frameProfileSchema = z
  .strictObject({
    ...sharedShape,
    protocol: z.literal('serial-frames'),
    frame: z.strictObject({
      start: z.array(byte).min(1).max(4),
      /** Bytes of the whole frame: a number, or the value of the byte at `at` plus `add`, `max` at most. */
      length: z.union([
        z.int().min(2).max(longestFrame),
        z.strictObject({
          at: offset,
          add: z.int().min(-longestFrame).max(longestFrame),
          max: z.int().min(2).max(longestFrame),
        }),
      ]),
      /** Over the bytes `from`–`to`, both included; stands at `at`. Without one nothing would say where a frame begins. */
      checksum: z.strictObject({ kind: z.enum(checksumKinds), from: place, to: place, at: place }),
      /** The byte that says which device speaks, where several share a line. */
      address: offset.optional(),
    }),
    points: pointsOf(framePointSchema),
  })
  .superRefine(({ frame, points, poll, link }, ctx) => {
    const say = (path: PropertyKey[], reason: CheckReason) => ctx.addIssue(issue(reason, path));
    if (asksByAddress(poll) && frame.address === undefined) say(['poll', 'send'], { code: 'answer-without-address' });
    if (link.dataBits === 7) say(['link', 'dataBits'], { code: 'frame-needs-8-bits' });
    const length = typeof frame.length === 'number' ? frame.length : frame.length.max;
    for (const [name, point] of Object.entries(points))
      if (point.at + widthOf(point.type) > length) say(['points', name, 'at'], { code: 'frame-ends', bytes: length });
    const { checksum } = frame;
    if (typeof frame.length !== 'number') return;
    const [from, to, at] = [checksum.from, checksum.to, checksum.at].map((each) => placeIn(length, each));
    if (from === undefined || to === undefined || at === undefined) return;
    if (from < 0 || to < from || to >= length) say(['frame', 'checksum', 'to'], { code: 'frame-ends', bytes: length });
    if (at < 0 || at + checksumBytes(checksum.kind) > length)
      say(['frame', 'checksum', 'at'], { code: 'frame-ends', bytes: length });
    const isProved = (first: number, bytes: number) => first >= from && first + bytes - 1 <= to;
    for (const [name, point] of Object.entries(points))
      if (!isProved(point.at, widthOf(point.type))) say(['points', name, 'at'], { code: 'bytes-unproved', from, to });
    if (frame.address !== undefined && !isProved(frame.address, 1))
      say(['frame', 'address'], { code: 'bytes-unproved', from, to });
  });

export const talkerProfileSchema = z.discriminatedUnion('protocol', [lineProfileSchema, frameProfileSchema]);

export type LineProfile = z.infer<typeof lineProfileSchema>;
export type FrameProfile = z.infer<typeof frameProfileSchema>;
export type TalkerProfile = LineProfile | FrameProfile;
export type LinePoint = z.infer<typeof linePointSchema>;
export type FramePoint = z.infer<typeof framePointSchema>;
export type TalkerPoint = LinePoint | FramePoint;

export function frameRawForm(type: (typeof frameTypes)[number]): RawForm {
  if (type === 'bit') return { kind: 'yes-no' };
  if (type === 'f32') return { kind: 'float', bits: 32 };
  return {
    kind: 'whole',
    bits: 8 * widthOf(type),
    sign: type.startsWith('i') ? 'complement' : 'none',
    mask: undefined,
  };
}

/** A layout that no line has: other characters, more of them than a line, or what belongs to the line's end. */
function layoutProblem(
  { layout: text, maxLength, checksum }: { layout: string; maxLength: number; checksum?: { mark: string } | undefined },
  layout: Layout,
): CheckReason | undefined {
  if (!/^[\x20-\x7e\t]*$/.test(text)) return { code: 'layout-no-ascii' };
  const texts = layout.flatMap((part) => ('text' in part ? [part.text] : []));
  if (checksum !== undefined && texts.at(-1)?.includes(checksum.mark))
    return { code: 'layout-has-mark', mark: checksum.mark };
  const least = layout.reduce((sum, part) => sum + ('text' in part ? part.text.length : (part.width ?? 0)), 0);
  return least > maxLength ? { code: 'layout-too-long', least, maxLength } : undefined;
}

/** The first field that stands before what the checksum is over: a damaged line would be read there. */
function unprovedBefore(layout: Layout, from: number): string | undefined {
  let at = 0;
  for (const part of layout) {
    if ('field' in part && part.field !== null && at < from) return part.field;
    at += 'text' in part ? part.text.length : (part.width ?? 0);
  }
  return undefined;
}

/** Only devices whose answers say who speaks have an address to be asked by. */
function asksByAddress(poll: { readonly send: string | readonly (number | string)[] } | null): boolean {
  return poll?.send.includes(typeof poll.send === 'string' ? '{address}' : 'address') === true;
}

/** In a request as text, {address} alone is put in; bytes beyond ASCII have no place in it. */
function requestProblem(send: string): CheckReason | undefined {
  const odd = (send.match(/\{[^{}]*\}/g) ?? []).find((piece) => piece !== '{address}');
  if (odd !== undefined) return { code: 'request-no-field', piece: odd };
  return /^\p{ASCII}*$/u.test(send) ? undefined : { code: 'layout-no-ascii' };
}

/** What of a point can never stand in its field. */
function lineRawProblems(point: LinePoint, width: number | null): RawProblem[] {
  const isNumber = point.type === 'number' && point.enum === null;
  if (isNumber) return withRawKeys({ kind: 'written', decimals: point.decimals, width }, point).problems;
  const padded = (path: readonly PropertyKey[], text: string): RawProblem[] =>
    text === text.trim() ? [] : [{ path, reason: { code: 'field-trimmed', text } }];
  const unused = (key: string): RawProblem => ({
    path: [key],
    reason: { code: 'only-number-compared' },
  });
  const tooLong = (path: readonly PropertyKey[], text: string): RawProblem[] =>
    width === null || text.length <= width
      ? []
      : [{ path, reason: { code: 'longer-than-field', text, length: text.length, width } }];
  return [
    ...(point.sentinels.length > 0 ? [unused('sentinels')] : []),
    ...(point.rawValid === null ? [] : [unused('rawValid')]),
    ...Object.keys(point.enum ?? {}).flatMap((text) => [
      ...tooLong(['enum', text], text),
      ...padded(['enum', text], text),
    ]),
    ...(point.type === 'bool' && point.enum === null
      ? [
          ...tooLong(['on'], point.on),
          ...tooLong(['off'], point.off),
          ...padded(['on'], point.on),
          ...padded(['off'], point.off),
          ...(point.on === point.off ? [{ path: ['off'], reason: { code: 'on-is-off' } as const }] : []),
        ]
      : []),
  ];
}

/** How many of the last frames must say the same. */
export function agreementOf({ agree, frame }: Pick<TalkerProfile, 'agree' | 'frame'>): { frames: number; of: number } {
  return agree ?? (isWeak(frame.checksum?.kind ?? null) ? { frames: 2, of: 3 } : { frames: 1, of: 1 });
}

/** Bytes on the wire of its longest frame, the end of a line included. */
export function frameBytes(profile: TalkerProfile): number {
  if (profile.protocol === 'serial-lines') return profile.frame.maxLength + profile.frame.end.length;
  const { length } = profile.frame;
  return typeof length === 'number' ? length : length.max;
}

/** Bytes of a value in a binary frame. */
export function widthOf(type: FramePoint['type']): number {
  return { u8: 1, i8: 1, bit: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4 }[type];
}

/** A place in a frame of this length, counted from its beginning. */
export function placeIn(length: number, at: number): number {
  return at < 0 ? length + at : at;
}

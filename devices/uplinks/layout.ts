import { z } from 'zod';
import { pointNameSchema } from '../../contract/ids.ts';
import { refused, text } from '../../contract/words/check/said.ts';
import { byteFieldSchema, jsonFieldSchema, longestBody, senmlFieldSchema, tlvFieldSchema } from './field.ts';

/**
 * How one kind of message is laid out. Which one a message has is decided by port, firmware, first bytes and exact length,
 * never by guessing: a message that none of them fits is refused.
 */

export const portNumber = z.int().min(0).max(255);
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item.transform((one) => [one]), z.array(item).min(1)]);
const hexBytes = z.string().regex(/^([0-9A-Fa-f]{2})( ?[0-9A-Fa-f]{2}){0,15}$/, text({ code: 'hex-bytes-form' }));

const sharedShape = {
  /** Its name, as diagnosis shows it. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  /** The LoRaWAN ports (FPort) it comes on; any where it is left out. */
  port: oneOrMore(portNumber).optional(),
  /** The firmware that sends it, as a device of a site file names it; any where it is left out. */
  firmware: oneOrMore(z.string().min(1).max(31)).optional(),
};
const order = z.enum(['big', 'little']).default('big');
const fieldsOf = <T extends z.ZodType>(field: T) => z.record(pointNameSchema, field);

export const bytesLayoutSchema = z.strictObject({
  ...sharedShape,
  body: z.literal('bytes'),
  /** Bytes of the whole body, exactly. */
  length: oneOrMore(z.int().min(1).max(longestBody)),
  /** What it begins with, as hex: a message type. */
  start: hexBytes.optional(),
  /** What all bytes add up to, modulo 256: a checksum of the device's own. */
  sumsTo: z.int().min(0).max(255).optional(),
  order,
  fields: fieldsOf(byteFieldSchema),
});

const itemSchema = z.strictObject({
  /** Bytes of its data. */
  length: z.int().min(0).max(255),
  /** May stand several times in one body, as history does; its points then must be none. */
  fields: fieldsOf(byteFieldSchema).default({}),
});

export const channelsLayoutSchema = z.strictObject({
  ...sharedShape,
  body: z.literal('channels'),
  start: hexBytes.optional(),
  order,
  /** By the bytes that name a channel, its type behind it: `"03 67": { length: 2, fields: { … } }`. */
  channels: z
    .record(z.string().regex(/^([0-9A-Fa-f]{2})( ?[0-9A-Fa-f]{2}){0,3}$/, text({ code: 'hex-bytes-form' })), itemSchema)
    .refine((items) => Object.keys(items).length > 0, refused({ code: 'no-points' })),
});

export const jsonLayoutSchema = z.strictObject({
  ...sharedShape,
  body: z.literal('json'),
  fields: fieldsOf(jsonFieldSchema),
});

/** RFC 8428, in JSON. */
export const senmlLayoutSchema = z.strictObject({
  ...sharedShape,
  body: z.literal('senml'),
  fields: fieldsOf(senmlFieldSchema),
});

/** RFC 8428, in CBOR: bytes, on a port or without one. */
export const senmlCborLayoutSchema = z.strictObject({
  ...sharedShape,
  body: z.literal('senml-cbor'),
  fields: fieldsOf(senmlFieldSchema),
});

/** OMA LwM2M 1.0, 6.4.3. */
export const tlvLayoutSchema = z.strictObject({
  ...sharedShape,
  body: z.literal('lwm2m-tlv'),
  fields: fieldsOf(tlvFieldSchema),
});

export const layoutSchema = z.discriminatedUnion('body', [
  bytesLayoutSchema,
  channelsLayoutSchema,
  jsonLayoutSchema,
  senmlLayoutSchema,
  senmlCborLayoutSchema,
  tlvLayoutSchema,
]);

export type Layout = z.infer<typeof layoutSchema>;
export type BytesLayout = z.infer<typeof bytesLayoutSchema>;
export type ChannelsLayout = z.infer<typeof channelsLayoutSchema>;

/** `FF 0e07` as the bytes it is. */
export function bytesOfHex(hex: string): Uint8Array {
  const digits = hex.replaceAll(' ', '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** Bytes as data sheets print them: `FF 0E 07`. */
export function hexOf(bytes: Uint8Array, most = 32): string {
  const shown = [...bytes.subarray(0, most)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
  return bytes.length > most ? `${shown} …` : shown;
}

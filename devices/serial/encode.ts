import type { Value } from '../../contract/reading.ts';
import { sideOf } from '../encode.ts';
import { rawRangeOf } from '../meaning.ts';
import { wordsInOrder } from '../words.ts';
import { checksumBytes, checksumOf, checksumText } from './checksum.ts';
import { layoutOf } from './decode.ts';
import { widthIn, writeLayout } from './layout.ts';
import {
  type FramePoint,
  type FrameProfile,
  frameBytes,
  type LinePoint,
  type LineProfile,
  placeIn,
  type TalkerProfile,
  widthOf,
} from './talker-profile.ts';

/** What a simulated device says: the frame of these values as they go on the wire, the inverse of reading it. */
export function writeFrame(
  profile: TalkerProfile,
  address: string | null,
  worthOf: (point: string) => Value,
): Uint8Array {
  return profile.protocol === 'serial-lines'
    ? writeLine(profile, address, worthOf)
    : writeBytes(profile, address, worthOf);
}

/** The request that a polled device answers. */
export function writeRequest({ poll }: TalkerProfile, address: string | null): Uint8Array | undefined {
  if (poll === null) return undefined;
  if (typeof poll.send === 'string') return latin1(poll.send.replaceAll('{address}', address ?? ''));
  return Uint8Array.from(poll.send.map((byte) => (byte === 'address' ? Number(address ?? 0) : byte)));
}

function writeLine({ frame, points }: LineProfile, address: string | null, worthOf: (point: string) => Value) {
  const fields = new Map<string, string>();
  for (const [name, point] of Object.entries(points)) {
    const value = worthOf(name);
    const field = point.field ?? name;
    if (!isNone(value)) fields.set(field, fitted(point, textOf(point, value), widthIn(layoutOf(frame.layout), field)));
  }
  if (frame.address !== undefined && address !== null) fields.set(frame.address, address);
  const text = writeLayout(layoutOf(frame.layout), fields);
  if (frame.checksum === undefined) return latin1(text + frame.end);
  const sum = checksumText(frame.checksum.kind, latin1(text).subarray(frame.checksum.from));
  return latin1(text + frame.checksum.mark + sum + frame.end);
}

/** A number without fixed decimals, with as many as its field has room for. */
function fitted({ type, enum: words, decimals }: LinePoint, text: string, width: number | null): string {
  const isFree = type === 'number' && words === null && decimals === undefined && text.includes('.');
  if (!isFree || width === null || text.length <= width) return text;
  const room = width - text.indexOf('.') - 1;
  return Number(text).toFixed(Math.max(0, room));
}

/** NaN says nothing: another point of the same place speaks. */
function isNone(value: Value): boolean {
  return typeof value === 'number' && Number.isNaN(value);
}

function textOf(point: LinePoint, value: Value): string {
  if (value === null) return '';
  if (point.enum !== null) return Object.entries(point.enum).find(([, word]) => word === value)?.[0] ?? '';
  if (point.trueBelow !== null) return numberText(point, sideOf(point, point.trueBelow, value === true));
  if (typeof value === 'boolean') return value !== point.invert ? point.on : point.off;
  if (typeof value === 'string') return value;
  return numberText(point, value);
}

function numberText({ scale, offset, decimals }: LinePoint, value: number): string {
  const raw = (value - offset) / scale;
  // Twelve digits are more than any sensor has, and hide what doubles add to a decimal.
  return decimals === undefined ? plainText(Number(raw.toPrecision(12))) : raw.toFixed(decimals);
}

/** Without an exponent, which no device writes. */
function plainText(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(12).replace(/\.?0+$/, '') : text;
}

function writeBytes(
  { frame, points, ...profile }: FrameProfile,
  address: string | null,
  worthOf: (point: string) => Value,
) {
  const bytes = new Uint8Array(lengthOf({ frame, points, ...profile }));
  for (const [name, point] of Object.entries(points)) {
    const value = worthOf(name);
    if (!isNone(value)) put(bytes, point, value);
  }
  if (typeof frame.length !== 'number') bytes[frame.length.at] = bytes.length - frame.length.add;
  if (frame.address !== undefined && address !== null) bytes[frame.address] = Number(address);
  bytes.set(frame.start);
  const { kind, from, to, at } = frame.checksum;
  const sum = checksumOf(kind, bytes.subarray(placeIn(bytes.length, from), placeIn(bytes.length, to) + 1));
  bytes.set(sum, placeIn(bytes.length, at));
  return bytes;
}

/** As short as the points and the checksum let it be, where the frame says its own length. */
function lengthOf(profile: FrameProfile): number {
  const { frame, points } = profile;
  if (typeof frame.length === 'number') return frame.length;
  const ends = Object.values(points).map(({ at, type }) => at + widthOf(type));
  const behind = frame.checksum.at < 0 ? -frame.checksum.at : checksumBytes(frame.checksum.kind);
  return Math.min(frameBytes(profile), Math.max(...ends, frame.length.at + 1) + behind);
}

function put(bytes: Uint8Array, point: FramePoint, value: Value): void {
  const raw = rawOf(point, value);
  if (point.type === 'bit') {
    bytes[point.at] = (bytes[point.at] ?? 0) | (raw << (point.bit ?? 0));
    return;
  }
  const width = widthOf(point.type);
  const view = new DataView(new ArrayBuffer(4));
  if (point.type === 'f32') view.setFloat32(0, raw);
  else view.setUint32(0, Math.round(raw) >>> 0);
  const big = new Uint8Array(view.buffer).subarray(4 - width);
  const wire = width === 1 ? [...big] : wordsInOrder(big, point.order).flatMap((word) => [word >>> 8, word & 0xff]);
  bytes.set(wire, point.at);
}

function rawOf(point: FramePoint, value: Value): number {
  if (point.enum !== null)
    return rawRangeOf(Object.entries(point.enum).find(([, word]) => word === value)?.[0] ?? '0')[0];
  if (point.trueBelow !== null) return (sideOf(point, point.trueBelow, value === true) - point.offset) / point.scale;
  if (typeof value === 'boolean') return Number(value !== point.invert);
  return typeof value === 'number' ? (value - point.offset) / point.scale : 0;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

import type { PointName } from '../../contract/ids.ts';
import { checkText } from '../../contract/words/check/check.ts';
import { whileSaid } from '../conditions.ts';
import { scaleExactly } from '../decimal.ts';
import { bad, good, isOutside, type Meant, measured, wordFor, wordOf } from '../meaning.ts';
import { isFloatSentinel } from '../raw.ts';
import { bytesInOrder } from '../words.ts';
import { type Layout, matchLayout, tryLayout } from './layout.ts';
import {
  type FramePoint,
  type FrameProfile,
  type LinePoint,
  type LineProfile,
  placeIn,
  type TalkerProfile,
  widthOf,
} from './talker-profile.ts';

/** What a frame says: who speaks, where frames say so, and each point's value or fault. */
export type Said = { readonly address: string | null; readonly points: ReadonlyMap<string, Meant> };

/** A point as its device has it: the profile's own, or as the site file changed it. */
export type Asked<P> = { readonly name: PointName; readonly profile: P };

/**
 * Reads a whole frame whose checksum is right. Undefined when it is of another make: a line that does not have the
 * layout (a greeting, another sentence) says nothing, and is no fault of the device.
 */
export function readFrame(
  profile: TalkerProfile,
  points: readonly Asked<LinePoint | FramePoint>[],
  frame: Uint8Array,
): Said | undefined {
  const said =
    profile.protocol === 'serial-lines'
      ? readLine(profile, points, frame)
      : { address: addressIn(profile, frame), points: fromProved(profile, points, frame) };
  return said && { ...said, points: whileAllSay(points, said.points) };
}

/** What of a frame's values counts by what its other values say. */
function whileAllSay(
  points: readonly Asked<LinePoint | FramePoint>[],
  said: ReadonlyMap<string, Meant>,
): ReadonlyMap<string, Meant> {
  if (points.every(({ profile }) => profile.validWhile.length === 0 && profile.invalidWhile.length === 0)) return said;
  const profiles = new Map(points.map(({ name, profile }) => [name, profile]));
  const known = new Map<string, Meant>();
  const meantOf = (name: PointName): Meant | undefined => {
    const [profile, own] = [profiles.get(name), said.get(name)];
    if (profile === undefined || own === undefined) return undefined;
    const found = known.get(name);
    if (found !== undefined) return found;
    known.set(name, bad('out-of-range'));
    const meant = whileSaid(profile, own, meantOf);
    known.set(name, meant);
    return meant;
  };
  return new Map(points.map(({ name }) => [name, meantOf(name) ?? bad('out-of-range')]));
}

function readLine(
  { frame }: LineProfile,
  points: readonly Asked<LinePoint | FramePoint>[],
  line: Uint8Array,
): Said | undefined {
  const text = String.fromCharCode(...line);
  const end = frame.checksum === undefined ? text.length : text.lastIndexOf(frame.checksum.mark);
  const fields = matchLayout(layoutOf(frame.layout), text.slice(0, end));
  if (fields === undefined) return undefined;
  const address = frame.address === undefined ? null : (fields.get(frame.address)?.trim() ?? null);
  return { address, points: new Map(points.map((point) => fromText(point, fields))) };
}

const layouts = new Map<string, Layout>();

/** A layout that the profile's schema has let in. Remembered, as profiles hold few. */
export function layoutOf(text: string): Layout {
  const known = layouts.get(text);
  if (known !== undefined) return known;
  const parsed = tryLayout(text);
  if (!parsed.ok) throw new Error(`layout ${text}: ${checkText(parsed.problem).en}`);
  layouts.set(text, parsed.layout);
  return parsed.layout;
}

function fromText({ name, profile }: Asked<LinePoint | FramePoint>, fields: ReadonlyMap<string, string>) {
  const text = 'at' in profile ? undefined : fields.get(profile.field ?? name)?.trim();
  const meant = text === undefined || text === '' || 'at' in profile ? bad('out-of-range') : textMeans(profile, text);
  return [name, meant] as const;
}

function textMeans(point: LinePoint, text: string): Meant {
  if (point.enum !== null) return wordOf(point.enum, text);
  if (point.type === 'text') return good(text);
  if (point.type === 'bool') {
    if (text !== point.on && text !== point.off) return bad('out-of-range');
    return good((text === point.on) !== point.invert);
  }
  return numberMeans(point, text);
}

/**
 * A number as devices write it: a sign, digits, and digits behind a point. No comma, no exponent, nothing before or
 * behind; more digits than a double holds are no value.
 */
const number = /^([+-]?)(\d{1,15})(?:\.(\d{1,15}))?$/;

function numberMeans(point: LinePoint, text: string): Meant {
  const [, sign, whole = '', fraction = ''] = number.exec(text) ?? [];
  if (sign === undefined || (whole + fraction).length > 15) return bad('out-of-range');
  if (point.decimals !== undefined && fraction.length !== point.decimals) return bad('out-of-range');
  if (point.sentinels.includes(Number(text))) return bad('sentinel');
  if (isOutside(point.rawValid, Number(text))) return bad('out-of-range');
  const digits = Number(`${sign}${whole}${fraction}`);
  return measured(point, scaleExactly(digits, point.scale, point.offset, -fraction.length));
}

function addressIn({ frame }: FrameProfile, bytes: Uint8Array): string | null {
  if (frame.address === undefined) return null;
  const said = bytes[frame.address];
  return said === undefined ? null : String(said);
}

/** What the checksum is over; a point that lies beyond it in a shorter frame would read the checksum itself, or what nothing proves. */
function fromProved(
  { frame: { checksum } }: FrameProfile,
  points: readonly Asked<LinePoint | FramePoint>[],
  frame: Uint8Array,
): ReadonlyMap<string, Meant> {
  const [from, to] = [placeIn(frame.length, checksum.from), placeIn(frame.length, checksum.to)];
  return new Map(
    points.map((point) => {
      const isProved = 'at' in point.profile && point.profile.at >= from;
      return isProved ? fromBytes(point, frame.subarray(0, to + 1)) : ([point.name, bad('out-of-range')] as const);
    }),
  );
}

function fromBytes({ name, profile }: Asked<LinePoint | FramePoint>, frame: Uint8Array) {
  if (!('at' in profile) || profile.at + widthOf(profile.type) > frame.length)
    return [name, bad('out-of-range')] as const;
  return [name, bytesMean(profile, frame.subarray(profile.at, profile.at + widthOf(profile.type)))] as const;
}

function bytesMean(point: FramePoint, bytes: Uint8Array): Meant {
  const raw = rawOf(point, bytes);
  const isSentinel = (each: number) => (point.type === 'f32' ? isFloatSentinel(32, each, raw) : each === raw);
  if (point.sentinels.some(isSentinel)) return bad('sentinel');
  if (isOutside(point.rawValid, raw)) return bad('out-of-range');
  if (point.enum !== null) return wordFor(point.enum, raw);
  if (point.type === 'bit') return good((raw === 1) !== point.invert);
  if (!Number.isFinite(raw)) return bad('out-of-range');
  const { scale, offset } = point;
  return measured(point, point.type === 'f32' ? raw * scale + offset + 0 : scaleExactly(raw, scale, offset));
}

function rawOf(point: FramePoint, wire: Uint8Array): number {
  const first = wire[0] ?? 0;
  if (point.type === 'bit') return (first >>> (point.bit ?? 0)) & 1;
  if (point.type === 'u8') return first;
  if (point.type === 'i8') return (first << 24) >> 24;
  const view = new DataView(bytesInOrder(wordsOf(wire), point.order).buffer);
  return {
    u16: () => view.getUint16(0),
    i16: () => view.getInt16(0),
    u32: () => view.getUint32(0),
    i32: () => view.getInt32(0),
    f32: () => view.getFloat32(0),
  }[point.type]();
}

function wordsOf(bytes: Uint8Array): number[] {
  return Array.from({ length: bytes.length / 2 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
}

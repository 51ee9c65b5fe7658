import type { Value } from '../../contract/reading.ts';
import { rawRangeOf } from '../meaning.ts';
import { shiftOf } from '../profile.ts';
import { type ByteField, type Raws, widthOf } from './field.ts';
import type { Body, Reader } from './read-uplink.ts';
import type { Channel, Place, ReadLayout, UplinkPoint } from './uplink-profile.ts';

/**
 * Messages as a sensor would send them: the inverse of reading, for simulated sensors and for tests. Bytes, channels and JSON; what
 * has no value is said by the code that its place has for that, and where there is none the message is not sent.
 */

export type Worth = (point: string) => Value;

/** Messages that together bring every point that can be written; fewest first. */
export function writeAll(reader: Reader, worth: Worth, bringsJson: boolean): Body[] {
  const layouts = layoutsOf(reader, bringsJson);
  const bodies: Body[] = [];
  const open = new Set(layouts.flatMap(pointsIn));
  for (let best = mostOf(layouts, open); best !== undefined; best = mostOf(layouts, open)) {
    const body = write(reader, best, worth);
    for (const point of pointsIn(best)) open.delete(point);
    if (body !== undefined) bodies.push(body);
  }
  return bodies;
}

/** The message that a sensor sends when one point changes; undefined when none brings it. */
export function writeFor(reader: Reader, point: string, worth: Worth, bringsJson: boolean): Body | undefined {
  const layout = layoutsOf(reader, bringsJson).find((each) => pointsIn(each).includes(point));
  return layout && write(reader, layout, worth);
}

function layoutsOf({ profile, firmware }: Reader, bringsJson: boolean): ReadLayout[] {
  return profile.readers.filter(
    ({ layout }) =>
      (layout.firmware === undefined || (firmware !== null && layout.firmware.includes(firmware))) &&
      (bringsJson ? layout.body === 'json' : layout.body === 'bytes' || layout.body === 'channels'),
  );
}

function pointsIn({ places, channels }: ReadLayout): string[] {
  return [...places, ...channels.flatMap((channel) => channel.places)].map(({ point }) => point);
}

function mostOf(layouts: readonly ReadLayout[], open: ReadonlySet<string>): ReadLayout | undefined {
  const brings = (layout: ReadLayout) => new Set(pointsIn(layout).filter((point) => open.has(point))).size;
  const [best] = layouts.toSorted((a, b) => brings(b) - brings(a));
  return best !== undefined && brings(best) > 0 ? best : undefined;
}

function write(reader: Reader, by: ReadLayout, worth: Worth): Body | undefined {
  const { layout } = by;
  if (layout.body === 'json') return { kind: 'json', json: jsonOf(reader, by.places, worth) };
  const port = layout.port?.[0] ?? 1;
  if (layout.body === 'channels') return { kind: 'bytes', port, bytes: channelsOf(reader, by, layout.order, worth) };
  if (layout.body !== 'bytes') return undefined;
  const bytes = new Uint8Array(Math.min(...layout.length));
  bytes.set(by.start);
  if (!firstOfEach(by.places).every((place) => put(reader, place, bytes, layout.order, worth))) return undefined;
  if (layout.sumsTo !== undefined) addUp(bytes, layout.sumsTo);
  return { kind: 'bytes', port, bytes };
}

/** Makers put such a sum last. */
function addUp(bytes: Uint8Array, sumsTo: number): void {
  const rest = bytes.subarray(0, -1).reduce((sum, byte) => sum + byte, 0);
  bytes[bytes.length - 1] = (256 + sumsTo - (rest % 256)) % 256;
}

/** Every channel that brings a point which none before it brought: the report, and no alarms. */
function channelsOf(reader: Reader, by: ReadLayout, order: 'big' | 'little', worth: Worth): Uint8Array {
  const brought = new Set<string>();
  const parts = by.channels.flatMap((channel: Channel) => {
    const isNews = channel.places.some(({ point }) => !brought.has(point));
    const data = new Uint8Array(channel.length);
    if (!isNews || !firstOfEach(channel.places).every((place) => put(reader, place, data, order, worth))) return [];
    for (const { point } of channel.places) brought.add(point);
    return [...channel.bytes, ...data];
  });
  return Uint8Array.from([...by.start, ...parts]);
}

function jsonOf(reader: Reader, places: readonly Place[], worth: Worth): object {
  const root: Record<string, unknown> = {};
  for (const place of places) {
    const raw = rawOf(pointOf(reader, place), place.raws, worth(place.point));
    if (raw === undefined || !('path' in place.field)) continue;
    const keys = place.field.path.split('.');
    let here = root;
    for (const key of keys.slice(0, -1)) {
      const inner = (here[key] ?? {}) as Record<string, unknown>;
      here[key] = inner;
      here = inner;
    }
    here[keys.at(-1) ?? ''] = raw;
  }
  return root;
}

/** Several points may read one place: the first writes it, and the others see what that makes of them. */
function firstOfEach(places: readonly Place[]): readonly Place[] {
  const keyOf = ({ field }: Place) => ('at' in field ? `${field.at} ${field.type} ${field.bit} ${field.mask}` : '');
  return places.filter((place, i) => places.findIndex((other) => keyOf(other) === keyOf(place)) === i);
}

function pointOf({ points }: Reader, { point }: Place): UplinkPoint | undefined {
  return points.find(({ name }) => name === point)?.profile;
}

/** Whether it has something to say. */
function put(reader: Reader, place: Place, bytes: Uint8Array, usual: 'big' | 'little', worth: Worth): boolean {
  const field = place.field as ByteField;
  const raw = rawOf(pointOf(reader, place), place.raws, worth(place.point));
  if (raw === undefined) return false;
  const own = bytes.subarray(field.at, field.at + widthOf(field));
  const isLittle = (field.order ?? usual) === 'little';
  if (field.type === 'bit') {
    own[0] = (own[0] ?? 0) | (raw === true || raw === 1 ? 1 << (field.bit ?? 0) : 0);
    return true;
  }
  if (field.type === 'hex' || field.type === 'text') return putText(field, String(raw), own, isLittle);
  if (typeof raw !== 'number') return false;
  const view = new DataView(own.buffer, own.byteOffset, own.byteLength);
  if (field.type === 'f32') view.setFloat32(0, raw, isLittle);
  else if (field.type === 'f64') view.setFloat64(0, raw, isLittle);
  else putWhole(field, raw, own, isLittle);
  return true;
}

function putText({ type, length = 1 }: ByteField, text: string, own: Uint8Array, isLittle: boolean): boolean {
  if (type === 'text') own.set(new TextEncoder().encode(text).subarray(0, length));
  else {
    const digits = /^[0-9A-Fa-f]*$/.test(text) ? text : '';
    const bytes = Uint8Array.from(
      digits
        .padStart(2 * length, '0')
        .slice(-2 * length)
        .match(/../g) ?? [],
      (hex) => Number.parseInt(hex, 16),
    );
    own.set(isLittle ? bytes.toReversed() : bytes);
  }
  return true;
}

/** Moved to the nearest that its bits can hold; bits of other points in the same bytes stay. */
function putWhole({ type, mask }: ByteField, raw: number, own: Uint8Array, isLittle: boolean): void {
  const bits = mask === undefined ? own.length * 8 : 32 - Math.clz32(mask >>> shiftOf(mask));
  const [least, most] = type.startsWith('i') ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  const held = Math.min(most, Math.max(least, Math.round(raw)));
  let whole = (held < 0 ? held + 2 ** bits : held) * (mask === undefined ? 1 : 2 ** shiftOf(mask));
  for (let i = 0; i < own.length; i++) {
    const at = isLittle ? i : own.length - 1 - i;
    own[at] = (own[at] ?? 0) | (whole % 256);
    whole = Math.floor(whole / 256);
  }
}

function rawOf(point: UplinkPoint | undefined, raws: Raws, value: Value): number | boolean | string | undefined {
  if (point === undefined) return undefined;
  if (value === null) return raws.noValue[0]?.first ?? raws.sentinels[0];
  if (point.enum !== null) return codeOf(raws, String(value));
  if (typeof value === 'boolean') return (value !== point.invert ? raws.on : raws.off)[0];
  if (typeof value === 'string') return value;
  if (point.type === 'bool') return (value !== 0 ? raws.on : raws.off)[0];
  const raw = (value - point.offset) / (point.scale * raws.scale);
  return raws.kind === 'whole' ? Math.round(raw) : Number(raw.toPrecision(12));
}

function codeOf({ enum: words, kind }: Raws, word: string): number | string | undefined {
  const key = Object.entries(words ?? {}).find(([, each]) => each === word)?.[0];
  if (key === undefined) return undefined;
  return kind === 'text' ? key : rawRangeOf(key)[0];
}

import type { DeviceConfig, EndDeviceConfig, TalkerConfig } from '../config/site.ts';
import { isUplink, type PointProfile, type Profile, profileSchema } from '../devices/profile.ts';
import type { FramePoint, LinePoint, TalkerPoint } from '../devices/serial/talker-profile.ts';
import type { UplinkPoint } from '../devices/uplinks/uplink-profile.ts';

/**
 * A sensor that talks as a device of registers that carry the same values: so it has the same models, and what can be
 * set by hand is what its frames can say. It answers no Modbus request: its unit is the broadcast's.
 */
export function standInOf({ id, profile }: Pick<TalkerConfig | EndDeviceConfig, 'id' | 'profile'>): DeviceConfig {
  return { id, profile: isUplink(profile) ? valuesLike(profile) : registersLike(profile), unit: 0, points: [] };
}

/** A sensor that sends messages: each point has a place of its own, wide enough for any of its values. */
function valuesLike({ id, maker, model, source, verified, points }: EndDeviceConfig['profile']): Profile {
  const like = Object.entries(points).map(([name, point], i) => [name, valueLike(point, 32 * i)]);
  return profileSchema.parse({ id, maker, model, source, verified, points: Object.fromEntries(like) });
}

function valueLike({ type, enum: words, unit, valid, kind, trueBelow }: UplinkPoint, address: number) {
  if (words !== null) {
    const codes = [...new Set(Object.values(words))].map((word, i) => [String(i), word]);
    return { table: 'input', type: 'u16', enum: Object.fromEntries(codes), kind, address };
  }
  if (type === 'bool') return { table: 'discrete', type: 'bool', kind, address };
  if (type === 'text') return { table: 'input', type: 'string', length: 16, kind, address };
  return { table: 'input', type: 'f64', unit, valid, kind, trueBelow, address };
}

function registersLike({ id, maker, model, source, verified, points }: TalkerConfig['profile']): Profile {
  const given: Readonly<Record<string, TalkerPoint>> = points;
  const places = Object.entries(given).map(([name, point]) => placeOf(name, point));
  // Points of one place share it, as those of one register do: what is set of one, the others show.
  const like = Object.entries(given).map(([name, point], i) => [
    name,
    registerLike(point, 4 * places.indexOf(places[i] ?? '')),
  ]);
  return profileSchema.parse({ id, maker, model, source, verified, points: Object.fromEntries(like) });
}

/** Where a point stands in its frame: its first byte, or its field. */
function placeOf(name: string, point: TalkerPoint): string {
  return 'at' in point ? String(point.at) : (point.field ?? name);
}

type Like = Partial<PointProfile> & Pick<PointProfile, 'table' | 'type'>;

function registerLike(point: TalkerPoint, address: number) {
  const { scale, offset, unit, valid, sentinels, trueBelow, invert, kind } = point;
  const meaning = { scale, offset, unit, valid, sentinels, trueBelow, invert, kind };
  const counts = { ...asWritten('validWhile', point), ...asWritten('invalidWhile', point) };
  return { ...meaning, ...counts, ...('at' in point ? bytesLike(point) : textLike(point)), address };
}

/** As a profile's file says it; nothing for a point that waits for none. */
function asWritten(key: 'validWhile' | 'invalidWhile', { [key]: conditions }: TalkerPoint) {
  return conditions.length === 0
    ? {}
    : { [key]: Object.fromEntries(conditions.map(({ point, is }) => [point, [...is]])) };
}

function bytesLike(point: FramePoint): Like {
  if (point.type === 'bit') return { table: 'input', type: 'bit', bit: point.bit ?? 0 };
  const type = { u8: 'u16', i8: 'i16', u16: 'u16', i16: 'i16', u32: 'u32', i32: 'i32', f32: 'f32' } as const;
  const valid = point.valid ?? widest[point.type]?.map((raw) => raw * point.scale + point.offset);
  const [low, high] = valid?.toSorted((a, b) => a - b) ?? [];
  const range = low === undefined || high === undefined ? {} : { valid: [low, high] satisfies [number, number] };
  return { table: 'input', type: type[point.type], enum: point.enum, ...range };
}

/** A byte's own range: registers are wider. */
const widest: Partial<Record<FramePoint['type'], [number, number]>> = { u8: [0, 0xff], i8: [-0x80, 0x7f] };

/** Text numbers are whole numbers of their last digit. */
function textLike(point: LinePoint): Like {
  if (point.enum !== null) {
    const words = Object.values(point.enum).map((word, i) => [String(i), word]);
    return { table: 'input', type: 'u16', enum: Object.fromEntries(words) };
  }
  if (point.type === 'bool') return { table: 'discrete', type: 'bool' };
  if (point.type === 'text') return { table: 'input', type: 'string', length: 4 };
  // As many decimals as it likes: nothing is rounded.
  if (point.decimals === undefined)
    return { table: 'input', type: 'f64', scale: point.scale, sentinels: point.sentinels };
  const digit = 10 ** -point.decimals;
  const sentinels = point.sentinels.map((raw) => Math.round(raw / digit));
  return { table: 'input', type: 'i32', scale: Number((point.scale * digit).toPrecision(12)), sentinels };
}

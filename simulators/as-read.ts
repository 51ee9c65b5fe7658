import type { DeviceConfig, TalkerConfig } from '../config/site.ts';
import type { PointName } from '../contract/ids.ts';
import type { Value } from '../contract/reading.ts';
import { decodePoint, decodeRange } from '../devices/decode.ts';
import { encodeWords } from '../devices/encode.ts';
import { planReads, type ReadRange, rangeName } from '../devices/plan.ts';
import type { PointProfile } from '../devices/profile.ts';
import { readFrame } from '../devices/serial/decode.ts';
import { writeFrame } from '../devices/serial/encode.ts';
import { framerOf } from '../devices/serial/framer.ts';
import type { TalkerPoint } from '../devices/serial/talker-profile.ts';
import { pointsOf, RegisterImage, type SimValue, scalingOf } from './registers.ts';

/**
 * What a device would say of a value that is set by hand, beside all its others: several points may stand at one place, in
 * parts or at other widths, and one may scale the other. What would read as another value is refused, with that value.
 */

type Worth = (name: PointName) => SimValue;

/** The ranges that the device could not answer. */
export function unreadable(config: Pick<DeviceConfig, 'profile'>, worth: Worth): readonly ReadRange[] {
  const image = imageOf(config, worth);
  return rangesOf(config).filter((range) => wordsOf(image, range) === undefined);
}

/** What a point of registers would read as; what it counts by is left aside. Undefined where the registers cannot hold all. */
function readFromRegisters(config: Pick<DeviceConfig, 'profile'>, name: PointName, worth: Worth): Value | undefined {
  const image = imageOf(config, worth);
  const numbers = new Map<PointName, number>();
  for (const [each] of pointsOf(config.profile)) {
    const value = worth(each);
    if (typeof value === 'number') numbers.set(each, value);
  }
  for (const range of rangesOf(config)) {
    const reply = range.points.some((point) => point.name === name) ? wordsOf(image, range) : undefined;
    const found = reply && decodeRange(range, reply, numbers).find((point) => point.name === name);
    if (found !== undefined) return found.value;
  }
  return undefined;
}

/** The value as the point's registers can hold it: rounded to its steps. */
function heldAs(point: PointProfile, value: SimValue, worth: Worth): Value {
  const scaling = scalingOf(point, worth);
  const encoded = encodeWords(point, value, scaling);
  return encoded.ok ? decodePoint(point, encoded.words, scaling).value : null;
}

/** What a point of a sensor that talks would be read as; undefined where its frame would not be read at all. */
function readFromFrame({ profile, address }: TalkerConfig, name: PointName, worth: Worth): Value | undefined {
  const given: Readonly<Record<string, TalkerPoint>> = profile.points;
  const points = Object.entries(given).map(([each, point]) => ({ name: each as PointName, profile: bare(point) }));
  const frame = writeFrame(profile, address, (each) => worth(each as PointName));
  const framer = framerOf(profile);
  // A line counts behind the end of another.
  const heard = [...framer.take(frame, 0), ...framer.take(frame, 1)].at(-1);
  return heard && readFrame(profile, points, heard)?.points.get(name)?.value;
}

/** Whether this is the same value as a frame can say it, in its steps. */
function isSaidAs(point: TalkerPoint, value: SimValue, said: Value | undefined): boolean {
  if (typeof value !== 'number' || typeof said !== 'number') return value === said;
  const isFloat =
    point.type === 'f32' ||
    ('decimals' in point && point.decimals === undefined) ||
    !('at' in point || 'decimals' in point);
  const digits = 'decimals' in point ? (point.decimals ?? 0) : 0;
  const step = isFloat ? 0 : Math.abs(point.scale) * 10 ** -digits;
  return Math.abs(value - said) <= step / 2 + Math.abs(value) * 1e-6 + 1e-9;
}

function bare<P extends { readonly validWhile: readonly unknown[]; readonly invalidWhile: readonly unknown[] }>(
  point: P,
): P {
  return { ...point, validWhile: [], invalidWhile: [] };
}

function imageOf({ profile }: Pick<DeviceConfig, 'profile'>, worth: Worth): RegisterImage {
  return new RegisterImage({ profile, snapshot: () => worth, onWrite: () => {} });
}

function rangesOf({ profile }: Pick<DeviceConfig, 'profile'>): readonly ReadRange[] {
  const points = pointsOf(profile).map(([name, point]) => ({ name, profile: bare(point), everyMs: 1000 }));
  return planReads({ profile, points });
}

function wordsOf(image: RegisterImage, { fn, address, count }: ReadRange) {
  if (fn === 1 || fn === 2) {
    const bits = image.readBits(fn === 1 ? 'coil' : 'discrete', address, count);
    return bits.ok ? { kind: 'bits' as const, bits: bits.value } : undefined;
  }
  const words = image.readWords(fn === 3 ? 'holding' : 'input', address, count);
  return words.ok ? { kind: 'words' as const, words: words.value } : undefined;
}

type Hold = { readonly name: PointName; readonly held: SimValue; readonly worth: Worth };

/** Why a value that the point alone could hold would not be read; undefined when it would. */
export function registerProblem(
  config: Pick<DeviceConfig, 'profile'>,
  { name, held, worth, broken }: Hold & { broken: readonly ReadRange[] },
) {
  const point = config.profile.points[name];
  const known = new Set(broken.map(rangeName));
  const lost = unreadable(config, worth).filter(
    (range) => !known.has(rangeName(range)) || range.points.some((each) => each.name === name),
  );
  if (lost.length > 0)
    return `with ${held} the registers of ${lost.map(rangeName).join(', ')} could not hold the other values`;
  const wanted = point === undefined ? null : heldAs(point, held, worth);
  const read = readFromRegisters(config, name, worth);
  return read === wanted ? undefined : `would read as ${read}, beside what the other points of its registers are worth`;
}

export function frameProblem(talker: TalkerConfig, { name, held, worth }: Hold): string | undefined {
  const points: Readonly<Record<string, TalkerPoint>> = talker.profile.points;
  const point = points[name];
  const said = readFromFrame(talker, name, worth);
  if (point === undefined || isSaidAs(point, held, said)) return undefined;
  return said === undefined
    ? `with ${held} its frame would not be read: it does not fit its field, or the line`
    : `would read as ${said}, beside what the other points of its frame are worth`;
}

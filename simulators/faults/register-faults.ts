import { type PointProfile, type Profile, registersOf } from '../../devices/profile.ts';
import { encodableRange, nearestEncodable } from '../encodable.ts';
import { pointsOf, type SimValue } from '../registers.ts';
import type { Registers, Served } from '../slave/registers.ts';

/** Whether a value is a number that takes more than one register, whose order can be wrong. */
export function isWide(point: PointProfile): boolean {
  return registersOf(point) > 1 && point.type !== 'string';
}

/** A device whose wide values stand in reverse order while `isSwapped` says so; what a master writes is taken as ever. */
export function swappable(options: {
  profile: Profile;
  registers: Registers;
  isSwapped(point: string): boolean;
}): Registers {
  const { profile, registers, isSwapped } = options;
  const wide = pointsOf(profile).filter(([, point]) => isWide(point));
  return {
    readBits: (table, address, count) => registers.readBits(table, address, count),
    writeBits: (address, bits) => registers.writeBits(address, bits),
    writeWords: (address, words) => registers.writeWords(address, words),
    readWords(table, address, count) {
      const served = registers.readWords(table, address, count);
      const here = wide.filter(([name, point]) => point.table === table && isSwapped(name));
      return here.reduce((words, [, point]) => reversed(words, { address, point, registers }), served);
    },
  };
}

/** The words read, with a point's own in reverse where it lies among them, be it only in part. */
function reversed(
  served: Served<readonly number[]>,
  { address, point, registers }: { address: number; point: PointProfile; registers: Registers },
): Served<readonly number[]> {
  const size = registersOf(point);
  const first = point.address - address;
  if (!served.ok || first + size <= 0 || first >= served.value.length) return served;
  if (point.table !== 'holding' && point.table !== 'input') return served;
  const own = registers.readWords(point.table, point.address, size);
  if (!own.ok) return served;
  const value = served.value.map((word, i) => own.value[size - 1 - (i - first)] ?? word);
  return { ok: true, value };
}

/** A number that has left the truth by `hours` of drift, as its registers carry it; stays at the end of its range. */
export function drifted(point: PointProfile, truth: SimValue, drift: { rate: number; hours: number }): SimValue {
  if (typeof truth !== 'number') return truth;
  const [lowest, highest] = encodableRange(point);
  const value = truth + drift.rate * drift.hours * widthOf(point);
  return nearestEncodable(point, Math.min(highest, Math.max(lowest, value))) ?? truth;
}

/** What a share of the range is a share of; 100 where the profile leaves it open and the type is too wide to say. */
function widthOf(point: PointProfile): number {
  const [lowest, highest] = encodableRange(point);
  return highest - lowest > 1e6 && point.valid === null ? 100 : highest - lowest;
}

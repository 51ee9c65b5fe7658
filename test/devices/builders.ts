import type { z } from 'zod';
import { type PointName, pointNameSchema } from '../../contract/ids.ts';
import { type PointProfile, type Profile, pointProfileSchema, profileSchema } from '../../devices/profile.ts';

/** What a profile file may say of a point. Lists may be constants. */
type PointInput = Omit<z.input<typeof pointProfileSchema>, 'valid' | 'rawValid' | 'sentinels'> & {
  valid?: readonly [number, number] | null;
  rawValid?: readonly [number, number] | null;
  sentinels?: readonly number[];
};

/** A point as a profile file would give it; a holding register at address 0 unless said. */
export function point(given: Partial<PointInput> & Pick<PointInput, 'type'>): PointProfile {
  const table = given.type === 'bool' ? 'coil' : 'holding';
  return pointProfileSchema.parse({ table, address: 0, kind: 'test', ...given });
}

export function profile(
  given: Omit<z.input<typeof profileSchema>, 'id' | 'maker' | 'model' | 'source' | 'verified'>,
): Profile {
  return profileSchema.parse({ id: 'test', maker: 'Test', model: 'T', source: 'none', verified: 'none', ...given });
}

export function pointName(text: string): PointName {
  return pointNameSchema.parse(text);
}

/** Every point of a profile as a device reads it, all at one period unless `everyMs` names others. */
export function pointsOf(of: Profile, everyMs: Readonly<Record<string, number>> = {}) {
  return Object.entries(of.points).map(([name, each]) => ({
    name: pointName(name),
    profile: each,
    everyMs: everyMs[name] ?? 1000,
  }));
}

export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

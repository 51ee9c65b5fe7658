import type { z } from 'zod';
import { type PointName, pointNameSchema } from '../../../contract/ids.ts';
import { bytesOfHex } from '../../../devices/uplinks/layout.ts';
import { type Body, readUplink } from '../../../devices/uplinks/read-uplink.ts';
import { type UplinkPoint, type UplinkProfile, uplinkProfileSchema } from '../../../devices/uplinks/uplink-profile.ts';

type Given = Pick<z.input<typeof uplinkProfileSchema>, 'layouts' | 'points'> & { ignore?: { ports: number[] } };

const about = { id: 'test', maker: 'Test', model: 'T', source: 'none', verified: 'none' } as const;

export function uplinks(given: Given): UplinkProfile {
  return uplinkProfileSchema.parse({ ...about, protocol: 'uplink', ...given });
}

export function pointsOf(profile: UplinkProfile): { name: PointName; profile: UplinkPoint }[] {
  return Object.entries(profile.points).map(([name, point]) => ({ name: pointNameSchema.parse(name), profile: point }));
}

export function read(profile: UplinkProfile, body: Body, firmware: string | null = null) {
  return readUplink({ profile, firmware, points: pointsOf(profile) }, body);
}

/** What a frame says: a value, or `fault (why)`, by point; or the code that refuses it. */
export function said(
  profile: UplinkProfile,
  port: number | null,
  hex: string,
  firmware: string | null = null,
): unknown {
  return shown(
    read(profile, { kind: 'bytes', port, bytes: hex === '' ? new Uint8Array(0) : bytesOfHex(hex) }, firmware),
  );
}

export function shown(found: ReturnType<typeof read>): unknown {
  if (found.kind === 'refused') return found.reason;
  if (found.kind === 'ignored') return 'ignored';
  const why = new Map(found.noValues.map((each) => [each.point, each.why]));
  return Object.fromEntries(
    [...found.points].map(([name, { value, fault }]) => [
      name,
      value ?? (why.has(name) ? `${fault}: ${why.get(name)}` : fault),
    ]),
  );
}

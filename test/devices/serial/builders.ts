import type { z } from 'zod';
import type { PointName } from '../../../contract/ids.ts';
import { readFrame } from '../../../devices/serial/decode.ts';
import { framerOf } from '../../../devices/serial/framer.ts';
import {
  type FrameProfile,
  frameProfileSchema,
  type LineProfile,
  lineProfileSchema,
  type TalkerPoint,
  type TalkerProfile,
} from '../../../devices/serial/talker-profile.ts';

const about = { id: 'test', maker: 'Test', model: 'T', source: 'none', verified: 'none' } as const;

export function lines(given: Partial<z.input<typeof lineProfileSchema>> & Pick<LineInput, 'frame'>): LineProfile {
  return lineProfileSchema.parse({ ...about, protocol: 'serial-lines', points: { value: { kind: 'test' } }, ...given });
}

export function frames(given: Partial<z.input<typeof frameProfileSchema>> = {}): FrameProfile {
  return frameProfileSchema.parse({
    ...about,
    protocol: 'serial-frames',
    frame: { start: [0xff], length: 4, checksum: { kind: 'sum8', from: 0, to: 2, at: 3 } },
    points: { value: { at: 1, type: 'u16', kind: 'test' } },
    ...given,
  });
}

type LineInput = z.input<typeof lineProfileSchema>;

export function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** The points of a profile as its devices have them. */
export function askedOf(profile: TalkerProfile): { name: PointName; profile: TalkerPoint }[] {
  return Object.entries(profile.points).map(([name, point]) => ({ name: name as PointName, profile: point }));
}

/** The value (or fault) of each frame's one point `value`, of bytes in these pieces. */
export function heard(profile: TalkerProfile, pieces: readonly Uint8Array[], stepMs = 10): unknown[] {
  const framer = framerOf(profile);
  let now = 0;
  return pieces.flatMap((piece) => {
    now += stepMs;
    return framer.take(piece, now).flatMap((frame) => {
      const said = readFrame(profile, askedOf(profile), frame)?.points.get('value');
      return said === undefined ? [] : [said.value ?? said.fault];
    });
  });
}

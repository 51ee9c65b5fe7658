import { BinaryFramer } from './binary-framer.ts';
import type { Framer } from './framing.ts';
import { LineFramer } from './line-framer.ts';
import type { TalkerProfile } from './talker-profile.ts';

/** What finds the frames of a profile's sensors. */
export function framerOf(profile: TalkerProfile): Framer {
  return profile.protocol === 'serial-lines' ? new LineFramer(profile.frame) : new BinaryFramer(profile.frame);
}

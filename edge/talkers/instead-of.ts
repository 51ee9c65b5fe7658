import type { DeviceReason } from '../../contract/reasons/devices.ts';
import type { TalkerProfile } from '../../devices/serial/talker-profile.ts';
import { hex } from '../bus/rubbish.ts';

type Heard = { readonly count: number; readonly last: Uint8Array };

/**
 * What comes on a line whose sensor is not heard: whole frames of another make (another firmware, another sentence), or
 * bytes in which no frame begins or ends. Null when there was nothing at all.
 */
export function insteadOf(profile: TalkerProfile, strange: Heard, loose: Heard): DeviceReason | null {
  if (strange.count > 0) {
    return profile.protocol === 'serial-lines'
      ? { code: 'other-lines', layout: profile.frame.layout.slice(0, 200), last: shown(strange.last) }
      : { code: 'other-frames', hex: hex(strange.last) };
  }
  if (loose.count === 0) return null;
  return profile.protocol === 'serial-lines'
    ? { code: 'no-frame-end', end: JSON.stringify(profile.frame.end).slice(0, 40), last: shown(loose.last) }
    : {
        code: 'no-frame-end',
        end: `${hex(Uint8Array.from(profile.frame.start))} …`.slice(0, 40),
        last: hex(loose.last),
      };
}

/** Text as text, and anything else as hex. */
function shown(bytes: Uint8Array): string {
  const isPlain = bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || whiteSpace.includes(byte));
  return isPlain ? JSON.stringify(String.fromCharCode(...bytes).slice(0, 40)) : hex(bytes);
}

/** Tab, line feed, carriage return. */
const whiteSpace = [0x09, 0x0a, 0x0d];

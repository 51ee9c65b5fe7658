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
      ? { code: 'other-lines', layout: profile.frame.layout.slice(0, 200), ...lastOf(strange.last) }
      : { code: 'other-frames', hex: hex(strange.last) };
  }
  if (loose.count === 0) return null;
  return profile.protocol === 'serial-lines'
    ? { code: 'no-frame-end', end: JSON.stringify(profile.frame.end).slice(0, 40), ...lastOf(loose.last) }
    : {
        code: 'no-frame-end',
        end: `${hex(Uint8Array.from(profile.frame.start))} …`.slice(0, 40),
        last: hex(loose.last),
      };
}

/**
 * Nothing but damaged frames came for so long, and these bytes last. A line of text without a check sum can only be damaged by
 * bytes that are no text: where all are, they are of another line end.
 */
export function damagedFrames(profile: TalkerProfile, s: number, last: Uint8Array): DeviceReason {
  const said = { code: 'damaged-frames', s, ...lastOf(last) } as const;
  const isEnd = profile.protocol === 'serial-lines' && profile.frame.checksum === undefined && isPlain(last);
  return isEnd ? { ...said, end: JSON.stringify(profile.frame.end).slice(0, 40) } : said;
}

/** What came last; text of seven bits as the text that it is. */
function lastOf(bytes: Uint8Array): { last: string; parity?: 'even' | 'odd' } {
  const parity = parityOf(bytes);
  return parity === undefined ? { last: shown(bytes) } : { last: shown(bytes.map(sevenBits)), parity };
}

/** Which parity the eighth bits of these bytes are to the text in the other seven; undefined where they are none. */
function parityOf(bytes: Uint8Array): 'even' | 'odd' | undefined {
  const odd = bytes.filter(isOdd).length;
  const isText = bytes.length >= leastText && !isPlain(bytes) && isPlain(bytes.map(sevenBits));
  if (!isText || (odd > 0 && odd < bytes.length)) return undefined;
  return odd === 0 ? 'even' : 'odd';
}

function sevenBits(byte: number): number {
  return byte & 0x7f;
}

function isOdd(byte: number): boolean {
  let bits = byte ^ (byte >> 4);
  bits ^= bits >> 2;
  return ((bits ^ (bits >> 1)) & 1) === 1;
}

/** In fewer bytes the parity may be so by chance. */
const leastText = 5;

/** Text as text, and anything else as hex. */
function shown(bytes: Uint8Array): string {
  return isPlain(bytes) ? JSON.stringify(String.fromCharCode(...bytes).slice(0, 40)) : hex(bytes);
}

function isPlain(bytes: Uint8Array): boolean {
  return bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || whiteSpace.includes(byte));
}

/** Tab, line feed, carriage return. */
const whiteSpace = [0x09, 0x0a, 0x0d];

import type { Framing } from '../../devices/modbus/describe.ts';

/** Bytes that went over the wire in one direction. `at` is epoch ms. */
export type TapedFrame = { readonly at: number; readonly dir: 'tx' | 'rx'; readonly bytes: Uint8Array };

type Taped = { at: number; readonly dir: 'tx' | 'rx'; parts: Uint8Array[]; length: number };

/** The last frames of a unit, the newest in place of the oldest; `count` of them were taped so far. */
type Reel = { readonly frames: Taped[]; count: number };

/** Enough for three misses in a row with their retries, and the good exchanges before them. */
const framesKept = 16;
/** A frame is 260 bytes at most. Of a longer stretch of bytes the beginning shows what it is. */
const mostBytes = 512;

/** The last frames of each unit of a bus, for a diagnosis. Bytes are copied, since a wire uses its buffer again. */
export class FrameTape {
  readonly framing: Framing;
  readonly #units = new Map<number, Reel>();
  #listening: Reel | null = null;

  constructor(framing: Framing) {
    this.framing = framing;
  }

  /** The frame is kept as it is: nobody changes it after it was sent. */
  sent(unit: number, bytes: Uint8Array, at: number): void {
    this.#listening = this.#of(unit);
    push(this.#listening, { at, dir: 'tx', parts: [bytes], length: bytes.length });
  }

  /** A whole frame that came, or what came in place of one, on a connection: whichever unit was asked last. It stands from `from` up to `to`. */
  frame(unit: number, bytes: Uint8Array, at: number, from = 0, to = bytes.length): void {
    const reel = this.#of(unit);
    const length = Math.min(to - from, mostBytes);
    const oldest = reel.frames[reel.count % framesKept];
    const [own] = oldest?.dir === 'rx' && oldest.parts.length === 1 ? oldest.parts : [];
    // A device that is asked the same again answers at the same length: the copy it replaces is written over.
    if (oldest !== undefined && own?.length === length) {
      for (let i = 0; i < length; i++) own[i] = bytes[from + i] ?? 0;
      oldest.at = at;
      reel.count++;
      return;
    }
    push(reel, { at, dir: 'rx', parts: [copyOf(bytes.subarray(from, to), mostBytes)], length });
  }

  /** For RTU alone: bytes of a line on which one unit is asked at a time. They belong to the unit that was asked last. */
  received(bytes: Uint8Array, at: number): void {
    const reel = this.#listening;
    if (reel === null) return;
    const last = reel.frames[(reel.count - 1) % framesKept];
    if (last?.dir !== 'rx') {
      push(reel, { at, dir: 'rx', parts: [copyOf(bytes, mostBytes)], length: Math.min(bytes.length, mostBytes) });
      return;
    }
    if (last.length >= mostBytes) return;
    const part = copyOf(bytes, mostBytes - last.length);
    last.parts.push(part);
    last.length += part.length;
  }

  #of(unit: number): Reel {
    const known = this.#units.get(unit);
    if (known !== undefined) return known;
    const fresh = { frames: [], count: 0 };
    this.#units.set(unit, fresh);
    return fresh;
  }

  /** The oldest first. */
  framesOf(unit: number): readonly TapedFrame[] {
    const { frames, count } = this.#of(unit);
    const oldest = count % Math.max(1, frames.length);
    const inOrder = [...frames.slice(oldest), ...frames.slice(0, oldest)];
    return inOrder.map(({ at, dir, parts }) => ({ at, dir, bytes: Buffer.concat(parts) }));
  }
}

function push(reel: Reel, frame: Taped): void {
  reel.frames[reel.count % framesKept] = frame;
  reel.count++;
}

/** `slice` of a Buffer would be a view of the same memory. */
function copyOf(bytes: Uint8Array, most: number): Uint8Array {
  return new Uint8Array(bytes.length <= most ? bytes : bytes.subarray(0, most));
}

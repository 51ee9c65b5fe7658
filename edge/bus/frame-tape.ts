import type { Framing } from '../../devices/modbus/describe.ts';

/** Bytes that went over the wire in one direction. `at` is epoch ms. */
export type TapedFrame = { readonly at: number; readonly dir: 'tx' | 'rx'; readonly bytes: Uint8Array };

type Rolling = { readonly at: number; readonly dir: 'tx' | 'rx'; parts: Uint8Array[]; length: number };

/** Enough for three misses in a row with their retries, and the good exchanges before them. */
const framesKept = 16;
/** A frame is 256 bytes at most; what is longer is no frame, and its beginning says what it is. */
const mostBytes = 512;

/**
 * The last frames of each unit of a bus, for a diagnosis. What is received belongs to the unit that was asked last. Bytes
 * are copied, since a wire uses its buffer again.
 */
export class FrameTape {
  readonly framing: Framing;
  readonly #units = new Map<number, Rolling[]>();
  #listening: Rolling[] | null = null;

  constructor(framing: Framing) {
    this.framing = framing;
  }

  /** The frame is kept as it is: nobody changes it after it was sent. */
  sent(unit: number, bytes: Uint8Array, at: number): void {
    this.#listening = this.#of(unit);
    push(this.#listening, { at, dir: 'tx', parts: [bytes], length: bytes.length });
  }

  /** A whole frame that came, of a unit that need not be the one asked last. */
  frame(unit: number, bytes: Uint8Array, at: number): void {
    push(this.#of(unit), {
      at,
      dir: 'rx',
      parts: [copyOf(bytes, mostBytes)],
      length: Math.min(bytes.length, mostBytes),
    });
  }

  received(bytes: Uint8Array, at: number): void {
    const frames = this.#listening;
    if (frames === null) return;
    const last = frames.at(-1);
    if (last?.dir !== 'rx') {
      push(frames, { at, dir: 'rx', parts: [copyOf(bytes, mostBytes)], length: Math.min(bytes.length, mostBytes) });
      return;
    }
    if (last.length >= mostBytes) return;
    const part = copyOf(bytes, mostBytes - last.length);
    last.parts.push(part);
    last.length += part.length;
  }

  #of(unit: number): Rolling[] {
    const known = this.#units.get(unit);
    if (known !== undefined) return known;
    const fresh: Rolling[] = [];
    this.#units.set(unit, fresh);
    return fresh;
  }

  /** The oldest first. */
  framesOf(unit: number): readonly TapedFrame[] {
    return (this.#units.get(unit) ?? []).map(({ at, dir, parts }) => ({ at, dir, bytes: Buffer.concat(parts) }));
  }
}

function push(frames: Rolling[], frame: Rolling): void {
  frames.push(frame);
  if (frames.length > framesKept) frames.shift();
}

/** `slice` of a Buffer itself would be a view of the same memory. */
function copyOf(bytes: Uint8Array, most: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, 0, most);
}

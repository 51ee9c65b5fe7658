import { checksumBytes, checksumOf } from './checksum.ts';
import { type Framer, pauseMs } from './framing.ts';
import { type FrameProfile, longestFrame, placeIn } from './talker-profile.ts';

/**
 * Binary frames. Start, length and checksum must all be right, else the search goes on one byte further; so a frame is
 * its own proof, and no beginning has to be seen before it.
 */
export class BinaryFramer implements Framer {
  readonly counts = { discardedBytes: 0, badFrames: 0 };
  readonly #frame: FrameProfile['frame'];
  readonly #longest: number;
  #held: Uint8Array = nothing;
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(frame: FrameProfile['frame']) {
    this.#frame = frame;
    this.#longest = typeof frame.length === 'number' ? frame.length : frame.length.max;
  }

  take(bytes: Uint8Array, now: number): Uint8Array[] {
    if (this.#held.length > 0 && now - this.#heardAt > pauseMs) this.reset();
    this.#heardAt = now;
    const frames: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += longestFrame) {
      this.#held = joined(this.#held, bytes.subarray(at, at + longestFrame));
      frames.push(...this.#taken());
    }
    return frames;
  }

  reset(): void {
    this.counts.discardedBytes += this.#held.length;
    this.#held = nothing;
  }

  #taken(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    let at = 0;
    for (;;) {
      const found = this.#at(this.#held.subarray(at));
      if (found.kind === 'wait') break;
      if (found.kind === 'frame') frames.push(this.#held.slice(at, at + found.length));
      else this.counts.discardedBytes++;
      at += found.kind === 'frame' ? found.length : 1;
    }
    this.#held = this.#held.slice(at);
    return frames;
  }

  #at(bytes: Uint8Array): { kind: 'wait' | 'none' } | { kind: 'frame'; length: number } {
    const { start } = this.#frame;
    if (!start.slice(0, bytes.length).every((byte, i) => bytes[i] === byte)) return { kind: 'none' };
    const length = this.#lengthOf(bytes);
    if (length === undefined) return { kind: 'wait' };
    if (length <= start.length || length > this.#longest) return { kind: 'none' };
    if (bytes.length < length) return { kind: 'wait' };
    if (this.#isRight(bytes.subarray(0, length))) return { kind: 'frame', length };
    this.counts.badFrames++;
    return { kind: 'none' };
  }

  /** undefined while the byte that says it has not come. */
  #lengthOf(bytes: Uint8Array): number | undefined {
    const { length } = this.#frame;
    if (typeof length === 'number') return length;
    const said = bytes[length.at];
    return said === undefined ? undefined : said + length.add;
  }

  #isRight(frame: Uint8Array): boolean {
    const { checksum } = this.#frame;
    const [from, to, at] = [checksum.from, checksum.to, checksum.at].map((each) => placeIn(frame.length, each));
    if (from === undefined || to === undefined || at === undefined || from < 0 || to < from || at < 0) return false;
    if (Math.max(to + 1, at + checksumBytes(checksum.kind)) > frame.length) return false;
    const wanted = checksumOf(checksum.kind, frame.subarray(from, to + 1));
    return wanted.every((byte, i) => frame[at + i] === byte);
  }
}

const nothing: Uint8Array = new Uint8Array(0);

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

import { checksumText } from './checksum.ts';
import { type Framer, pauseMs } from './framing.ts';
import type { LineProfile } from './talker-profile.ts';

/**
 * Lines of text. A line is taken only if its beginning was seen: it follows the end of another, or begins with the
 * start mark. So what comes first after opening is dropped up to the first end, and a cut number is never read.
 */
export class LineFramer implements Framer {
  readonly counts = { discardedBytes: 0, badFrames: 0 };
  readonly #frame: LineProfile['frame'];
  readonly #end: readonly number[];
  readonly #start: number | undefined;
  #line: number[] = [];
  #isBegun = false;
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(frame: LineProfile['frame']) {
    this.#frame = frame;
    this.#end = [...frame.end].map((char) => char.charCodeAt(0));
    this.#start = frame.start?.charCodeAt(0);
  }

  take(bytes: Uint8Array, now: number): Uint8Array[] {
    if (this.#line.length > 0 && now - this.#heardAt > pauseMs) this.reset('unknown');
    this.#heardAt = now;
    return [...bytes].flatMap((byte) => this.#next(byte) ?? []);
  }

  reset(next: 'beginning' | 'unknown'): void {
    this.counts.discardedBytes += this.#line.length;
    this.#line = [];
    this.#isBegun = next === 'beginning';
  }

  #next(byte: number): Uint8Array | undefined {
    if (byte === this.#start) this.reset('beginning');
    this.#line.push(byte);
    if (this.#endsHere()) return this.#ended();
    if (this.#line.length <= this.#frame.maxLength + this.#end.length) return undefined;
    if (this.#isBegun) this.counts.badFrames++;
    this.#forgetFront();
    return undefined;
  }

  /** Too long for a line: only what may be the beginning of its end is kept. */
  #forgetFront(): void {
    const kept = this.#line.splice(this.#line.length - this.#end.length + 1);
    this.reset('unknown');
    this.#line = kept;
  }

  #endsHere(): boolean {
    const from = this.#line.length - this.#end.length;
    return from >= 0 && this.#end.every((byte, i) => this.#line[from + i] === byte);
  }

  #ended(): Uint8Array | undefined {
    const text = Uint8Array.from(this.#line.slice(0, -this.#end.length));
    const isWhole = this.#isBegun;
    const isGood = isWhole && text.length > 0 && this.#isText(text) && this.#isRight(text);
    if (isGood) this.#line = [];
    else if (isWhole && text.length > 0) this.counts.badFrames++;
    this.reset('beginning');
    return isGood ? text : undefined;
  }

  #isText(line: Uint8Array): boolean {
    return line.every((byte, i) => (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || (i === 0 && byte === this.#start));
  }

  #isRight(line: Uint8Array): boolean {
    const { checksum } = this.#frame;
    if (checksum === undefined) return true;
    const mark = line.lastIndexOf(checksum.mark.charCodeAt(0));
    if (mark < checksum.from) return false;
    const said = String.fromCharCode(...line.subarray(mark + 1)).toUpperCase();
    return said === checksumText(checksum.kind, line.subarray(checksum.from, mark));
  }
}

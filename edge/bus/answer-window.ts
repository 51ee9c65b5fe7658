import type { Clock, Timer } from '../../contract/clock.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import type { ModbusRequest, Reply } from '../../devices/modbus/pdu.ts';
import { findRtuReply, tryRtuFrame } from '../../devices/modbus/rtu.ts';
import { type Echo, isEchoPart, replyFrom } from './echo.ts';
import { textOf } from './rubbish.ts';

/**
 * What came of one request. `bytes` came up to the reply's last one, `before` and `after` it stood others; `chunks` says
 * in how many pieces. `echo` is what the exchange shows of the line's echo.
 */
export type Answer =
  | {
      kind: 'reply';
      reply: Reply;
      /** The reply as it came. */
      frame: Uint8Array;
      bytes: number;
      chunks: number;
      before: number;
      after: number;
      /** What stood before it, as far as that is long enough for more than a glitch, and behind it; null for nothing. */
      beside: Uint8Array | null;
      /** When its last byte had come, monotonic ms. */
      endedAt: number;
      echo: EchoSeen;
    }
  /**
   * Behind the reply stood another that fits as well and says something else (`isReply`), or bytes enough for one: either
   * may be old, and nothing says which.
   */
  | { kind: 'doubtful'; first: Uint8Array; second: Uint8Array; isReply: boolean; echo: EchoSeen }
  /** `isEcho`: nothing but the request itself, or its end. */
  | { kind: 'silence'; isEcho: boolean; echo: EchoSeen }
  | { kind: 'rubbish'; bytes: Uint8Array; echo: EchoSeen }
  | { kind: 'closed'; reason: DeviceReason };

type EchoSeen = { frame: Uint8Array; from: number; replied: boolean };

export type WindowOptions = {
  clock: Clock;
  unit: number;
  request: ModbusRequest;
  /** The request as sent. */
  frame: Uint8Array;
  echo: Echo;
  /** From now until the first byte of the reply must have come. */
  firstByteMs: number;
  /** How much longer a reply that has begun may take. */
  frameMs: number;
  /** How long the line must have been silent before a reply is believed, ms: `leastMs`, or `settleMs()` where that is longer and nobody hurries. */
  quiet: { leastMs: number; settleMs(): number };
  /** No older reply has the length of this request's: bytes behind it are no other's answer. */
  isUnique: boolean;
  /** A reply came that fits; it is not believed yet. */
  onReply(): void;
  /** Has the wire hand out what it still holds, before it is judged that nothing came. */
  look(): void;
};

/**
 * The one time in which an answer to one request is taken. It keeps no byte from before and leaves none behind; it ends
 * with the first reply that fits this request, or when the time is over. It is believed when the line has fallen silent
 * behind it: it could be an older one, which a converter or a radio bridge kept back until this request.
 */
export class AnswerWindow {
  readonly answer: Promise<Answer>;
  readonly #options: WindowOptions;
  #resolve: (answer: Answer) => void = () => {};
  #buffer: Uint8Array = new Uint8Array(0);
  #timer: Timer;
  #isOver = false;
  #chunks = 0;
  #heardAt = 0;
  readonly #hurried = new AbortController();
  /** The reply that is believed unless another one follows it. */
  #found: { reply: Reply; start: number; end: number; from: number; endedAt: number; chunks: number } | null = null;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.answer = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#timer = options.clock.after(options.firstByteMs, () => this.#firstByteDue());
  }

  /** Takes received bytes; false when the window is over and they belong to nobody. */
  take(bytes: Uint8Array): boolean {
    if (this.#isOver) return false;
    this.#chunks++;
    this.#heardAt = this.#options.clock.monotonic();
    if (this.#found !== null) return this.#surplus(bytes);
    this.#buffer = joined(this.#buffer, bytes.subarray(-longest));
    const from = this.#replyFrom();
    const found = findRtuReply(this.#buffer.subarray(from), this.#options.unit, this.#options.request);
    if (found === undefined) return true;
    const { reply, start, end } = found;
    this.#found = { reply, start: from + start, end: from + end, from, endedAt: this.#heardAt, chunks: this.#chunks };
    this.#timer.cancel();
    this.#options.onReply();
    void this.#settle();
    return true;
  }

  /** Somebody waits for the line: a reply is believed after the shortest silence. */
  hurry(): void {
    this.#hurried.abort();
  }

  /** The port closed under the request. */
  close(reason: DeviceReason): void {
    this.#end({ kind: 'closed', reason });
  }

  /** The other side ended the connection in order: behind a reply that has come nothing follows any more. */
  ended(reason: DeviceReason): void {
    if (this.#found === null) this.close(reason);
    else this.#believe();
  }

  /** What comes behind the reply is kept as far as another one reaches; a line that goes on and on has had its say. */
  #surplus(bytes: Uint8Array): boolean {
    const room = longest - this.#buffer.length;
    this.#buffer = joined(this.#buffer, bytes.subarray(0, Math.max(0, room)));
    if (bytes.length >= room) this.#believe();
    return true;
  }

  async #settle(): Promise<void> {
    const { clock, look, quiet } = this.#options;
    const settleMs = quiet.settleMs();
    while (!this.#isOver) {
      const heardAt = this.#heardAt;
      const leftMs = (ms: number) => heardAt + ms - clock.monotonic();
      await clock.sleepExactly(leftMs(quiet.leastMs));
      if (leftMs(settleMs) > 0) await clock.sleep(leftMs(settleMs), this.#hurried.signal);
      if (this.#isOver) return;
      look();
      if (this.#heardAt === heardAt) break;
    }
    this.#believe();
  }

  #believe(): void {
    if (this.#found === null) return;
    const { reply, start, end, endedAt, chunks } = this.#found;
    const { frame, request } = this.#options;
    const isEcho = isEchoPart(this.#buffer.subarray(this.#found.from, start), frame, request);
    const from = isEcho ? start : this.#found.from;
    const first = this.#buffer.slice(start, end);
    const echo = this.#echoSeen(this.#found.from, true);
    const doubt = this.#doubt(first, end);
    if (doubt !== undefined) this.#end({ kind: 'doubtful', first, ...doubt, echo });
    else {
      const [before, after] = [start - from, this.#buffer.length - end];
      const beside = this.#beside(before >= shortestFrame ? from : start, start, end);
      this.#end({ kind: 'reply', reply, frame: first, bytes: end, chunks, before, after, beside, endedAt, echo });
    }
  }

  #beside(from: number, start: number, end: number): Uint8Array | null {
    if (from === start && end === this.#buffer.length) return null;
    return Uint8Array.from([...this.#buffer.subarray(from, start), ...this.#buffer.subarray(end)]);
  }

  /** What stands behind the first reply and may be the answer as well; copies of the first are not. */
  #doubt(first: Uint8Array, end: number): { second: Uint8Array; isReply: boolean } | undefined {
    const { unit, request, isUnique } = this.#options;
    for (let at = end; at < this.#buffer.length; ) {
      const found = findRtuReply(this.#buffer.subarray(at), unit, request);
      if (found === undefined) break;
      const second = this.#buffer.slice(at + found.start, at + found.end);
      if (Buffer.compare(first, second) !== 0) return { second, isReply: true };
      at += found.end;
    }
    // Damaged it may have been the answer; a whole frame that is none is another's, late or twice, and text is printed.
    const second = behindFrames(this.#buffer.slice(end));
    const isPrinted = this.#buffer.length < longest && textOf(second) !== undefined;
    const isNone = isUnique || second.length < exceptionLength || isPrinted;
    return isNone ? undefined : { second, isReply: false };
  }

  #firstByteDue(): void {
    this.#options.look();
    if (this.#isOver) return;
    if (this.#heard().length === 0) this.#over();
    else this.#timer = this.#options.clock.after(this.#options.frameMs, () => this.#over());
  }

  #over(): void {
    this.#options.look();
    if (this.#isOver) return;
    const echo = this.#echoSeen(this.#replyFrom(), false);
    const bytes = this.#heard();
    const { frame, request } = this.#options;
    const isSilence = bytes.length === 0 || isEchoPart(bytes, frame, request);
    const isEcho = echo.from > 0 || bytes.length > 0;
    this.#end(isSilence ? { kind: 'silence', isEcho, echo } : { kind: 'rubbish', bytes, echo });
  }

  #end(answer: Answer): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer.cancel();
    this.#resolve(answer);
  }

  #echoSeen(from: number, replied: boolean): EchoSeen {
    return { frame: this.#options.frame, from, replied };
  }

  #replyFrom(): number {
    return replyFrom(this.#buffer, this.#options.frame, this.#options.request, this.#options.echo);
  }

  /** What came besides the line's own echo. */
  #heard(): Uint8Array {
    return this.#buffer.subarray(this.#replyFrom());
  }
}

/** What is left behind the whole frames at the beginning. */
function behindFrames(bytes: Uint8Array): Uint8Array {
  for (let end = shortestFrame; end <= bytes.length; end++)
    if (tryRtuFrame(bytes.subarray(0, end)) !== undefined) return behindFrames(bytes.subarray(end));
  return bytes;
}

/** What is shorter is a glitch of a driver that switches. */
export const shortestFrame = 4;
/** The shortest answer there is. */
const exceptionLength = 5;
/** Room for an echo and a reply of 256 bytes each. */
const longest = 512;

function joined(before: Uint8Array, bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(before.length + bytes.length);
  all.set(before);
  all.set(bytes, before.length);
  return all.subarray(Math.max(0, all.length - longest));
}

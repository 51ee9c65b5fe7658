import type { Clock, Timer } from '../../contract/clock.ts';
import type { ModbusRequest, Reply } from '../../devices/modbus/pdu.ts';
import { findRtuReply } from '../../devices/modbus/rtu.ts';
import { type Echo, replyFrom } from './echo.ts';

/**
 * What came of one request. `bytes` came up to the reply's last one, `before` and `after` it stood others; `chunks` says
 * in how many pieces. `echo` is what the exchange shows of the line's echo.
 */
export type Answer =
  | {
      kind: 'reply';
      reply: Reply;
      bytes: number;
      chunks: number;
      before: number;
      after: number;
      echo: EchoSeen;
    }
  | { kind: 'silence'; echo: EchoSeen }
  | { kind: 'rubbish'; bytes: Uint8Array; echo: EchoSeen }
  | { kind: 'closed'; why: string };

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
  /** Has the wire hand out what it still holds, before it is judged that nothing came. */
  look(): void;
};

/**
 * The one time in which an answer to one request is taken. It keeps no byte from before and leaves none behind; it ends
 * with the first reply that fits this request, or when the time is over.
 */
export class AnswerWindow {
  readonly answer: Promise<Answer>;
  readonly #options: WindowOptions;
  #resolve: (answer: Answer) => void = () => {};
  #buffer: Uint8Array = new Uint8Array(0);
  #timer: Timer;
  #isOver = false;
  #chunks = 0;

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
    this.#buffer = joined(this.#buffer, bytes.subarray(-longest));
    const from = this.#replyFrom();
    const found = findRtuReply(this.#buffer.subarray(from), this.#options.unit, this.#options.request);
    if (found === undefined) return true;
    const after = this.#buffer.length - from - found.end;
    this.#end({
      kind: 'reply',
      reply: found.reply,
      bytes: this.#buffer.length - after,
      chunks: this.#chunks,
      before: found.start,
      after,
      echo: this.#echoSeen(from, true),
    });
    return true;
  }

  /** The port closed under the request. */
  close(why: string): void {
    this.#end({ kind: 'closed', why });
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
    this.#end(bytes.length === 0 ? { kind: 'silence', echo } : { kind: 'rubbish', bytes, echo });
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

/** Room for an echo and a reply of 256 bytes each. */
const longest = 512;

function joined(before: Uint8Array, bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(before.length + bytes.length);
  all.set(before);
  all.set(bytes, before.length);
  return all.subarray(Math.max(0, all.length - longest));
}

import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { type TcpSpan, tcpHeadLength, tcpSpans } from '../../devices/modbus/tcp.ts';
import { wordAt } from '../../devices/modbus/word.ts';

/** The stream is out of step, and all of it is worth nothing. */
export type OutOfStep = { why: DeviceReason; discarded: number };

/**
 * What comes over one connection, as frames. A frame has no check sum, so a reply that was cut is made whole by the first
 * bytes of the next one. With one request in flight there is no next one. With several, what stands behind a frame must
 * be the head of another whose transaction id was given lately, and where nothing stands behind it yet the frame waits for
 * that, until the stream has been silent for `settleMs`. So does one behind which another of the same request begins, since
 * that may say something else.
 */
export class TcpStream {
  readonly #isGiven: (transaction: number) => boolean;
  /** What the spans given last are of. */
  bytes: Uint8Array = nothing;
  #rest: Uint8Array = nothing;
  /** The rest is whole frames: the last one that came, and with it those of the same request. */
  #isSettling = false;

  /** @param isGiven whether a request went out under this id lately */
  constructor(isGiven: (transaction: number) => boolean) {
    this.#isGiven = isGiven;
  }

  /** Bytes of a frame that has begun and is not whole. */
  unfinished(): number {
    return this.#isSettling ? 0 : this.#rest.length;
  }

  /** Those, or the frames that wait for what follows. */
  rest(): Uint8Array {
    return this.#rest;
  }

  /** A whole frame waits for what follows it. */
  isSettling(): boolean {
    return this.#isSettling;
  }

  clear(): void {
    this.#keep(nothing, false);
  }

  /**
   * The frames that may be believed now.
   * @param isCrowded whether other replies may follow these
   */
  take(bytes: Uint8Array, isCrowded: (spans: readonly TcpSpan[]) => boolean): TcpSpan[] | OutOfStep {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    this.bytes = all;
    const taken = tcpSpans(all);
    if (taken.kind === 'broken') return { why: taken.why, discarded: all.length };
    const { spans, end } = taken;
    const last = spans.at(-1);
    const behind = all.length - end;
    if (last === undefined || !isCrowded(spans))
      this.#keep(behind === 0 ? nothing : Uint8Array.from(all.subarray(end)), false);
    else {
      const why = this.#misstep(spans, end);
      if (why !== undefined) return { why, discarded: all.length };
      const isHeld = behind < headSeen || wordAt(all, end) === last.transaction;
      const held = isHeld ? spans.splice(spans.findIndex(isAlike(last))) : [];
      const from = held[0] === undefined ? end : held[0].from - tcpHeadLength;
      this.#keep(Uint8Array.from(all.subarray(from)), behind === 0);
    }
    return spans;
  }

  /** Nothing has followed: the frame that waits is believed. */
  settled(): TcpSpan[] {
    if (!this.#isSettling) return [];
    this.bytes = this.#rest;
    this.clear();
    const taken = tcpSpans(this.bytes);
    return taken.kind === 'spans' ? taken.spans : [];
  }

  #keep(rest: Uint8Array, isSettling: boolean): void {
    this.#rest = rest;
    this.#isSettling = isSettling;
  }

  /** Behind a frame stands what nobody asked for: then the frame may have been filled up with it. */
  #misstep(spans: readonly TcpSpan[], end: number): DeviceReason | undefined {
    for (let i = 1; i < spans.length; i++) {
      const { transaction } = spans[i] ?? { transaction: 0 };
      if (!this.#isGiven(transaction)) return { code: 'stranger-behind', transaction };
    }
    if (this.bytes.length - end < headSeen) return undefined;
    const transaction = wordAt(this.bytes, end);
    return this.#isGiven(transaction) ? undefined : { code: 'stranger-behind', transaction };
  }
}

function isAlike({ transaction }: TcpSpan): (other: TcpSpan) => boolean {
  return (other) => other.transaction === transaction;
}

/** A network hands out what was sent in one piece within this, unless it lost a part. */
export const settleMs = 20;
/** Transaction, protocol and length have come, and were judged. */
const headSeen = 6;
const nothing: Uint8Array = new Uint8Array(0);

import { encodePdu, type ModbusRequest, parseReplyPdu, parseRequestPdu, type Reply } from './pdu.ts';
import { replyRtuLength, requestRtuLength, tryRtuFrame } from './rtu.ts';

/**
 * What passes on a serial line, seen by somebody who only listens. Frames are known by their length and CRC, not by the
 * silence between them, since adapters hand bytes on late. Pure: times are the caller's, in ms.
 */
export type Passing = {
  /** When its last byte was handed out. */
  readonly at: number;
  /** Since what passed before; null at the beginning. */
  readonly gapMs: number | null;
  readonly bytes: Uint8Array;
} & (
  | { readonly kind: 'request'; readonly unit: number; readonly request: ModbusRequest | null }
  /** `request`: what it answers; null where nobody was heard asking. `tookMs`: from the request's end to its own. */
  | {
      readonly kind: 'reply' | 'exception';
      readonly unit: number;
      readonly request: ModbusRequest | null;
      readonly reply: Reply | null;
      readonly tookMs: number | null;
    }
  /** spoilt: it begins as a frame does, and no CRC fits. unknown: anything else. */
  | { readonly kind: 'spoilt' | 'unknown' }
);

export class LineListener {
  readonly #idleMs: number;
  #buffer: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  /** Bytes in front of the buffer that begin no frame. */
  #skipped: number[] = [];
  #at = Number.NaN;
  #passedAt: number | null = null;
  #pending: { unit: number; request: ModbusRequest | null; at: number } | null = null;

  /** @param idleMs silence after which what has begun is over; more than an adapter holds bytes back */
  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /** Takes bytes that came at `at`; what is whole by now. */
  heard(bytes: Uint8Array, at: number): Passing[] {
    const before = this.quiet(at);
    const joined = new Uint8Array(this.#buffer.length + bytes.length);
    joined.set(this.#buffer);
    joined.set(bytes, this.#buffer.length);
    this.#buffer = joined;
    this.#at = at;
    return [...before, ...this.#take(false)];
  }

  /** What is over because nothing came since. */
  quiet(at: number): Passing[] {
    const isOver = this.#buffer.length + this.#skipped.length > 0 && at - this.#at >= this.#idleMs;
    return isOver ? this.#take(true) : [];
  }

  /** A request that waits for its reply. */
  pending(): { readonly unit: number; readonly request: ModbusRequest | null } | null {
    return this.#pending;
  }

  #take(isOver: boolean): Passing[] {
    const found: Passing[] = [];
    while (this.#buffer.length > 0) {
      const length = this.#frameLength();
      if (length === 'more' && !isOver) break;
      if (typeof length !== 'number') {
        this.#skipped.push(this.#buffer[0] ?? 0);
        this.#buffer = this.#buffer.subarray(1);
        continue;
      }
      if (this.#skipped.length > 0) found.push(this.#rest());
      found.push(this.#frame(this.#buffer.slice(0, length)));
      this.#buffer = this.#buffer.subarray(length);
    }
    if (isOver && this.#skipped.length > 0) found.push(this.#rest());
    return found;
  }

  /** Of the frame at the front, where its CRC fits; `more` while it may still be coming. */
  #frameLength(): number | 'more' | 'none' {
    const lengths = [requestRtuLength(this.#buffer), replyRtuLength(this.#buffer)];
    if (this.#pending?.unit === this.#buffer[0]) lengths.reverse();
    let mayCome = false;
    for (const length of lengths) {
      if (length === undefined || (typeof length === 'number' && length > this.#buffer.length)) mayCome = true;
      else if (length !== 'unknown' && tryRtuFrame(this.#buffer.subarray(0, length)) !== undefined) return length;
    }
    return mayCome ? 'more' : 'none';
  }

  #frame(bytes: Uint8Array): Passing {
    const { unit = 0, pdu = bytes } = tryRtuFrame(bytes) ?? {};
    const pending = this.#pending;
    const about = this.#about(bytes);
    const answer = pending === null || pending.unit !== unit ? undefined : this.#answer(pending, pdu);
    const request = answer === undefined ? parseRequestPdu(pdu) : undefined;
    const isException = ((pdu[0] ?? 0) & 0x80) !== 0;
    if (answer === undefined && !isException && (request !== undefined || !isReply(bytes))) {
      // A broadcast is answered by nobody.
      this.#pending = unit === 0 ? null : { unit, request: request ?? null, at: this.#at };
      return { ...about, kind: 'request', unit, request: request ?? null };
    }
    this.#pending = null;
    return {
      ...about,
      kind: isException ? 'exception' : 'reply',
      unit,
      request: answer === undefined ? null : (pending?.request ?? null),
      reply: answer ?? null,
      tookMs: answer === undefined || pending === null ? null : this.#at - pending.at,
    };
  }

  #answer({ request }: { request: ModbusRequest | null }, pdu: Uint8Array): Reply | undefined {
    if (request === null) return undefined;
    const isMirrored = request.fn === 5 || request.fn === 6;
    if (isMirrored && pdu.length === 5 && !encodePdu(request).every((byte, nth) => pdu[nth] === byte)) return undefined;
    return parseReplyPdu(request, pdu);
  }

  #rest(): Passing {
    const bytes = Uint8Array.from(this.#skipped);
    this.#skipped = [];
    const [unit = 0, fn = 0] = bytes;
    const isFrame = bytes.length >= 4 && unit >= 1 && unit <= 247 && knownFunctions.has(fn & 0x7f);
    return { ...this.#about(bytes), kind: isFrame ? 'spoilt' : 'unknown' };
  }

  #about(bytes: Uint8Array): Pick<Passing, 'at' | 'gapMs' | 'bytes'> {
    const gapMs = this.#passedAt === null ? null : this.#at - this.#passedAt;
    this.#passedAt = this.#at;
    return { at: this.#at, gapMs, bytes };
  }
}

function isReply(bytes: Uint8Array): boolean {
  return replyRtuLength(bytes) === bytes.length;
}

const knownFunctions = new Set([1, 2, 3, 4, 5, 6, 15, 16]);

import type { ModbusRequest } from '../../devices/modbus/pdu.ts';
import { findRtuReply, replyRtuLength, tryRtuFrame } from '../../devices/modbus/rtu.ts';
import { glitchBytes } from './echo.ts';

type Accepted = {
  readonly unit: number;
  readonly request: ModbusRequest;
  readonly leftAt: number;
  readonly endedAt: number;
};

/**
 * Second answers to a request that was answered already: two devices have one unit id, and the slower one comes when the
 * line has long been silent. Which of them is the one that was meant nobody can tell, so from then on a reply of that unit
 * waits for as long as the second one took, and of two that differ neither is believed.
 */
export class SecondAnswers {
  #accepted: (Accepted & { readonly bytes: Uint8Array }) | null = null;
  /** What came since. */
  #since: Uint8Array = new Uint8Array(0);
  readonly #units = new Map<number, { readonly behindMs: number; readonly until: number }>();

  /** This reply was taken for the answer. */
  accepted(accepted: Accepted, bytes: Uint8Array): void {
    this.#accepted = { ...accepted, bytes };
    this.#since = new Uint8Array(0);
  }

  /** The unit is asked again: what comes now may answer that. */
  asked(unit: number): void {
    if (this.#accepted?.unit === unit) this.#accepted = null;
  }

  /**
   * Takes bytes that came behind it. Only a whole reply that stands first, or behind others of the unit, is a second answer:
   * before one to another master stands its request.
   */
  heard(bytes: Uint8Array, now: number, timeoutMs: number): void {
    const accepted = this.#accepted;
    if (accepted === null) return;
    const isOver = now - accepted.leftAt > slowerTimeouts * timeoutMs || this.#since.length + bytes.length > longest;
    if (isOver) {
      this.#accepted = null;
      return;
    }
    this.#since = Uint8Array.from([...this.#since, ...bytes]);
    const second = replyFirst(this.#since, accepted);
    if (second === undefined) return;
    this.#accepted = null;
    if (Buffer.compare(second, accepted.bytes) !== 0)
      this.#units.set(accepted.unit, { behindMs: now - accepted.endedAt, until: now + keptMs });
  }

  /** Two that differ came to one request of this unit. */
  seenAgain(unit: number, now: number): void {
    const known = this.#units.get(unit);
    if (known !== undefined) this.#units.set(unit, { ...known, until: now + keptMs });
  }

  /** How long a second answer of this unit may take behind the first, ms; 0 where there is none. */
  behindMs(unit: number, now: number): number {
    const known = this.#units.get(unit);
    if (known === undefined) return 0;
    if (known.until > now) return known.behindMs;
    this.#units.delete(unit);
    return 0;
  }
}

function replyFirst(bytes: Uint8Array, { unit, request }: Pick<Accepted, 'unit' | 'request'>): Uint8Array | undefined {
  const found = findRtuReply(bytes, unit, request);
  if (found === undefined || found.reply.kind === 'exception') return undefined;
  if (found.start <= glitchBytes) return bytes.subarray(found.start, found.end);
  const length = bytes[0] === unit ? replyRtuLength(bytes) : undefined;
  if (typeof length !== 'number' || tryRtuFrame(bytes.subarray(0, length)) === undefined) return undefined;
  return replyFirst(bytes.subarray(length), { unit, request });
}

/** So long after the last time one of the two may have been taken away, or given another id. */
const keptMs = 600_000;
const longest = 300;
/** In how many timeouts the slower of the two is still looked for: it was measured for the quicker one. */
const slowerTimeouts = 3;

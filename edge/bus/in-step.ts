import type { ModbusRequest, ReadRequest } from '../../devices/modbus/pdu.ts';
import { ReplyLengths } from '../../devices/polling/reply-lengths.ts';
import type { Exchange } from './bus.ts';

type Asking = Pick<Exchange, 'unit' | 'request' | 'maxCount'>;

/**
 * Whether the answers over one connection still belong to the requests whose ids they bear. Some gateways to a serial line
 * give an answer that came too late for its own request to the next one, under that one's id; some then stay one behind for
 * ever. So after a miss reads ask for a reply of another length, as far as the map lets them be lengthened, until one
 * comes; an answer that is not theirs does not fit then. Where no other length can be asked for, other ranges of the same
 * unit wait until what was missed can hardly come any more: an older value of the range itself is the right register.
 */
export class InStep {
  readonly #lengths = new ReplyLengths();
  /** Until when what a unit was asked in vain may still come, monotonic ms. */
  readonly #lateUntil = new Map<number, number>();
  #until = Number.NEGATIVE_INFINITY;
  #isProven = true;

  /** Nothing was missed lately, and the last that was asked after that was answered by its own length. */
  isSure(now: number): boolean {
    return this.#isProven && now >= this.#until;
  }

  /** The last answer was its own, by more than its length alone. */
  proven(): void {
    this.#isProven = true;
  }

  /** Something was missed once; until then whatever is asked may be asked at once. */
  hasMissed(): boolean {
    return this.#lateUntil.size > 0;
  }

  /** From when a range may be asked for, monotonic ms. */
  readyAt({ unit, request, maxCount }: Asking, now: number): number {
    const lateUntil = this.#lateUntil.get(unit) ?? 0;
    if (request.kind !== 'read' || lateUntil <= now) return 0;
    return this.#lengths.choose(line, placed(unit, request), maxCount, now).kind === 'ask' ? 0 : lateUntil;
  }

  /** What to ask for now; `isUnique` when no reply that may still come has its length. */
  lengthened({ unit, request, maxCount }: Asking, now: number): { request: ModbusRequest; isUnique: boolean } {
    if (request.kind !== 'read') return { request, isUnique: false };
    const choice = this.#lengths.choose(line, placed(unit, request), maxCount, now);
    if (choice.kind !== 'ask') return { request, isUnique: false };
    return { request: { ...request, count: choice.count }, isUnique: choice.isUnique };
  }

  /** It was asked so, and no answer came that could be taken. */
  missed(unit: number, asked: ModbusRequest, { now, timeoutMs }: { now: number; timeoutMs: number }): void {
    if (asked.kind !== 'read') return;
    const until = now + lateTimeouts * timeoutMs;
    this.#isProven = false;
    this.#until = Math.max(this.#until, until);
    this.#lateUntil.set(unit, until);
    this.#lengths.note(line, placed(unit, asked), until, now);
  }

  /** An answer fitted what was asked while this was not sure. */
  answered(unit: number, asked: ModbusRequest, { isUnique, now }: { isUnique: boolean; now: number }): void {
    if (asked.kind !== 'read') return;
    if (isUnique) this.#isProven = true;
    this.#lengths.note(line, placed(unit, asked), now, now);
  }
}

/** A sloppy gateway does not keep the units behind it apart either. */
const line = 0;

/** The same address of another unit is another register. */
function placed(unit: number, request: ReadRequest): ReadRequest {
  return { ...request, address: unit * 0x10000 + request.address };
}

const lateTimeouts = 2;

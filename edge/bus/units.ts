import type { ModbusRequest } from '../../devices/modbus/pdu.ts';
import { ReplyLengths, replyBytes } from '../../devices/polling/reply-lengths.ts';
import type { Exchange } from './bus.ts';
import { Latencies } from './latencies.ts';

/** When the last character of a request had passed, and until when its unit was waited for; monotonic ms. */
export type Sent = { readonly request: ModbusRequest; readonly leftAt: number; readonly patienceMs: number };

type Asking = Pick<Exchange, 'request' | 'maxCount'>;

/**
 * What a master keeps in mind of each unit of a line, so that no reply is taken for another: from when it may be asked
 * again, which lengths its replies may not have, and how long it takes. The rules and their reasons are in `README.md`.
 */
export class Units {
  readonly #quarantine = new Map<number, number>();
  readonly #lengths = new ReplyLengths();
  readonly #latencies = new Latencies();
  /** Units whose last reply came late, not at all, or not alone: one of theirs may be kept back. */
  readonly #suspect = new Set<number>();

  /** From when a unit may be asked; with the request in hand also for this range. */
  readyAt(unit: number, asking: Asking | undefined, now: number): number {
    const quarantinedUntil = this.#quarantine.get(unit) ?? 0;
    if (asking === undefined || asking.request.kind !== 'read') return quarantinedUntil;
    const choice = this.#lengths.choose(unit, asking.request, asking.maxCount, now);
    return choice.kind === 'ask' ? quarantinedUntil : Math.max(quarantinedUntil, choice.until);
  }

  /** The request as it is asked: reads by a length that no other reply can have now, `isUnique` if there is one. */
  lengthened({ unit, request, maxCount }: Exchange, now: number): { request: ModbusRequest; isUnique: boolean } {
    if (request.kind !== 'read') return { request, isUnique: true };
    const choice = this.#lengths.choose(unit, request, maxCount, now);
    if (choice.kind !== 'ask') return { request, isUnique: false };
    return { request: { ...request, count: choice.count }, isUnique: choice.isUnique };
  }

  /** Whether a reply of the unit may be kept back somewhere: its last one did not come, or not alone. */
  isSuspect(unit: number): boolean {
    return this.#suspect.has(unit);
  }

  patienceMs({ unit, timeoutMs, isProbe }: Exchange): number {
    return this.#latencies.patienceMs(unit, timeoutMs, isProbe);
  }

  /** When to look for the unit's reply to begin, ms after the request has left. */
  usualMs(unit: number): number {
    return this.#latencies.usualMs(unit);
  }

  /** @param how `isExact`: the last byte was seen to come; `isException`: these are all of one length */
  answered(
    exchange: Exchange,
    { request, leftAt }: Sent,
    how: { latencyMs: number; isExact: boolean; isException: boolean; now: number },
  ): void {
    const { unit, timeoutMs } = exchange;
    if (request.kind === 'read') this.#lengths.answered(unit, request, { leftAt, now: how.now, timeoutMs });
    this.#latencies.note(unit, how.latencyMs, how.isExact);
    this.#suspect.delete(unit);
    // Only time keeps a double of an exception from answering another range.
    if (how.isException) this.rest(unit, how.now + timeoutMs);
  }

  /**
   * Its late reply may still come in the time that the site file allows, however short the wait was. One that may
   * sleep has only been woken, and is asked again before it sleeps once more; a reply to both would not be believed.
   */
  unanswered(exchange: Exchange, { request, leftAt }: Sent, now: number): void {
    const { unit, timeoutMs } = exchange;
    const from = Math.max(now, leftAt + timeoutMs);
    const quarantineMs = timeoutMs * (isOneLength(exchange) ? oneLengthTimeouts : 1);
    if (request.kind === 'read') this.#lengths.note(unit, request, from + quarantineMs + timeoutMs, now);
    this.#latencies.missed(unit);
    // Other ranges of its length stay held back as long as ever.
    this.rest(unit, exchange.isWakeUp === true ? from : from + quarantineMs);
  }

  rest(unit: number, until: number): void {
    this.#suspect.add(unit);
    this.#quarantine.set(unit, Math.max(this.#quarantine.get(unit) ?? 0, until));
  }

  /** Others may stand behind the port now. What may still come of the old ones is kept in mind. */
  forgetPace(): void {
    this.#latencies.forget();
  }
}

/** How long, in timeouts, a unit rests whose late reply nothing but time can tell from the next one. */
const oneLengthTimeouts = 3;

/** Whether no other length of reply can be asked for. */
function isOneLength({ request, maxCount }: Exchange): boolean {
  return request.kind === 'read' && replyBytes(request, maxCount).length === 1;
}

import type { DeviceReason } from '../../contract/reasons/devices.ts';
import type { Outcome } from './bus.ts';
import type { Flight } from './flight.ts';
import { type Late, noReply } from './rtu-outcomes.ts';

/** Answers under an id that nothing in flight has: late ones, or ids that nobody gave. They say why a request stays without an answer. */
export class LateAnswers {
  /** Requests that were given up on, the last ones: an answer may still come, and says how late. */
  #given: readonly Pick<Flight, 'transaction' | 'sentAt' | 'exchange'>[] = [];
  /** Answers came under an id that was never given: then one under the id before is not a late one either. */
  #isIdLoose = false;
  /** The last late answer of a unit. */
  readonly #late = new Map<number, Late>();

  /** A request was given up on. */
  givenUp(flight: Flight): void {
    this.#given = [...this.#given, flight].slice(-rememberedMisses);
  }

  /** An answer came under the id of the unit's request. */
  answered(unit: number): void {
    if (this.#late.size > 0) this.#late.delete(unit);
    this.#isIdLoose = false;
  }

  /** An answer came under an id that nothing in flight has. @param pdu its first two bytes: function, and code of an exception */
  came(
    answer: { transaction: number; unit: number; pdu: readonly [fn: number, code: number] },
    flights: readonly Flight[],
    now: number,
  ): void {
    const { transaction, unit, pdu } = answer;
    const given = this.#given.find((each) => each.transaction === transaction && each.exchange.unit === unit);
    if (given !== undefined && !this.#isIdLoose) {
      const [fn, code] = pdu;
      this.#late.set(unit, { ms: now - given.sentAt, exception: fn > 0x80 ? code : null });
      return;
    }
    for (const flight of flights) {
      if (flight.exchange.unit !== unit) continue;
      flight.strange = transaction;
      this.#isIdLoose = true;
    }
  }

  /** What is known of an answer that did not come, or was not believed. */
  silence({ transaction, strange, patienceMs, exchange }: Flight): Outcome {
    const { unit, timeoutMs } = exchange;
    if (strange === null) return noReply({ waitedMs: patienceMs, timeoutMs, isEcho: false }, this.#late.get(unit));
    const reason: DeviceReason = { code: 'other-transaction', got: strange, wanted: transaction };
    return { ok: false, fault: 'timeout', reason };
  }

  /** Ids begin again with a connection. */
  opened(): void {
    this.#given = [];
  }
}

const rememberedMisses = 16;

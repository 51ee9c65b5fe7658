import type { Clock } from '../../contract/clock.ts';
import type { ModbusRequest, ReadRequest, Reply } from '../../devices/modbus/pdu.ts';
import type { Exchange } from './bus.ts';
import type { Flight } from './flight.ts';
import { InStep } from './in-step.ts';
import { Lag } from './lag.ts';
import { gatewayTarget } from './rtu-outcomes.ts';

/**
 * Whether the answers of a connection are those to the requests whose ids they bear: what to ask in place of a read or ahead of it
 * where that is in doubt, and what each answer and each silence says of it. Devices that take several requests at once keep ids apart,
 * and are left out.
 */
export class Step {
  readonly #inStep = new InStep();
  readonly #lag: Lag;
  /** Nothing was missed, or what was cannot pass for another answer any more: then none of this is looked at. */
  #isCalm = true;

  /** @param checksOf reads that the map of a unit allows */
  constructor(checksOf: (unit: number) => readonly ReadRequest[]) {
    this.#lag = new Lag(checksOf);
  }

  /** From when a range may be asked for, monotonic ms. */
  readyAt(unit: number, asking: Pick<Exchange, 'request' | 'maxCount'>, clock: Pick<Clock, 'monotonic'>): number {
    return this.#inStep.hasMissed() ? this.#inStep.readyAt({ unit, ...asking }, clock.monotonic()) : 0;
  }

  /** Whether nothing need be asked ahead of this one or in its place. */
  isSureOf({ room, exchange }: Flight, now: number): boolean {
    if (room > 1) return true;
    if (this.#lag.begins(exchange.unit, now)) this.#isCalm = false;
    return this.#isCalm;
  }

  /**
   * Has a read ask by a length that no other reply has, where there is one.
   * @returns what is to be asked before it; undefined for nothing
   */
  checkFor(flight: Flight, now: number): ReadRequest | undefined {
    if (!this.#inStep.isSure(now)) flight.lengthen(this.#inStep.lengthened(flight.exchange, now));
    const { asked } = flight;
    return asked.kind === 'read' ? this.#lag.checkFor(flight.exchange.unit, asked, flight.checks) : undefined;
  }

  checkWasSilent(unit: number): void {
    this.#lag.checkWasSilent(unit);
  }

  /** What a reply says of those that may still come. */
  replied({ exchange, asked, room, purpose, isUnique }: Flight, reply: Reply, now: number): void {
    const isRefusal = reply.kind === 'exception';
    if (this.#isCalm && !isRefusal) return;
    const { unit, isWakeUp } = exchange;
    if (!isRefusal && !this.#inStep.isSure(now)) this.#inStep.answered(unit, asked, { isUnique, now });
    if (room > 1) return;
    // The gateway gave up on the device behind it, whose answer it may give to the next request.
    if (isRefusal && reply.code === gatewayTarget && isWakeUp !== true) this.#lag.silent(unit, asked);
    else if (isRefusal) this.#lag.refused(unit, asked);
    else if (this.#lag.answered(unit, asked, purpose)) this.#inStep.proven();
    this.#isCalm = this.#lag.isNone() && this.#inStep.isSure(now);
  }

  /** Its answer may still come, under the id of a later request. */
  askedInVain({ exchange, asked, room, isMisfit }: Flight, now: number): void {
    const { unit, isWakeUp } = exchange;
    if (room > 1) return;
    this.#isCalm = false;
    this.#missed(exchange, asked, now);
    // What only wakes a unit is lost there.
    if (!isMisfit && isWakeUp !== true) this.#lag.silent(unit, asked);
  }

  /** A reply of `dataBytes` came in place of its own: whether it may be the one to an earlier request. */
  isOlder({ exchange, asked }: Flight, came: { fn: number; dataBytes: number }): boolean {
    return this.#lag.misfit(exchange.unit, asked, came);
  }

  /** A check got the reply to an earlier request; its own may still come. */
  checkedOlder({ exchange, asked }: Flight, now: number): void {
    this.#missed(exchange, asked, now);
  }

  opened(): void {
    this.#lag.opened();
  }

  #missed({ unit, timeoutMs }: Exchange, asked: ModbusRequest, now: number): void {
    this.#inStep.missed(unit, asked, { now, timeoutMs });
  }
}

import type { ModbusRequest } from '../../devices/modbus/pdu.ts';
import type { Exchange, Outcome } from './bus.ts';

/** One request, waiting or under way. */
export class Flight {
  readonly exchange: Exchange;
  readonly resolve: (outcome: Outcome) => void;
  /** It met the end of a connection and is asked once more. */
  readonly isAgain: boolean;
  /** How many may be in flight with it, itself included. A write is alone, so that no read that left before it is answered after it. */
  readonly room: number;
  transaction = 0;
  // Not a whole number even before they are known: V8 throws away what it has compiled of the whole bus when one comes to be a fraction.
  sentAt = Number.NaN;
  patienceMs = Number.NaN;
  /** What goes on the wire: a read may be lengthened, so that no other reply fits it. */
  asked: ModbusRequest;
  isUnique = false;
  /** What for: itself, or to see whether another is answered by its own: by another read, or by the same several times. */
  purpose: 'itself' | 'check' | 'again' = 'itself';
  /** How much went ahead of it for that. */
  checks = 0;
  /** In place of its reply came one to an earlier request. */
  isMisfit = false;
  /** An answer of the unit came under this id, which nobody gave. */
  strange: number | null = null;

  constructor(exchange: Exchange, resolve: (outcome: Outcome) => void, isAgain: boolean) {
    this.exchange = exchange;
    this.resolve = resolve;
    this.isAgain = isAgain;
    this.asked = exchange.request;
    this.room = exchange.request.kind === 'write' || exchange.gapMs > 0 ? 1 : (exchange.inFlight ?? 1);
  }

  lengthen({ request, isUnique }: { request: ModbusRequest; isUnique: boolean }): void {
    this.asked = request;
    this.isUnique = isUnique;
  }
}

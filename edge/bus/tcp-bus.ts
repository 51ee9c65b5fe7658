import type { Clock, Timer } from '../../contract/clock.ts';
import { encodePdu, parseReplyPdu, type Reply } from '../../devices/modbus/pdu.ts';
import { frameTcp, type TcpFrame, takeTcpFrames } from '../../devices/modbus/tcp.ts';
import type { Log } from '../log.ts';
import { type Bus, type BusStats, type Exchange, type Outcome, outcomeOf } from './bus.ts';
import { Counts } from './counts.ts';
import { Port } from './port.ts';
import { type TcpLink, TcpWire } from './tcp-wire.ts';
import type { Wire } from './wire.ts';

export type TcpBusOptions = {
  clock: Clock;
  log: Log;
  random: () => number;
  /** The bus id, for the log. */
  id: string;
  link: TcpLink;
  /** In place of a connection to `link`, for tests. */
  wire?: Wire;
};

/**
 * A Modbus TCP client that owns its connection, one request in flight. A reply is taken by its transaction id, so a late
 * one is known and dropped; after anything that breaks the protocol, or three timeouts in a row, the connection is not
 * trusted any more and a new one is made.
 */
export class TcpBus implements Bus {
  readonly #clock: Clock;
  readonly #port: Port;
  readonly #counts = new Counts();
  #queue: Turn[] = [];
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;
  #isClosing = false;
  #rest: Uint8Array = nothing;
  #flight: Flight | null = null;
  #transaction = 0;
  #timeoutsInARow = 0;
  #repliedAt = Number.NEGATIVE_INFINITY;

  constructor(options: TcpBusOptions) {
    this.#clock = options.clock;
    this.#port = new Port({
      ...options,
      wire: options.wire ?? new TcpWire(options),
      onBytes: (bytes) => this.#received(bytes),
      onOpened: () => this.#opened(),
      onClosed: (why) => this.#closed(why),
    });
  }

  exchange(exchange: Exchange): Promise<Outcome> {
    const why = this.#isClosing ? 'the bus is closing' : this.#port.closedBecause();
    if (why !== null) return Promise.resolve(this.#counted(closed(why)));
    return new Promise((resolve) => {
      this.#queue.push({ exchange, resolve });
      if (!this.#isRunning) this.#running = this.#run();
    });
  }

  /** Always at once: a late reply carries an old transaction id, so no unit needs to be kept apart. */
  readyAt(): number {
    return 0;
  }

  isOpen(): boolean {
    return this.#port.isOpen();
  }

  open(): Promise<void> {
    return this.#port.open();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#refuseQueue('the bus is closing');
    await this.#running;
    await this.#port.close();
  }

  stats(): BusStats {
    return this.#counts.stats(this.#clock.monotonic(), this.#port.closedBecause());
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let turn = this.#queue.shift(); turn !== undefined; turn = this.#queue.shift()) {
      await this.#gap(turn.exchange.gapMs);
      turn.resolve(this.#counted(this.#port.isOpen() ? await this.#ask(turn.exchange) : closed(null)));
    }
    this.#isRunning = false;
  }

  async #gap(gapMs: number): Promise<void> {
    for (;;) {
      const waitMs = this.#repliedAt + gapMs - this.#clock.monotonic();
      if (!(waitMs > 0)) return;
      await this.#clock.sleep(waitMs);
    }
  }

  async #ask(exchange: Exchange): Promise<Outcome> {
    const { unit, request, timeoutMs } = exchange;
    const start = this.#clock.monotonic();
    const transaction = this.#nextTransaction();
    const answer = new Promise<Answer>((settle) => {
      const timer = this.#clock.after(timeoutMs, () => this.#land({ kind: 'timeout' }));
      this.#flight = { transaction, exchange, timer, settle };
    });
    this.#counts.request();
    void this.#port.write(frameTcp(transaction, unit, encodePdu(request)));
    const outcome = this.#judge(await answer, timeoutMs);
    this.#counts.busy(start, this.#clock.monotonic());
    return outcome;
  }

  /** 1–65535, round and round: 0 is left out, since a device that forgets the id answers 0. */
  #nextTransaction(): number {
    this.#transaction = (this.#transaction % 0xffff) + 1;
    return this.#transaction;
  }

  #land(answer: Answer): void {
    const flight = this.#flight;
    if (flight === null) return;
    this.#flight = null;
    flight.timer.cancel();
    flight.settle(answer);
  }

  #judge(answer: Answer, timeoutMs: number): Outcome {
    if (answer.kind === 'reply') {
      this.#timeoutsInARow = 0;
      this.#repliedAt = this.#clock.monotonic();
      this.#counts.reply();
      this.#port.proven();
      return outcomeOf(answer.reply);
    }
    if (answer.kind === 'closed') return closed(answer.why);
    if (answer.kind === 'broken') return { ok: false, fault: 'bad-frame', detail: answer.why };
    this.#timeoutsInARow++;
    if (this.#timeoutsInARow >= timeoutsBeforeDrop) this.#port.drop(`${timeoutsBeforeDrop} timeouts in a row`);
    return { ok: false, fault: 'timeout', detail: `no reply in ${timeoutMs} ms` };
  }

  #received(bytes: Uint8Array): void {
    const taken = takeTcpFrames(this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]));
    if (taken.kind === 'broken') {
      this.#counts.discarded(this.#rest.length + bytes.length);
      this.#broken(taken.why);
      return;
    }
    // A view into what the socket handed out would keep its whole 64 kB.
    this.#rest = taken.rest.length === 0 ? nothing : taken.rest.slice();
    for (const frame of taken.frames) this.#frame(frame);
  }

  #frame({ transaction, unit, pdu }: TcpFrame): void {
    const flight = this.#flight;
    if (flight === null || transaction !== flight.transaction) {
      this.#counts.discarded(pdu.length + 7);
      return;
    }
    const { exchange } = flight;
    if (unit !== exchange.unit) {
      this.#broken(`unit ${unit} answered for unit ${exchange.unit}`);
      return;
    }
    const reply = parseReplyPdu(exchange.request, pdu);
    if (reply !== undefined) this.#land({ kind: 'reply', reply });
    else this.#broken(`the reply does not fit the request: function ${pdu[0] ?? 0}, ${pdu.length} bytes`);
  }

  #broken(why: string): void {
    this.#land({ kind: 'broken', why });
    this.#port.drop(why);
  }

  #opened(): void {
    this.#rest = nothing;
    this.#timeoutsInARow = 0;
  }

  #closed(why: string): void {
    this.#rest = nothing;
    this.#land({ kind: 'closed', why });
    this.#refuseQueue(why);
  }

  #refuseQueue(why: string): void {
    const refused = this.#queue;
    this.#queue = [];
    for (const { resolve } of refused) resolve(this.#counted(closed(why)));
  }

  #counted(outcome: Outcome): Outcome {
    if (!outcome.ok) this.#counts.fault(outcome.fault);
    return outcome;
  }
}

type Turn = { exchange: Exchange; resolve(outcome: Outcome): void };
type Flight = { transaction: number; exchange: Exchange; timer: Timer; settle(answer: Answer): void };
type Answer =
  | { kind: 'reply'; reply: Reply }
  | { kind: 'timeout' }
  | { kind: 'broken'; why: string }
  | { kind: 'closed'; why: string };

const timeoutsBeforeDrop = 3;
const nothing: Uint8Array = new Uint8Array(0);

function closed(why: string | null): Outcome {
  return { ok: false, fault: 'port-closed', detail: why ?? 'the connection closed' };
}

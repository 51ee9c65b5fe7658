import type { Clock, Timer } from '../../contract/clock.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { encodePdu, parseReplyPdu, type Reply } from '../../devices/modbus/pdu.ts';
import { frameTcp, type TcpFrame, takeTcpFrames } from '../../devices/modbus/tcp.ts';
import type { Log } from '../log.ts';
import { type Bus, type BusStats, closed, closeWithinMs, type Exchange, type Outcome, outcomeOf } from './bus.ts';
import { Counts } from './counts.ts';
import { FrameTape } from './frame-tape.ts';
import { Latencies } from './latencies.ts';
import { Port } from './port.ts';
import { noReply, twoReplies } from './rtu-outcomes.ts';
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
  readonly tape = new FrameTape('tcp');
  readonly #clock: Clock;
  readonly #port: Port;
  readonly #counts = new Counts();
  readonly #latencies = new Latencies();
  #queue: Turn[] = [];
  #flight: Flight | null = null;
  #isResting = false;
  #isClosing = false;
  #landed: () => void = () => {};
  /** Bytes of a frame that has not wholly come. */
  #rest: Uint8Array = nothing;
  #transaction = 0;
  #timeoutsInARow = 0;
  #repliedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;
  #timerAt = 0;
  #isConnecting = false;
  /** Requests that were given up on, the last ones: an answer may still come, and says how late. */
  #given: readonly Pick<Flight, 'transaction' | 'sentAt' | 'exchange'>[] = [];
  /** Answers came under an id that was never given: then one under the id before is not a late one either. */
  #isIdLoose = false;
  /** How long the last late answer of a unit took, ms. */
  readonly #late = new Map<number, number>();

  constructor(options: TcpBusOptions) {
    this.#clock = options.clock;
    this.#port = new Port({
      ...options,
      wire: options.wire ?? new TcpWire(options),
      onBytes: (bytes) => this.#received(bytes),
      onOpened: () => this.#opened(),
      onClosed: (reason, how) => this.#closed(reason, how),
    });
  }

  exchange(exchange: Exchange): Promise<Outcome> {
    const reason = this.#isClosing ? closing : this.#port.closedBecause();
    if (reason !== null) return Promise.resolve(this.#counted(closed(reason)));
    return new Promise((resolve) => {
      this.#queue.push({ exchange, resolve, isAgain: false });
      this.#next();
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
    this.#refuseQueue(closing);
    if (this.#flight !== null) {
      const patience = new AbortController();
      this.#landed = () => patience.abort();
      await this.#clock.sleep(closeWithinMs, patience.signal);
      this.#land({ kind: 'closed', reason: closing });
    }
    this.#timer?.cancel();
    await this.#port.close();
  }

  stats(): BusStats {
    return this.#counts.stats(this.#clock.monotonic(), this.#port.closedBecause());
  }

  /** Sends the first in the queue, writes ahead, if nothing is in flight and its device has had the gap it needs. */
  #next(): void {
    const turn = this.#queue.find(({ exchange }) => exchange.request.kind === 'write') ?? this.#queue[0];
    if (turn === undefined || this.#flight !== null || this.#isResting || this.#isConnecting) return;
    if (!this.#port.isLive()) {
      void this.#connect();
      return;
    }
    const restMs = this.#repliedAt + turn.exchange.gapMs - this.#clock.monotonic();
    if (turn.exchange.gapMs > 0 && restMs > 0) {
      this.#isResting = true;
      this.#clock.after(restMs, () => {
        this.#isResting = false;
        this.#next();
      });
      return;
    }
    this.#queue.splice(this.#queue.indexOf(turn), 1);
    this.#send(turn);
  }

  /** The peer ended the connection after it had answered; now there is something to ask. */
  async #connect(): Promise<void> {
    this.#isConnecting = true;
    const isReady = await this.#port.ready();
    this.#isConnecting = false;
    if (isReady) this.#next();
    else this.#refuseQueue(this.#port.closedBecause() ?? { code: 'port-closed' });
  }

  #send({ exchange, resolve, isAgain }: Turn): void {
    const { unit, request, timeoutMs, isProbe } = exchange;
    const patienceMs = this.#latencies.patienceMs(unit, timeoutMs, isProbe);
    const transaction = this.#nextTransaction();
    const sentAt = this.#clock.monotonic();
    this.#flight = { transaction, exchange, resolve, isAgain, sentAt, patienceMs, strange: null };
    this.#counts.request();
    if (this.#timer === null || sentAt + patienceMs < this.#timerAt) this.#watch(patienceMs);
    const frame = frameTcp(transaction, unit, encodePdu(request));
    this.tape.sent(unit, frame, this.#clock.now());
    this.#port.write(frame);
  }

  /** 1–65535, round and round: 0 is left out, since a device that forgets the id answers 0. */
  #nextTransaction(): number {
    this.#transaction = (this.#transaction % 0xffff) + 1;
    return this.#transaction;
  }

  /** One timer for all: it looks again when it finds that the request it was set for has long been answered. */
  #watch(ms: number): void {
    this.#timer?.cancel();
    this.#timerAt = this.#clock.monotonic() + ms;
    this.#timer = this.#clock.after(ms, () => {
      this.#timer = null;
      if (this.#flight === null) return;
      const leftMs = this.#flight.sentAt + this.#flight.patienceMs - this.#clock.monotonic();
      if (leftMs > 0) this.#watch(leftMs);
      else this.#overdue();
    });
  }

  /** A reply that has begun and does not end is none: what comes next would be taken for its end. */
  #overdue(): void {
    if (this.#rest.length === 0) this.#land({ kind: 'timeout' });
    else this.#broken({ code: 'endless-reply', got: this.#rest.length });
  }

  #land(answer: Answer): void {
    const flight = this.#flight;
    if (flight === null) return;
    this.#flight = null;
    this.#counts.busy(flight.sentAt, this.#clock.monotonic());
    flight.resolve(this.#counted(this.#judge(answer, flight)));
    this.#landed();
    this.#next();
  }

  #judge(answer: Answer, flight: Flight): Outcome {
    const { exchange, sentAt } = flight;
    const { unit } = exchange;
    if (answer.kind === 'reply') {
      this.#timeoutsInARow = 0;
      this.#repliedAt = this.#clock.monotonic();
      this.#latencies.note(unit, this.#repliedAt - sentAt, true);
      this.#late.delete(unit);
      this.#isIdLoose = false;
      this.#counts.reply();
      this.#port.proven();
      return outcomeOf(answer.reply);
    }
    if (answer.kind === 'closed') return closed(answer.reason);
    if (answer.kind === 'broken') return { ok: false, fault: 'bad-frame', reason: answer.reason };
    this.#latencies.missed(unit);
    this.#given = [...this.#given, flight].slice(-rememberedMisses);
    this.#timeoutsInARow++;
    if (this.#timeoutsInARow >= timeoutsBeforeDrop)
      this.#port.drop({ code: 'connection-mute', requests: timeoutsBeforeDrop });
    return this.#silence(flight);
  }

  /** What is known of an answer that did not come, or was not believed. */
  #silence({ transaction, strange, patienceMs, exchange }: Flight): Outcome {
    const { unit, timeoutMs } = exchange;
    if (strange === null) return noReply({ waitedMs: patienceMs, timeoutMs, isEcho: false }, this.#late.get(unit));
    const reason: DeviceReason = { code: 'other-transaction', got: strange, wanted: transaction };
    return { ok: false, fault: 'timeout', reason };
  }

  #noteStrange({ transaction, unit }: TcpFrame): void {
    const given = this.#given.find((each) => each.transaction === transaction && each.exchange.unit === unit);
    if (given !== undefined && !this.#isIdLoose) {
      this.#late.set(unit, this.#clock.monotonic() - given.sentAt);
    } else if (this.#flight !== null && unit === this.#flight.exchange.unit) {
      this.#flight.strange = transaction;
      this.#isIdLoose = true;
    }
  }

  #received(bytes: Uint8Array): void {
    this.tape.received(bytes, this.#clock.now());
    const taken = takeTcpFrames(this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]));
    if (taken.kind === 'broken') {
      this.#counts.discarded(this.#rest.length + bytes.length);
      this.#broken({ code: 'misfit', cause: taken.why });
      return;
    }
    this.#rest = taken.rest.length === 0 ? nothing : new Uint8Array(taken.rest);
    const other = this.#otherReply(taken.frames);
    if (other !== undefined) this.#broken(other);
    else for (const frame of taken.frames) this.#frame(frame);
  }

  /** Two replies that came together, both fit the request and differ: neither is believed. */
  #otherReply(frames: readonly TcpFrame[]): DeviceReason | undefined {
    const flight = this.#flight;
    if (frames.length < 2 || flight === null) return undefined;
    const { exchange, transaction } = flight;
    const fits = (frame: TcpFrame) =>
      frame.transaction === transaction &&
      frame.unit === exchange.unit &&
      parseReplyPdu(exchange.request, frame.pdu) !== undefined;
    const [first, ...others] = frames.filter(fits);
    const second = others.find(({ pdu }) => first !== undefined && Buffer.compare(pdu, first.pdu) !== 0);
    return first && second && twoReplies(first.pdu, second.pdu);
  }

  #frame(frame: TcpFrame): void {
    const { transaction, unit, pdu } = frame;
    const flight = this.#flight;
    if (flight === null || transaction !== flight.transaction) {
      this.#noteStrange(frame);
      this.#counts.discarded(pdu.length + 7);
      return;
    }
    const { exchange } = flight;
    if (unit !== exchange.unit) {
      this.#broken({ code: 'other-unit', got: unit, wanted: exchange.unit });
      return;
    }
    const reply = parseReplyPdu(exchange.request, pdu);
    if (reply !== undefined) this.#land({ kind: 'reply', reply });
    else this.#broken({ code: 'misfit', cause: `function ${pdu[0] ?? 0}, ${pdu.length} bytes` });
  }

  /** The connection is out of step: requests that wait in the queue fail with it. */
  #broken(reason: DeviceReason): void {
    this.#refuseQueue(reason);
    this.#land({ kind: 'broken', reason });
    this.#port.drop(reason);
  }

  #opened(): void {
    this.#rest = nothing;
    this.#given = [];
    this.#latencies.forget();
    this.#timeoutsInARow = 0;
  }

  #closed(reason: DeviceReason, how: 'lost' | 'rests'): void {
    this.#rest = nothing;
    if (how === 'rests') {
      this.#askAgain(reason);
      return;
    }
    this.#refuseQueue(reason);
    this.#land({ kind: 'closed', reason });
  }

  /** A read that met the end of the connection is asked once more, on the next one. */
  #askAgain(reason: DeviceReason): void {
    const flight = this.#flight;
    if (flight !== null && flight.exchange.request.kind === 'read' && !flight.isAgain) {
      this.#flight = null;
      this.#queue.unshift({ exchange: flight.exchange, resolve: flight.resolve, isAgain: true });
    } else this.#land({ kind: 'closed', reason });
    this.#next();
  }

  #refuseQueue(reason: DeviceReason): void {
    const refused = this.#queue;
    this.#queue = [];
    for (const { resolve } of refused) resolve(this.#counted(closed(reason)));
  }

  #counted(outcome: Outcome): Outcome {
    if (!outcome.ok) this.#counts.fault(outcome.fault);
    return outcome;
  }
}

type Turn = { exchange: Exchange; resolve(outcome: Outcome): void; isAgain: boolean };
/** `strange`: an answer of the unit came under this id, which nobody gave. */
type Flight = Turn & { transaction: number; sentAt: number; patienceMs: number; strange: number | null };
type Answer =
  | { kind: 'reply'; reply: Reply }
  | { kind: 'timeout' }
  | { kind: 'broken'; reason: DeviceReason }
  | { kind: 'closed'; reason: DeviceReason };

const closing: DeviceReason = { code: 'port-closing' };

const timeoutsBeforeDrop = 3;
const rememberedMisses = 16;
const nothing: Uint8Array = new Uint8Array(0);

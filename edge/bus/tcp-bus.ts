import type { Clock, Timer } from '../../contract/clock.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { parseReplyAt, type ReadRequest, type Reply } from '../../devices/modbus/pdu.ts';
import { requestTcp, type TcpSpan, tcpHeadLength } from '../../devices/modbus/tcp.ts';
import type { Log } from '../log.ts';
import { type Bus, type BusStats, closed, closeWithinMs, type Exchange, type Outcome, outcomeOf } from './bus.ts';
import { Counts } from './counts.ts';
import { Flight } from './flight.ts';
import { FrameTape } from './frame-tape.ts';
import { LateAnswers } from './late-answers.ts';
import { Latencies } from './latencies.ts';
import { Port } from './port.ts';
import { behind, cutBack, twoReplies } from './rtu-outcomes.ts';
import { Step } from './step.ts';
import { settleMs, TcpStream } from './tcp-stream.ts';
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
  /** Reads that the map of a unit allows, by which an answer that may be an older one is checked; none without it. */
  checksOf?: (unit: number) => readonly ReadRequest[];
};

/**
 * A Modbus TCP client that owns its connection. One request is in flight, or as many as the devices asked allow. A reply is
 * taken by its transaction id, so a late one is known and dropped; after anything that breaks the protocol, or three
 * timeouts in a row, the connection is not trusted any more and a new one is made.
 */
export class TcpBus implements Bus {
  readonly tape = new FrameTape('tcp');
  readonly #clock: Clock;
  readonly #port: Port;
  readonly #counts = new Counts();
  readonly #latencies = new Latencies();
  readonly #stream = new TcpStream((transaction) => this.#wasGivenLately(transaction));
  #writes: Flight[] = [];
  #reads: Flight[] = [];
  /** What is under way, in the order in which it left: too few for a map to be worth its cost. */
  #flights: Flight[] = [];
  /** Requests that leave at the end of this turn, for devices that take several. */
  #leaving: Buffer[] = [];
  /** No device in flight takes fewer at once; some may have landed since. */
  #leastRoom = 0;
  /** Up to when the time in which something was in flight is counted. */
  #busyTo = 0;
  #isResting = false;
  #isClosing = false;
  #landed: () => void = () => {};
  #transaction = 0;
  #timeoutsInARow = 0;
  /** Requests that left before this are lost together with the one that was missed last. */
  #missedAt = Number.NEGATIVE_INFINITY;
  #repliedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;
  #timerAt = 0;
  #settling: Timer | null = null;
  /** When bytes came behind which a frame waits, monotonic ms. */
  #heardAt = 0;
  #isConnecting = false;
  readonly #late = new LateAnswers();
  readonly #step: Step;

  constructor(options: TcpBusOptions) {
    this.#clock = options.clock;
    this.#step = new Step(options.checksOf ?? (() => []));
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
      const queue = exchange.request.kind === 'write' ? this.#writes : this.#reads;
      queue.push(new Flight(exchange, resolve, false));
      this.#next();
    });
  }

  /** At once, as a rule: a late reply carries an old transaction id, unless a gateway gives it another one. */
  readyAt(unit: number, asking?: Pick<Exchange, 'request' | 'maxCount'>): number {
    return asking === undefined ? 0 : this.#step.readyAt(unit, asking, this.#clock);
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
    if (this.#flights.length > 0) {
      const patience = new AbortController();
      this.#landed = () => patience.abort();
      await this.#clock.sleep(closeWithinMs, patience.signal);
      this.#landAll({ kind: 'closed', reason: closing });
    }
    this.#timer?.cancel();
    this.#settling?.cancel();
    await this.#port.close();
  }

  stats(): BusStats {
    return this.#counts.stats(this.#clock.monotonic(), this.#port.closedBecause());
  }

  /** Sends what may go, writes ahead: while there is room in flight, and its device has had the gap it needs. */
  #next(): void {
    for (;;) {
      const queue = this.#writes.length > 0 ? this.#writes : this.#reads;
      const flight = queue[0];
      if (flight === undefined || this.#isResting || this.#isConnecting || !this.#mayFly(flight)) return;
      if (!this.#port.isLive()) {
        void this.#connect();
        return;
      }
      if (flight.exchange.gapMs > 0 && this.#restsFirst(flight.exchange.gapMs)) return;
      queue.shift();
      this.#send(flight);
    }
  }

  /** Never more in flight than each of the devices asked takes at once. */
  #mayFly({ room }: Flight): boolean {
    const { length: size } = this.#flights;
    if (size === 0) return true;
    if (size >= room) return false;
    if (size >= this.#leastRoom) this.#leastRoom = Math.min(...this.#flights.map((each) => each.room));
    return size < this.#leastRoom;
  }

  #restsFirst(gapMs: number): boolean {
    const restMs = this.#repliedAt + gapMs - this.#clock.monotonic();
    if (restMs <= 0) return false;
    this.#isResting = true;
    this.#clock.after(restMs, () => {
      this.#isResting = false;
      this.#next();
    });
    return true;
  }

  /** The peer ended the connection after it had answered; now there is something to ask. */
  async #connect(): Promise<void> {
    this.#isConnecting = true;
    const isReady = await this.#port.ready();
    this.#isConnecting = false;
    if (isReady) this.#next();
    else this.#refuseQueue(this.#port.closedBecause() ?? { code: 'port-closed' });
  }

  #send(wanted: Flight): void {
    const now = this.#clock.monotonic();
    const flight = this.#step.isSureOf(wanted, now) ? wanted : this.#checkedFirst(wanted, now);
    const { unit, timeoutMs, isProbe } = flight.exchange;
    const isAlone = this.#flights.length === 0;
    const transaction = this.#nextTransaction();
    const frame = requestTcp(transaction, unit, flight.asked);
    flight.transaction = transaction;
    flight.sentAt = now;
    // Behind others a device may take longer than it ever did by itself.
    flight.patienceMs = isAlone ? this.#latencies.patienceMs(unit, timeoutMs, isProbe) : timeoutMs;
    if (isAlone) this.#busyTo = now;
    this.#leastRoom = isAlone ? flight.room : Math.min(this.#leastRoom, flight.room);
    this.#flights.push(flight);
    this.#counts.request();
    if (this.#timer === null || now + flight.patienceMs < this.#timerAt) this.#watch(flight.patienceMs);
    this.tape.sent(unit, frame, this.#clock.now());
    if (flight.room === 1) this.#port.write(frame);
    else if (this.#leaving.push(frame) === 1) process.nextTick(this.#leave);
  }

  /** What goes ahead of a read where an older answer could pass for its own; else the read itself. */
  #checkedFirst(flight: Flight, now: number): Flight {
    const request = this.#step.checkFor(flight, now);
    if (request === undefined) return flight;
    flight.checks++;
    const check = { ...flight.exchange, request, maxCount: request.count, isWakeUp: false };
    const ahead = new Flight(check, (outcome) => this.#checked(flight, ahead, outcome), true);
    ahead.purpose = request === flight.asked ? 'again' : 'check';
    return ahead;
  }

  /** The read itself follows an answer, whatever it was; where none came it is missed. */
  #checked(flight: Flight, { purpose }: Flight, outcome: Outcome): void {
    const isAnswered =
      outcome.ok || outcome === behind || (outcome.exception !== undefined && outcome.fault !== 'timeout');
    if (!isAnswered && purpose === 'check') this.#step.checkWasSilent(flight.exchange.unit);
    if (!isAnswered) flight.resolve(outcome);
    else if (this.#isClosing) flight.resolve(closed(closing));
    else this.#reads.unshift(flight);
  }

  /** What may go at once leaves in one piece: to hand it to the system one by one was most of what a read cost. */
  readonly #leave = (): void => {
    const frames = this.#leaving;
    this.#leaving = [];
    if (frames.length > 0) this.#port.write(Buffer.concat(frames));
  };

  /** 1–65535, round and round: 0 is left out, since a device that forgets the id answers 0. */
  #nextTransaction(): number {
    this.#transaction = (this.#transaction % mostTransactions) + 1;
    return this.#transaction;
  }

  #wasGivenLately(transaction: number): boolean {
    const back = (this.#transaction - transaction + mostTransactions) % mostTransactions;
    return transaction > 0 && back < lately;
  }

  /** One timer for all: it looks again when it finds that the request it was set for has long been answered. */
  #watch(ms: number): void {
    this.#timer?.cancel();
    this.#timerAt = this.#clock.monotonic() + ms;
    this.#timer = this.#clock.after(ms, () => {
      this.#timer = null;
      this.#lookForOverdue();
    });
  }

  #lookForOverdue(): void {
    const now = this.#clock.monotonic();
    const leftMs = ({ sentAt, patienceMs }: Flight) => sentAt + patienceMs - now;
    for (const flight of [...this.#flights]) if (leftMs(flight) <= 0) this.#overdue(flight);
    if (this.#flights.length > 0 && this.#timer === null) this.#watch(Math.min(...this.#flights.map(leftMs)));
  }

  /** A reply that has begun and does not end is none: what comes next would be taken for its end. */
  #overdue(flight: Flight): void {
    if (!this.#flights.includes(flight)) return;
    const got = this.#stream.unfinished();
    if (got === 0) {
      this.#land(flight, { kind: 'timeout' });
      return;
    }
    this.#tapeRest([flight], this.#stream.rest());
    this.#broken({ code: 'endless-reply', got });
  }

  /** What came in place of a reply. */
  #land(flight: Flight, answer: Answer): void {
    const now = this.#clock.monotonic();
    if (this.#leaves(flight, now)) this.#settle(flight, this.#judge(answer, flight, now));
  }

  #landAll(answer: Answer): void {
    for (const flight of [...this.#flights]) this.#land(flight, answer);
  }

  #replied(flight: Flight, reply: Reply): void {
    const now = this.#clock.monotonic();
    if (!this.#leaves(flight, now)) return;
    const { unit } = flight.exchange;
    this.#timeoutsInARow = 0;
    this.#repliedAt = now;
    this.#latencies.note(unit, now - flight.sentAt, true);
    this.#late.answered(unit);
    this.#counts.reply();
    this.#port.proven();
    this.#step.replied(flight, reply, now);
    this.#settle(
      flight,
      flight.asked === flight.exchange.request ? outcomeOf(reply) : cutBack(flight.exchange.request, reply),
    );
  }

  /** False when it is not in flight any more. */
  #leaves(flight: Flight, now: number): boolean {
    const at = this.#flights.indexOf(flight);
    if (at < 0) return false;
    if (at === 0) this.#flights.shift();
    else this.#flights.splice(at, 1);
    this.#counts.busy(this.#busyTo, now);
    this.#busyTo = now;
    return true;
  }

  #settle(flight: Flight, outcome: Outcome): void {
    flight.resolve(this.#counted(outcome));
    if (this.#flights.length === 0) this.#landed();
    this.#next();
  }

  #judge(answer: Answer, flight: Flight, now: number): Outcome {
    const { unit } = flight.exchange;
    this.#step.askedInVain(flight, now);
    if (answer.kind === 'closed') return closed(answer.reason);
    if (answer.kind === 'broken') return { ok: false, fault: 'bad-frame', reason: answer.reason };
    this.#latencies.missed(unit);
    this.#late.givenUp(flight);
    this.#noteMiss(flight.sentAt, now);
    return this.#late.silence(flight);
  }

  /** Requests that were under way together are lost together: that is one timeout. */
  #noteMiss(sentAt: number, now: number): void {
    if (sentAt < this.#missedAt) return;
    this.#missedAt = now;
    this.#timeoutsInARow++;
    if (this.#timeoutsInARow >= timeoutsBeforeDrop)
      this.#port.drop({ code: 'connection-mute', requests: timeoutsBeforeDrop });
  }

  #received(bytes: Uint8Array): void {
    const spans = this.#stream.take(bytes, this.#isCrowded);
    if (!Array.isArray(spans)) {
      this.#tapeRest(this.#flights, this.#stream.bytes);
      this.#counts.discarded(spans.discarded);
      this.#broken(spans.why);
      return;
    }
    this.#believed(spans);
    if (this.#stream.isSettling()) this.#letSettle();
  }

  #believed(spans: readonly TcpSpan[]): void {
    this.#tapeEach(spans);
    const doubled = spans.length > 1 ? this.#otherReply(spans) : undefined;
    if (doubled !== undefined) this.#broken(doubled.reason, doubled.flight);
    else for (const span of spans) this.#frame(span);
  }

  /** Requests are in flight that these do not answer. */
  readonly #isCrowded = (spans: readonly TcpSpan[]): boolean => {
    const { length } = this.#flights;
    if (length <= 1) return false;
    return length > spans.length || this.#flights.some(({ transaction }) => !spans.some(isOf(transaction)));
  };

  /** One timer for all frames that wait for what follows: as a rule that has come long before. */
  #letSettle(): void {
    this.#heardAt = this.#clock.monotonic();
    this.#settling ??= this.#clock.after(settleMs, () => this.#lookWhetherSettled());
  }

  #lookWhetherSettled(): void {
    this.#settling = null;
    if (!this.#stream.isSettling()) return;
    const leftMs = this.#heardAt + settleMs - this.#clock.monotonic();
    if (leftMs <= 0) this.#believed(this.#stream.settled());
    else this.#settling = this.#clock.after(leftMs, () => this.#lookWhetherSettled());
  }

  /** Under the unit that was asked, since another may have answered in its place; else under the one that it is of. */
  #tapeEach(spans: readonly TcpSpan[]): void {
    const now = this.#clock.now();
    for (const { transaction, unit, from, to } of spans) {
      const asked = this.#inFlight(transaction)?.exchange.unit ?? unit;
      this.tape.frame(asked, this.#stream.bytes, now, from - tcpHeadLength, to);
    }
  }

  /** Bytes that are no frame, under each unit that waits for one. */
  #tapeRest(flights: readonly Flight[], bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const now = this.#clock.now();
    for (const unit of new Set(flights.map(({ exchange }) => exchange.unit))) this.tape.frame(unit, bytes, now);
  }

  /** Two replies that came together, both fit the request and differ: neither is believed. */
  #otherReply(spans: readonly TcpSpan[]): { reason: DeviceReason; flight: Flight } | undefined {
    for (const second of spans) {
      const first = spans.find((other) => other.transaction === second.transaction) ?? second;
      const flight = first === second ? undefined : this.#inFlight(first.transaction);
      if (flight === undefined || !this.#fits(first, flight) || !this.#fits(second, flight)) continue;
      const [one, other] = [this.#pdu(first), this.#pdu(second)];
      if (Buffer.compare(one, other) !== 0) return { reason: twoReplies(one, other), flight };
    }
    return undefined;
  }

  #fits({ unit, from, to }: TcpSpan, { exchange, asked }: Flight): boolean {
    return unit === exchange.unit && parseReplyAt(asked, this.#stream.bytes, from, to) !== undefined;
  }

  #pdu({ from, to }: TcpSpan): Uint8Array {
    return this.#stream.bytes.subarray(from, to);
  }

  #inFlight(transaction: number): Flight | undefined {
    for (const flight of this.#flights) if (flight.transaction === transaction) return flight;
    return undefined;
  }

  #frame(span: TcpSpan): void {
    const { bytes } = this.#stream;
    const { transaction, unit, from, to } = span;
    const flight = this.#inFlight(transaction);
    if (flight === undefined) {
      const pdu = [bytes[from] ?? 0, bytes[from + 1] ?? 0] as const;
      this.#late.came({ transaction, unit, pdu }, this.#flights, this.#clock.monotonic());
      this.#counts.discarded(to - from + tcpHeadLength);
      return;
    }
    const { exchange } = flight;
    if (unit !== exchange.unit) {
      this.#broken({ code: 'other-unit', got: unit, wanted: exchange.unit }, flight);
      return;
    }
    const reply = parseReplyAt(flight.asked, bytes, from, to);
    if (reply !== undefined) this.#replied(flight, reply);
    else this.#misfit(flight, { fn: bytes[from] ?? 0, bytes: to - from });
  }

  /** A reply to an earlier request, which a check is there to get; anything else has no place in the connection. */
  #misfit(flight: Flight, { fn, bytes }: { fn: number; bytes: number }): void {
    const { purpose } = flight;
    const now = this.#clock.monotonic();
    flight.isMisfit = this.#step.isOlder(flight, { fn, dataBytes: bytes - replyHead });
    if (!flight.isMisfit) this.#broken({ code: 'other-form', function: fn, bytes }, flight);
    else if (purpose !== 'check') this.#broken({ code: 'one-behind' }, flight);
    else if (this.#leaves(flight, now)) {
      this.#timeoutsInARow = 0;
      this.#repliedAt = now;
      this.#step.checkedOlder(flight, now);
      this.#settle(flight, behind);
    }
  }

  /**
   * The connection is out of step: what waits in the queue fails with it, and so does all that is in flight. Where it is
   * known whose reply it was, the others have missed nothing.
   */
  #broken(reason: DeviceReason, whose?: Flight): void {
    this.#refuseQueue(reason);
    if (whose !== undefined) {
      this.#land(whose, { kind: 'broken', reason });
      this.#landAll({ kind: 'closed', reason });
    } else this.#landAll({ kind: 'broken', reason });
    this.#port.drop(reason);
  }

  #opened(): void {
    this.#stream.clear();
    this.#late.opened();
    this.#latencies.forget();
    this.#step.opened();
    this.#timeoutsInARow = 0;
  }

  #closed(reason: DeviceReason, how: 'lost' | 'rests'): void {
    this.#leaving = [];
    this.#tapeRest(this.#flights, this.#stream.rest());
    this.#stream.clear();
    if (how === 'rests') {
      this.#askAgain(reason);
      return;
    }
    this.#refuseQueue(reason);
    this.#landAll({ kind: 'closed', reason });
  }

  /** Reads that met the end of the connection are asked once more, on the next one. */
  #askAgain(reason: DeviceReason): void {
    const again: Flight[] = [];
    const now = this.#clock.monotonic();
    for (const flight of [...this.#flights]) {
      const { exchange, resolve, isAgain } = flight;
      if (exchange.request.kind === 'write' || isAgain) continue;
      this.#flights = this.#flights.filter((other) => other !== flight);
      // A gateway that gave up on the device behind it ends it, and gives that device's answer to the next request.
      if (now - flight.sentAt >= crossesWithinMs) this.#step.askedInVain(flight, now);
      again.push(new Flight(exchange, resolve, true));
    }
    this.#reads.unshift(...again);
    this.#landAll({ kind: 'closed', reason });
    this.#next();
  }

  #refuseQueue(reason: DeviceReason): void {
    const refused = [...this.#writes, ...this.#reads];
    this.#writes = [];
    this.#reads = [];
    for (const { resolve } of refused) resolve(this.#counted(closed(reason)));
  }

  #counted(outcome: Outcome): Outcome {
    if (!outcome.ok) this.#counts.fault(outcome.fault);
    return outcome;
  }
}

function isOf(transaction: number): (span: TcpSpan) => boolean {
  return (span) => span.transaction === transaction;
}

type Answer = { kind: 'timeout' } | { kind: 'broken'; reason: DeviceReason } | { kind: 'closed'; reason: DeviceReason };

const closing: DeviceReason = { code: 'port-closing' };

const timeoutsBeforeDrop = 3;
/** The end of a connection that was on its way when a request left comes within this. */
const crossesWithinMs = 100;
const mostTransactions = 0xffff;
/** Ids that a reply may carry, late or doubled replies included: many more than are ever in flight. */
const lately = 64;
/** Function and byte count of the reply to a read. */
const replyHead = 2;

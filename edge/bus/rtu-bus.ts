import type { Clock } from '../../contract/clock.ts';
import type { DeviceReason, StrayNote } from '../../contract/reasons/devices.ts';
import { encodePdu, type ModbusRequest, type ReadRequest, replyPduLength } from '../../devices/modbus/pdu.ts';
import { frameRtu, type LineTiming, lineTiming } from '../../devices/modbus/rtu.ts';
import type { Log } from '../log.ts';
import { type Answer, AnswerWindow, shortestFrame } from './answer-window.ts';
import { type Bus, type BusStats, closed, closeWithinMs, deviceFailure, type Exchange, type Outcome } from './bus.ts';
import { Counts } from './counts.ts';
import { type Echo, learnEcho } from './echo.ts';
import { FrameTape } from './frame-tape.ts';
import { type Checked, OneBehind } from './one-behind.ts';
import { Port } from './port.ts';
import { behind, broadcastRead, cutBack, doubtful, neverSilent, noReply } from './rtu-outcomes.ts';
import { rubbishReason } from './rubbish.ts';
import { SecondAnswers } from './second-answers.ts';
import { repliesIn, StrayBytes } from './stray-bytes.ts';
import { type Sent, Units } from './units.ts';
import { Watchdog } from './watchdog.ts';
import type { Wire } from './wire.ts';

export type RtuBusOptions = {
  clock: Clock;
  log: Log;
  random: () => number;
  /** The bus id, for the log. */
  id: string;
  wire: Wire;
  line: { baudRate: number; parity: 'none' | 'even' | 'odd'; stopBits: 1 | 2 };
  /** How long the way here may sit on a frame's last bytes, ms; 20, which covers USB adapters, without it. */
  deliveryMs?: number;
  /** Up to then an answer may come to what an earlier process asked, monotonic ms: nothing is asked before. */
  silentUntil?: number;
  /** Reads that the map of a unit allows, by which an answer that may be an older one is checked; none without it. */
  checksOf?: (unit: number) => readonly ReadRequest[];
};

/** A Modbus RTU master that owns its line. The rules and their reasons are in `README.md`. */
export class RtuBus implements Bus {
  readonly tape = new FrameTape('rtu');
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #id: string;
  readonly #timing: LineTiming;
  readonly #deliveryMs: number;
  readonly #silentUntil: number;
  readonly #port: Port;
  readonly #counts = new Counts();
  readonly #units = new Units();
  #queue: Turn[] = [];
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;
  #isClosing = false;
  #wake = new AbortController();
  #isWaiting = false;
  #window: AnswerWindow | null = null;
  /** When the last byte went over the line, either way, monotonic ms. */
  #activeAt = Number.NEGATIVE_INFINITY;
  /** Bytes came that belong to no reply: the next request waits for a longer silence. */
  #isDirty = false;
  #askedLast: Pick<Exchange, 'unit' | 'timeoutMs'> | null = null;
  #echo: Echo = 'unknown';
  readonly #watchdog = new Watchdog();
  readonly #stray = new StrayBytes();
  readonly #second = new SecondAnswers();
  readonly #behind: OneBehind;
  /** What came in place of the last answer. */
  #rubbish: Uint8Array | null = null;

  constructor(options: RtuBusOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#id = options.id;
    this.#timing = lineTiming(options.line);
    this.#deliveryMs = options.deliveryMs ?? usbDeliveryMs;
    this.#silentUntil = options.silentUntil ?? Number.NEGATIVE_INFINITY;
    this.#behind = new OneBehind(options.checksOf ?? (() => []));
    this.#port = new Port({
      ...options,
      onBytes: (bytes) => this.#received(bytes),
      onOpened: () => this.#opened(),
      onClosed: (reason, how) => this.#closed(reason, how),
    });
  }

  exchange(asked: Exchange): Promise<Outcome> {
    const exchange = asked.isProbe === true ? { ...asked, maxCount: countOf(asked) } : asked;
    const reason = this.#isClosing ? closing : this.#port.closedBecause();
    if (reason !== null) return Promise.resolve(this.#counted(closed(reason)));
    if (exchange.unit === 0 && exchange.request.kind === 'read') return Promise.resolve(this.#counted(broadcastRead));
    return new Promise((resolve) => {
      this.#queue.push({ exchange, resolve, isAgain: false });
      if (this.#isWaiting) this.#wake.abort();
      this.#window?.hurry();
      if (!this.#isRunning) this.#running = this.#run();
    });
  }

  readyAt(unit: number, asking?: Pick<Exchange, 'request' | 'maxCount'>): number {
    return Math.max(this.#silentUntil, this.#units.readyAt(unit, asking, this.#clock.monotonic()));
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
    this.#wake.abort();
    const patience = new AbortController();
    void this.#running.then(() => patience.abort());
    await this.#clock.sleep(closeWithinMs, patience.signal);
    this.#window?.close(closing);
    await this.#running;
    await this.#port.close();
  }

  stats(): BusStats {
    return this.#counts.stats(this.#clock.monotonic(), this.#port.closedBecause());
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#queue.length > 0) {
      const turn = this.#takeReady();
      if (turn === undefined) await this.#sleepUntilReady();
      else await this.#serve(turn);
    }
    this.#isRunning = false;
  }

  /** The first in the queue whose unit may be asked, writes ahead: one unit's quarantine holds up nobody else. */
  #takeReady(): Turn | undefined {
    const now = this.#clock.monotonic();
    const isReady = ({ exchange }: Turn) => this.readyAt(exchange.unit, exchange) <= now;
    const write = this.#queue.findIndex((turn) => turn.exchange.request.kind === 'write' && isReady(turn));
    const ready = write >= 0 ? write : this.#queue.findIndex(isReady);
    return ready < 0 ? undefined : this.#queue.splice(ready, 1)[0];
  }

  async #sleepUntilReady(): Promise<void> {
    const soonest = Math.min(...this.#queue.map(({ exchange }) => this.readyAt(exchange.unit, exchange)));
    this.#wake = new AbortController();
    this.#isWaiting = true;
    await this.#clock.sleep(soonest - this.#clock.monotonic(), this.#wake.signal);
    this.#isWaiting = false;
  }

  async #serve({ exchange, resolve, isAgain }: Turn): Promise<void> {
    await this.#port.ready();
    const silence = await this.#silence(exchange);
    if (!this.#port.isLive() && !this.#isClosing && this.#port.isOpen()) {
      this.#queue.unshift({ exchange, resolve, isAgain });
      return;
    }
    if (!this.#port.isLive()) return resolve(this.#counted(closed(this.#port.closedBecause())));
    if (this.#isClosing) return resolve(this.#counted(closed(closing)));
    if (silence === 'never') return resolve(this.#counted(neverSilent));
    // Bytes may have come while the line was waited for, and put this very unit into quarantine.
    if (this.readyAt(exchange.unit) > this.#clock.monotonic()) {
      this.#queue.unshift({ exchange, resolve, isAgain });
      return;
    }
    const outcome = await this.#ask(exchange);
    // A read that met the end of the connection is asked once more, on the next one.
    const isCut = this.#port.isOpen() && !this.#port.isLive() && !this.#isClosing;
    if (!outcome.ok && isCut && !isAgain && exchange.request.kind === 'read')
      this.#queue.unshift({ exchange, resolve, isAgain: true });
    else resolve(this.#counted(outcome));
  }

  /**
   * Waits until the line has been silent long enough, and looks whether it really was. A line that never falls
   * silent (another master, a wrong baud rate, a stuck transceiver) is given up on after a timeout.
   */
  async #silence({ timeoutMs, gapMs }: Exchange): Promise<'silent' | 'never'> {
    const patience = this.#clock.monotonic() + Math.max(timeoutMs, leastPatienceMs) + gapMs;
    while (this.#port.isLive() && !this.#isClosing) {
      const quietAt = this.#activeAt + Math.max(this.#timing.silenceMs, gapMs, this.#isDirty ? dirtySilenceMs : 0);
      const now = this.#clock.monotonic();
      if (now >= quietAt) {
        this.#port.look();
        if (this.#activeAt < now) break;
      } else if (now >= patience) {
        return 'never';
      } else {
        await this.#clock.sleepExactly(quietAt - now);
      }
    }
    this.#isDirty = false;
    return 'silent';
  }

  async #ask(exchange: Exchange): Promise<Outcome> {
    const asked = this.#units.lengthened(exchange, this.#clock.monotonic());
    const outcome = await this.#send(exchange, asked);
    const { request } = asked;
    const now = this.#clock.monotonic();
    if (request.kind !== 'read' || !this.#behind.isInDoubt(exchange.unit, now)) return outcome;
    if (!outcome.ok) return this.#behind.isKnown(exchange.unit) && this.#isOtherReply(exchange.unit) ? behind : outcome;
    const ask = (check: ReadRequest) => this.#check(exchange, check);
    const isBehind = await this.#behind.isBehind(exchange.unit, request, { ask, now });
    return isBehind ? behind : outcome;
  }

  /** Asks a unit for something else, to see whether it answers that. */
  async #check(exchange: Exchange, request: ReadRequest): Promise<Checked> {
    if ((await this.#silence(exchange)) === 'never' || !this.#port.isLive() || this.#isClosing) return 'none';
    const check = { ...exchange, request, maxCount: request.count, isWakeUp: false };
    const outcome = await this.#send(check, { request, isUnique: true });
    if (outcome.ok || outcome.fault === 'unsupported' || outcome.exception === deviceFailure) return 'own';
    return this.#isOtherReply(exchange.unit) ? 'other' : 'none';
  }

  /** What came in place of the last answer was another reply of this unit. */
  #isOtherReply(unit: number): boolean {
    return this.#rubbish !== null && repliesIn(this.#rubbish).includes(unit);
  }

  async #send(
    exchange: Exchange,
    { request, isUnique }: { request: ModbusRequest; isUnique: boolean },
  ): Promise<Outcome> {
    const frame = frameRtu(exchange.unit, encodePdu(request));
    const sentMs = frame.length * this.#timing.charMs;
    const start = this.#clock.monotonic();
    this.#counts.request();
    this.#watchdog.asked();
    this.#askedLast = exchange;
    this.#rubbish = null;
    this.#second.asked(exchange.unit);
    this.tape.sent(exchange.unit, frame, this.#clock.now());
    this.#activeAt = start + sentMs;
    const outcome = await (exchange.unit === 0
      ? this.#broadcast(frame, sentMs)
      : this.#await(exchange, { request, frame, isUnique }));
    // The silence behind a reply belongs to the next request.
    this.#counts.busy(start, outcome.ok && exchange.unit !== 0 ? this.#activeAt : this.#clock.monotonic());
    return outcome;
  }

  /** Nobody answers a broadcast; the line rests while every unit carries it out. */
  async #broadcast(frame: Uint8Array, sentMs: number): Promise<Outcome> {
    this.#port.write(frame);
    await this.#clock.sleep(sentMs + broadcastMs);
    return { ok: true, reply: { kind: 'written' } };
  }

  /**
   * How long a reply is doubted whose length an older one has: as long as another one behind it may take to get here where one
   * may have been kept back; else so long only while nobody wants the line.
   */
  #settleMs({ unit, idleUntil }: Exchange, replyMs: number, isUnique: boolean): number {
    const behindMs = this.#second.behindMs(unit, this.#clock.monotonic());
    if (behindMs > 0) return behindMs * secondVaries + this.#deliveryMs;
    if (isUnique) return 0;
    if (this.#units.isSuspect(unit)) return this.#deliveryMs + replyMs;
    return Math.min(usbDeliveryMs + replyMs, (idleUntil?.() ?? 0) - handOverMs - this.#clock.monotonic());
  }

  async #await(
    exchange: Exchange,
    { request, frame, isUnique }: { request: ModbusRequest; frame: Uint8Array; isUnique: boolean },
  ): Promise<Outcome> {
    const { unit } = exchange;
    const { charMs } = this.#timing;
    const sent: Sent = { request, leftAt: this.#activeAt, patienceMs: this.#units.patienceMs(exchange) };
    const replyBytes = replyPduLength(request) + 3;
    const window = new AnswerWindow({
      clock: this.#clock,
      unit,
      request,
      frame,
      echo: this.#echo,
      firstByteMs: frame.length * charMs + sent.patienceMs,
      frameMs: replyBytes * charMs + this.#deliveryMs,
      quiet: {
        leastMs: this.#timing.silenceMs,
        settleMs: () => this.#settleMs(exchange, replyBytes * charMs, isUnique),
      },
      isUnique,
      // A peer that ends the connection right behind its reply is one that answers.
      onReply: () => this.#port.proven(),
      look: () => this.#port.look(),
    });
    this.#window = window;
    const bytes = this.#echo === 'present' ? frame.length + replyBytes : replyBytes;
    const wholeAfterMs = (frame.length + replyBytes) * charMs + this.#units.usualMs(unit);
    this.#port.write(frame, { bytes, wholeAfterMs, charMs });
    const answer = await window.answer;
    this.#window = null;
    return this.#settle(exchange, sent, answer);
  }

  /** What the answer means for the line, the unit and the caller. */
  #settle(exchange: Exchange, sent: Sent, answer: Answer): Outcome {
    const { unit } = exchange;
    const now = this.#clock.monotonic();
    if (answer.kind === 'rubbish') this.#stray.inPlace(answer.bytes, now);
    if (answer.kind !== 'reply') {
      this.#units.unanswered(exchange, sent, now);
      this.#stray.awaits({ unit, request: sent.request, leftAt: sent.leftAt });
      // What only wakes a unit is lost there.
      if (sent.request.kind === 'read' && exchange.isWakeUp !== true) this.#behind.missed(unit, sent.request);
    }
    if (answer.kind === 'closed') return closed(answer.reason);
    this.#echo = learnEcho(this.#echo, { request: sent.request, ...answer.echo });
    if (answer.kind === 'reply') return this.#accept(exchange, sent, answer);
    if (answer.kind === 'doubtful') {
      this.#counts.discarded(answer.first.length + answer.second.length);
      this.#isDirty = true;
      if (answer.isReply) this.#second.seenAgain(unit, now);
      return doubtful(answer);
    }
    this.#watch();
    if (answer.kind === 'silence')
      return noReply({ ...exchange, waitedMs: sent.patienceMs, isEcho: answer.isEcho }, this.#stray.late(unit));
    this.#counts.discarded(answer.bytes.length);
    this.#isDirty = true;
    this.#rubbish = answer.bytes;
    return { ok: false, fault: 'bad-frame', reason: rubbishReason(answer.bytes, unit, sent.request) };
  }

  #accept(exchange: Exchange, sent: Sent, answer: Extract<Answer, { kind: 'reply' }>): Outcome {
    const { reply, frame, before, after, beside, bytes, chunks, echo } = answer;
    const { charMs } = this.#timing;
    // A reply that was waited for to the end ended within the last character.
    const endedAt = chunks > 1 ? answer.endedAt - charMs / 2 : answer.endedAt;
    const latencyMs = Math.max(0, endedAt - sent.leftAt - (bytes - echo.from) * charMs);
    this.#units.answered(exchange, sent, {
      latencyMs,
      isExact: chunks > 1,
      isException: reply.kind === 'exception',
      now: answer.endedAt,
    });
    this.#counts.reply();
    this.#counts.discarded(before + after);
    const { unit } = exchange;
    this.#stray.answered(unit, beside, answer.endedAt);
    // A device that says that it is busy may give the answer all the same.
    if (reply.kind === 'exception') this.#stray.awaits({ unit, request: sent.request, leftAt: sent.leftAt });
    else this.#second.accepted({ unit, request: sent.request, leftAt: sent.leftAt, endedAt: answer.endedAt }, frame);
    // What ends before the reply and is too short for a frame is a glitch of a driver switching, not another reply.
    if (after > 0 || before >= shortestFrame) this.#distrust(exchange);
    return cutBack(exchange.request, reply);
  }

  #received(bytes: Uint8Array): void {
    const now = this.#clock.monotonic();
    // What comes while the request is still going out does not end it.
    this.#activeAt = Math.max(this.#activeAt, now);
    this.#watchdog.heard(now);
    this.tape.received(bytes, this.#clock.now());
    this.#second.heard(bytes, now, this.#askedLast?.timeoutMs ?? 0);
    if (this.#window?.take(bytes)) return;
    this.#counts.discarded(bytes.length);
    this.#isDirty = true;
    const last = this.#askedLast;
    // Only a whole reply of the unit asked last may be taken for its next one: other bytes are no reason to ask it less.
    if (this.#stray.heard(bytes, now) === 'nothing' || last === null) return;
    if (this.#stray.hasReplyOf(last.unit)) this.#distrust(last);
  }

  /** What keeps coming on the line that no request explains; null while nothing does. */
  unexplained(): StrayNote | null {
    return this.#stray.note(this.#clock.monotonic());
  }

  /** Bytes that no request explains: more of them may come, and they may look like the next reply of this unit. */
  #distrust({ unit, timeoutMs }: Pick<Exchange, 'unit' | 'timeoutMs'>): void {
    this.#isDirty = true;
    this.#units.rest(unit, this.#clock.monotonic() + timeoutMs);
  }

  #watch(): void {
    const silentS = this.#watchdog.silentS(this.#clock.monotonic());
    if (silentS === undefined) return;
    this.#log.warn({ bus: this.#id, silentS }, 'port-silent');
    this.#port.drop({ code: 'port-mute', s: silentS });
  }

  #opened(): void {
    this.#activeAt = this.#clock.monotonic();
    this.#watchdog.heard(this.#activeAt);
    this.#isDirty = true;
    this.#askedLast = null;
    this.#units.forgetPace();
    this.#behind.opened();
    this.#echo = 'unknown';
  }

  #closed(reason: DeviceReason, how: 'lost' | 'rests'): void {
    if (how === 'rests') this.#window?.ended(reason);
    else {
      this.#window?.close(reason);
      this.#refuseQueue(reason);
    }
    this.#wake.abort();
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

/** A point that is probed may stand beside the one that is in the way. */
function countOf({ request, maxCount }: Exchange): number {
  return request.kind === 'read' ? request.count : maxCount;
}

type Turn = { exchange: Exchange; resolve(outcome: Outcome): void; isAgain: boolean };

const closing: DeviceReason = { code: 'port-closing' };

/** Silence after bytes that belong to no reply; longer than any gap inside a frame of a healthy device. */
const dirtySilenceMs = 10;
const leastPatienceMs = 250;
/** A device that answers second is not always as quick. */
const secondVaries = 1.5;
/** Modbus over Serial Line V1.02, 2.4.1: 100–200 ms for the units to carry a broadcast out. */
const broadcastMs = 150;
/** The latency timer of a common USB adapter is 16 ms. */
const usbDeliveryMs = 20;
/** A timer comes late by so much, and the next request is to leave in time. */
const handOverMs = 2;

import type { BusConfig, DeviceConfig } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { DeviceId, PointRef } from '../../contract/ids.ts';
import type { Reading } from '../../contract/reading.ts';
import type { DeviceReason, StrayNote } from '../../contract/reasons/devices.ts';
import { deviceReasonText } from '../../contract/words/devices.ts';
import type { ModbusRequest } from '../../devices/modbus/pdu.ts';
import { type ReadRange, readOf, readOfPoint } from '../../devices/plan.ts';
import { type Bus, deviceFailure, type Outcome } from '../bus/bus.ts';
import { noteFor } from '../bus/stray-bytes.ts';
import type { Log } from '../log.ts';
import { refused, type Written, writePoint } from '../writing/write-point.ts';
import type { DeviceReport } from './bus-reader.ts';
import { type DeviceEvent, type DeviceState, heardAgain, type Instant, nextState, quietUntil } from './connectivity.ts';
import type { PollTask } from './device-plan.ts';
import { evidenceOf, type Trouble } from './evidence.ts';
import { badReadings, decodedReadings, type Polled, polledOf } from './polled-device.ts';
import { stretchesOf } from './range-parts.ts';
import { Schedule } from './schedule.ts';
import type { Failure } from './size-search.ts';
import { logStateChange } from './state-log.ts';
import { hasNoValue, noteFaults, valuesAtFault } from './values-at-fault.ts';

export type PollerOptions = {
  clock: Clock;
  log: Log;
  random: () => number;
  config: BusConfig;
  bus: Bus;
  onReadings(readings: readonly Reading[]): void;
  onDeviceState(device: DeviceId): void;
  /** A device does not answer as it should, or does so again. */
  onTrouble?(trouble: Trouble): void;
};

type Miss = { readonly fault: 'timeout' | 'bad-frame'; readonly reason: DeviceReason };

/** Polls the devices of one bus: who is next, what it said, whether it is there. The bus is the poller's to close. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #clock: Clock;
  readonly #bus: Bus;
  readonly #schedule: Schedule<PollTask>;
  readonly #polled: readonly Polled[];
  readonly #byUnit: ReadonlyMap<number, Polled>;
  readonly #ended = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #isAway = false;
  /** Polls under way: one, or as many as their devices take at once. */
  readonly #underWay = new Map<PollTask, Promise<void>>();
  /** Ends the sleep between two turns. */
  #wake: () => void = () => {};
  #tickedAt = Number.NEGATIVE_INFINITY;
  #turns = 0;
  #lineNote: StrayNote | null = null;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#bus = options.bus;
    this.#schedule = new Schedule(options);
    const now = this.#now();
    this.#polled = options.config.devices.map((device) => polledOf(device, options.config.link, now));
    this.#byUnit = new Map(this.#polled.map((polled) => [polled.device.unit, polled]));
  }

  start(): void {
    for (const device of this.#polled) this.#reschedule(device);
    this.#running = this.#run();
  }

  /** Ends after the frame that is on the wire. */
  async close(): Promise<void> {
    this.#ended.abort();
    this.#wake();
    await this.#bus.close();
    await this.#running;
    await Promise.all(this.#underWay.values());
  }

  /** Offline devices say so again, now: their points have no next poll to wait for. */
  sayAgain(): void {
    for (const polled of this.#polled) this.#transition(polled, { kind: 'say-again' });
  }

  turns(): number {
    return this.#turns;
  }

  /** The devices of this bus as they stand. */
  devices(): ReadonlyMap<DeviceId, DeviceReport> {
    const { mono } = this.#now();
    return new Map(
      this.#polled.map((polled) => {
        const { device, connectivity, counts, faulty } = polled;
        const polls = { ...counts.figures(mono), probed: connectivity.isTripped };
        const values = hasNoValue(faulty, device.points.length) ? valuesAtFault(faulty) : null;
        return [device.id, { ...told(polled, values), polls }];
      }),
    );
  }

  /**
   * Writes a point and reads it back, behind what is on the wire now and ahead of every poll; undefined when this bus has
   * no such point. What was read back is reported like a poll's reading. To unit 0 nothing is written before it has answered:
   * a gateway would pass it on as the broadcast, and every device of its line would switch. One that sleeps is woken first, by the read
   * of the point.
   */
  async write(ref: PointRef, value: number | boolean | string): Promise<Written | undefined> {
    for (const polled of this.#polled) {
      const { device, connectivity } = polled;
      const point = device.points.find((each) => each.ref === ref);
      if (point === undefined) continue;
      if (device.unit === 0 && connectivity.state === 'offline')
        return refused({ code: 'bus-fault', fault: 'timeout', reason: connectivity.reason ?? { code: 'not-polled' } });
      const range = readOfPoint(device.profile, point);
      const idleMs = this.#clock.monotonic() - polled.askedAt;
      if (range !== undefined && isKnownToSleep(polled, idleMs)) await this.#ask(device, readOf(range), true);
      const written = await writePoint(point, value, (request) => this.#ask(device, request), range);
      const { wall, mono } = this.#now();
      if (written.readBack !== null)
        this.#report([{ point: ref, value: written.readBack, fault: null, at: wall, mono }]);
      return written;
    }
    return undefined;
  }

  #ask({ unit, profile }: DeviceConfig, request: ModbusRequest, isWakeUp = false): Promise<Outcome> {
    const maxCount = request.kind === 'read' ? request.count : 0;
    const { timeoutMs } = this.#options.config;
    return this.#bus.exchange({ unit, request, maxCount, timeoutMs, gapMs: profile.limits.gap, isWakeUp });
  }

  async #run(): Promise<void> {
    await this.#bus.open();
    while (!this.#ended.signal.aborted) {
      if (this.#bus.isOpen()) await this.#turn();
      else await this.#waitForPort();
      if (this.#underWay.size === 0) this.#turns++;
      if (!this.#ended.signal.aborted) this.#tick();
    }
  }

  #turn(): Promise<void> {
    if (this.#isAway) this.#onPortReopened();
    const now = this.#clock.monotonic();
    const turn = this.#schedule.next(now, (task) => this.#readyAt(task));
    if (turn.kind === 'wait') return this.#sleep(Math.min(turn.until - now, tickMs));
    // Whose turn it is waits for room, or the others would never leave it any.
    if (!this.#hasRoomFor(turn.task, now)) return this.#sleep(tickMs);
    if (this.#roomFor(turn.task, now) === 1) return this.#poll(turn.task);
    this.#launch(turn.task);
    return launched;
  }

  /** Until then, or until a poll under way has ended. */
  async #sleep(ms: number): Promise<void> {
    if (this.#ended.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(ms, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
    this.#wake = () => {};
  }

  #launch(task: PollTask): void {
    const over = this.#poll(task).then(() => {
      this.#underWay.delete(task);
      this.#turns++;
      this.#wake();
    });
    this.#underWay.set(task, over);
  }

  #hasRoomFor(task: PollTask, now: number): boolean {
    const { size } = this.#underWay;
    return size === 0 || [task, ...this.#underWay.keys()].every((each) => size < this.#roomFor(each, now));
  }

  /** How many polls may be under way with this one. What is to show whether a device or a point answers at all is alone. */
  #roomFor({ unit, kind }: PollTask, now: number): number {
    const polled = this.#polledOf(unit);
    if (polled === undefined || polled.device.profile.limits.inFlight === 1 || kind !== 'whole') return 1;
    const { connectivity, woken, onTrial, askedAt } = polled;
    const isSound = connectivity.state === 'online' && connectivity.missed.length === 0 && onTrial.size === 0;
    return isSound && woken === null && now - askedAt < leastSleepMs ? polled.device.profile.limits.inFlight : 1;
  }

  #polledOf(unit: number): Polled | undefined {
    return this.#byUnit.get(unit);
  }

  #readyAt(task: PollTask): number {
    if (this.#underWay.has(task)) return Number.POSITIVE_INFINITY;
    return task.kind === 'off' ? 0 : this.#bus.readyAt(task.unit, task.asking);
  }

  /** While the port is closed its polls wait; they do not count as misses. */
  async #waitForPort(): Promise<void> {
    this.#isAway = true;
    await this.#clock.sleep(closedLookMs, this.#ended.signal);
  }

  /** Other devices may be connected now: learned splits are dropped, and units with an open breaker are probed at once. */
  #onPortReopened(): void {
    this.#isAway = false;
    for (const polled of this.#polled) {
      polled.plan.reset();
      polled.off.clear();
      polled.exponents.clear();
      this.#reschedule(polled);
      this.#transition(polled, { kind: 'ranges', ranges: polled.plan.settings() });
      this.#schedule.probeNow(polled.device.unit, this.#clock.monotonic());
    }
  }

  async #poll(task: PollTask): Promise<void> {
    const polled = this.#polledOf(task.unit);
    if (polled === undefined) return;
    if (task.kind === 'off') return this.#off(polled, task);
    const range = polled.connectivity.isTripped ? this.#probeOf(task) : task.range;
    const sentAt = this.#clock.monotonic();
    const idleMs = sentAt - polled.askedAt;
    const { gap, inFlight } = polled.device.profile.limits;
    const outcome = await this.#bus.exchange({
      unit: task.unit,
      ...(range === task.range ? task.asking : { request: readOf(range), maxCount: range.maxCount }),
      timeoutMs: this.#options.config.timeoutMs,
      gapMs: gap,
      inFlight,
      isWakeUp: this.#isWakeUp(polled, task, idleMs),
      isProbe: polled.connectivity.isTripped,
      idleUntil: () => this.#schedule.dueAfter(task, this.#clock.monotonic()),
    });
    polled.askedAt = this.#clock.monotonic();
    this.#schedule.ran(task, polled.askedAt);
    if (this.#isBygone(polled, task, outcome, sentAt) || this.#isOnlyWoken(polled, task, outcome, idleMs)) return;
    if (outcome.ok || (outcome.fault !== 'port-closed' && task.kind !== 'size'))
      polled.counts.add(polled.askedAt, outcome.ok ? polled.askedAt - sentAt : null);
    this.#settle(polled, task, range, outcome);
  }

  /**
   * What a device does not support is said bad without the wire. It is asked again now and then: some answer so as well while
   * they start, or while a part behind them is away.
   */
  async #off(polled: Polled, task: PollTask): Promise<void> {
    const now = this.#clock.monotonic();
    const { at, waitMs } = polled.off.get(task.key) ?? { at: now + firstOffMs, waitMs: firstOffMs };
    const isAsked = now >= at && polled.connectivity.state === 'online';
    const next = Math.min(longestOffMs, 2 * waitMs);
    polled.off.set(task.key, isAsked ? { at: now + next, waitMs: next } : { at, waitMs });
    const outcome = isAsked ? await this.#ask(polled.device, task.asking.request) : null;
    this.#schedule.ran(task, this.#clock.monotonic());
    if (outcome?.ok !== true)
      this.#report(badReadings(polled, [{ range: task.key, fault: 'unsupported' }], this.#now()));
    else if (polled.plan.tasks().includes(task)) {
      polled.off.delete(task.key);
      this.#good(polled, task, task.range, outcome);
    }
  }

  /**
   * Of several polls that were under way together: what is lost together is one miss, and no answer but a good one says
   * anything of a task that an earlier answer has replaced.
   */
  #isBygone(polled: Polled, task: PollTask, outcome: Outcome, sentAt: number): boolean {
    if (outcome.ok) return false;
    if (!polled.plan.tasks().includes(task)) return true;
    const isMiss = outcome.fault === 'timeout' || outcome.fault === 'bad-frame';
    if (isMiss && sentAt < polled.missedAt) return true;
    if (isMiss) polled.missedAt = this.#clock.monotonic();
    return false;
  }

  /**
   * Some devices sleep between requests: the first one wakes them, and only one at once after it is answered. So a unit
   * that was idle for seconds and does not answer is asked once more at once; of one that is known to sleep the first try
   * is no miss. A silent unit is woken so at every fourth probe, since each costs the line as much again.
   */
  #isOnlyWoken(polled: Polled, task: PollTask, outcome: Outcome, idleMs: number): boolean {
    const wasWoken = polled.woken === task;
    polled.woken = null;
    if (outcome.ok) {
      if (wasWoken) this.#answeredWhenWoken(polled);
      else if (idleMs >= leastSleepMs) polled.wakings = 0;
      return false;
    }
    const { sleepsAfter } = polled.device.profile.limits;
    const mayGo = outcome.fault === 'timeout' && !wasWoken && idleMs >= (sleepsAfter ?? leastSleepMs);
    if (!mayGo || task.kind === 'search' || task.kind === 'size') return false;
    const isKnown = sleepsAfter !== undefined || polled.wakings >= wakingsToKnow;
    const now = this.#clock.monotonic();
    if (polled.connectivity.isTripped) {
      if (!isKnown && this.#schedule.probes(task.unit) % probesToWake !== 0) return false;
      this.#schedule.probeAgain(task.unit, now);
    } else this.#schedule.retry(task, now);
    polled.woken = task;
    return isKnown;
  }

  /** Whether no answer to the request that is to be sent may only mean that it wakes the device. */
  #isWakeUp(polled: Polled, { unit }: PollTask, idleMs: number): boolean {
    const { device, connectivity, wakings } = polled;
    if (device.profile.limits.sleepsAfter !== undefined || wakings >= wakingsToKnow)
      return isKnownToSleep(polled, idleMs);
    return connectivity.isTripped && idleMs >= leastSleepMs && (this.#schedule.probes(unit) + 1) % probesToWake === 0;
  }

  #answeredWhenWoken(polled: Polled): void {
    polled.wakings++;
    if (polled.wakings !== wakingsToKnow) return;
    const { log, config } = this.#options;
    log.info({ bus: config.id, device: polled.device.id }, 'device-sleeps');
  }

  /**
   * A unit that is probed is asked for one point of the range, another one each time: one of them may be in the way. More
   * of the range only where the bus could not tell the answer from an older one.
   */
  #probeOf({ unit, range }: PollTask): ReadRange {
    const stretches = stretchesOf(range);
    const stretch = stretches[this.#schedule.probes(unit) % stretches.length];
    if (stretch === undefined) return range;
    const maxCount = range.address + range.maxCount - stretch.address;
    return maxCount > stretch.count ? { ...stretch, maxCount } : stretch;
  }

  #settle(polled: Polled, task: PollTask, range: ReadRange, outcome: Outcome): void {
    if (task.kind !== 'size' && hasAnswered(outcome) && polled.plan.heard()) this.#reschedule(polled);
    if (outcome.ok) {
      this.#good(polled, task, range, outcome);
      return;
    }
    const { fault, reason } = outcome;
    if (task.kind === 'size' && fault !== 'port-closed') {
      this.#failedAtSize(polled, task, outcome);
      return;
    }
    this.#diagnose(polled, reason);
    if (fault === 'timeout' || fault === 'bad-frame') this.#missed(polled, task, { fault, reason });
    else if (fault === 'unsupported') this.#unsupported(polled, task, reason);
    else if (fault === 'refused') this.#refused(polled, task, outcome);
    else this.#transition(polled, { kind: 'port-closed', reason });
  }

  #good(polled: Polled, task: PollTask, range: ReadRange, { reply }: Extract<Outcome, { ok: true }>): void {
    if (reply.kind === 'written') return;
    const now = this.#now();
    const readings = decodedReadings(polled, range, reply, now);
    polled.answers.note(range, reply);
    this.#schedule.wake(task, now.mono);
    // A probe asks for a part: whether the whole range is answered is yet to be seen.
    if (range === task.range) polled.onTrial.delete(task);
    const before = polled.connectivity;
    if (!heardAgain(before, task.key, now.mono)) this.#transition(polled, { kind: 'good', range: task.key });
    this.#lookAtValues(polled, readings, before);
    const limits = polled.plan.limits();
    if (polled.plan.supported(task)) this.#replan(polled);
    if (polled.plan.limits() !== limits) this.#isLimited(polled);
    this.#report(readings);
  }

  /** A larger read than the device may answer, so it says nothing against it; but an exception is an answer. */
  #failedAtSize(polled: Polled, task: PollTask, outcome: Extract<Outcome, { ok: false }>): void {
    const { reason } = outcome;
    if (hasAnswered(outcome)) this.#transition(polled, { kind: 'unsupported', range: task.key, reason });
    if (polled.plan.failedAtSize(failureOf(outcome))) this.#replan(polled);
  }

  /** It is read in smaller parts from now on, and somebody may write the figure into its profile. */
  #isLimited({ device, plan }: Polled): void {
    const [limit] = plan.limits();
    if (limit === undefined) return;
    const { log, config, onDeviceState } = this.#options;
    const detail = deviceReasonText({ code: 'reads-limited', ...limit }).en;
    log.warn({ bus: config.id, device: device.id, detail }, 'device-reads-limited');
    onDeviceState(device.id);
  }

  /** A value that comes to be at fault is worth a look, once while that lasts, and so is all being right again. */
  #lookAtValues(polled: Polled, readings: readonly Reading[], before: DeviceState): void {
    const { faulty, connectivity, device } = polled;
    const had = faulty.size;
    const hadNoValue = hasNoValue(faulty, device.points.length);
    const isNew = noteFaults(faulty, readings);
    if (hasNoValue(faulty, device.points.length) !== hadNoValue) this.#options.onDeviceState(polled.device.id);
    const isOnline = connectivity.state === 'online';
    const isRight = isOnline && (before.state !== 'online' || (had > 0 && faulty.size === 0));
    if (isNew || isRight) this.#diagnose(polled, valuesAtFault(faulty));
  }

  #diagnose(polled: Polled, reason: DeviceReason | null): void {
    const { device, answers } = polled;
    const look = () => evidenceOf(this.#bus.tape, device.unit, answers);
    this.#options.onTrouble?.({ device: device.id, reason, look });
  }

  #missed(polled: Polled, task: PollTask, outcome: Miss): void {
    this.#transition(polled, { kind: 'missed', range: task.key, ...outcome });
    if (polled.connectivity.isTripped) return;
    const now = this.#clock.monotonic();
    const misses = polled.connectivity.ranges.get(task.key)?.misses ?? 0;
    // So that points that are silent one after the other are not taken for a silent device.
    if (task.kind === 'search')
      this.#schedule.askAnother(task, now, ({ kind }) => kind !== 'search' && kind !== 'failing' && kind !== 'off');
    if (misses >= (task.kind === 'search' ? missesInSearch : polled.onTrial.has(task) ? 1 : missesToRest))
      this.#giveUp(polled, task, outcome);
    else if (misses === missesToRest - 1) this.#schedule.askAnother(task, now, ({ kind }) => kind !== 'off');
    else if (outcome.fault === 'bad-frame' && misses === 1) this.#schedule.retry(task, now);
  }

  /** The device is there and leaves this range unanswered: which of its points is in the way? */
  #giveUp(polled: Polled, task: PollTask, { fault, reason }: Miss): void {
    if (!polled.plan.unanswered(task, fault, reason)) {
      if (!polled.onTrial.delete(task)) this.#schedule.rest(task, this.#clock.monotonic());
      return;
    }
    this.#replan(polled);
    const failing = polled.plan.tasks().filter(({ kind, origin }) => kind === 'failing' && origin === task.origin);
    this.#report(
      badReadings(
        polled,
        failing.map(({ key }) => ({ range: key, fault })),
        this.#now(),
      ),
    );
  }

  #refused(polled: Polled, task: PollTask, { reason, exception }: Extract<Outcome, { ok: false }>): void {
    this.#transition(polled, { kind: 'refused', range: task.key, reason });
    if (polled.connectivity.state !== 'offline' && exception === deviceFailure && polled.plan.refused(task))
      this.#replan(polled);
  }

  #unsupported(polled: Polled, task: PollTask, reason: DeviceReason): void {
    if (!polled.connectivity.isTripped && polled.plan.shortened(task)) {
      this.#reschedule(polled);
      return;
    }
    this.#transition(polled, { kind: 'unsupported', range: task.key, reason });
    if (polled.connectivity.state === 'offline') return;
    polled.plan.unsupported(task);
    this.#replan(polled);
    const isOff = polled.plan.tasks().find(({ kind, range }) => kind === 'off' && range === task.range);
    if (isOff !== undefined)
      this.#report(badReadings(polled, [{ range: isOff.key, fault: 'unsupported' }], this.#now()));
  }

  #replan(polled: Polled): void {
    if (!polled.plan.isReadable()) {
      this.#transition(polled, { kind: 'nothing-left', reason: { code: 'no-point-supported' } });
      return;
    }
    const tasks = new Set(polled.plan.tasks());
    for (const task of polled.onTrial) if (!tasks.has(task)) polled.onTrial.delete(task);
    this.#transition(polled, { kind: 'ranges', ranges: polled.plan.settings() });
    this.#reschedule(polled);
  }

  #reschedule({ device, plan }: Polled): void {
    this.#schedule.set(device.unit, plan.tasks(), this.#clock.monotonic());
  }

  #tick(): void {
    const mono = this.#clock.monotonic();
    if (mono - this.#tickedAt < tickMs) return;
    this.#tickedAt = mono;
    const event: DeviceEvent = this.#bus.isOpen()
      ? { kind: 'tick' }
      : { kind: 'port-closed', reason: this.#bus.stats().closedBecause ?? { code: 'port-closed' } };
    for (const polled of this.#polled) {
      if (event.kind === 'tick' && mono < polled.quietUntil) continue;
      this.#transition(polled, event);
      polled.quietUntil = quietUntil(polled.connectivity);
    }
    this.#note(this.#bus.unexplained?.() ?? null);
  }

  /** What is on the line besides is said of the devices with whose answers it comes, else of each, whether they have values or not. */
  #note(note: StrayNote | null): void {
    const { log, config, onDeviceState } = this.#options;
    const before = this.#lineNote;
    if (isAlike(before, note)) return;
    this.#lineNote = note;
    if (note !== null && note.likely !== before?.likely)
      log.warn({ bus: config.id, detail: deviceReasonText({ code: 'stray-bytes', beside: note }).en }, 'line-noise');
    for (const polled of this.#polled) {
      const own = note === null ? null : noteFor(polled.device.unit, note);
      if (isAlike(polled.note, own)) continue;
      polled.note = own;
      onDeviceState(polled.device.id);
    }
  }

  /** The one place where a device's state changes: what that means for the schedule, the log and the readings. */
  #transition(polled: Polled, event: DeviceEvent): void {
    const before = polled.connectivity;
    const now = this.#now();
    const { state, bad } = nextState(before, event, now);
    polled.connectivity = state;
    polled.quietUntil = Number.NEGATIVE_INFINITY;
    if (state.isTripped && !before.isTripped) this.#openBreaker(polled);
    if (!state.isTripped && before.isTripped) this.#closeBreaker(polled);
    const { log, config, onDeviceState } = this.#options;
    const { note, plan } = polled;
    logStateChange(
      { log, bus: config.id, device: polled.device.id, onDeviceState },
      told({ connectivity: before, note, plan }),
      told({ connectivity: state, note, plan }),
    );
    this.#report(badReadings(polled, bad, now));
  }

  #openBreaker(polled: Polled): void {
    polled.plan.reset();
    polled.exponents.clear();
    polled.faulty.clear();
    polled.off.clear();
    this.#reschedule(polled);
    this.#schedule.openBreaker(polled.device.unit, this.#clock.monotonic());
    this.#transition(polled, { kind: 'ranges', ranges: polled.plan.settings() });
  }

  /** It answers again, perhaps since the power is back; then others may as well. */
  #closeBreaker(polled: Polled): void {
    const now = this.#clock.monotonic();
    polled.onTrial = new Set(polled.plan.tasks().filter(({ kind }) => kind === 'whole'));
    this.#schedule.closeBreaker(polled.device.unit, now);
    for (const { device, connectivity } of this.#polled)
      if (connectivity.isTripped) this.#schedule.probeSoon(device.unit, now);
  }

  #report(readings: readonly Reading[]): void {
    if (readings.length > 0) this.#options.onReadings(readings);
  }

  #now(): Instant {
    return { wall: this.#clock.now(), mono: this.#clock.monotonic() };
  }
}

const launched = Promise.resolve();
/** How often silence is looked for, and how long a wait may be at most. */
const tickMs = 250;
const closedLookMs = 100;
const missesToRest = 3;
/** Idle for less, a device that is silent is silent. */
const leastSleepMs = 1500;
const wakingsToKnow = 2;
const probesToWake = 4;
/** A device that starts is through with it after this; one that never has the registers is asked as rarely as the longest says. */
const firstOffMs = 30_000;
const longestOffMs = 600_000;
/** A point that is looked at by itself has a second chance, since noise costs a turn now and then. */
const missesInSearch = 2;

/** A device's state as it is told: with what is wrong with all of its values, and with what is on its line besides. */
function told(
  { connectivity, note, plan }: Pick<Polled, 'connectivity' | 'note' | 'plan'>,
  values: DeviceReason | null = null,
): DeviceState {
  const [limit] = plan.limits();
  const limited = limit && connectivity.state === 'online' ? ({ code: 'reads-limited', ...limit } as const) : null;
  // Many small reads take longer than a few large ones, so what has no turn has none because of that.
  const isLate = connectivity.reason?.code === 'no-turn';
  const reason = isLate ? (limited ?? connectivity.reason) : (connectivity.reason ?? values ?? limited);
  if (note !== null) return { ...connectivity, reason: { ...(reason ?? { code: 'stray-bytes' }), beside: note } };
  return reason === connectivity.reason ? connectivity : { ...connectivity, reason };
}

function hasAnswered(outcome: Outcome): boolean {
  return outcome.ok || outcome.fault === 'refused' || outcome.fault === 'unsupported';
}

function failureOf({ reason, fault, exception }: Extract<Outcome, { ok: false }>): Failure {
  if (fault === 'refused' || fault === 'unsupported')
    return { as: 'exception', ...(exception === undefined ? {} : { exception }) };
  if (fault === 'bad-frame') return { as: 'damaged' };
  return { as: reason.code === 'late-reply' ? 'late' : 'silence' };
}

/** Whether it sleeps, by its profile or by what was seen, when it was not asked for so long. */
function isKnownToSleep({ device, wakings }: Polled, idleMs: number): boolean {
  const { sleepsAfter } = device.profile.limits;
  return sleepsAfter === undefined ? wakings >= wakingsToKnow && idleMs >= leastSleepMs : idleMs >= sleepsAfter;
}

/** Of the same cause, on account of the same units; the bytes are others each time. */
function isAlike(note: StrayNote | null, other: StrayNote | null): boolean {
  return note?.likely === other?.likely && String(note?.withAnswersOf) === String(other?.withAnswersOf);
}

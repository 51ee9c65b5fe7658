import type { MqttBusConfig, MqttFormat } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { DeviceId, PointRef } from '../../contract/ids.ts';
import type { Reading } from '../../contract/reading.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { brokerCauseText } from '../../contract/words/broker-causes.ts';
import { deviceReasonText } from '../../contract/words/devices.ts';
import { senmlTime } from '../../devices/uplinks/json-body.ts';
import { type Body, type NoValue, readUplink, type UplinkSaid } from '../../devices/uplinks/read-uplink.ts';
import type { BusStats } from '../bus/bus.ts';
import { Counts } from '../bus/counts.ts';
import type { Log } from '../log.ts';
import type { BusReader, DeviceReport, Line } from '../polling/bus-reader.ts';
import { type DeviceEvent, type Instant, nextState, silenceLimitMs } from '../polling/connectivity.ts';
import type { Trouble } from '../polling/evidence.ts';
import { logStateChange } from '../polling/state-log.ts';
import { reconnectDelayMs } from '../uplink/backoff.ts';
import { refused, type Written } from '../writing/write-point.ts';
import { EndDevice, messageRange, type Taped } from './end-device.ts';
import { count, markOf, remembered } from './frame-counter.ts';
import { type Heard, hear } from './shapes.ts';
import type { Subscription } from './subscription.ts';
import { Waiting } from './waiting.ts';

export type MqttBusOptions = {
  clock: Clock;
  log: Log;
  random: () => number;
  config: MqttBusConfig;
  subscription: Subscription;
  onReadings(readings: readonly Reading[], mark?: string): void;
  /** See `BusesOptions`. */
  isKept?(): Promise<boolean>;
  onDeviceState(device: DeviceId): void;
  onTrouble?(trouble: Trouble): void;
};

type Uplink = Extract<Heard, { kind: 'uplink' }>;

/**
 * The sensors of one broker: whose word a message is, whether it is news, what it says, and whether each is there. It
 * connects again by itself for as long as it runs.
 */
export class MqttBus implements BusReader, Line {
  readonly #options: MqttBusOptions;
  readonly #clock: Clock;
  readonly #devices: ReadonlyMap<string, EndDevice>;
  readonly #ended = new AbortController();
  readonly #counts = new Counts();
  readonly #waiting: Waiting;
  /** Senders that the site does not have, said once each. */
  readonly #strangers = new Set<string>();
  #isOpen = false;
  #closedBecause: DeviceReason = { code: 'port-not-opened' };
  #running: Promise<unknown> = Promise.resolve();
  #turns = 0;

  constructor(options: MqttBusOptions) {
    this.#options = options;
    this.#clock = options.clock;
    const now = this.#now();
    this.#waiting = new Waiting(options.config.lateAfterMs);
    this.#devices = new Map(options.config.devices.map((device) => [device.address, new EndDevice(device, now)]));
  }

  start(marks?: ReadonlyMap<string, string>): void {
    for (const device of this.#devices.values()) device.counted = remembered(marks?.get(device.config.id));
    this.#running = Promise.all([this.#connectAgain(), this.#watch()]);
  }

  async close(): Promise<void> {
    this.#ended.abort();
    await this.#options.subscription.close();
    await this.#running;
  }

  sayAgain(): void {
    for (const device of this.#devices.values()) this.#transition(device, { kind: 'say-again' });
  }

  /** What sends messages takes no values here. */
  async write(ref: PointRef): Promise<Written | undefined> {
    const isOurs = this.#options.config.devices.some(({ points }) => points.some((point) => point.ref === ref));
    return isOurs ? refused({ code: 'read-only', point: ref }) : undefined;
  }

  devices(): ReadonlyMap<DeviceId, DeviceReport> {
    return new Map(
      [...this.#devices.values()].map(({ config, connectivity, figures }) => [
        config.id,
        { ...connectivity, uplinks: figures },
      ]),
    );
  }

  turns(): number {
    return this.#turns;
  }

  isOpen(): boolean {
    return this.#isOpen;
  }

  stats(): BusStats {
    return this.#counts.stats(this.#clock.monotonic(), this.#isOpen ? null : this.#closedBecause);
  }

  async #connectAgain(): Promise<void> {
    const { signal } = this.#ended;
    for (let failures = 0; !signal.aborted; ) {
      const lost = Promise.withResolvers<void>();
      try {
        await this.#options.subscription.open({
          onBegan: (hasSession) => this.#waiting.began(hasSession, this.#clock.monotonic()),
          onMessage: (topic, payload) => this.heard(topic, payload),
          onLost: (why) => {
            this.#closed(why);
            lost.resolve();
          },
        });
        this.#opened();
        failures = 0;
        signal.addEventListener('abort', () => lost.resolve(), { once: true });
        await lost.promise;
      } catch (error) {
        this.#closed(error instanceof Error ? error.message : String(error));
      }
      failures++;
      await this.#clock.sleep(reconnectDelayMs(failures, this.#options.random), signal);
    }
  }

  #opened(): void {
    const { log, config } = this.#options;
    this.#isOpen = true;
    log.info({ bus: config.id, url: config.link.url }, 'broker-open');
    // Nothing could be heard until now, so nobody was silent.
    const { mono } = this.#now();
    for (const device of this.#devices.values()) device.heardAt = Math.max(device.heardAt, mono);
  }

  #closed(why: string): void {
    const { log, config } = this.#options;
    const reason: DeviceReason = {
      code: 'broker-lost',
      broker: config.link.url.slice(0, longestText),
      cause: why.slice(0, longestText),
    };
    const isNews = this.#isOpen || deviceReasonText(this.#closedBecause).en !== deviceReasonText(reason).en;
    if (isNews && !this.#ended.signal.aborted)
      log.warn({ bus: config.id, why: brokerCauseText(why).en }, 'broker-lost');
    this.#isOpen = false;
    this.#closedBecause = reason;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await this.#clock.sleep(tickMs, signal);
      if (signal.aborted) return;
      this.#turns++;
      const now = this.#now();
      for (const device of this.#devices.values()) {
        if (this.#isOpen && device.isWell(now.mono)) continue;
        if (this.#isOpen) this.#missSilent(device, now);
        this.#transition(
          device,
          this.#isOpen ? { kind: 'tick' } : { kind: 'port-closed', reason: this.#closedBecause },
        );
      }
    }
  }

  /** A message of the broker. True when it may be acknowledged; one promise for those that are kept together. */
  heard(topic: string, payload: Uint8Array): Promise<boolean> {
    const { config } = this.#options;
    const heard = hear(config.link, topic, payload);
    const mayHaveWaited = this.#waiting.mayHave(this.#clock.monotonic());
    const device = heard.address === null ? undefined : this.#devices.get(heard.address);
    if (device === undefined) {
      this.#stranger(heard, topic, payload);
      return isKept;
    }
    this.#take(device, heard, payload, mayHaveWaited);
    return this.#options.isKept?.() ?? isKept;
  }

  #take(device: EndDevice, heard: Heard, payload: Uint8Array, mayHaveWaited: boolean): void {
    switch (heard.kind) {
      case 'uplink':
        this.#counts.reply();
        this.#uplink(device, heard, payload, mayHaveWaited);
        break;
      case 'join':
        device.counted = { ...device.counted, isAfresh: true, joinedAt: heard.at };
        device.add('joins');
        break;
      case 'battery':
        device.hasBattery(heard.percent);
        break;
      case 'misfit':
        this.#refuse(device, misfitReason(this.#options.config.link.format, heard.part), payload);
        break;
      case 'other':
        break;
    }
  }

  #stranger(heard: Heard, topic: string, payload: Uint8Array): void {
    this.#counts.discarded(payload.length);
    const name = heard.address ?? topic;
    if (heard.kind === 'other' || this.#strangers.has(name) || this.#strangers.size >= mostStrangers) return;
    this.#strangers.add(name);
    this.#options.log.info(
      { bus: this.#options.config.id, address: name.slice(0, longestText), topic },
      'sender-unknown',
    );
  }

  #uplink(device: EndDevice, heard: Uplink, payload: Uint8Array, mayHaveWaited: boolean): void {
    const hex = shownHex(heard.body, payload);
    const verdict = this.#isNew(device, heard, hex);
    if (verdict === 'twice') {
      device.add('twice');
      return;
    }
    const now = this.#now();
    const late = heard.at === null && mayHaveWaited ? waited : this.#lateness(heard.at, now);
    const isLate = late !== null || verdict === 'behind';
    device.add('heard');
    if (isLate) device.add('late');
    if (!isLate) device.heardBy(heard.radio ?? unsaid);
    if (heard.body === null) return;
    const said = readUplink(device.config, heard.body);
    device.record(tapedOf(heard.body, { at: heard.at ?? now.wall, hex, said }));
    if (said.kind === 'refused' && !isLate) this.#refuse(device, said.reason, payload);
    else if (said.kind === 'refused') device.add('refused');
    if (said.kind !== 'said') return;
    const { olds, why } = this.#olds(said.times, momentOf(heard.at, now), now);
    const readings = device.readings(said.points, momentOf(heard.at, now), { isLate, olds });
    this.#options.onReadings(readings, markOf(device.counted));
    if (!isLate) this.#present(device, said.noValues, now, why);
    else if (late !== null && device.connectivity.state !== 'online') this.#say(device, late);
  }

  /** It spoke for the present, and could be read. */
  #present(device: EndDevice, noValues: readonly NoValue[], now: Instant, old: DeviceReason | null): void {
    device.heardAt = now.mono;
    device.misses = 0;
    const before = device.connectivity.reason?.code;
    this.#transition(device, { kind: 'good', range: messageRange });
    const lasting = this.#lasting(device, noValues) ?? old;
    if (lasting !== null) this.#say(device, lasting);
    else if (before !== undefined && before !== 'not-polled') this.#trouble(device, null);
  }

  /** A code for "no value" that could be a value is no trouble before it has come several times in a row. */
  #lasting(device: EndDevice, noValues: readonly NoValue[]): DeviceReason | null {
    for (const point of [...device.empty.keys()])
      if (noValues.every((each) => each.point !== point)) device.empty.delete(point);
    for (const { point } of noValues) device.empty.set(point, (device.empty.get(point) ?? 0) + 1);
    const lasting = noValues.filter(({ point }) => (device.empty.get(point) ?? 0) >= emptyInARow);
    return lasting.length === 0
      ? null
      : { code: 'no-values', values: lasting.slice(0, 32).map((each) => ({ ...each })) };
  }

  /** How a message stands to those before it. Without a counter each is news. */
  #isNew(device: EndDevice, { counter, at }: Uplink, hex: string) {
    if (counter === null) return 'next';
    const { counted, verdict } = count(device.counted, { counter, at, isSame: hex === device.lastBody });
    device.counted = counted;
    if (verdict.lost !== 0) device.add('lost', verdict.lost);
    if (verdict.is === 'begun-again') device.add('begunAgain');
    if (verdict.is !== 'twice' && verdict.is !== 'behind') device.lastBody = hex;
    return verdict.is;
  }

  /** Why a message is history; null when it is the present. A server's clock that is ahead could hide any lateness. */
  #lateness(at: number | null, { wall }: Instant): DeviceReason | null {
    if (at === null || !this.#isApart(at, wall)) return null;
    return wall > at ? { code: 'late-uplink', s: apartS(at, wall) } : { code: 'clock-apart', s: apartS(at, wall) };
  }

  #isApart(at: number, wall: number): boolean {
    return Math.abs(wall - at) > this.#options.config.lateAfterMs;
  }

  /** Which values of a message are history by their own times, and why the first of them is. */
  #olds(times: ReadonlyMap<string, number>, sent: Instant, now: Instant) {
    const olds = new Map<string, Instant>();
    let why: DeviceReason | null = null;
    for (const [point, time] of times) {
      const at = Math.round(senmlTime(time, sent.wall));
      if (!this.#isApart(at, now.wall)) continue;
      why ??= { code: at < now.wall ? 'old-values' : 'device-clock-ahead', s: apartS(at, now.wall) };
      olds.set(point, momentOf(at, now));
    }
    return { olds, why };
  }

  /** What it said is not known, so what it said before does not count any more. */
  #refuse(device: EndDevice, reason: DeviceReason, payload: Uint8Array): void {
    this.#counts.fault('bad-frame');
    this.#counts.discarded(payload.length);
    device.add('refused');
    device.heardAt = this.#clock.monotonic();
    device.misses = 0;
    this.#transition(device, { kind: 'refused', range: messageRange, reason });
    this.#trouble(device, reason);
  }

  /** Half the silence that makes it offline is a miss, and the whole is another. */
  #missSilent(device: EndDevice, now: Instant): void {
    const silentMs = now.mono - device.heardAt;
    const limitMs = silenceLimitMs(device.config.everyMs);
    if (device.misses >= 2 || silentMs <= (limitMs / 2) * (device.misses + 1)) return;
    device.misses++;
    this.#counts.fault('timeout');
    const reason: DeviceReason = { code: 'no-uplink', s: Math.round(silentMs / 1000) };
    this.#transition(device, { kind: 'missed', range: messageRange, fault: 'timeout', reason });
    this.#trouble(device, reason);
  }

  /** It is heard; this is worth a look all the same. */
  #say(device: EndDevice, reason: DeviceReason): void {
    const before = device.connectivity.reason;
    device.connectivity = { ...device.connectivity, reason };
    if (before?.code === reason.code) return;
    this.#options.onDeviceState(device.config.id);
    this.#trouble(device, reason);
  }

  #trouble(device: EndDevice, reason: DeviceReason | null): void {
    const look = () => ({
      frames: device.tape.map(({ at, hex, said }) => ({
        at,
        hex,
        decoded: decodedOf(device, hex, said),
        dir: 'rx' as const,
      })),
      registers: [],
    });
    this.#options.onTrouble?.({ device: device.config.id, reason, look });
  }

  /** The one place where a device's state changes. */
  #transition(device: EndDevice, event: DeviceEvent): void {
    const before = device.connectivity;
    const now = this.#now();
    const { state, bad } = nextState(before, event, now);
    device.connectivity = state;
    const { log, config, onDeviceState } = this.#options;
    logStateChange({ log, bus: config.id, device: device.config.id, onDeviceState }, before, state);
    const [first] = bad;
    if (first === undefined) return;
    // The device refused nothing: its message could not be read.
    const fault = first.fault === 'refused' ? 'bad-frame' : first.fault;
    this.#options.onReadings(device.bad(fault, now));
  }

  #now(): Instant {
    return { wall: this.#clock.now(), mono: this.#clock.monotonic() };
  }
}

/** When a message was said, by the network server's clock; the monotonic clock goes back as far as it is old. */
function apartS(at: number, wall: number): number {
  return Math.round(Math.abs(wall - at) / 1000);
}

function momentOf(at: number | null, now: Instant): Instant {
  if (at === null) return now;
  return { wall: at, mono: now.mono - Math.max(0, now.wall - at) };
}

/** A body's bytes, or the message where that is JSON. */
function shownHex(body: Body | null, payload: Uint8Array): string {
  if (body === null) return '';
  const bytes = body.kind === 'bytes' ? body.bytes : payload;
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, mostShown)).toString('hex');
}

function shownSaid(said: UplinkSaid): string {
  if (said.kind === 'ignored') return 'says nothing of its points';
  if (said.kind === 'refused') return deviceReasonText(said.reason).en.slice(0, longestText);
  const values = [...said.points].map(([name, { value, fault }]) => `${name} ${value ?? fault}`);
  return `${said.layout}: ${values.join(', ')}`.slice(0, longestText);
}

/** Of a message without a word of its stations: what an earlier one said is not so of this one. */
const unsaid = { rssi: null, snr: null, margin: null, stations: 0 };
/** What bytes said is read once more if somebody looks; few ever do. */
function tapedOf(body: Body, { at, hex, said }: { at: number; hex: string; said: UplinkSaid }): Taped {
  const isWhole = body.kind === 'bytes' && body.bytes.length <= mostShown;
  return { at, hex, said: isWhole ? { port: body.port } : shownSaid(said) };
}

function decodedOf({ config }: EndDevice, hex: string, said: Taped['said']): string {
  if (typeof said === 'string') return said;
  return shownSaid(readUplink(config, { kind: 'bytes', port: said.port, bytes: Buffer.from(hex, 'hex') }));
}

const waited: DeviceReason = { code: 'may-have-waited' };
const isKept = Promise.resolve(true);
const tickMs = 1000;
const longestText = 200;
const mostShown = 512;
const mostStrangers = 100;
const emptyInARow = 3;

function misfitReason(format: MqttFormat, part: string | null): DeviceReason {
  return part === null ? { code: 'not-json' } : { code: 'not-of-format', format, part };
}

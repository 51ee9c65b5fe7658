import type { TalkerBusConfig } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { DeviceId, PointRef } from '../../contract/ids.ts';
import type { Reading } from '../../contract/reading.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { readFrame, type Said } from '../../devices/serial/decode.ts';
import type { TalkerProfile } from '../../devices/serial/talker-profile.ts';
import type { BusStats } from '../bus/bus.ts';
import type { Wire } from '../bus/wire.ts';
import type { Log } from '../log.ts';
import type { BusReader, Line } from '../polling/bus-reader.ts';
import {
  type DeviceEvent,
  type DeviceState,
  type Instant,
  nextState,
  silenceLimitMs,
} from '../polling/connectivity.ts';
import { logStateChange } from '../polling/state-log.ts';
import { refused, type Written } from '../writing/write-point.ts';
import { Asker } from './asker.ts';
import { frameRange, Talker } from './talker.ts';
import { TalkerLine } from './talker-line.ts';

export type TalkersOptions = {
  clock: Clock;
  log: Log;
  random: () => number;
  config: TalkerBusConfig;
  wire: Wire;
  onReadings(readings: readonly Reading[]): void;
  onDeviceState(device: DeviceId): void;
};

/**
 * Listens to the sensors of one serial line: whose word a frame is, what of it counts, and whether each is there. The
 * line is its to close.
 */
export class Talkers implements BusReader, Line {
  readonly #options: TalkersOptions;
  readonly #clock: Clock;
  readonly #line: TalkerLine;
  readonly #profile: TalkerProfile;
  readonly #talkers: readonly Talker[];
  /** null: they speak by themselves. */
  readonly #asker: Asker | null;
  readonly #ended = new AbortController();
  /** Under which address frames come that nobody here has, and when the last one came, monotonic ms. */
  #other: { readonly address: string | null; readonly at: number } | null = null;
  #wasOpen = false;
  #running: Promise<void> = Promise.resolve();
  #tickedAt = Number.NEGATIVE_INFINITY;
  #turns = 0;

  /** @throws for a line without sensors, or with several profiles: the site file is checked for both */
  constructor(options: TalkersOptions) {
    const { clock, config } = options;
    const [profile, ...others] = new Set(config.devices.map((device) => device.profile));
    if (profile === undefined || others.length > 0) throw new Error(`bus ${config.id}: its sensors went unchecked`);
    this.#options = options;
    this.#clock = clock;
    this.#profile = profile;
    const now = this.#now();
    this.#talkers = config.devices.map((device) => new Talker(device, now));
    const onFrame = (frame: Uint8Array) => this.#heard(frame);
    this.#line = new TalkerLine({ ...options, id: config.id, line: config.link, profile, onFrame });
    this.#asker = profile.poll === null ? null : this.#newAsker(profile.poll.answer);
  }

  start(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#ended.abort();
    this.#asker?.close();
    await this.#line.close();
    await this.#running;
  }

  sayAgain(): void {
    for (const talker of this.#talkers) this.#transition(talker, { kind: 'say-again' });
  }

  /** What talks by itself takes no values. */
  async write(ref: PointRef): Promise<Written | undefined> {
    const isOurs = this.#talkers.some(({ device }) => device.points.some((point) => point.ref === ref));
    return isOurs ? refused({ code: 'read-only', point: ref }) : undefined;
  }

  devices(): ReadonlyMap<DeviceId, DeviceState> {
    return new Map(this.#talkers.map((talker) => [talker.device.id, talker.state()]));
  }

  turns(): number {
    return this.#turns;
  }

  isOpen(): boolean {
    return this.#line.isOpen();
  }

  stats(): BusStats {
    return this.#line.stats();
  }

  #newAsker(answerMs: number): Asker {
    return new Asker({
      ...this.#options,
      line: this.#line,
      talkers: this.#talkers,
      answerMs,
      heardInstead: ({ device: { address } }, since) => {
        const isOther = this.#other !== null && this.#other.at >= since;
        const s = answerMs / 1000;
        return (
          this.#line.heardInstead() ??
          (isOther ? { code: 'not-among', s, address, heard: this.#other?.address ?? null } : null)
        );
      },
      onAnswer: (talker, frame) => this.#take(talker, this.#saidBy(talker, frame)),
      onMissed: (talker, fault, reason) =>
        this.#transition(talker, { kind: 'missed', range: frameRange, fault, reason }),
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    await this.#line.open();
    while (!signal.aborted) {
      if (this.#line.isOpen() && !this.#wasOpen) this.#onPortReopened();
      this.#wasOpen = this.#line.isOpen();
      if (this.#wasOpen && this.#asker !== null) await this.#asker.turn(tickMs, signal);
      else await this.#clock.sleep(this.#wasOpen ? tickMs : closedLookMs, signal);
      this.#turns++;
      if (!signal.aborted) this.#tick();
    }
  }

  /** On a line that was away others may talk now. */
  #onPortReopened(): void {
    for (const talker of this.#talkers) talker.forget(this.#now());
    this.#asker?.onPortReopened();
  }

  #heard(frame: Uint8Array): void {
    // Of a binary frame the start and the sum have shown where it begins.
    const fits = (talker: Talker, rest: Uint8Array) =>
      this.#profile.protocol === 'serial-lines' && this.#saidBy(talker, rest) !== undefined;
    if (this.#asker?.isEcho(frame, fits) === true) {
      this.#line.ignored(frame, 'known');
      return;
    }
    const asked = this.#asker?.asked();
    const mayBe = asked === undefined ? this.#talkers : asked === null ? [] : [asked];
    for (const talker of mayBe) {
      const said = this.#saidBy(talker, frame);
      if (said === undefined) continue;
      if (this.#asker === null) this.#take(talker, said);
      else this.#asker.answered(frame);
      return;
    }
    const late =
      this.#asker === null ? undefined : this.#talkers.find((each) => this.#saidBy(each, frame) !== undefined);
    if (late !== undefined) this.#asker?.late(late);
    const [any] = this.#talkers;
    const other = any === undefined ? undefined : readFrame(this.#profile, any.device.points, frame);
    if (late === undefined && other !== undefined)
      this.#other = { address: other.address, at: this.#clock.monotonic() };
    this.#line.ignored(frame, other === undefined ? 'strange' : 'known');
  }

  #saidBy(talker: Talker, frame: Uint8Array): Said | undefined {
    const said = readFrame(this.#profile, talker.device.points, frame);
    return said?.address === talker.device.address ? said : undefined;
  }

  #take(talker: Talker, said: Said | undefined): void {
    if (said === undefined) return;
    this.#line.understood();
    talker.badFrames = this.#line.badFrames;
    const before = talker.state().reason;
    const readings = talker.hear(said, this.#now());
    this.#transition(talker, { kind: 'good', range: frameRange });
    if (talker.state().reason?.code !== before?.code) this.#options.onDeviceState(talker.device.id);
    this.#report(readings);
  }

  #tick(): void {
    const now = this.#now();
    if (now.mono - this.#tickedAt < tickMs) return;
    this.#tickedAt = now.mono;
    const isOpen = this.#line.isOpen();
    for (const talker of this.#talkers) {
      if (isOpen && this.#asker === null) this.#missSilent(talker, now);
      this.#transition(talker, isOpen ? { kind: 'tick' } : { kind: 'port-closed', reason: this.#line.closedBecause() });
      if (isOpen && talker.connectivity.state !== 'offline') this.#report(talker.noisy(now));
    }
    this.#line.watch(Math.max(longestSilenceMs, ...this.#talkers.map(({ everyMs }) => silentTurns * everyMs)));
  }

  /** Half the silence that makes it offline is a miss, and the whole is another. */
  #missSilent(talker: Talker, now: Instant): void {
    const silentMs = now.mono - talker.heardAt;
    if (talker.misses >= 2 || silentMs <= (silenceLimitMs(talker.everyMs) / 2) * (talker.misses + 1)) return;
    talker.misses++;
    const s = Math.round(silentMs / 100) / 10;
    const isDamaged = this.#line.badFrames > talker.badFrames;
    if (!isDamaged) this.#line.fault('timeout');
    const silence = this.#line.heardInstead() ?? this.#silence(talker, s, silentMs);
    const reason: DeviceReason = isDamaged ? this.#line.damaged(s) : silence;
    this.#transition(talker, { kind: 'missed', range: frameRange, fault: isDamaged ? 'bad-frame' : 'timeout', reason });
  }

  /** Nothing of this device: on a line where others are heard, that is another matter than a silent line. */
  #silence({ device: { address } }: Talker, s: number, silentMs: number): DeviceReason {
    if (this.#line.silentMs() >= silentMs) return { code: 'no-frame-in', s };
    return { code: 'not-among', s, address, heard: this.#other?.address ?? null };
  }

  /** The one place where a device's state changes: what that means for the asking, the log and the readings. */
  #transition(talker: Talker, event: DeviceEvent): void {
    const before = talker.connectivity;
    const now = this.#now();
    const { state, bad } = nextState(before, event, now);
    talker.connectivity = state;
    this.#asker?.stateChanged(talker, before);
    const { log, config, onDeviceState } = this.#options;
    logStateChange({ log, bus: config.id, device: talker.device.id, onDeviceState }, before, state);
    const [first] = bad;
    if (first !== undefined) this.#report(talker.bad(first.fault, now));
  }

  #report(readings: readonly Reading[]): void {
    if (readings.length > 0) this.#options.onReadings(readings);
  }

  #now(): Instant {
    return { wall: this.#clock.now(), mono: this.#clock.monotonic() };
  }
}

const tickMs = 250;
const closedLookMs = 100;
/** Beyond this silence of a whole line (and ten times what its sensors take) its port is opened again. */
const longestSilenceMs = 60_000;
const silentTurns = 10;

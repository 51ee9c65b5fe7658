import type { Clock } from '../../contract/clock.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { lineTiming } from '../../devices/modbus/rtu.ts';
import { framerOf } from '../../devices/serial/framer.ts';
import type { Framer } from '../../devices/serial/framing.ts';
import type { TalkerProfile } from '../../devices/serial/talker-profile.ts';
import type { BusFault, BusStats } from '../bus/bus.ts';
import { Counts } from '../bus/counts.ts';
import { Port } from '../bus/port.ts';
import type { Wire } from '../bus/wire.ts';
import type { Log } from '../log.ts';
import type { Line } from '../polling/bus-reader.ts';
import { damagedFrames, insteadOf } from './instead-of.ts';

export type TalkerLineOptions = {
  clock: Clock;
  log: Log;
  random: () => number;
  /** The bus id, for the log. */
  id: string;
  wire: Wire;
  profile: TalkerProfile;
  line: { baudRate: number; parity: 'none' | 'even' | 'odd'; stopBits: 1 | 2 };
  /** A whole frame with the right checksum. */
  onFrame(frame: Uint8Array): void;
};

/** A serial line that is listened to: whole frames come out of it, and requests may go in. */
export class TalkerLine implements Line {
  readonly #options: TalkerLineOptions;
  readonly #clock: Clock;
  readonly #port: Port;
  readonly #framer: Framer;
  readonly #counts = new Counts();
  readonly #charMs: number;
  #heardAt = Number.NEGATIVE_INFINITY;
  #badFrames = 0;
  #discardedBytes = 0;
  /** Whole frames of another make, and the last of them. */
  #strange = { count: 0, last: nothing };
  /** Bytes since the last whole frame, and the last of them. */
  #loose = { count: 0, last: nothing };

  constructor(options: TalkerLineOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#framer = framerOf(options.profile);
    this.#charMs = lineTiming(options.line).charMs;
    this.#port = new Port({
      ...options,
      onBytes: (bytes) => this.#received(bytes),
      onOpened: () => this.#opened(),
      onClosed: () => {},
    });
  }

  open(): Promise<void> {
    return this.#port.open();
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  isOpen(): boolean {
    return this.#port.isOpen();
  }

  closedBecause(): DeviceReason {
    return this.#port.closedBecause() ?? { code: 'port-closed' };
  }

  /** Frames that came damaged so far. */
  get badFrames(): number {
    return this.#framer.counts.badFrames;
  }

  /** How long the line has been silent, ms. */
  silentMs(): number {
    return this.#clock.monotonic() - this.#heardAt;
  }

  /** Puts a request on the line; the next byte begins its answer. Gives the time it takes on the wire, ms. */
  ask(request: Uint8Array): number {
    const now = this.#clock.monotonic();
    const sentMs = request.length * this.#charMs;
    this.#framer.reset('beginning');
    this.#counts.request();
    this.#counts.busy(now, now + sentMs);
    this.#port.write(request);
    return sentMs;
  }

  /** A frame was somebody's word. */
  understood(): void {
    this.#strange = { count: 0, last: nothing };
    this.#counts.reply();
    this.#port.proven();
  }

  /** A whole frame was not taken: it is of no sensor of this make, or of one that was not meant to speak. */
  ignored(frame: Uint8Array, how: 'strange' | 'known'): void {
    this.#counts.discarded(frame.length);
    if (how === 'strange') this.#strange = { count: this.#strange.count + 1, last: frame.slice() };
  }

  /** What came instead of a frame that a device here could have said; null when not one byte did. */
  heardInstead(): DeviceReason | null {
    return insteadOf(this.#options.profile, this.#strange, this.#loose);
  }

  /** Only damaged frames came for so long. */
  damaged(s: number): DeviceReason {
    return damagedFrames(this.#options.profile, s, this.#loose.last);
  }

  fault(fault: BusFault): void {
    this.#counts.fault(fault);
  }

  /** Some adapters stop handing out bytes until they are opened again, and say nothing. */
  watch(longestSilenceMs: number): void {
    const { log, id } = this.#options;
    const silentS = Math.round(this.silentMs() / 1000);
    if (!this.#port.isOpen() || this.silentMs() < longestSilenceMs) return;
    log.warn({ bus: id, silentS }, 'port-silent');
    this.#port.drop({ code: 'port-mute', s: silentS });
  }

  stats(): BusStats {
    return this.#counts.stats(this.#clock.monotonic(), this.#port.isOpen() ? null : this.closedBecause());
  }

  #received(bytes: Uint8Array): void {
    const now = this.#clock.monotonic();
    this.#heardAt = now;
    this.#counts.busy(Math.max(0, now - bytes.length * this.#charMs), now);
    const frames = this.#framer.take(bytes, now);
    this.#tally();
    const isLoose = frames.length === 0;
    this.#loose = {
      count: isLoose ? this.#loose.count + bytes.length : 0,
      last: isLoose ? Uint8Array.from([...this.#loose.last, ...bytes]).slice(-shownBytes) : nothing,
    };
    for (const frame of frames) this.#options.onFrame(frame);
  }

  #tally(): void {
    const { badFrames, discardedBytes } = this.#framer.counts;
    for (; this.#badFrames < badFrames; this.#badFrames++) this.#counts.fault('bad-frame');
    this.#counts.discarded(discardedBytes - this.#discardedBytes);
    this.#discardedBytes = discardedBytes;
  }

  #opened(): void {
    this.#heardAt = this.#clock.monotonic();
    this.#framer.reset('unknown');
    this.#strange = { count: 0, last: nothing };
    this.#loose = { count: 0, last: nothing };
  }
}

const nothing: Uint8Array = new Uint8Array(0);
const shownBytes = 24;

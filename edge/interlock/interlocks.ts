import type { InterlockConfig } from '../../config/site.ts';
import type { Clock, Timer } from '../../contract/clock.ts';
import type { PointRef } from '../../contract/ids.ts';
import type { HealthMessage } from '../../contract/messages.ts';
import type { Reading } from '../../contract/reading.ts';
import type { CommandReason } from '../../contract/reasons/commands.ts';
import { commandText } from '../../contract/words/commands.ts';
import type { Log } from '../log.ts';
import { refused, type Written } from '../writing/write-point.ts';
import {
  driveOf,
  dueOf,
  type Interlock,
  type InterlockEvent,
  isSounding,
  newInterlock,
  nextInterlock,
  pointsOf,
  testMs,
} from './interlock.ts';

export type InterlocksOptions = {
  clock: Clock;
  log: Log;
  interlocks: readonly InterlockConfig[];
  /** Writes a point of this agent and reads it back. */
  write(point: PointRef, value: boolean): Promise<Written>;
  /** The state of an interlock changed: health is to say so soon. */
  onChange(): void;
};

type Told = NonNullable<HealthMessage['interlocks']>[string];

/** An output that could not be set is tried again so often. */
const retryMs = 1000;

type Entry = {
  interlock: Interlock;
  readonly points: ReadonlySet<PointRef>;
  /** What the output was last read as; null when nobody knows. */
  output: boolean | null;
  fault: CommandReason | null;
  writing: boolean;
  timer: Timer | null;
  told: Told;
};

/**
 * Outputs that the agent switches from its own points, whatever the broker and the gateway do. An output is set when its
 * reading differs from what is wanted, read back, and tried again every second until it is so; what cannot be set is a
 * fault that health tells.
 */
export class Interlocks {
  readonly #options: InterlocksOptions;
  readonly #entries: readonly Entry[];
  #closed = false;

  constructor(options: InterlocksOptions) {
    this.#options = options;
    this.#entries = options.interlocks.map((config) => {
      const interlock = newInterlock(config);
      const since = options.clock.now();
      const told: Told = { state: 'unknown', mode: 'normal', since, reason: null };
      return { interlock, points: pointsOf(interlock), output: null, fault: null, writing: false, timer: null, told };
    });
  }

  start(): void {
    for (const entry of this.#entries) this.#settle(entry);
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#entries) timer?.cancel();
  }

  /** Takes every reading of the agent's points, in the order of polling. */
  accept(readings: readonly Reading[]): void {
    for (const entry of this.#entries) {
      const { config } = entry.interlock;
      let touched = false;
      for (const { point, value, fault, mono } of readings) {
        if (point === config.output) {
          entry.output = typeof value === 'boolean' && fault === null ? value : null;
          touched = true;
        }
        if (!entry.points.has(point)) continue;
        this.#step(entry, { kind: 'reading', point, value, fault, mono });
        touched = true;
      }
      if (touched) this.#settle(entry);
    }
  }

  /** The interlock that drives this output; null when a command may write it. */
  owner(point: PointRef): string | null {
    return this.#entries.find(({ interlock }) => interlock.config.output === point)?.interlock.config.id ?? null;
  }

  /**
   * A command to an owned output: its switched-on value is a test that ends by itself, its switched-off value silences
   * what sounds. Nothing else is possible.
   */
  command(point: PointRef, value: unknown): Written {
    const entry = this.#entries.find(({ interlock }) => interlock.config.output === point);
    if (entry === undefined) return refused({ code: 'no-such-point', point });
    const { config } = entry.interlock;
    const mono = this.#options.clock.monotonic();
    if (typeof value !== 'boolean') return refused({ code: 'owned', interlock: config.id });
    const isTest = value === config.on;
    if (!isTest && !isSounding(entry.interlock)) return refused({ code: 'nothing-to-silence', interlock: config.id });
    const drive = driveOf(entry.interlock);
    if (drive.kind === 'blocked') return refused(drive.reason);
    this.#step(entry, { kind: isTest ? 'test' : 'silence', mono });
    this.#settle(entry);
    const reason: CommandReason = isTest
      ? { code: 'testing', interlock: config.id, seconds: testMs / 1000 }
      : { code: 'silenced', interlock: config.id };
    return { outcome: 'done', reason, readBack: entry.output };
  }

  /** For health; undefined without any. */
  health(): HealthMessage['interlocks'] {
    if (this.#entries.length === 0) return undefined;
    return Object.fromEntries(this.#entries.map(({ interlock, told }) => [interlock.config.id, told]));
  }

  #step(entry: Entry, event: InterlockEvent): void {
    entry.interlock = nextInterlock(entry.interlock, event);
  }

  /** Drives the output if it must be, tells what changed, and comes back when something is due. */
  #settle(entry: Entry): void {
    if (this.#closed) return;
    const drive = driveOf(entry.interlock);
    if (drive.kind === 'set' && entry.output !== drive.on && !entry.writing) void this.#write(entry, drive.on);
    if (drive.kind === 'set' && entry.output === drive.on) entry.fault = null;
    if (drive.kind === 'blocked') entry.fault = drive.reason;
    if (drive.kind === 'hold' && entry.fault?.code === 'gas-zone') entry.fault = null;
    this.#tell(entry);
    const due = dueOf(entry.interlock);
    entry.timer?.cancel();
    entry.timer = due === null ? null : this.#after(entry, Math.max(0, due - this.#options.clock.monotonic()));
  }

  #after(entry: Entry, ms: number): Timer {
    return this.#options.clock.after(ms, () => {
      this.#step(entry, { kind: 'tick', mono: this.#options.clock.monotonic() });
      this.#settle(entry);
    });
  }

  async #write(entry: Entry, on: boolean): Promise<void> {
    const { clock, write } = this.#options;
    entry.writing = true;
    const written = await write(entry.interlock.config.output, on);
    entry.output = typeof written.readBack === 'boolean' ? written.readBack : null;
    entry.fault = written.outcome === 'done' ? null : written.reason;
    if (written.outcome !== 'done') {
      this.#tell(entry);
      await clock.sleep(retryMs);
    }
    entry.writing = false;
    this.#settle(entry);
  }

  #tell(entry: Entry): void {
    const { interlock, fault, output } = entry;
    const { config, wanted, silenced, testUntil } = interlock;
    const mode = fault !== null ? 'fault' : testUntil !== null ? 'testing' : silenced !== null ? 'silenced' : 'normal';
    const isUnknown = output === null || (interlock.judgement?.verdict ?? 'unknown') === 'unknown';
    const state: Told['state'] = isUnknown && wanted !== true ? 'unknown' : output === config.on ? 'on' : 'off';
    const reason = fault ?? (mode === 'silenced' ? ({ code: 'silenced', interlock: config.id } as const) : null);
    const { told } = entry;
    if (told.state === state && told.mode === mode && told.reason?.code === reason?.code) return;
    const { clock, log, onChange } = this.#options;
    entry.told = { state, mode, since: clock.now(), reason };
    const line = { interlock: config.id, output: config.output, state, mode, why: reason && commandText(reason).en };
    if (mode === 'fault') log.error(line, 'interlock-fault');
    else log.info(line, 'interlock-changed');
    onChange();
  }
}

import { readSync, writeSync } from 'node:fs';
import { access } from 'node:fs/promises';
import type { DarwinBinding, LinuxBinding } from '@serialport/bindings-cpp';
import type { Clock } from '../../contract/clock.ts';
import { lineTiming } from '../../devices/modbus/rtu.ts';
import { type Pace, paceOf, type Timing } from './pace.ts';
import { openProblem } from './serial-problem.ts';
import type { ExpectedReply, OpenResult, Wire, WireEvents } from './wire.ts';

export type SerialLink = {
  port: string;
  baudRate: number;
  parity: 'none' | 'even' | 'odd';
  stopBits: 1 | 2;
  /** 8 unless said: Modbus RTU has no other. */
  dataBits?: 7 | 8;
};

/**
 * A serial port by its path, on serialport's binding. A stream on top of it would wake up for every byte, which costs more
 * than the rest of an exchange; here the bytes of an expected reply are left to gather, and are fetched when the last of
 * them is due. Whatever comes unexpected is handed out as it comes.
 *
 * Each opening is a new port object: one that was reopened can stay deaf.
 */
export class SerialWire implements Wire {
  readonly #link: SerialLink;
  readonly #clock: Clock;
  readonly #pace: Pace;
  #port: OpenPort | null = null;

  constructor(options: { clock: Clock; link: SerialLink; timing?: Timing }) {
    this.#link = options.link;
    this.#clock = options.clock;
    this.#pace = paceOf(options.clock, lineTiming(options.link), options.timing ?? 'economical');
  }

  async open(events: WireEvents): Promise<OpenResult> {
    const { port: path, baudRate, parity, stopBits, dataBits = 8 } = this.#link;
    const absent = await access(path).then(() => undefined, openProblem(path));
    if (absent !== undefined) return absent;
    try {
      const binding = await (await systemBinding()).open({ path, baudRate, parity, stopBits, dataBits, lock: true });
      this.#port = new OpenPort({ binding, path, clock: this.#clock, pace: this.#pace, events });
      return { ok: true };
    } catch (error) {
      return openProblem(path)(error instanceof Error ? error : new Error(String(error)));
    }
  }

  write(bytes: Uint8Array, expected?: ExpectedReply): void {
    this.#port?.write(bytes, expected);
  }

  look(): void {
    this.#port?.look();
  }

  async close(): Promise<void> {
    const port = this.#port;
    this.#port = null;
    await port?.close();
  }
}

type Binding = Awaited<ReturnType<typeof LinuxBinding.open>> | Awaited<ReturnType<typeof DarwinBinding.open>>;

/** Loaded by the first port: an agent on TCP alone has no use for it. */
async function systemBinding(): Promise<typeof LinuxBinding | typeof DarwinBinding> {
  const { DarwinBinding, LinuxBinding } = await import('@serialport/bindings-cpp');
  return process.platform === 'darwin' ? DarwinBinding : LinuxBinding;
}

/** One opening of a port. */
class OpenPort {
  readonly #binding: Binding;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #events: WireEvents;
  readonly #buffer = Buffer.alloc(receiveBytes);
  #isWatching = false;
  #timer: { cancel(): void } | null = null;
  /** What is still to come of an expected reply; null while none is. */
  #due: { left: number; charMs: number; hasBegun: boolean } | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: { binding: Binding; path: string; clock: Clock; pace: Pace; events: WireEvents }) {
    this.#binding = options.binding;
    this.#path = options.path;
    this.#clock = options.clock;
    this.#pace = options.pace;
    this.#events = options.events;
    this.#watch();
  }

  write(bytes: Uint8Array, expected: ExpectedReply | undefined): void {
    const { fd } = this.#binding;
    if (fd === null) return;
    this.#due = null;
    this.#timer?.cancel();
    try {
      // A line that takes no bytes (held by flow control) answers none: the request times out.
      writeSync(fd, bytes);
    } catch (error) {
      if (!isBusy(error)) this.#lost(error);
    }
    if (expected === undefined) this.#watch();
    else this.#await(expected);
  }

  #await({ bytes, charMs, wholeAfterMs }: ExpectedReply): void {
    this.#due = { left: bytes, charMs, hasBegun: false };
    this.#unwatch();
    this.#lookAfter(wholeAfterMs - this.#pace.marginMs);
  }

  look(): void {
    const { fd } = this.#binding;
    const count = fd === null ? undefined : this.#read(fd);
    if (count === 0) this.#lost(new Error('hung up'));
    else if (count !== undefined) this.#heard(count);
  }

  /** How many bytes came; undefined when none did. */
  #read(fd: number): number | undefined {
    const { stackTraceLimit } = Error;
    // That nothing is there is said by an error, at every request: drawing up its stack would cost five times the read.
    Error.stackTraceLimit = 0;
    try {
      return readSync(fd, this.#buffer);
    } catch (error) {
      if (!isBusy(error)) this.#lost(error);
      return undefined;
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#timer?.cancel();
    this.#due = null;
    if (!this.#binding.isOpen) return;
    // It closes the descriptor whatever it says; one that is gone already may make it complain.
    await this.#binding.close().catch(() => {});
  }

  #heard(count: number): void {
    if (this.#due !== null) {
      const left = this.#due.left - count;
      this.#due = left > 0 ? { ...this.#due, left, hasBegun: true } : null;
    }
    this.#events.onBytes(this.#buffer.subarray(0, count));
  }

  #lookAfter(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#pace.after(Math.max(0, ms), () => {
      this.#timer = null;
      this.#lookAndGoOn();
    });
  }

  /** While a reply is coming the time for the rest of it is slept through; what is not coming yet is watched for. */
  #lookAndGoOn(): void {
    const before = this.#due?.left;
    this.look();
    const due = this.#due;
    if (this.#closing !== null) return;
    const isComing = due?.hasBegun && due.left !== before;
    const sleepMs = isComing ? due.left * due.charMs - this.#pace.marginMs : 0;
    const isReplyOver = due === null && before !== undefined;
    if (isReplyOver) this.#watchLater();
    else if (sleepMs > 0) this.#lookAfter(sleepMs);
    else this.#watch();
  }

  /** On a busy line the next request comes before that, and looks by itself: to watch in between costs more than a look. */
  #watchLater(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(idleMs, () => {
      this.#timer = null;
      this.#watch();
    });
  }

  #watch(): void {
    if (this.#isWatching || this.#closing !== null) return;
    this.#isWatching = true;
    this.#binding.poller.once('readable', (error: Error | null) => {
      this.#isWatching = false;
      if (this.#closing !== null || isCanceled(error)) return;
      if (error !== null) this.#lost(error);
      else this.#lookAndGoOn();
    });
  }

  #unwatch(): void {
    if (this.#isWatching) this.#binding.poller.stop();
  }

  #lost(error: unknown): void {
    if (this.#closing !== null) return;
    const cause = error instanceof Error ? error.message : String(error);
    void this.close();
    this.#events.onClosed({ code: 'port-gone', port: this.#path, cause });
  }
}

/** Room for an echo and a reply of 256 bytes each, and for a second master's. */
const receiveBytes = 1024;

/** How long after a reply nothing is watched for. */
const idleMs = 20;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR');
}

function isCanceled(error: Error | null): boolean {
  return error !== null && 'canceled' in error && error.canceled === true;
}

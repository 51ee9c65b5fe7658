import type { Clock } from '../../contract/clock.ts';
import { crc16 } from '../../devices/modbus/crc.ts';
import { frameRtu, tryRtuFrame } from '../../devices/modbus/rtu.ts';
import type { OpenResult, Wire, WireEvents } from '../../edge/bus/wire.ts';

/** Bytes that a slave puts on the line, ms after the end of the request. */
export type Chunk = {
  readonly afterMs: number;
  readonly bytes: Uint8Array;
  /** The other side closes the connection behind these bytes. */
  readonly ends?: true;
};

/** What stands on the other end: answers a request, or does not. */
export type Slave = (request: Uint8Array, nth: number) => readonly Chunk[];

export type MemoryLineOptions = {
  clock: Clock;
  slave: Slave;
  /** Time of one character; each byte is heard when it has passed. 0 delivers whole chunks at once. */
  charMs?: number;
  /** Whether each byte is handed out by itself, or a chunk as a whole when its last byte has passed; the pace is the same. */
  handsOut?: 'bytes' | 'chunks';
  /** What is under way when the other side closes is lost, as in a TCP connection; on a line it still comes. */
  isConnection?: boolean;
  /** Every request is checked to begin after at least this much silence. */
  silenceMs?: number;
  /** The line hears itself. */
  echo?: boolean;
  /** Time from one byte of a chunk to the next, in place of `charMs`. */
  byteGapMs?: number;
};

/** A serial line in memory, on a clock. */
export class MemoryLine implements Wire {
  /** Requests as they were sent. */
  readonly sent: { at: number; frame: Uint8Array }[] = [];
  /** Requests that began before the line had been silent long enough. */
  shortSilences = 0;
  /** What the next openings come to. */
  problem: Exclude<OpenResult, { ok: true }> | null = null;
  openings = 0;
  /** Time the line carried bytes or kept its silence or waited for the slave, ms. */
  usedMs = 0;
  slave: Slave;
  /** Called when the line is looked at. */
  onLook: () => void = () => {};
  readonly #options: Required<Omit<MemoryLineOptions, 'slave'>>;
  #events: WireEvents | null = null;
  /** When the last byte had passed, either way. */
  #quietSince = Number.NEGATIVE_INFINITY;

  constructor(options: MemoryLineOptions) {
    const { slave, ...rest } = options;
    this.slave = slave;
    this.#options = {
      charMs: 0,
      handsOut: 'bytes',
      isConnection: false,
      silenceMs: 0,
      echo: false,
      byteGapMs: 0,
      ...rest,
    };
  }

  async open(events: WireEvents): Promise<OpenResult> {
    this.openings++;
    if (this.problem !== null) return this.problem;
    this.#events = events;
    return { ok: true };
  }

  async write(frame: Uint8Array): Promise<void> {
    if (this.#events === null) return;
    const { clock, charMs, silenceMs, echo } = this.#options;
    const now = clock.monotonic();
    if (now < this.#quietSince + silenceMs - 1e-6) this.shortSilences++;
    const sentMs = frame.length * charMs;
    this.sent.push({ at: now, frame });
    this.#quietSince = Math.max(this.#quietSince, now + sentMs);
    this.usedMs += sentMs + silenceMs;
    if (echo) this.#put(0, frame);
    for (const chunk of this.slave(frame, this.sent.length)) {
      this.#put(sentMs + chunk.afterMs, chunk.bytes);
      if (chunk.ends) this.#end(sentMs + chunk.afterMs);
    }
  }

  look(): void {
    this.onLook();
  }

  async close(): Promise<void> {
    this.#events = null;
  }

  get isOpen(): boolean {
    return this.#events !== null;
  }

  /** The adapter is pulled. */
  vanish(how?: 'by-peer'): void {
    const events = this.#events;
    this.#events = null;
    events?.onClosed(
      { code: 'port-gone', port: 'p', cause: 'the adapter is gone' },
      ...(how === undefined ? [] : [how]),
    );
  }

  /** Bytes out of nowhere, `afterMs` from now. */
  noise(bytes: readonly number[], afterMs = 0): void {
    this.#put(afterMs, Uint8Array.from(bytes));
  }

  /** Bytes out of nowhere, now. */
  hear(bytes: readonly number[]): void {
    this.#quietSince = this.#options.clock.monotonic();
    this.#events?.onBytes(Uint8Array.from(bytes));
  }

  #end(afterMs: number): void {
    const opening = this.openings;
    this.#options.clock.after(afterMs, () => opening === this.openings && this.vanish('by-peer'));
  }

  #put(afterMs: number, bytes: Uint8Array): void {
    const { charMs, byteGapMs, handsOut } = this.#options;
    const perByteMs = byteGapMs > 0 ? byteGapMs : charMs;
    this.usedMs += bytes.length * perByteMs;
    if (perByteMs === 0 || handsOut === 'chunks') this.#deliver(afterMs + bytes.length * perByteMs, bytes);
    else for (const [i, byte] of bytes.entries()) this.#deliver(afterMs + (i + 1) * perByteMs, Uint8Array.of(byte));
  }

  #deliver(afterMs: number, bytes: Uint8Array): void {
    const { clock, isConnection } = this.#options;
    const opening = this.openings;
    if (bytes.length === 0) return;
    clock.after(afterMs, () => {
      if (isConnection && opening !== this.openings) return;
      this.#quietSince = Math.max(this.#quietSince, clock.monotonic());
      this.#events?.onBytes(bytes);
    });
  }
}

/** The register at an address of a unit: any mix-up of the two shows. */
export function registerOf(unit: number, address: number): number {
  return (unit * 1000 + address) & 0xffff;
}

/** The coil or discrete input at an address of a unit, without a period that a shift could hide in. */
export function bitOf(unit: number, address: number): boolean {
  return (crc16(Uint8Array.of(unit, address >>> 8, address & 0xff)) & 1) === 1;
}

/** The right reply to a request, from `registerOf` and `bitOf`; nothing to what is no request of functions 1–6, 15, 16. */
export function honestReply(request: Uint8Array): Uint8Array {
  const frame = tryRtuFrame(request);
  if (frame === undefined || frame.unit === 0) return new Uint8Array(0);
  const { unit, pdu } = frame;
  const [fn = 0, high = 0, low = 0, countHigh = 0, countLow = 0] = pdu;
  const address = (high << 8) | low;
  const count = (countHigh << 8) | countLow;
  if (fn === 3 || fn === 4) return frameRtu(unit, Uint8Array.of(fn, count * 2, ...registers(unit, address, count)));
  if (fn === 1 || fn === 2)
    return frameRtu(unit, Uint8Array.of(fn, Math.ceil(count / 8), ...bits(unit, address, count)));
  return frameRtu(unit, pdu.slice(0, 5));
}

/** An exception to a request. */
export function exceptionReply(request: Uint8Array, code: number): Uint8Array {
  return frameRtu(request[0] ?? 0, Uint8Array.of((request[1] ?? 0) | 0x80, code));
}

/** A slave that answers at once, or `afterMs` after the request. */
export function honestSlave(afterMs = 0): Slave {
  return (request) => [{ afterMs, bytes: honestReply(request) }];
}

function registers(unit: number, address: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => registerOf(unit, address + i)).flatMap((word) => [
    word >>> 8,
    word & 0xff,
  ]);
}

function bits(unit: number, address: number, count: number): number[] {
  const bytes = new Array<number>(Math.ceil(count / 8)).fill(0);
  for (let i = 0; i < count; i++) if (bitOf(unit, address + i)) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7));
  return bytes;
}

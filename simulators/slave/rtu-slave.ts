import type { Clock, Timer } from '../../contract/clock.ts';
import { frameRtu, requestRtuLength, tryRtuFrame } from '../../devices/modbus/rtu.ts';
import type { Chunk } from '../faults/wire-faults.ts';
import { ChunkSender } from './chunk-sender.ts';

export type RtuSlaveOptions = {
  clock: Pick<Clock, 'after'>;
  /** Silence after which an unfinished request is dropped, ms. */
  silenceMs: number;
  /** The reply's PDU; undefined to stay silent. */
  answer(unit: number, pdu: Uint8Array): Uint8Array | undefined;
  /** What the wire makes of a whole reply; as it is without this. */
  onWire?(unit: number, frame: Uint8Array): readonly Chunk[];
  send(bytes: Uint8Array): void;
};

/** A PTY hands bytes on whenever the system gets to it, so t3.5 says nothing there. */
export const ptySilenceMs = 50;

/**
 * The devices of one serial line. A request is answered only when it is whole and its CRC is right, in the order of
 * arrival. After anything else the line is deaf until it has been silent, as a real device is: no request is ever found
 * inside rubbish.
 */
export class RtuSlave {
  readonly #options: RtuSlaveOptions;
  readonly #sender: ChunkSender;
  #buffer: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  #deaf = false;
  #silence: Timer | undefined;

  constructor(options: RtuSlaveOptions) {
    this.#options = options;
    this.#sender = new ChunkSender(options);
  }

  /** Takes bytes as they come from the wire, in any pieces. */
  receive(bytes: Uint8Array): void {
    this.#silence?.cancel();
    this.#silence = undefined;
    if (!this.#deaf) this.#buffer = joined(this.#buffer, bytes);
    while (!this.#deaf && this.#takeOne());
    if (this.#deaf || this.#buffer.length > 0) {
      this.#silence = this.#options.clock.after(this.#options.silenceMs, () => this.#forget());
    }
  }

  close(): void {
    this.#silence?.cancel();
    this.#sender.close();
    this.#forget();
  }

  /** Whether a request was taken off the front. */
  #takeOne(): boolean {
    const length = this.#length();
    if (length === undefined || this.#buffer.length < length) return false;
    const frame = tryRtuFrame(this.#buffer.subarray(0, length));
    if (frame === undefined) {
      this.#deaf = true;
      this.#buffer = new Uint8Array(0);
      return false;
    }
    this.#buffer = this.#buffer.slice(length);
    const reply = this.#options.answer(frame.unit, frame.pdu);
    if (reply !== undefined) this.#send(frame.unit, frameRtu(frame.unit, reply));
    return this.#buffer.length > 0;
  }

  #send(unit: number, frame: Uint8Array): void {
    this.#sender.send(this.#options.onWire?.(unit, frame) ?? [{ afterMs: 0, bytes: frame }]);
  }

  /** A function whose length nobody can tell ends where its CRC is right; until then more bytes may come. */
  #length(): number | undefined {
    const length = requestRtuLength(this.#buffer);
    if (length !== 'unknown') return length;
    for (let end = 4; end <= this.#buffer.length && end <= 256; end++) {
      if (tryRtuFrame(this.#buffer.subarray(0, end)) !== undefined) return end;
    }
    return this.#buffer.length > 256 ? 256 : undefined;
  }

  #forget(): void {
    this.#buffer = new Uint8Array(0);
    this.#deaf = false;
    this.#silence = undefined;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

import type { Clock } from '../../contract/clock.ts';
import { frameTcp, type NotModbusTcp, takeTcpFrames } from '../../devices/modbus/tcp.ts';
import type { Chunk } from '../faults/wire-faults.ts';
import { ChunkSender } from './chunk-sender.ts';

export type TcpSlaveOptions = {
  clock: Pick<Clock, 'after'>;
  /** The reply's PDU; undefined to stay silent. */
  answer(unit: number, pdu: Uint8Array): Uint8Array | undefined;
  /** What the wire makes of a whole reply; as it is without this. */
  onWire?(unit: number, frame: Uint8Array): readonly Chunk[];
  send(bytes: Uint8Array): void;
  /** The stream is out of step: the caller closes the connection. */
  onBroken(why: NotModbusTcp): void;
};

/** The devices behind one TCP connection, answered in the order of asking. */
export class TcpSlave {
  readonly #options: TcpSlaveOptions;
  readonly #sender: ChunkSender;
  #buffer: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  #broken = false;

  constructor(options: TcpSlaveOptions) {
    this.#options = options;
    this.#sender = new ChunkSender(options);
  }

  /** Takes bytes as they come, in any pieces. After a broken header everything is ignored. */
  receive(bytes: Uint8Array): void {
    if (this.#broken) return;
    const taken = takeTcpFrames(Buffer.concat([this.#buffer, bytes]));
    if (taken.kind === 'broken') {
      this.#broken = true;
      this.#options.onBroken(taken.why);
      return;
    }
    this.#buffer = taken.rest;
    for (const { transaction, unit, pdu } of taken.frames) {
      const reply = this.#options.answer(unit, pdu);
      if (reply !== undefined) this.#send(unit, frameTcp(transaction, unit, reply));
    }
  }

  /** Replies that still wait are never sent. */
  close(): void {
    this.#sender.close();
  }

  #send(unit: number, frame: Uint8Array): void {
    this.#sender.send(this.#options.onWire?.(unit, frame) ?? [{ afterMs: 0, bytes: frame }]);
  }
}

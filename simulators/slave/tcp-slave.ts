import { frameTcp, takeTcpFrames } from '../../devices/modbus/tcp.ts';

export type TcpSlaveOptions = {
  /** The reply's PDU; undefined to stay silent. */
  answer(unit: number, pdu: Uint8Array): Uint8Array | undefined;
  send(bytes: Uint8Array): void;
  /** The stream is out of step: the caller closes the connection. */
  onBroken(why: string): void;
};

/** The devices behind one TCP connection, answered in the order of asking. */
export class TcpSlave {
  readonly #options: TcpSlaveOptions;
  #buffer: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  #broken = false;

  constructor(options: TcpSlaveOptions) {
    this.#options = options;
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
      if (reply !== undefined) this.#options.send(frameTcp(transaction, unit, reply));
    }
  }
}

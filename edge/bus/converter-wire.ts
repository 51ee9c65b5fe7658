import type { Clock } from '../../contract/clock.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { type TcpLink, TcpWire } from './tcp-wire.ts';
import type { OpenResult, Wire, WireEvents } from './wire.ts';

/**
 * The TCP connection to a converter with a serial line behind it. Requests that not one byte comes back to say nothing
 * of who is silent: every unit of the line, or a connection that the converter has long forgotten. So after three in a
 * row the connection is made again, with an empty stream; while that changes nothing, after six, twelve … 48.
 */
export class ConverterWire implements Wire {
  readonly #wire: Wire;
  readonly #where: string;
  #events: WireEvents | null = null;
  /** A request is about to leave; what comes now came before it. */
  #isHeld = false;
  #unanswered = 0;
  #patience = leastPatience;

  constructor(options: { clock: Clock; link: TcpLink; wire?: Wire }) {
    this.#wire = options.wire ?? new TcpWire(options);
    this.#where = `${options.link.host}:${options.link.port}`;
  }

  open(events: WireEvents): Promise<OpenResult> {
    this.#unanswered = 0;
    this.#isHeld = false;
    this.#events = events;
    return this.#wire.open({
      onBytes: (bytes) => {
        this.#unanswered = 0;
        this.#patience = leastPatience;
        if (!this.#isHeld) events.onBytes(bytes);
      },
      onClosed: (...how) => events.onClosed(...how),
    });
  }

  /**
   * What already waits in the socket is no answer to a request that has not left, and a stream cannot be flushed: so the
   * request leaves two turns of the event loop later, and what is handed out until then is dropped. The first turn may
   * already be past looking at the socket, the second is not.
   */
  write(...request: Parameters<Wire['write']>): void {
    if (this.#unanswered < this.#patience) {
      this.#unanswered++;
      void this.#send(request, this.#events);
      return;
    }
    const reason: DeviceReason = { code: 'converter-mute', port: this.#where, requests: this.#patience };
    this.#patience = Math.min(mostPatience, this.#patience * 2);
    this.#events?.onClosed(reason);
  }

  look(): void {
    this.#wire.look();
  }

  close(): Promise<void> {
    this.#events = null;
    return this.#wire.close();
  }

  async #send(request: Parameters<Wire['write']>, opening: WireEvents | null): Promise<void> {
    this.#isHeld = true;
    await turnOfLoop();
    await turnOfLoop();
    if (this.#events !== opening) return;
    this.#isHeld = false;
    this.#wire.write(...request);
  }
}

const leastPatience = 3;
const mostPatience = 48;

function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

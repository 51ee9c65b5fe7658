import type { Clock } from '../../contract/clock.ts';
import { type TcpLink, TcpWire } from './tcp-wire.ts';
import type { OpenResult, Wire, WireEvents } from './wire.ts';

/**
 * The TCP connection to a converter with a serial line behind it. Requests that not one byte comes back to say nothing
 * of who is silent: every unit of the line, or a connection that the converter has long forgotten. So after three in a
 * row the connection is made anew, with an empty stream; while that changes nothing, after six, twelve … 48.
 */
export class ConverterWire implements Wire {
  readonly #wire: Wire;
  readonly #where: string;
  #events: WireEvents | null = null;
  #unanswered = 0;
  #patience = leastPatience;

  constructor(options: { clock: Clock; link: TcpLink; wire?: Wire }) {
    this.#wire = options.wire ?? new TcpWire(options);
    this.#where = `${options.link.host}:${options.link.port}`;
  }

  open(events: WireEvents): Promise<OpenResult> {
    this.#unanswered = 0;
    this.#events = events;
    return this.#wire.open({
      onBytes: (bytes) => {
        this.#unanswered = 0;
        this.#patience = leastPatience;
        events.onBytes(bytes);
      },
      onClosed: events.onClosed,
    });
  }

  write(...request: Parameters<Wire['write']>): Promise<void> {
    if (this.#unanswered < this.#patience) {
      this.#unanswered++;
      return this.#wire.write(...request);
    }
    const why = `${this.#where}: ${this.#patience} requests in a row without one byte back: connecting anew`;
    this.#patience = Math.min(mostPatience, this.#patience * 2);
    this.#events?.onClosed(why);
    return Promise.resolve();
  }

  /**
   * Nothing in a stream can be discarded, but what has come and was not looked at yet is handed out now, so that it is
   * not taken for bytes that came after the request. The first turn may already be past looking, the second is not.
   */
  async flush(): Promise<void> {
    await turnOfLoop();
    await turnOfLoop();
  }

  close(): Promise<void> {
    this.#events = null;
    return this.#wire.close();
  }
}

const leastPatience = 3;
const mostPatience = 48;

function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import type { Socket } from 'node:net';
import type { Clock } from '../../contract/clock.ts';
import { type Log, Throttle } from '../log.ts';
import { type Place, type StrangerLimits, Strangers, type TurnedAway } from './strangers.ts';

const reasons: Record<TurnedAway, string> = {
  crowd: 'too many connections that have not signed in',
  failures: 'too many connections from this address that did not sign in',
};

/** What every socket passes first, before a byte of it is read and before a TLS handshake. */
export class Gate {
  /** Sockets that were closed as they came, or for one that came. */
  turnedAway = 0;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #log: Log;
  readonly #throttle: Throttle;
  readonly #strangers: Strangers;

  constructor({ clock, log }: { clock: Pick<Clock, 'monotonic'>; log: Log }, limits: Partial<StrangerLimits>) {
    this.#clock = clock;
    this.#log = log;
    this.#throttle = new Throttle(clock);
    this.#strangers = new Strangers(limits);
  }

  /** The socket's place among the strangers until it closes; undefined when it has been closed instead. */
  place(socket: Socket): Place | undefined {
    const remote = socket.remoteAddress ?? '';
    const turnOut = () => {
      this.#tell(remote, 'crowd');
      socket.destroy();
    };
    const place = this.#strangers.arrive(remote, this.#clock.monotonic(), turnOut);
    if (typeof place === 'string') {
      this.#tell(remote, place);
      socket.destroy();
      return undefined;
    }
    socket.once('close', () => place.gone(this.#clock.monotonic()));
    return place;
  }

  #tell(remote: string, why: TurnedAway): void {
    this.turnedAway++;
    this.#throttle.pass(`${why} ${remote}`, (held) =>
      this.#log.warn({ remote, why: reasons[why], held }, 'connection-turned-away'),
    );
  }
}

import { beatEveryMs, chainDevice, chainPoint } from '../../contract/chain.ts';
import type { Clock, Timer } from '../../contract/clock.ts';
import type { ClockState } from '../box/box-clock.ts';
import type { NewRow } from '../outbox/outbox.ts';

/**
 * Says every minute, and at once when a gateway is reached, the synthetic reading that proves the chain of an alert. It takes
 * the way of every reading: through the outbox, with an identity, acknowledged after the gateway's commit.
 */
export class ChainBeat {
  readonly #clock: Clock;
  readonly #clockState: () => ClockState;
  readonly #send: (row: NewRow) => void;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: { clock: Clock; clockState(): ClockState; send(row: NewRow): void }) {
    this.#clock = options.clock;
    this.#clockState = options.clockState;
    this.#send = options.send;
  }

  /** A gateway is reached: it says one, and goes on. */
  connected(): void {
    if (this.#isClosed) return;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(beatEveryMs, () => this.connected());
    const points = JSON.stringify({ [chainPoint]: { dt: [0, 0], v: [false, true] } });
    const clock = this.#clock;
    this.#send({
      device: chainDevice,
      at: clock.now(),
      mono: clock.monotonic(),
      clock: this.#clockState(),
      points,
    });
  }

  /** Final: a gateway may be reached while the agent stops. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }
}

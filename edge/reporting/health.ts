import type { Clock, Timer } from '../../contract/clock.ts';
import { encode, type HealthMessage } from '../../contract/messages.ts';
import type { Box } from '../box/box.ts';

/** What the agent tells of itself, as it stands now. */
export function healthOf(options: {
  clock: Clock;
  box: Box;
  /** Why the outbox lies in memory. */
  diskProblem: string | null;
  backlog: number;
  field: Pick<HealthMessage, 'buses' | 'devices'>;
  interlocks: HealthMessage['interlocks'];
  configuration: HealthMessage['configuration'];
}): HealthMessage {
  const { clock, box, diskProblem, backlog, field, interlocks, configuration } = options;
  return {
    v: 1,
    at: clock.now(),
    clock: box.clockState(),
    backlog,
    diskFree: box.diskFree(),
    rss: box.rss(),
    loopP99Ms: box.loopP99Ms(),
    ...(diskProblem === null ? {} : { diskProblem }),
    ...field,
    ...(interlocks === undefined ? {} : { interlocks }),
    ...(configuration === undefined ? {} : { configuration }),
  };
}

/** Below what a gateway takes in one message, 256 kB. */
const mostBytes = 250_000;

/**
 * As it goes out. Where a thousand devices have much to say, the English beside the reasons goes first, then how each is heard:
 * a message that is too long would say nothing at all.
 */
export function encodeHealth(health: HealthMessage, most = mostBytes): string {
  const whole = encode(health);
  if (Buffer.byteLength(whole) <= most) return whole;
  const shorter = encode({ ...health, devices: mapped(health.devices, (device) => ({ ...device, why: null })) });
  if (Buffer.byteLength(shorter) <= most) return shorter;
  return encode({
    ...health,
    devices: mapped(health.devices, ({ state, since, reason = null }) => ({ state, since, why: null, reason })),
  });
}

type Devices = HealthMessage['devices'];

function mapped(devices: Devices, change: (device: Devices[string]) => Devices[string]): Devices {
  return Object.fromEntries(Object.entries(devices).map(([id, device]) => [id, change(device)]));
}

const everyMs = 15_000;
const atMostEveryMs = 1000;

/** Says when health is to be sent: every 15 s, and soon after something changed, at most once a second. */
export class HealthBeat {
  readonly #clock: Clock;
  readonly #send: () => void;
  #timer: Timer | undefined;
  #isClosed = false;
  #lastMono = Number.NEGATIVE_INFINITY;

  constructor(options: { clock: Clock; send: () => void }) {
    this.#clock = options.clock;
    this.#send = options.send;
  }

  start(): void {
    this.#sendWithin(everyMs);
  }

  /** Something a reader waits for has changed. */
  hurry(): void {
    const wait = this.#lastMono + atMostEveryMs - this.#clock.monotonic();
    this.#sendWithin(Math.max(0, wait));
  }

  /** Final: a device that changes while the agent stops is no reason to go on. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #sendWithin(ms: number): void {
    this.#timer?.cancel();
    if (this.#isClosed) return;
    this.#timer = this.#clock.after(ms, () => {
      this.#lastMono = this.#clock.monotonic();
      this.#sendWithin(everyMs);
      this.#send();
    });
  }
}

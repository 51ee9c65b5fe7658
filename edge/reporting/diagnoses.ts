import type { Clock, Timer } from '../../contract/clock.ts';
import type { DeviceId } from '../../contract/ids.ts';
import type { DiagnosisMessage } from '../../contract/messages.ts';
import { deviceReasonText } from '../../contract/words/devices.ts';
import type { Trouble } from '../polling/evidence.ts';

/** At most one of a device in so long. */
const everyMs = 60_000;
const longestWhy = 200;

/** `timer` runs while the last one is less than a minute old. */
type Kept = { waiting: Trouble | null; timer: Timer | null };

/**
 * The last frames around a device's faults, as messages. The first fault is told at once; what comes within a minute of
 * it is told together when the minute is over, with the frames of then.
 */
export class Diagnoses {
  readonly #clock: Clock;
  readonly #send: (device: DeviceId, message: DiagnosisMessage) => void;
  readonly #devices = new Map<DeviceId, Kept>();
  #isClosed = false;

  constructor(options: { clock: Clock; send: (device: DeviceId, message: DiagnosisMessage) => void }) {
    this.#clock = options.clock;
    this.#send = options.send;
  }

  note(trouble: Trouble): void {
    if (this.#isClosed) return;
    const kept = this.#of(trouble.device);
    if (kept.timer !== null) {
      kept.waiting = trouble;
      return;
    }
    this.#tell(kept, trouble);
  }

  close(): void {
    this.#isClosed = true;
    for (const { timer } of this.#devices.values()) timer?.cancel();
  }

  #of(device: DeviceId): Kept {
    const known = this.#devices.get(device);
    if (known !== undefined) return known;
    const fresh: Kept = { waiting: null, timer: null };
    this.#devices.set(device, fresh);
    return fresh;
  }

  #tell(kept: Kept, { device, reason, look }: Trouble): void {
    kept.waiting = null;
    kept.timer = this.#clock.after(everyMs, () => {
      kept.timer = null;
      if (kept.waiting !== null) this.#tell(kept, kept.waiting);
    });
    const why = reason === null ? '' : deviceReasonText(reason).en.slice(0, longestWhy);
    this.#send(device, { v: 1, at: this.#clock.now(), why, reason, ...look() });
  }
}

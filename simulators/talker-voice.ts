import type { TalkerBusConfig, TalkerConfig } from '../config/site.ts';
import type { Clock, Timer } from '../contract/clock.ts';
import type { Value } from '../contract/reading.ts';
import { writeFrame, writeRequest } from '../devices/serial/encode.ts';
import type { Chunk } from './faults/wire-faults.ts';
import { ChunkSender } from './slave/chunk-sender.ts';

export type TalkerVoiceOptions = {
  clock: Pick<Clock, 'after'>;
  bus: TalkerBusConfig;
  /** What a point is worth now. */
  worthOf(device: TalkerConfig, point: string): Value;
  isSilent(device: TalkerConfig): boolean;
  /** What the wire makes of a whole frame; as it is without this. */
  onWire?(device: TalkerConfig, frame: Uint8Array): readonly Chunk[];
  send(bytes: Uint8Array): void;
};

/** The sensors of one serial line as they speak: by themselves at their own pace, or each when it is asked. */
export class TalkerVoice {
  readonly #options: TalkerVoiceOptions;
  readonly #sender: ChunkSender;
  readonly #timers = new Map<TalkerConfig, Timer>();
  #heard: Uint8Array = new Uint8Array(0);

  constructor(options: TalkerVoiceOptions) {
    this.#options = options;
    this.#sender = new ChunkSender(options);
    const talkers = options.bus.devices.filter(({ profile }) => profile.poll === null);
    // Those that share a line take turns, as they would have to.
    for (const [i, device] of talkers.entries()) this.#speakIn(device, (device.profile.every * i) / talkers.length);
  }

  /** Bytes from the other end: requests, in any pieces. */
  receive(bytes: Uint8Array): void {
    const heard = Uint8Array.from([...this.#heard, ...bytes]);
    let rest = heard;
    for (let asked = this.#asked(rest); asked !== undefined; asked = this.#asked(rest)) {
      this.#speak(asked.device);
      rest = rest.slice(asked.end);
    }
    this.#heard = rest.slice(-longestRequest);
  }

  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#sender.close();
  }

  #speakIn(device: TalkerConfig, ms: number): void {
    const speak = () => {
      this.#speak(device);
      this.#speakIn(device, device.profile.every);
    };
    this.#timers.set(device, this.#options.clock.after(ms, speak));
  }

  #speak(device: TalkerConfig): void {
    const { worthOf, isSilent, onWire } = this.#options;
    if (isSilent(device)) return;
    const frame = writeFrame(device.profile, device.address, (point) => worthOf(device, point));
    this.#sender.send(onWire?.(device, frame) ?? [{ afterMs: 0, bytes: frame }]);
  }

  /** The device whose request comes first in these bytes. */
  #asked(bytes: Uint8Array): { device: TalkerConfig; end: number } | undefined {
    const found = this.#options.bus.devices.flatMap((device) => {
      const request = writeRequest(device.profile, device.address);
      const at = request === undefined ? -1 : Buffer.from(bytes).indexOf(request);
      return at < 0 ? [] : [{ device, end: at + (request?.length ?? 0) }];
    });
    return found.toSorted((a, b) => a.end - b.end)[0];
  }
}

const longestRequest = 256;

import type { EndDeviceConfig, MqttBusConfig } from '../../config/site.ts';
import type { Clock, Timer } from '../../contract/clock.ts';
import type { Value } from '../../contract/reading.ts';
import type { Body } from '../../devices/uplinks/read-uplink.ts';
import { writeAll, writeFor } from '../../devices/uplinks/write-uplink.ts';
import type { FaultName } from '../faults/catalog.ts';
import { uniform } from '../noise.ts';
import { joinOf, type Publication, uplinkOf } from './words.ts';

export type EndDeviceVoiceOptions = {
  clock: Clock;
  /** Simulated seconds a second. */
  speed: number;
  bus: MqttBusConfig;
  device: EndDeviceConfig;
  /** Same key, same losses and signals. */
  key: number;
  worthOf(device: EndDeviceConfig, point: string): Value;
  isSilent(device: EndDeviceConfig): boolean;
  has(device: EndDeviceConfig, fault: FaultName): boolean;
  publish(publication: Publication): void;
};

/** One sensor behind a network server: it joins, speaks when a yes or no changes, and else at its own pace. */
export class EndDeviceVoice {
  readonly #options: EndDeviceVoiceOptions;
  readonly #told = new Map<string, Value>();
  #counter = -1;
  #nth = 0;
  #beatAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  readonly #late = new Set<Timer>();

  constructor(options: EndDeviceVoiceOptions) {
    this.#options = options;
  }

  /** Begins afresh, as after its battery was put in. */
  join(afterMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(afterMs, () => {
      const { bus, device, clock, publish, isSilent } = this.#options;
      if (!isSilent(device)) {
        this.#counter = -1;
        const joined = joinOf(bus.link, device, clock.now());
        if (joined !== undefined) publish(joined);
      }
      this.#beatAt = Number.NEGATIVE_INFINITY;
      this.#look();
    });
  }

  close(): void {
    this.#timer?.cancel();
    for (const timer of this.#late) timer.cancel();
  }

  #look(): void {
    const { clock, device, isSilent, speed } = this.#options;
    this.#timer = clock.after(lookMs, () => this.#look());
    if (isSilent(device)) return;
    const now = clock.monotonic();
    if (now - this.#beatAt >= device.everyMs / speed) {
      this.#beatAt = now;
      for (const body of writeAll(device, this.#worth, this.#bringsJson)) this.#send(body);
      return;
    }
    const changed = device.points.find((point) => this.#isChanged(point));
    const body = changed && writeFor(device, changed.name, this.#worth, this.#bringsJson);
    if (body !== undefined) this.#send(body);
  }

  #isChanged({ name, valueType, profile }: EndDeviceConfig['points'][number]): boolean {
    const isDiscrete = profile.from === undefined && (valueType === 'boolean' || profile.enum !== null);
    if (!isDiscrete) return false;
    const value = this.#options.worthOf(this.#options.device, name);
    const before = this.#told.get(name);
    this.#told.set(name, value);
    return before !== undefined && before !== value;
  }

  readonly #worth = (point: string): Value => {
    const value = this.#options.worthOf(this.#options.device, point);
    if (typeof value !== 'number') this.#told.set(point, value);
    return value;
  };

  get #bringsJson(): boolean {
    const { format } = this.#options.bus.link;
    return format === 'json' || format === 'zigbee2mqtt';
  }

  #send(body: Body): void {
    const { bus, device, clock, has, publish, key } = this.#options;
    this.#counter++;
    const noise = uniform(key, this.#nth++);
    if (has(device, 'lost-uplinks') && noise < lostShare) return;
    const sent = has(device, 'cut') && body.kind === 'bytes' ? { ...body, bytes: body.bytes.slice(0, -1) } : body;
    const signal = { rssi: -100 - Math.round(15 * noise), snr: Math.round(80 - 140 * noise) / 10, spreading: 10 };
    const said = uplinkOf(bus.link, device, sent, { counter: this.#counter, at: clock.now(), ...signal });
    if (said === undefined) return;
    if (!has(device, 'late')) {
      publish(said);
      if (has(device, 'duplicate')) publish(said);
      return;
    }
    const timer = clock.after(lateShare * bus.lateAfterMs, () => {
      this.#late.delete(timer);
      publish(said);
    });
    this.#late.add(timer);
  }
}

const lookMs = 500;
const lostShare = 0.5;
const lateShare = 1.5;

import type { EndDeviceConfig } from '../../config/site.ts';
import type { FaultCode, Reading } from '../../contract/reading.ts';
import type { Meant } from '../../devices/meaning.ts';
import type { Figure } from '../../devices/uplinks/uplink-profile.ts';
import { type DeviceState, type Instant, initialState, silenceLimitMs } from '../polling/connectivity.ts';
import { type Counted, uncounted } from './frame-counter.ts';
import type { Radio } from './json-parts.ts';

/** A device's messages are one range: a message is read whole, or not at all. */
export const messageRange = 'message';

/** What of a device's messages an operator looks at, since the agent began to listen. */
export type UplinkFigures = {
  readonly heard: number;
  readonly lost: number;
  readonly twice: number;
  readonly late: number;
  readonly refused: number;
  readonly joins: number;
  readonly begunAgain: number;
  readonly rssi: number | null;
  readonly snr: number | null;
  readonly margin: number | null;
  readonly battery: number | null;
};

type Counts = { -readonly [K in keyof UplinkFigures]: UplinkFigures[K] };
const none: UplinkFigures = {
  ...{ heard: 0, lost: 0, twice: 0, late: 0, refused: 0, joins: 0, begunAgain: 0 },
  ...{ rssi: null, snr: null, margin: null, battery: null },
};

/** A message as it came, for diagnosis, and what it said: as text, or to be read out of the hex again. */
export type Taped = {
  readonly at: number;
  readonly hex: string;
  readonly said: string | { readonly port: number | null };
};
const tapeLength = 8;

/** One sensor behind a broker: what was heard of it, and when. */
export class EndDevice {
  readonly config: EndDeviceConfig;
  connectivity: DeviceState;
  counted: Counted = uncounted;
  readonly #figures: Counts = { ...none };
  /** When it last spoke for the present, monotonic ms. */
  heardAt: number;
  /** How often the silence since then has been counted as a miss. */
  misses = 0;
  /** The last body as hex, to know it again. */
  lastBody = '';
  /** Messages without the value of a point, in a row. */
  readonly empty = new Map<string, number>();
  readonly #tape: Taped[] = [];

  constructor(config: EndDeviceConfig, now: Instant) {
    this.config = config;
    this.connectivity = initialState([{ key: messageRange, everyMs: config.everyMs, trouble: null }], now);
    this.heardAt = now.mono;
  }

  /** Nothing is against it, and it is not due for long: as of most at most times. */
  isWell(mono: number): boolean {
    const { state, ranges } = this.connectivity;
    const goodAt = ranges.get(messageRange)?.goodAt ?? Number.NEGATIVE_INFINITY;
    const isFresh = mono - Math.min(goodAt, this.heardAt) <= silenceLimitMs(this.config.everyMs) / 2;
    return state === 'online' && this.misses === 0 && isFresh;
  }

  /** As they stand now. */
  get figures(): UplinkFigures {
    return { ...this.#figures };
  }

  add(counter: 'heard' | 'lost' | 'twice' | 'late' | 'refused' | 'joins' | 'begunAgain', by = 1): void {
    this.#figures[counter] = Math.max(0, this.#figures[counter] + by);
  }

  heardBy({ rssi, snr, margin }: Radio): void {
    this.#figures.rssi = rssi;
    this.#figures.snr = snr;
    this.#figures.margin = margin;
  }

  hasBattery(percent: number | null): void {
    this.#figures.battery = percent;
  }

  get tape(): readonly Taped[] {
    return this.#tape;
  }

  record(taped: Taped): void {
    this.#tape.push(taped);
    if (this.#tape.length > tapeLength) this.#tape.shift();
  }

  /**
   * The readings of what a message says, and of what is known of its coming.
   * @param olds when that was so which is history in a message that is not, by point
   */
  readings(
    points: ReadonlyMap<string, Meant>,
    when: Instant,
    { isLate, olds }: { isLate: boolean; olds: ReadonlyMap<string, Instant> },
  ): Reading[] {
    return this.config.points.flatMap(({ ref, name, profile }): Reading[] => {
      const meant = profile.from === undefined ? points.get(name) : isLate ? undefined : this.#figure(profile.from);
      if (meant === undefined) return [];
      const old = olds.get(name);
      const { wall: at, mono } = old ?? when;
      const reading = { point: ref, value: meant.value, fault: meant.fault, at, mono };
      return [isLate || old !== undefined ? { ...reading, late: true } : reading];
    });
  }

  /** All points, each without a value and with its fault. */
  bad(fault: FaultCode, { wall, mono }: Instant): Reading[] {
    return this.config.points.map(({ ref }) => ({ point: ref, value: null, fault, at: wall, mono }));
  }

  #figure(from: Figure): Meant | undefined {
    const value = this.#figures[from];
    return value === null ? undefined : { value, fault: null };
  }
}

import { keyOf, uniform, wander } from '../noise.ts';
import type { Effects } from './event-effects.ts';
import type { LocalTime } from './local-time.ts';

/** The air and the sun of a site like Seoul: the seasons, the day, and some days warmer than others. */
export class Weather {
  readonly #key: number;
  readonly #local: LocalTime;

  constructor(seed: number, local: LocalTime) {
    this.#key = keyOf(seed, 'weather');
    this.#local = local;
  }

  /** Of the air outside, °C. */
  outside(tMs: number): number {
    return this.#season(tMs) + 4.5 * this.#warmth(tMs) + 2 * wander(this.#key, tMs, 2 * dayMs);
  }

  /** Of air behind walls, °C: some hours late, a third of the day's swing, and kept from the worst of the year. */
  inside(tMs: number, deviceKey: number): number {
    const mean = 14 + 4 * uniform(deviceKey, 1) + 0.25 * (this.#season(tMs) - yearMean);
    const lag = tMs - 2.5 * hourMs;
    return mean + 1.6 * this.#warmth(lag) + 0.5 * wander(this.#key, lag, 2 * dayMs);
  }

  /** Of a wall or roof in the sun, °C: ±13 °C a day, and 20 °C more at the height of a hot spell. */
  skin(tMs: number, effects: Effects): number {
    const hot = effects
      .at('sun', tMs)
      .reduce(
        (sum, { lastedMs, overMs, strength }) =>
          sum + 20 * strength * ramp(lastedMs, 2 * hourMs) * fade(overMs, 2 * hourMs),
        0,
      );
    return this.#season(tMs) + 13 * this.#warmth(tMs) + wander(this.#key, tMs, 2 * dayMs) + hot;
  }

  /** Relative, %, behind walls: what warms, dries; rain brings some in. */
  humidity(tMs: number, { deviceKey, effects }: { deviceKey: number; effects: Effects }): number {
    const wet = effects
      .at('rain', tMs)
      .reduce(
        (sum, { lastedMs, overMs, strength }) =>
          sum + 15 * strength * ramp(lastedMs, hourMs) * fade(overMs, 3 * hourMs),
        0,
      );
    return 50 + 10 * uniform(deviceKey, 2) - 6 * this.#warmth(tMs - 2.5 * hourMs) + wet;
  }

  /** −1 at three at night and 1 at three in the afternoon, by the wall clock. */
  #warmth(tMs: number): number {
    return Math.cos((2 * Math.PI * (this.#local.at(tMs) - 15 * hourMs)) / dayMs);
  }

  /** The year's course, coldest in late January, °C. */
  #season(tMs: number): number {
    return yearMean + 13.5 * Math.cos((2 * Math.PI * (tMs - midsummer)) / yearMs);
  }
}

/** From 0 to 1 within a time. */
export function ramp(ms: number, withinMs: number): number {
  return Math.min(1, Math.max(0, ms / withinMs));
}

/** From 1 towards 0, to a third of what is left each such time. */
export function fade(ms: number, timeMs: number): number {
  return Math.exp(-ms / timeMs);
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const yearMs = 365.25 * dayMs;
const midsummer = Date.UTC(2026, 6, 25);
export const yearMean = 12.5;

import type { PointRef } from '../../contract/ids.ts';
import type { Reading } from '../../contract/reading.ts';
import { PointWatch, type Watched } from './point-watch.ts';

/**
 * Doubts readings that arrive in order and cannot be true: the value stays, a fault (stuck, frozen, noisy, rate) is added,
 * and that makes it uncertain. It sees every polled reading, before any is left out for being unchanged. Time is the
 * readings' own `mono`; a new one remembers nothing.
 */
export class PlausibilityCheck {
  readonly #watches: ReadonlyMap<PointRef, PointWatch>;

  constructor(points: readonly ({ readonly ref: PointRef } & Watched)[]) {
    this.#watches = new Map(points.filter(isWatched).map((point) => [point.ref, new PointWatch(point)]));
  }

  /** The same readings in the same order, each as it was or with a fault. */
  judge(readings: readonly Reading[]): readonly Reading[] {
    if (this.#watches.size === 0) return readings;
    return readings.map((reading) => this.#watches.get(reading.point)?.judge(reading) ?? reading);
  }
}

function isWatched({ plausibility }: Watched): boolean {
  const { stuck, frozenAfterMs, maxNoise, maxRise, maxFall } = plausibility;
  return [stuck, frozenAfterMs, maxNoise, maxRise, maxFall].some((limit) => limit !== null);
}

import type { PointConfig, TalkerConfig } from '../../config/site.ts';
import type { FaultCode, Reading } from '../../contract/reading.ts';
import type { Meant } from '../../devices/meaning.ts';
import { Agreement } from '../../devices/serial/agreement.ts';
import type { Said } from '../../devices/serial/decode.ts';
import { agreementOf, type TalkerPoint } from '../../devices/serial/talker-profile.ts';
import { type DeviceState, type Instant, initialState, silenceLimitMs } from '../polling/connectivity.ts';
import { type Faulty, hasNoValue, noteFaults, valuesAtFault } from '../polling/values-at-fault.ts';
import { Pace } from './pace.ts';

/** A device's frames are one range: it is heard whole, or not. */
export const frameRange = 'frame';

/** One sensor that talks: what of its words counts, and when it was last heard. */
export class Talker {
  readonly device: TalkerConfig;
  /** How often it is expected to speak, ms. */
  readonly everyMs: number;
  connectivity: DeviceState;
  /** When it was last heard whole, monotonic ms. */
  heardAt: number;
  /** How often the silence since then has been counted as a miss. */
  misses = 0;
  /** Damaged frames on the line when it was last heard. */
  badFrames = 0;
  readonly #faulty: Faulty = new Map();
  readonly #agreement: Agreement;
  readonly #points: readonly Point[];

  constructor(device: TalkerConfig, now: Instant) {
    const { profile, points } = device;
    const fastest = Math.min(...points.map(({ everyMs }) => everyMs));
    this.device = device;
    this.everyMs = profile.poll === null ? Math.max(profile.every, fastest) : fastest;
    this.connectivity = initialState([{ key: frameRange, everyMs: this.everyMs, trouble: null }], now);
    this.heardAt = now.mono;
    const within = new Map<string, number>(points.map((point) => [point.name, point.profile.within]));
    this.#agreement = new Agreement(agreementOf(profile), (point) => within.get(point) ?? 0);
    this.#points = points.map((config) => ({ config, pace: new Pace(config), countedAt: now.mono }));
  }

  /** The readings of one whole frame. */
  hear({ points }: Said, now: Instant): Reading[] {
    if (now.mono - this.heardAt > silenceLimitMs(this.everyMs)) this.forget(now);
    this.heardAt = now.mono;
    this.misses = 0;
    const counted = this.#agreement.take(points);
    return this.#points.flatMap((point): Reading[] => {
      const meant = counted.get(point.config.name);
      if (meant === undefined) return [];
      point.countedAt = now.mono;
      noteFaults(this.#faulty, [{ point: point.config.ref, fault: meant.fault }]);
      return point.pace.takes(meant, now.mono) ? [reading(point, meant, now)] : [];
    });
  }

  /** As it stands: one that is heard, and not one of whose values can be used, says why. */
  state(): DeviceState {
    const { connectivity } = this;
    const isEmpty = connectivity.state === 'online' && hasNoValue(this.#faulty, this.#points.length);
    return isEmpty ? { ...connectivity, reason: connectivity.reason ?? valuesAtFault(this.#faulty) } : connectivity;
  }

  /** What came before says nothing of what comes now. */
  forget(now: Instant): void {
    this.#agreement.forget();
    for (const point of this.#points) point.countedAt = now.mono;
  }

  /** All points, each without a value and with its fault. */
  bad(fault: FaultCode, now: Instant): Reading[] {
    this.#faulty.clear();
    return this.#points.map((point) => {
      point.pace.forget();
      point.countedAt = now.mono;
      return reading(point, { value: null, fault }, now);
    });
  }

  /** Points that are heard, and whose words do not agree for as long as silence would be borne. */
  noisy(now: Instant): Reading[] {
    const limitMs = ({ config }: Point) => silenceLimitMs(Math.max(this.everyMs, config.everyMs));
    return this.#points
      .filter((point) => now.mono - point.countedAt > limitMs(point))
      .map((point) => {
        point.pace.forget();
        point.countedAt = now.mono;
        noteFaults(this.#faulty, [{ point: point.config.ref, fault: 'noisy' }]);
        return reading(point, { value: null, fault: 'noisy' }, now);
      });
  }
}

type Point = { readonly config: PointConfig<TalkerPoint>; readonly pace: Pace; countedAt: number };

function reading({ config }: Point, { value, fault }: Meant, { wall, mono }: Instant): Reading {
  return { point: config.ref, value, fault, at: wall, mono };
}

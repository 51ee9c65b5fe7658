import type { Detection } from '../../../config/lots/detection.ts';

/**
 * From a sensor's word to a state that may be believed: a level counts once it has held for its debounce, and not before
 * the state it ends has stood for the minimum dwell. Losing the word makes the space unknown at once, without debounce.
 * Times are ms on one axis that never steps.
 */

export type Level = 'free' | 'occupied';
export type Sensed = Level | 'unknown';

/** What a sensor says at a time; null: it says nothing that can be used. */
export type Signal = { readonly at: number; readonly level: Level | null };

export type Detector = {
  readonly sensed: Sensed;
  /** When the state began, by its first edge and not by the end of its debounce. */
  readonly since: number;
  /** A level that is not believed yet. */
  readonly candidate: { readonly level: Level; readonly since: number } | null;
  /** What was believed before it became unknown; null when nothing was. */
  readonly before: { readonly level: Level; readonly since: number } | null;
};

/** What became certain. `dip`: "free" was said for a while, too short to end the occupation; perhaps a change of cars. */
export type DetectorEvent =
  | { readonly kind: 'edge'; readonly sensed: Sensed; readonly at: number; readonly from: Sensed }
  | { readonly kind: 'dip'; readonly at: number; readonly ms: number };

export type DetectorSettings = Pick<Detection, 'occupiedAfter' | 'freeAfter' | 'minDwell' | 'dip'>;

export type Detected = { readonly detector: Detector; readonly events: readonly DetectorEvent[] };

export const unheard: Detector = { sensed: 'unknown', since: Number.NEGATIVE_INFINITY, candidate: null, before: null };

/** Takes a sensor's word. Words of one sensor come in order of time. */
export function hear(detector: Detector, signal: Signal, settings: DetectorSettings): Detected {
  const settled = settle(detector, signal.at, settings);
  const next = signal.level === null ? lose(settled.detector, signal.at) : say(settled.detector, signal, settings);
  const { detector: end, events } = settle(next.detector, signal.at, settings);
  return { detector: end, events: [...settled.events, ...next.events, ...events] };
}

/** Nothing new was said until `now`: the level that is being waited for may have held long enough. */
export function settle(detector: Detector, now: number, settings: DetectorSettings): Detected {
  const { candidate, sensed } = detector;
  if (candidate === null || now < believedAt(detector, settings)) return { detector, events: [] };
  const believed: Detector = { sensed: candidate.level, since: candidate.since, candidate: null, before: null };
  return { detector: believed, events: [{ kind: 'edge', sensed: candidate.level, at: candidate.since, from: sensed }] };
}

/** When the candidate will be believed if nothing else is said; +∞ without one. */
export function believedAt({ candidate, sensed, since, before }: Detector, settings: DetectorSettings): number {
  if (candidate === null) return Number.POSITIVE_INFINITY;
  // It says again what it said before it fell silent, so nothing has to settle.
  if (sensed === 'unknown' && before?.level === candidate.level) return candidate.since;
  const held = candidate.since + (candidate.level === 'occupied' ? settings.occupiedAfter : settings.freeAfter);
  return sensed === 'unknown' ? held : Math.max(held, since + settings.minDwell);
}

function lose(detector: Detector, at: number): Detected {
  if (detector.sensed === 'unknown') return { detector: { ...detector, candidate: null }, events: [] };
  const before = { level: detector.sensed, since: detector.since };
  return {
    detector: { sensed: 'unknown', since: at, candidate: null, before },
    events: [{ kind: 'edge', sensed: 'unknown', at, from: detector.sensed }],
  };
}

function say(detector: Detector, { at, level }: Signal, { dip }: DetectorSettings): Detected {
  if (level === null) return { detector, events: [] };
  const { sensed, candidate } = detector;
  if (level !== sensed)
    return {
      detector: candidate?.level === level ? detector : { ...detector, candidate: { level, since: at } },
      events: [],
    };
  if (candidate === null) return { detector, events: [] };
  const ms = at - candidate.since;
  const isDip = sensed === 'occupied' && ms >= dip;
  return {
    detector: { ...detector, candidate: null },
    events: isDip ? [{ kind: 'dip', at: candidate.since, ms }] : [],
  };
}

import type { StayMark } from '../../../contract/reasons/parking.ts';
import {
  type Detector,
  type DetectorEvent,
  type DetectorSettings,
  hear,
  type Signal,
  settle,
  unheard,
} from './detector.ts';

/**
 * One continuous occupation after the other, out of what a detector is certain of. A visit that was lost from sight and is
 * found again goes on, with the gap marked; one that is found ended has ended when it was last seen.
 */

export type Mark = { readonly kind: StayMark; readonly at: number };

export type Visit = {
  /** The first edge: with its space, the key of a stay. */
  readonly from: number;
  /** Null while it lasts. */
  readonly to: number | null;
  readonly marks: readonly Mark[];
};

export type Following = {
  readonly detector: Detector;
  readonly visit: Visit | null;
  /** When the visit was lost from sight; null while it is seen. */
  readonly lostAt: number | null;
};

/** `ended` are the visits that ended, in order. */
export type Followed = { readonly following: Following; readonly ended: readonly Visit[] };

export const nobody: Following = { detector: unheard, visit: null, lostAt: null };

export function follow(following: Following, signal: Signal, settings: DetectorSettings): Followed {
  const { detector, events } = hear(following.detector, signal, settings);
  return apply({ ...following, detector }, events);
}

export function followUntil(following: Following, now: number, settings: DetectorSettings): Followed {
  const { detector, events } = settle(following.detector, now, settings);
  return detector === following.detector ? { following, ended: [] } : apply({ ...following, detector }, events);
}

/** Adds a mark to the visit that lasts; nothing without one. */
export function mark(following: Following, kind: StayMark, at: number): Following {
  const { visit } = following;
  if (visit === null || visit.marks.some((other) => other.kind === kind && other.at === at)) return following;
  return { ...following, visit: { ...visit, marks: [...visit.marks, { kind, at }] } };
}

function apply(following: Following, events: readonly DetectorEvent[]): Followed {
  const ended: Visit[] = [];
  let now = following;
  for (const event of events) {
    const next = event.kind === 'dip' ? mark(now, 'possible-change', event.at) : applyEdge(now, event, ended);
    now = next;
  }
  return { following: now, ended };
}

function applyEdge(now: Following, edge: Extract<DetectorEvent, { kind: 'edge' }>, ended: Visit[]): Following {
  const { visit, lostAt } = now;
  if (edge.sensed === 'unknown') return visit === null ? now : { ...now, lostAt: edge.at };
  if (edge.sensed === 'free') {
    if (visit !== null) ended.push({ ...visit, to: lostAt ?? edge.at });
    return { ...now, visit: null, lostAt: null };
  }
  if (visit !== null) return { ...(lostAt === null ? now : mark(now, 'sensor-gap', lostAt)), lostAt: null };
  const marks: Mark[] = edge.from === 'unknown' ? [{ kind: 'began-unseen', at: edge.at }] : [];
  return { ...now, visit: { from: edge.at, to: null, marks }, lostAt: null };
}

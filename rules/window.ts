import type { Moment } from './limit.ts';

/**
 * What was measured in the last so many ms, in at most 34 parts of lowest and highest value. Plain JSON. Times of
 * another epoch cannot be told apart from now, so the window starts again with one.
 */
export type Window = {
  readonly epoch: number | null;
  /** Since when it knows without a gap, mono. */
  readonly since: number | null;
  /** Oldest first: [begin, lowest, highest]. */
  readonly parts: readonly (readonly [number, number, number])[];
};

export const emptyWindow: Window = { epoch: null, since: null, parts: [] };

const partsOfAll = 32;

/** Adds a value. What lies further back than `windowMs` (and up to one part of 32 beyond) is let go. */
export function addTo(window: Window, value: number, { epoch, mono }: Moment, windowMs: number): Window {
  if (mono === null) return window;
  const { since, parts } = isContinued(window, epoch, mono) ? window : emptyWindow;
  const partMs = windowMs / partsOfAll;
  const kept = parts.filter(([begin]) => begin >= mono - windowMs - partMs);
  const last = kept.at(-1);
  const isSamePart = last !== undefined && mono - last[0] < partMs;
  const added = isSamePart
    ? [...kept.slice(0, -1), [last[0], Math.min(last[1], value), Math.max(last[2], value)] as const]
    : [...kept, [mono, value, value] as const];
  return { epoch, since: since ?? mono, parts: added };
}

/** A gap: what was measured stands, and the window is not whole until it has known long enough again. */
export function gapIn(window: Window): Window {
  return window.since === null ? window : { ...window, since: null };
}

/** Whether it has known all of the time it is about. */
export function isWhole({ since, epoch }: Window, at: Moment, windowMs: number): boolean {
  return since !== null && at.epoch === epoch && at.mono !== null && at.mono - since >= windowMs;
}

export function lowestOf({ parts }: Window): number {
  return parts.reduce((low, [, lo]) => Math.min(low, lo), Number.POSITIVE_INFINITY);
}

export function highestOf({ parts }: Window): number {
  return parts.reduce((high, [, , hi]) => Math.max(high, hi), Number.NEGATIVE_INFINITY);
}

/** A monotonic clock that went back belongs to another start of the judge. */
function isContinued(window: Window, epoch: number, mono: number): boolean {
  return window.epoch === epoch && mono >= (window.parts.at(-1)?.[0] ?? mono);
}

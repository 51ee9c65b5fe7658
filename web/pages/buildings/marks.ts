import type { Tone } from '../../text/tones.ts';

/** The mark of a sensor by its tone, as corners around its place, y down: the same in the plan and in three dimensions. */

export type Corners = readonly (readonly [number, number])[];

/** A circle, near enough for a mark of half a metre. */
const round: Corners = Array.from({ length: 24 }, (_, n) => {
  const angle = (n * Math.PI) / 12;
  return [hundredths(0.5 * Math.sin(angle)), hundredths(-0.5 * Math.cos(angle))] as const;
});

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

export const marks: Readonly<Record<Tone, Corners>> = {
  normal: round,
  notice: [
    [0, -0.8],
    [0.8, 0],
    [0, 0.8],
    [-0.8, 0],
  ],
  caution: [
    [0, -0.8],
    [0.85, 0.65],
    [-0.85, 0.65],
  ],
  warning: [
    [0, -0.8],
    [0.8, -0.15],
    [0.5, 0.75],
    [-0.5, 0.75],
    [-0.8, -0.15],
  ],
  critical: [
    [-0.45, -0.8],
    [0.45, -0.8],
    [0.9, 0],
    [0.45, 0.8],
    [-0.45, 0.8],
    [-0.9, 0],
  ],
  unknown: [
    [-0.6, -0.6],
    [0.6, -0.6],
    [0.6, 0.6],
    [-0.6, 0.6],
  ],
};

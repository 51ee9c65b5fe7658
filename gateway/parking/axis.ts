import type { Instant } from '../commit/participant.ts';
import type { Row } from '../state/changes.ts';

/**
 * One time that never steps, for debounce, stays and ages: monotonic ms laid on the wall clock as it stood when the service
 * began. Where the wall clock is set later, times are written with it as it stands, so an hour stays an hour.
 */
export type Axis = {
  readonly offset: number;
  /** What the wall clock was set by since. */
  readonly shift: number;
};

/** Less than this is the drift of two clocks, and no setting. */
const stepMs = 2000;

export function axisAt({ wall, mono }: Instant): Axis {
  return { offset: wall - mono, shift: 0 };
}

/** The axis after a look at both clocks. */
export function follow(axis: Axis, { wall, mono }: Instant): Axis {
  const shift = wall - mono - axis.offset;
  return Math.abs(shift - axis.shift) > stepMs ? { ...axis, shift } : axis;
}

export function timeOf(axis: Axis, { mono }: Pick<Instant, 'mono'>): number {
  return mono + axis.offset;
}

/** When a reading was taken; null where nobody can say. */
export function timeOfRow(axis: Axis, row: Pick<Row, 'mono' | 'at'>): number | null {
  if (Number.isFinite(row.mono)) return row.mono + axis.offset;
  return row.at === null ? null : row.at - axis.shift;
}

/** Epoch ms of a time, by the wall clock as it stands now. */
export function wallOf(axis: Axis, time: number): number {
  return Math.round(time + axis.shift);
}

export function ofWall(axis: Axis, wall: number): number {
  return wall - axis.shift;
}

import type { PointProfile } from '../../devices/profile.ts';
import type { SiteContext } from './site-context.ts';

/** A quantity at a time, epoch ms, in the unit that its kind counts as one. */
export type Curve = (tMs: number) => number;
/** Whether it is so at a time, epoch ms. */
export type Contact = (tMs: number) => boolean;

/** One point of an instrument with all that bears on what it shows. */
export type PointContext = {
  /** The point's own stream of randomness. */
  readonly key: number;
  readonly name: string;
  readonly point: Pick<PointProfile, 'unit' | 'valid' | 'bits' | 'kind' | 'writable'>;
  /** Which of the device's points of its kind and type it is, from 0. */
  readonly nth: number;
  /** What the device measures. */
  readonly kinds: ReadonlySet<string>;
  /** Every point of the device. */
  readonly siblings: readonly string[];
  /** How many of the device's points are of a kind. */
  countOf(kind: string): number;
  readonly site: SiteContext;
};

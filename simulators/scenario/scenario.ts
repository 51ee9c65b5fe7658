import type { Text } from '../../config/site.ts';
import type { SimValue } from '../registers.ts';

/** A day as it should go, checked against its site. */
export type Scenario = {
  readonly id: string;
  readonly title: Text;
  /** Time of day at which simulated time starts, ms since the site's midnight. */
  readonly beginsMs: number;
  readonly seed: number;
  /** In order of time; of two at one moment the one that stands first in the file. */
  readonly steps: readonly Step[];
};

/** Something that happens at a time of day, ms since the midnight before the beginning. */
export type Step = {
  readonly atMs: number;
  /** Absent: to the end, or what the fault says itself. */
  readonly forMs?: number;
  readonly note: Text | null;
} & Doing;

export type Doing =
  | {
      readonly does: 'fault';
      readonly name: string;
      readonly target: string;
      readonly rate?: number;
      readonly byMs?: number;
    }
  | { readonly does: 'event'; readonly name: string; readonly place: string | null; readonly strength: number }
  | { readonly does: 'set'; readonly point: string; readonly value: SimValue };

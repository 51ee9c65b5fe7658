import { z } from 'zod';
import { type ConfigurationReport, signedByCaSchema } from '../../contract/configuration.ts';
import { type ConfigurationReason, configurationReasonSchema } from '../../contract/reasons/configuration.ts';
import { type FieldHealth, fieldHealthSchema } from './judge.ts';

/**
 * Which configuration the box runs, and what it would go back to. Pure: each step gives a new record, which is one file that
 * is replaced as a whole, so that a cut at any instant leaves the old or the new one.
 */

const keptSchema = z.object({
  version: z.int().min(1),
  content: z.string(),
  /** As it was signed; it is checked again at every start. */
  signed: signedByCaSchema,
});

export const heldSchema = z.object({
  v: z.literal(1),
  /** SHA-256 of the site file at the box. Another file there was put by somebody, and ends what was handed down. */
  base: z.string(),
  /** The newest ever taken: nothing up to it is taken again. */
  highest: z.int().min(0),
  /** Null: the site file at the box. */
  current: keptSchema.nullable(),
  /** What ran before the present one; null: the site file at the box. */
  previous: keptSchema.nullable(),
  trial: z
    .object({
      version: z.int().min(1),
      /** How often it has started. */
      starts: z.int().min(0),
      before: fieldHealthSchema.nullable(),
    })
    .nullable(),
  last: z
    .object({
      version: z.int().min(1),
      outcome: z.enum(['kept', 'returned', 'refused']),
      reason: configurationReasonSchema.nullable(),
    })
    .nullable(),
});

export type Kept = z.infer<typeof keptSchema>;
export type Held = z.infer<typeof heldSchema>;

export function nothingHeld(base: string): Held {
  return { v: 1, base, highest: 0, current: null, previous: null, trial: null, last: null };
}

/** As it counts beside the site file that is at the box now. */
export function beside(held: Held, base: string): Held {
  if (held.base === base) return held;
  return { ...held, base, current: null, previous: null, trial: null };
}

type Step = { readonly held: Held /** The work is to begin again. */; readonly restart: boolean };

/** A newer one is taken, on trial. What runs already, under another number, needs neither trial nor restart. */
export function adopt(held: Held, taken: Kept, before: FieldHealth | null): Step {
  const highest = taken.version;
  if (held.current?.content === taken.content) {
    if (held.trial === null) {
      const last = { version: taken.version, outcome: 'kept' as const, reason: null };
      return { held: { ...held, highest, previous: held.current, current: taken, last }, restart: false };
    }
    return { held: { ...held, highest, current: taken, trial: { ...held.trial, version: highest } }, restart: false };
  }
  // What is on trial has proven nothing: it is not what one goes back to.
  const previous = held.trial === null ? held.current : held.previous;
  const trial = { version: highest, starts: 0, before: held.trial?.before ?? before };
  return { held: { ...held, highest, current: taken, previous, trial }, restart: true };
}

/** A version is taken back by the gateway that handed it down; of one that does not run, the number alone is remembered. */
export function withdrawn(
  held: Held,
  { version, withdraws, reason }: { version: number; withdraws: number; reason: ConfigurationReason | null },
): Step {
  if (held.current?.version !== withdraws) return { held: { ...held, highest: version }, restart: false };
  const last = { version: withdraws, outcome: 'returned' as const, reason };
  const restart = held.previous?.content !== held.current.content;
  return { held: { ...held, highest: version, current: held.previous, previous: null, trial: null, last }, restart };
}

/** The program starts. One that had to start too often within its trial is gone from there on. */
export function started(held: Held, mostStarts: number): Held {
  if (held.trial === null) return held;
  const starts = held.trial.starts + 1;
  if (starts > mostStarts) return returned(held, { code: 'restarts', times: mostStarts });
  return { ...held, trial: { ...held.trial, starts } };
}

/** What ran before runs again, or the site file at the box where there was nothing. */
export function returned(held: Held, reason: ConfigurationReason): Held {
  const version = held.current?.version ?? held.highest;
  const last = version === 0 ? null : { version, outcome: 'returned' as const, reason };
  return { ...held, current: held.previous, previous: null, trial: null, last };
}

/** The trial is passed. What ran before stays known, in case this one is taken back later. */
export function kept(held: Held): Held {
  if (held.trial === null) return held;
  const last = { version: held.trial.version, outcome: 'kept' as const, reason: null };
  return { ...held, trial: null, last };
}

export function refused(held: Held, version: number, reason: ConfigurationReason): Held {
  return { ...held, last: { version, outcome: 'refused', reason } };
}

export function reportOf(held: Held, of: { pull: boolean; leftMs: number }): ConfigurationReport {
  const { current, highest, trial, last } = held;
  return {
    pull: of.pull,
    version: current?.version ?? null,
    highest,
    trial: trial === null ? null : { version: trial.version, leftMs: Math.max(0, Math.round(of.leftMs)) },
    last,
  };
}

import { z } from 'zod';
import { drillFailureSchema } from '../reasons/backup.ts';
import { upgradeFailureSchema } from '../reasons/upgrade.ts';
import { phases } from '../upgrade.ts';
import { isoTimeSchema, reasonTextSchema } from './common.ts';

/** What the gateway needs of people for itself. Sizes are bytes, ages ms. */

const states = ['off', 'waiting', 'ok', 'failed', 'overdue'] as const;

/** A copy or a drill that came to an end. `figures`: bytes, rows, readings, tookMs, as far as it has them. */
const runSchema = z.object({
  at: isoTimeSchema,
  ok: z.boolean(),
  name: z.string().nullable(),
  reason: drillFailureSchema.nullable(),
  figures: z.record(z.string(), z.number()),
});

/** off: the site file asks for none. waiting: the first is still to come. `goodAgeMs`: since the last that ended well. */
const kindSchema = z.object({
  state: z.enum(states),
  last: runSchema.nullable(),
  lastGood: runSchema.nullable(),
  goodAgeMs: z.number().min(0).nullable(),
});

const amount = z.number().min(0);

/** `rawFrom`: since when every reading is there; before it, since `hoursFrom`, an hour each. `keepDays`: how long they are meant to be. */
const storageSchema = z.object({
  freeBytes: amount,
  usedBytes: amount,
  rawFrom: isoTimeSchema.nullable(),
  hoursFrom: isoTimeSchema.nullable(),
  keepDays: amount,
  folding: z.enum(['age', 'disk']).nullable(),
  bytesPerReading: amount.nullable(),
  bytesPerDay: amount.nullable(),
  writtenBytes: amount,
  /** Null: no rating is given, or the pace is not known yet. */
  lifeYears: amount.nullable(),
  card: z.object({ bytes: amount, source: z.string().nullable(), confirmedBy: z.string().nullable() }).nullable(),
});

/** `version`: of the program that answers. `isSetAside`: a snapshot took the database's place, and what the trial wrote is beside it. */
const upgradeSchema = z.object({
  version: z.string(),
  underWay: z
    .object({
      ...{ phase: z.enum(phases), from: z.string(), to: z.string(), askedAt: isoTimeSchema },
      /** On trial: when it is kept where nothing stands against it. */
      commitsAt: isoTimeSchema.nullable(),
    })
    .nullable(),
  last: z
    .object({
      outcome: z.enum(['committed', 'went-back']),
      from: z.string(),
      to: z.string(),
      at: isoTimeSchema,
      reason: upgradeFailureSchema.nullable(),
      isSetAside: z.boolean(),
    })
    .nullable(),
});

export const upkeepSchema = z.object({
  /** Null where it is not run by way of jari-service. */
  upgrade: upgradeSchema.nullable(),
  storage: storageSchema,
  backup: kindSchema.extend({ running: z.boolean() }),
  drill: kindSchema,
  /** Off: this box took the place of another, and nobody has said yet that it may switch things. */
  outputs: z.enum(['on', 'off']),
});
/** Somebody has looked at what would be switched. `was`: what outputs were before. */
export const outputsOnSchema = z.object({ reason: reasonTextSchema });
export const outputsWereSchema = z.object({ was: z.enum(['on', 'off']) });
export type Upkeep = z.infer<typeof upkeepSchema>;

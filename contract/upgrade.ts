import { z } from 'zod';
import { chainHops } from './chain.ts';
import { upgradeFailureSchema } from './reasons/upgrade.ts';

/**
 * What an upgrade, the program that it tries and the program before it tell each other: small files in `DATA/upgrade`, each
 * written whole or not at all. They outlive both programs, so a field is never renamed and unknown ones are ignored.
 */

/** Names the folder to a program that is run by way of `jari-service` or `jari upgrade run`. */
export const upgradeFolderVariable = 'JARI_UPGRADE_DIR';
/** Set where a program is on trial: the number of the database (see gateway/store/reader.ts) that the one before can read. */
export const trialVariable = 'JARI_TRIAL_READS';

/** What of the databases a program reads: the gateway's by its own version as a number, an agent's outbox by its schema. */
export const readsSchema = z.object({ gateway: z.int().min(0), outbox: z.int().min(0) });
export type Reads = z.infer<typeof readsSchema>;

const programSchema = z.object({
  version: z.string().min(1).max(64),
  /** Folder with the launcher `jari`. */
  dir: z.string().min(1),
  reads: readsSchema,
});
export type InstalledProgram = z.infer<typeof programSchema>;

const ms = z.number().min(0);

/** When a trial ends and how; upgrade/limits.ts says where each figure comes from. */
export const limitsSchema = z.object({
  measureMs: ms,
  commitAfterMs: ms,
  decideWithinMs: ms,
  startWithinMs: ms,
  silentMs: ms,
  badForMs: ms,
  warmUpMs: ms,
  windowMs: ms,
  signEveryMs: ms,
  lookEveryMs: ms,
  lowestShare: z.number().min(0).max(1),
  growthBytes: ms,
  crashes: z.int().min(1),
  interruptions: z.int().min(1),
});
export type Limits = z.infer<typeof limitsSchema>;

/**
 * How the alert chain of a gateway stands. `agent` as the only broken hop: nothing arrives from outside. An agent has no
 * chain of its own: null.
 */
const chainSchema = z.object({ standing: z.enum(['ok', 'unproven', 'broken']), broken: z.array(z.enum(chainHops)) });

/** A sign of life of a running program. `mono`: ms on its own monotonic clock. */
export const signSchema = z.object({
  v: z.literal(1),
  pid: z.int(),
  mono: ms,
  /** What of its own work was not done, as for the watchdog: `store: SQLITE_IOERR`, `loop: held up for 6 s`. */
  failing: z.string().max(300).nullable(),
  /** Counts from its start: an agent's good polls; a gateway's looks at which an agent had been heard in time. */
  done: z.number().min(0),
  /** Who brings them: an agent's buses, the agents that a gateway hears. */
  sources: z.int().min(0),
  /** Sign-ins that the gateway refused since its start. */
  refused: z.int().min(0),
  chain: chainSchema.nullable(),
  rss: z.number().min(0),
});
export type Sign = z.infer<typeof signSchema>;

/** The program before, over `measureMs`. */
export const baselineSchema = z.object({
  perMinute: z.number().min(0),
  sources: z.int().min(0),
  chain: chainSchema.nullable(),
  rss: z.number().min(0),
});
export type Baseline = z.infer<typeof baselineSchema>;

/**
 * | phase | runs | next |
 * |---|---|---|
 * | measuring | the program before, which measures itself | staged, when it has; it then ends |
 * | staged | – | snapshot |
 * | snapshot | –: the database is copied while nobody has it open | trial |
 * | trial | the new program | committing, or returning with a reason |
 * | committing | the new program | –: `current` names it, and the file is gone |
 * | returning | –: what the new program changed is undone | –: `current` is as it was, and the file is gone |
 */
export const phases = ['measuring', 'staged', 'snapshot', 'trial', 'committing', 'returning'] as const;
export type Phase = (typeof phases)[number];

export const upgradeStateSchema = z.object({
  v: z.literal(1),
  phase: z.enum(phases),
  from: programSchema,
  to: programSchema,
  /** Epoch ms: when it was asked for, for people. */
  at: z.int(),
  /** Epoch ms: when the trial under way began, for people. Absent before it, and in files of versions that did not write it. */
  trialAt: z.int().optional(),
  limits: limitsSchema,
  baseline: baselineSchema.nullable(),
  /** Ends of the new program by itself before it worked. */
  crashes: z.int().min(0),
  /** Starts of the trial after a kill or a power cut. */
  interruptions: z.int().min(0),
  reason: upgradeFailureSchema.nullable(),
});
export type UpgradeState = z.infer<typeof upgradeStateSchema>;

/** How the last upgrade ended. */
export const outcomeSchema = z.object({
  v: z.literal(1),
  outcome: z.enum(['committed', 'went-back']),
  from: programSchema,
  to: programSchema,
  at: z.int(),
  reason: upgradeFailureSchema.nullable(),
  /** A snapshot took the database's place, and what the trial had written lies in `setAside`. */
  setAside: z.string().nullable(),
});
export type UpgradeOutcome = z.infer<typeof outcomeSchema>;

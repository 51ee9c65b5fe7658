import { z } from 'zod';
import { configurationReportSchema, siteProfilesSchema } from '../configuration.ts';
import { configurationReasonSchema } from '../reasons/configuration.ts';
import { isoTimeSchema, namesSchema, reasonTextSchema } from './common.ts';

/** Which site file runs, what is being tried, and what became of it. */

const reasonSchema = z.object({ reason: configurationReasonSchema, words: namesSchema });

/** `stage`: first one agent, then the rest, then the gateway itself. halted: everything is back, for the reason. */
export const rolloutItemSchema = z.object({
  version: z.int(),
  stage: z.enum(['first', 'rest', 'gateway', 'done', 'halted']),
  by: z.string(),
  why: z.string().nullable(),
  at: isoTimeSchema,
  /** Minutes of each trial. */
  trialMinutes: z.number(),
  agents: z.array(
    z.object({
      agent: z.string(),
      step: z.enum(['waiting', 'offered', 'trial', 'passed', 'failed']),
      heard: z.boolean(),
    }),
  ),
  halted: reasonSchema.nullable(),
  /** What it took away, as it was confirmed. */
  losses: z.array(z.string()),
});

export const configurationItemSchema = z.object({
  site: z.string(),
  /** Null: the site file that the gateway was given. */
  version: z.int().nullable(),
  /** The gateway itself is trying the version of the rollout. */
  trying: z.boolean(),
  rollout: rolloutItemSchema.nullable(),
  /** As each agent told last; `report` null where it has told nothing. */
  agents: z.array(z.object({ agent: z.string(), heard: z.boolean(), report: configurationReportSchema.nullable() })),
});
export type ConfigurationItem = z.infer<typeof configurationItemSchema>;

export const configurationDraftSchema = z.object({
  site: z.string().max(63).optional(),
  /** The site file, YAML. */
  text: z.string().min(1).max(1_048_576),
  /** The site's own profiles, by folder as the file names it. */
  profiles: siteProfilesSchema.default([]),
  /** What it takes away, each in the words that the refusal gave. */
  confirm: z.array(z.string().max(500)).max(500).default([]),
  /** Who tries it first. */
  first: z.string().max(63).optional(),
  reason: reasonTextSchema,
});

export const stagedSchema = z.object({
  site: z.string(),
  version: z.int(),
  changes: z.array(z.object({ code: z.string(), loss: z.boolean(), ...namesSchema.shape })),
  /** Agents whose part changes, in the order in which they get it. */
  agents: z.array(z.string()),
  /** How they reach the gateway is changed at the box, not from here. */
  uplinkStays: z.array(z.string()),
});
export type StagedItem = z.infer<typeof stagedSchema>;

export const configurationStopSchema = z.object({ site: z.string().max(63).optional(), reason: reasonTextSchema });

import { z } from 'zod';
import { compileParser } from './compiled.ts';
import { agentIdSchema, siteIdSchema } from './ids.ts';
import { configurationReasonSchema } from './reasons/configuration.ts';

/**
 * Configuration that a gateway hands down to its agents, each its own part, retained at the agent's topic `configuration`. What
 * travels is text and a signature over it (ES256) by a document certificate of the gateway's CA. A version only rises, so
 * that nobody can play an old one again.
 */

/** Stands before what is signed, so that no other document of the same signer can pass for a configuration. */
export const signedPrefix = {
  agent: 'jari agent configuration 1\n',
  gateway: 'jari gateway configuration 1\n',
} as const;

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const maxText = 2_000_000;

export const signedByCaSchema = z.object({
  v: z.literal(1),
  body: z.string().max(maxText),
  signature: z.object({
    alg: z.literal('ES256'),
    certificate: base64.max(8192),
    ca: base64.max(8192),
    value: base64.max(256),
  }),
});
export type SignedByCa = z.infer<typeof signedByCaSchema>;

const version = z.int().min(1);
const profiles = z.record(z.string().regex(/^[\w.-]{1,120}$/), z.string().max(262_144));
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** When a trial is passed and when it has failed; contract/words/configuration.ts says so in words. */
export const trialSchema = z.object({
  /** How long it lasts, ms. */
  ms: z.int().min(1000),
  /** A device may be worse for so long before it counts, ms. */
  settleMs: z.int().min(0),
  /** Polls answered, of those before: 0.9. */
  pollShare: z.number().min(0).max(1),
  /** Starts within the trial; one more fails it. */
  starts: z.int().min(1),
  /** p99 of the event loop's delay that is never too slow, ms. */
  loopMs: z.number().min(0),
});
export type Trial = z.infer<typeof trialSchema>;

/** The part of a site file that one agent needs. It has no secret, and nothing of other agents. */
export const agentPartSchema = z.object({
  v: z.literal(1),
  site: siteIdSchema,
  agent: agentIdSchema,
  version,
  /** SHA-256 of what it says: two versions of one content need no restart. */
  content: sha256,
  trial: trialSchema,
  /** As a site file holds it. */
  value: z.record(z.string(), z.unknown()),
  profiles,
});
export type AgentPart = z.infer<typeof agentPartSchema>;

/** Takes a version back: what the agent ran before it runs again. It has a version of its own, so that it counts once. */
export const agentWithdrawalSchema = z.object({
  v: z.literal(1),
  site: siteIdSchema,
  agent: agentIdSchema,
  version,
  withdraws: version,
  reason: configurationReasonSchema.nullable(),
});
export type AgentWithdrawal = z.infer<typeof agentWithdrawalSchema>;

/** What an agent says of its configuration, in its health. */
export const configurationReportSchema = z.object({
  /** It takes what its gateway hands it. */
  pull: z.boolean(),
  /** Null: the site file at the box. */
  version: version.nullable(),
  /** The newest that it ever took. */
  highest: z.int().min(0),
  trial: z.object({ version, leftMs: z.number() }).nullable(),
  last: z
    .object({
      version,
      outcome: z.enum(['kept', 'returned', 'refused']),
      reason: configurationReasonSchema.nullable().catch(null),
    })
    .nullable(),
});
export type ConfigurationReport = z.infer<typeof configurationReportSchema>;

export const parseSignedByCa = compileParser(signedByCaSchema);
export const parseAgentPart = compileParser(agentPartSchema);
export const parseAgentWithdrawal = compileParser(agentWithdrawalSchema);

const claimSchema = z.object({ version: z.int().min(1) });

/** The version that a signed body names, its signature not looked at. Undefined: it names none. */
export function claimedVersion({ body }: Pick<SignedByCa, 'body'>): number | undefined {
  try {
    return claimSchema.safeParse(JSON.parse(body)).data?.version;
  } catch {
    return undefined; // no JSON
  }
}

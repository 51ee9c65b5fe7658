import { z } from 'zod';
import { compileParser } from './compiled.ts';
import { agentIdSchema, siteIdSchema } from './ids.ts';
import { configurationReasonSchema } from './reasons/configuration.ts';

/**
 * Configuration that is handed down: by a gateway to its agents, by a city to its gateways. What travels is text and a
 * signature over it. A version only rises, so that nobody can play an old one again.
 *
 * | to | where | signed by |
 * |---|---|---|
 * | an agent, its part | its topic `configuration`, retained | a document certificate of the gateway's CA (ES256) |
 * | a gateway, for one site | its city's answer to what it hands on | a key that never lies at the city (Ed25519), whose public half the site file names |
 */

/** Stands before what is signed, so that no other document of the same signer can pass for a configuration. */
export const signedPrefix = {
  agent: 'jari agent configuration 1\n',
  gateway: 'jari gateway configuration 1\n',
} as const;

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const maxText = 2_000_000;

const body = { v: z.literal(1), body: z.string().max(maxText) };

export const signedByCaSchema = z.object({
  ...body,
  signature: z.object({
    alg: z.literal('ES256'),
    certificate: base64.max(8192),
    ca: base64.max(8192),
    value: base64.max(256),
  }),
});
export type SignedByCa = z.infer<typeof signedByCaSchema>;

export const signedByKeySchema = z.object({
  ...body,
  signature: z.object({ alg: z.literal('Ed25519'), value: base64.max(256) }),
});
export type SignedByKey = z.infer<typeof signedByKeySchema>;

const version = z.int().min(1);
const profiles = z.record(z.string().regex(/^[\w.-]{1,120}$/), z.string().max(262_144));
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A site's own profiles: by folder as the file names it, then by name. */
export const siteProfilesSchema = z.array(z.object({ folder: z.string().max(200), files: profiles }));

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

/** What is the same of everything that a city hands down. */
const forSite = { v: z.literal(1), site: siteIdSchema, version };

/** Settings of a rule's condition, by their place in it: `levels.주의.above`. */
export const ruleSettingsSchema = z.object({
  /** Its id in its building or the ready rule that it uses, everywhere in the site; `BUILDING/ID` for one. */
  rule: z.string().min(1).max(127),
  set: z.record(
    z
      .string()
      .regex(/^[^\s.]+(\.[^\s.]+)*$/)
      .max(200),
    z.union([z.number(), z.string().max(200), z.boolean()]),
  ),
  /** The signer knows that people may be hurt by it. Without that no life-safety rule is changed. */
  lifeSafety: z.boolean(),
  /** Where the numbers come from, and the role that confirmed them. */
  source: z.string().min(1).max(300),
  confirmedBy: z.string().min(1).max(100),
});
export type RuleSettings = z.infer<typeof ruleSettingsSchema>;

/**
 * What a city hands down to the gateway of a site: a site file, settings of rules that are laid over the site's own file, or
 * the word that takes an earlier version back. `confirm`: what it takes away, each as `jari config try` names it.
 */
export const cityConfigurationSchema = z.discriminatedUnion('kind', [
  z.object({
    ...forSite,
    kind: z.literal('site'),
    /** YAML. */
    text: z.string().min(1).max(1_048_576),
    profiles: siteProfilesSchema,
    confirm: z.array(z.string().max(500)).max(500),
  }),
  z.object({ ...forSite, kind: z.literal('rules'), rules: z.array(ruleSettingsSchema).min(1).max(200) }),
  z.object({ ...forSite, kind: z.literal('withdrawal'), withdraws: version }),
]);
export type CityConfiguration = z.infer<typeof cityConfigurationSchema>;

/**
 * A set as it was signed, for one site or many. Each `withdrawal` was signed along with its body, so that a city, which has
 * no key, can take back what it handed down, and nothing else. Its version is one above that of the body.
 */
export const configurationSetSchema = z.object({
  v: z.literal(1),
  version,
  kind: z.enum(['site', 'rules']),
  why: z.string().max(500).nullable(),
  sites: z
    .array(z.object({ site: siteIdSchema, signed: signedByKeySchema, withdrawal: signedByKeySchema }))
    .min(1)
    .max(2000),
});
export type ConfigurationSet = z.infer<typeof configurationSetSchema>;

/** What became of what a city handed down, as its gateway says. `replaced`: it stood, and somebody at the site tried another. */
export const handedStates = ['none', 'waiting', 'trying', 'kept', 'returned', 'refused', 'replaced'] as const;
export type HandedState = (typeof handedStates)[number];

export const gatewayReportSchema = z.object({
  site: siteIdSchema,
  /** It takes what its city hands it: it was given a key. */
  pull: z.boolean(),
  /** The newest of the city that it took up. */
  seen: z.int().min(0),
  /** Which one `state` is about; null: none. */
  version: version.nullable(),
  state: z.enum(handedStates),
  reason: configurationReasonSchema.nullable().catch(null),
});
export type GatewayReport = z.infer<typeof gatewayReportSchema>;

export const parseSignedByCa = compileParser(signedByCaSchema);
export const parseCityConfiguration = compileParser(cityConfigurationSchema);
export const parseConfigurationSet = compileParser(configurationSetSchema);
export const parseAgentPart = compileParser(agentPartSchema);
export const parseAgentWithdrawal = compileParser(agentWithdrawalSchema);

const claimSchema = z.object({
  site: siteIdSchema.optional().catch(undefined),
  version: version.optional().catch(undefined),
});
export type Claim = z.infer<typeof claimSchema>;

/** The site and the version that a signed body names, its signature not looked at: nothing is decided by them alone. */
export function claimOf({ body }: Pick<SignedByCa | SignedByKey, 'body'>): Claim {
  try {
    return claimSchema.safeParse(JSON.parse(body)).data ?? {};
  } catch {
    return {}; // no JSON
  }
}

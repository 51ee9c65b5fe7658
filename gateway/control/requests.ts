import { z } from 'zod';
import { agentIdSchema, siteIdSchema } from '../../contract/ids.ts';
import { roles } from '../../contract/roles.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Offer } from '../accounts/invitations.ts';
import { checkedBuilding } from '../accounts/people.ts';
import type { AuditSink, Said } from '../audit/entry.ts';
import type { AgentCertificates } from '../ca/agent-certificates.ts';
import { type BackupDesk, backupSchemas, backupWork } from './backup-requests.ts';
import { type ConfigurationDesk, configurationSchemas, configurationWork } from './configuration-requests.ts';
import { lotSchemas, lotWork, type ParkingDesk } from './lot-requests.ts';

/**
 * What the command line asks of the accounts, by the owner of the data folder: the command itself when no gateway runs on
 * it, the gateway otherwise. The schemas of each request and of its answer, and what handles it.
 */

/** What a request works on. */
export type ControlTarget = {
  readonly accounts: Accounts;
  readonly certificates: AgentCertificates;
  readonly audit: AuditSink;
  /** Where people reach the pages, such as https://jari.example:8443; null when no gateway runs. */
  readonly pages: string | null;
  /** Left out when no gateway runs. */
  readonly parking?: ParkingDesk;
  readonly backup?: BackupDesk;
  readonly configuration?: ConfigurationDesk;
};

const name = z.string();
const building = z.object({ site: z.string(), building: z.string() });
const replaced = z.boolean();
const item = { name, at: z.number() };

const schemas = {
  'agent-add': {
    ask: z.object({ site: z.string(), agent: z.string() }),
    answer: z.object({ password: z.string(), replaced, endedToken: z.boolean() }),
  },
  'agent-certificate': {
    ask: z.object({ site: siteIdSchema, agent: agentIdSchema, csr: z.string() }),
    answer: z.object({ certificate: z.string(), ca: z.string(), replaced, endedToken: z.boolean() }),
  },
  'agent-revoke': {
    ask: z.object({ site: siteIdSchema, agent: agentIdSchema }),
    answer: z.object({ was: z.boolean() }),
  },
  'ca-init': { ask: z.object({}), answer: z.object({}) },
  'token-create': {
    ask: z.object({ name, scope: z.string(), lifeMs: z.number().nullable() }),
    answer: z.object({ token: z.string(), replaced, scopes: z.array(z.string()), expires: z.number().nullable() }),
  },
  'token-revoke': { ask: z.object({ name }), answer: z.object({ was: z.boolean() }) },
  'token-list': {
    ask: z.object({}),
    answer: z.object({
      items: z.array(z.object({ ...item, scopes: z.array(z.string()), expires: z.number().nullable() })),
    }),
  },
  'user-add': {
    ask: z.object({ name, role: z.string(), buildings: z.array(building), password: z.string() }),
    answer: z.object({ replaced }),
  },
  'user-change': { ask: z.object({ name, role: z.string(), buildings: z.array(building) }), answer: z.object({}) },
  'user-reset': { ask: z.object({ name, password: z.string() }), answer: z.object({}) },
  'user-remove': { ask: z.object({ name }), answer: z.object({}) },
  'user-list': {
    ask: z.object({}),
    answer: z.object({ items: z.array(z.object({ ...item, role: z.string(), buildings: z.array(building) })) }),
  },
  'user-invite': {
    ask: z.object({ role: z.enum(roles), building: building.nullable(), uses: z.number(), lifeMs: z.number() }),
    answer: z.object({ code: z.string(), expires: z.number(), pages: z.string().nullable() }),
  },
  ...lotSchemas,
  ...backupSchemas,
  ...configurationSchemas,
} as const;

export type AccountCommand = keyof typeof schemas;
export type Ask<C extends AccountCommand> = z.infer<(typeof schemas)[C]['ask']>;
export type Answer<C extends AccountCommand> = z.infer<(typeof schemas)[C]['answer']>;

export const accountCommands = Object.keys(schemas) as readonly AccountCommand[];

type Work = {
  [C in AccountCommand]: (target: ControlTarget, ask: Ask<C>, said: Said) => Answer<C> | Promise<Answer<C>>;
};

const work: Work = {
  // An agent has one credential, so each of these ends what there was of the other kind.
  'agent-add': ({ accounts, certificates }, { site, agent }, said) =>
    accounts.atOnce(() => {
      const { replaced: hadPassword, ...made } = accounts.agents.add(site, agent, said);
      const who = { site: siteIdSchema.parse(site), agent: agentIdSchema.parse(agent) };
      return { ...made, replaced: certificates.end(who, 'replaced', said) > 0 || hadPassword };
    }),
  'agent-certificate': async ({ accounts, certificates }, { csr, ...who }, said) => {
    const { replaced: hadCertificate, ...issued } = await certificates.issue(who, csr, said);
    const hadPassword = accounts.agents.revoke(who.site, who.agent, said);
    const endedToken = accounts.tokens.revoke(who.agent, said);
    return { ...issued, replaced: hadCertificate || hadPassword, endedToken };
  },
  'agent-revoke': ({ accounts, certificates }, who, said) =>
    accounts.atOnce(() => {
      const ended = certificates.end(who, 'revoked', said);
      return { was: accounts.agents.revoke(who.site, who.agent, said) || ended > 0 };
    }),
  'ca-init': async ({ certificates }, _ask, said) => {
    await certificates.makeAuthority(said);
    return {};
  },
  'token-create': ({ accounts }, ask, said) => {
    const { scopes, ...made } = accounts.tokens.create(ask, said);
    return { ...made, scopes: [...scopes] };
  },
  'token-revoke': ({ accounts }, ask, said) => ({ was: accounts.tokens.revoke(ask.name, said) }),
  'token-list': ({ accounts }) => ({
    items: accounts.tokens.list().map(({ scopes, ...rest }) => ({ ...rest, scopes: [...scopes] })),
  }),
  'user-add': ({ accounts }, ask, said) => accounts.people.add(ask, said),
  'user-change': ({ accounts }, { name: who, ...wanted }, said) => {
    accounts.people.change(who, wanted, said);
    return {};
  },
  'user-reset': async ({ accounts }, ask, said) => {
    await accounts.people.setPassword(ask.name, ask.password, said);
    return {};
  },
  'user-remove': ({ accounts }, ask, said) => {
    accounts.people.remove(ask.name, said);
    return {};
  },
  'user-list': ({ accounts }) => ({
    items: accounts.people.list().map(({ buildings, ...rest }) => ({ ...rest, buildings: [...buildings] })),
  }),
  'user-invite': ({ accounts, pages }, { role, building: where, uses, lifeMs }, said) => {
    const offer: Offer = { for: 'join', role, building: where === null ? null : checkedBuilding(where) };
    const { code, invitation } = accounts.invitations.create(offer, { uses, lifeMs }, said);
    return { code, expires: invitation.expires, pages };
  },
  ...lotWork,
  ...backupWork,
  ...configurationWork,
};

/** Works on a request. @throws InputError with what is wrong with it */
export async function workOn<C extends AccountCommand>(
  target: ControlTarget,
  command: C,
  ask: Ask<C>,
  said: Said,
): Promise<Answer<C>> {
  return work[command](target, ask, said);
}

/** Reads a request that came as JSON. */
export function readAsk<C extends AccountCommand>(command: C, json: unknown): z.ZodSafeParseResult<Ask<C>> {
  return schemas[command].ask.safeParse(json) as z.ZodSafeParseResult<Ask<C>>;
}

/** Reads an answer that came as JSON. */
export function readAnswer<C extends AccountCommand>(command: C, json: unknown): z.ZodSafeParseResult<Answer<C>> {
  return schemas[command].answer.safeParse(json) as z.ZodSafeParseResult<Answer<C>>;
}

import type { AgentId, DeviceId, SiteId } from '../../contract/ids.ts';
import type { Scope } from '../../contract/roles.ts';
import { topics } from '../../contract/topics.ts';
import type { CertificateAuth, Served as ServedNames } from '../ca/certificate-auth.ts';
import type { Presented } from '../ca/presented.ts';
import { type Account, mayConnect } from './acl.ts';

/** The rules of CONNECT. Credentials are looked at first, so an unauthenticated client learns nothing of the other rules. */

export type Connect = {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly keepaliveS: number;
  readonly clean: boolean;
  readonly willTopic: string | undefined;
  /** Shown with the connection; good or not is for the rules to say. */
  readonly certificate: Presented | undefined;
};

/**
 * CONNACK codes of MQTT 3.1.1 §3.2.2.3: 2 identifier rejected, 3 server unavailable (come back later), 4 bad user name or
 * password, 5 not authorised.
 */
export type Refusal = { readonly ok: false; readonly code: 2 | 3 | 4 | 5; readonly why: string };
export type SignInResult = { readonly ok: true; readonly account: Account } | Refusal;

type Token = { readonly name: string; readonly scopes: readonly Scope[] };

/** The agents of each served site, and the devices of each agent. */
export type Served = ReadonlyMap<SiteId, ReadonlyMap<AgentId, ReadonlySet<DeviceId>>>;

export type SignInRules = {
  readonly accounts: {
    readonly agents: {
      check(name: string, password: string): { site: SiteId; agent: AgentId } | undefined;
      has(name: string): boolean;
    };
    readonly tokens: { check(token: string): Token | undefined };
  };
  readonly certificates: { authenticate(presented: Presented, served: ServedNames): CertificateAuth };
  /** The sites of this gateway, each with its agents. */
  readonly served: ReadonlyMap<SiteId, Pick<ReadonlySet<AgentId>, 'has' | 'keys'>>;
  /** Who is connected under this client id now, agents left out. */
  tokenOn(clientId: string): string | undefined;
};

const maxAgentKeepaliveS = 10;
const maxTokenKeepaliveS = 120;
const maxClientIdLength = 128;

/** Whether this CONNECT is let in, and as whom. */
export function judgeConnect(connect: Connect, rules: SignInRules): SignInResult {
  const { username, password, certificate } = connect;
  if (certificate !== undefined) return judgeCertificate(connect, certificate, rules);
  if (username === undefined || password === undefined) return refuse(5, 'no user name or no password');
  const agent = rules.accounts.agents.check(username, password);
  if (agent !== undefined) return judgeAgent(connect, agent, rules);
  const token = isAgentId(username, rules) ? undefined : rules.accounts.tokens.check(password);
  if (token === undefined || token.name !== username) return refuse(4, 'unknown user name or wrong password');
  return judgeToken(connect, token, rules);
}

/** A client that shows a certificate is judged by it alone: a bad one is refused even beside a good password. */
function judgeCertificate(connect: Connect, certificate: Presented, rules: SignInRules): SignInResult {
  const result = rules.certificates.authenticate(certificate, rules.served);
  if (!result.ok) return refuse(5, result.why);
  const { site, agent } = result;
  if (connect.username !== undefined && connect.username !== agent) {
    return refuse(5, `the certificate is of agent ${agent}, and the user name is another`);
  }
  return judgeAgent(connect, { site, agent }, rules);
}

function judgeAgent(connect: Connect, who: { site: SiteId; agent: AgentId }, rules: SignInRules): SignInResult {
  if (rules.served.get(who.site)?.has(who.agent) !== true) {
    return refuse(5, `agent ${who.agent} of site ${who.site} is in no site file of this gateway`);
  }
  if (connect.clientId !== who.agent) return refuse(2, `the client id of agent ${who.agent} must be ${who.agent}`);
  if (!between(connect.keepaliveS, 1, maxAgentKeepaliveS)) return refuse(5, keepaliveRule(maxAgentKeepaliveS));
  if (!connect.clean) return refuse(5, cleanRule);
  if (connect.willTopic !== undefined && connect.willTopic !== topics.status(who.site, who.agent)) {
    return refuse(5, `the will of an agent goes to ${topics.status(who.site, who.agent)}`);
  }
  return { ok: true, account: { kind: 'agent', ...who } };
}

function judgeToken(connect: Connect, token: Token, rules: SignInRules): SignInResult {
  if (!mayConnect(token.scopes)) return refuse(5, `scope ${token.scopes.join(', ')} is of no use on MQTT`);
  if (isAgentId(connect.clientId, rules)) return refuse(2, `client id ${connect.clientId} is an agent's`);
  if (connect.clientId.length > maxClientIdLength)
    return refuse(2, `a client id has at most ${maxClientIdLength} characters`);
  const holder = rules.tokenOn(connect.clientId);
  if (holder !== undefined && holder !== token.name) return refuse(2, 'the client id is in use by another account');
  if (!between(connect.keepaliveS, 1, maxTokenKeepaliveS)) return refuse(5, keepaliveRule(maxTokenKeepaliveS));
  if (!connect.clean) return refuse(5, cleanRule);
  if (connect.willTopic !== undefined)
    return refuse(
      5,
      'a token publishes nothing, so it has no will: take it out (of a mosquitto bridge: notifications false)',
    );
  return { ok: true, account: { kind: 'token', ...token, sites: [...rules.served.keys()] } };
}

function isAgentId(name: string, rules: SignInRules): boolean {
  for (const agents of rules.served.values()) {
    for (const agent of agents.keys()) if (agent === name) return true;
  }
  return rules.accounts.agents.has(name);
}

const cleanRule = 'clean session is required, since none is stored here (of a mosquitto bridge: cleansession true)';
const keepaliveRule = (maxS: number) => `keepalive must be 1–${maxS} s`;
const between = (value: number, lo: number, hi: number) => value >= lo && value <= hi;
const refuse = (code: Refusal['code'], why: string): Refusal => ({ ok: false, code, why });

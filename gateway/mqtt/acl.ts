import type { AgentId, SiteId } from '../../contract/ids.ts';
import type { Scope } from '../../contract/roles.ts';
import {
  type AgentTopic,
  type CertificateTopic,
  type TopicKind,
  topics,
  tryAgentTopic,
  tryCertificateTopic,
  tryTopicKind,
} from '../../contract/topics.ts';
import { type Actor, topicKinds } from '../permissions.ts';

/**
 * Who may say and hear what on MQTT. Pure, and an allow-list: what the table of permissions does not name is refused, so
 * `#`, `+/...`, `$SYS/...` and `$share/...` need no rule of their own.
 */

export type Account =
  | { readonly kind: 'agent'; readonly site: SiteId; readonly agent: AgentId }
  /** A program, on every site this gateway serves. */
  | {
      readonly kind: 'token';
      readonly name: string;
      readonly scopes: readonly Scope[];
      readonly sites: readonly SiteId[];
    };

/** What the topic says, when this account may publish there. An agent speaks below its own prefix alone. */
export function tryPublish(account: Account, topic: string): AgentTopic | CertificateTopic | undefined {
  const read = tryAgentTopic(topic) ?? tryCertificateTopic(topic);
  if (read === undefined || !kindsOf('publish', account).has(read.kind)) return undefined;
  return account.kind === 'agent' && read.site === account.site && read.agent === account.agent ? read : undefined;
}

/** What MQTT-1.5.3 forbids in a text: NUL, and bytes that are no UTF-8, which arrive as U+FFFD. */
const noText = /[\0\ufffd]/;

/**
 * Whether the account may subscribe to this filter. An agent names its topics to the letter. A program may give any
 * filter below a site of its own; the prefixes end in a slash and hold no wildcard, hence a filter that begins with one
 * cannot match outside it, and what it matches inside is looked at message by message.
 */
export function maySubscribe(account: Account, filter: string): boolean {
  if (noText.test(filter)) return false;
  const kind = tryTopicKind(filter);
  if (account.kind === 'agent' || kind !== undefined) return mayHear(account, filter);
  return kindsOf('subscribe', account).size > 0 && isInSites(account.sites, filter);
}

/** Whether a message of this topic may go out to the account. */
export function mayHear(account: Account, topic: string): boolean {
  const kind = kindOf(topic);
  if (kind === undefined || !kindsOf('subscribe', account).has(kind)) return false;
  return account.kind === 'agent'
    ? topic.startsWith(topics.ofAgent(account.site, account.agent))
    : isInSites(account.sites, topic);
}

/** Whether the broker keeps the last message of this topic for those who subscribe later, whatever its sender asked. */
export function isRetained(topic: AgentTopic | CertificateTopic): boolean {
  return topic.kind === 'status' || topic.kind === 'health' || topic.kind === 'birth';
}

/** Whether a token of these scopes has any business on MQTT. */
export function mayConnect(tokenScopes: readonly Scope[]): boolean {
  return topicKinds('subscribe', tokenScopes.map(actorOf)).size > 0;
}

type Kinds = ReadonlySet<TopicKind>;
const remembered = new Map<string, Kinds>();

/** Remembered by what the account is, of which there are a handful: this is asked for every message and every reader. */
function kindsOf(way: 'publish' | 'subscribe', account: Account): Kinds {
  const actors: readonly Actor[] = account.kind === 'agent' ? ['agent'] : account.scopes.map(actorOf);
  const key = `${way} ${actors.join(' ')}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const kinds = topicKinds(way, actors);
  remembered.set(key, kinds);
  return kinds;
}

const maxTopics = 4096;
const topicsSeen = new Map<string, TopicKind | undefined>();

/** A gateway hears the same few hundred topics for years. Forgets everything beyond 4,096. */
function kindOf(topic: string): TopicKind | undefined {
  if (topicsSeen.has(topic)) return topicsSeen.get(topic);
  if (topicsSeen.size >= maxTopics) topicsSeen.clear();
  const kind = tryTopicKind(topic);
  topicsSeen.set(topic, kind);
  return kind;
}

function actorOf(scope: Scope): Actor {
  return `token:${scope}`;
}

function isInSites(sites: readonly SiteId[], filter: string): boolean {
  return sites.some((site) => filter.startsWith(topics.ofSite(site)));
}

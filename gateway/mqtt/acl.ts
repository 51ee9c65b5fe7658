import type { AgentId, SiteId } from '../../contract/ids.ts';
import { type AgentTopic, topics, tryAgentTopic } from '../../contract/topics.ts';

/**
 * Who may say and hear what on MQTT. Pure, and an allow-list: what no line here names is refused, so `#`, `+/...`,
 * `$SYS/...` and `$share/...` need no rule of their own.
 */

export type Account =
  | { readonly kind: 'agent'; readonly site: SiteId; readonly agent: AgentId }
  /** Reads every site this gateway serves. */
  | { readonly kind: 'token'; readonly name: string; readonly sites: readonly SiteId[] };

/** What the topic says, when this account may publish there. An agent speaks below its own prefix, but gives itself no commands. */
export function tryPublish(account: Account, topic: string): AgentTopic | undefined {
  if (account.kind !== 'agent') return undefined;
  const read = tryAgentTopic(topic);
  if (read === undefined || read.site !== account.site || read.agent !== account.agent) return undefined;
  return read.kind === 'command' ? undefined : read;
}

/**
 * Whether every topic that the filter can match may be read by this account. A topic is a filter without wildcards, so
 * subscribing and forwarding ask the same question. The prefixes end in a slash and hold no wildcard, hence a filter
 * that begins with one cannot match outside it.
 */
export function mayRead(account: Account, filter: string): boolean {
  if (filter.includes('\0')) return false;
  if (account.kind === 'agent') return filter === topics.command(account.site, account.agent);
  return account.sites.some((site) => filter.startsWith(topics.ofSite(site)));
}

/** Whether the broker keeps the last message of this topic for those who subscribe later, whatever its sender asked. */
export function isRetained(topic: AgentTopic): boolean {
  return topic.kind === 'status' || topic.kind === 'health' || topic.kind === 'birth';
}

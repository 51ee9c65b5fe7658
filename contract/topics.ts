import {
  type AgentId,
  type AlertId,
  agentIdSchema,
  type BuildingId,
  type DeviceId,
  deviceIdSchema,
  type LotId,
  reservedDeviceIds,
  type SiteId,
  type SpaceId,
  siteIdSchema,
} from './ids.ts';

/** Every topic of the contract, built and read in this one file. All begin with `jari/v1/{site}`. */
const root = 'jari/v1';

export const topics = {
  status: (site: SiteId, agent: AgentId) => `${root}/${site}/${agent}/status`,
  health: (site: SiteId, agent: AgentId) => `${root}/${site}/${agent}/health`,
  birth: (site: SiteId, agent: AgentId, device: DeviceId) => `${root}/${site}/${agent}/${device}/birth`,
  readings: (site: SiteId, agent: AgentId, device: DeviceId) => `${root}/${site}/${agent}/${device}/readings`,
  diagnosis: (site: SiteId, agent: AgentId, device: DeviceId) => `${root}/${site}/${agent}/${device}/diagnosis`,
  command: (site: SiteId, agent: AgentId) => `${root}/${site}/${agent}/command`,
  commandResult: (site: SiteId, agent: AgentId) => `${root}/${site}/${agent}/command/result`,
  certificate: (site: SiteId, agent: AgentId) => `${root}/${site}/${agent}/certificate`,
  /** From the gateway, retained: the agent's own configuration, signed. */
  configuration: (site: SiteId, agent: AgentId) => `${root}/${site}/${agent}/configuration`,
  certificateRequest: (site: SiteId, agent: AgentId) => `${root}/${site}/${agent}/certificate/request`,
  lot: (site: SiteId, lot: LotId) => `${root}/${site}/parking/${lot}`,
  space: (site: SiteId, lot: LotId, space: SpaceId) => `${root}/${site}/parking/${lot}/${space}`,
  alert: (site: SiteId, building: BuildingId, alert: AlertId) => `${root}/${site}/alerts/${building}/${alert}`,
  /** Everything an agent may publish. */
  ofAgent: (site: SiteId, agent: AgentId) => `${root}/${site}/${agent}/`,
  /** Everything of a site. */
  ofSite: (site: SiteId) => `${root}/${site}/`,
} as const;

/** What an agent's topic says: which agent speaks, and of what. */
export type AgentTopic =
  | { kind: 'status' | 'health' | 'command' | 'result' | 'configuration'; site: SiteId; agent: AgentId }
  | { kind: 'birth' | 'readings' | 'diagnosis'; site: SiteId; agent: AgentId; device: DeviceId };

/** What a topic of the contract is about, whatever its publisher. */
export type TopicKind = AgentTopic['kind'] | CertificateTopic['kind'] | 'lot' | 'space' | 'alert';

/** The kind of any topic of the contract; undefined for every other topic. */
export function tryTopicKind(topic: string): TopicKind | undefined {
  const levels = topic.split('/');
  if (levels[0] !== 'jari' || levels[1] !== 'v1') return undefined;
  // `parking` and `alerts` are reserved: no agent is called so.
  if (levels[3] === 'parking') return levels.length === 5 ? 'lot' : levels.length === 6 ? 'space' : undefined;
  if (levels[3] === 'alerts') return levels.length === 6 ? 'alert' : undefined;
  return (tryAgentTopic(topic) ?? tryCertificateTopic(topic))?.kind;
}

const agentKinds = {
  ...({ status: 'status', health: 'health', command: 'command' } as const),
  ...({ configuration: 'configuration' } as const),
} as const;
const deviceKinds = { birth: 'birth', readings: 'readings', diagnosis: 'diagnosis' } as const;

/** Reads a topic below an agent's prefix; undefined for every other topic. */
export function tryAgentTopic(topic: string): AgentTopic | undefined {
  const levels = topic.split('/');
  if (levels[0] !== 'jari' || levels[1] !== 'v1' || levels.length < 5 || levels.length > 6) return undefined;
  const site = siteIdSchema.safeParse(levels[2]);
  const agent = agentIdSchema.safeParse(levels[3]);
  if (!site.success || !agent.success) return undefined;
  const who = { site: site.data, agent: agent.data };
  const [word, last] = [levels[4] ?? '', levels[5]];
  if (last === undefined) return isKey(agentKinds, word) ? { kind: agentKinds[word], ...who } : undefined;
  if (word === 'command') return last === 'result' ? { kind: 'result', ...who } : undefined;
  if (reservedDeviceIds.includes(word) && !(word === 'chain' && last === 'readings')) return undefined;
  const device = deviceIdSchema.safeParse(word);
  return device.success && isKey(deviceKinds, last)
    ? { kind: deviceKinds[last], ...who, device: device.data }
    : undefined;
}

/** An agent's certificate is renewed over its own session: what it asks, and what it hears. Neither is stored. */
export type CertificateTopic =
  | { kind: 'certificate'; site: SiteId; agent: AgentId }
  | { kind: 'certificate-request'; site: SiteId; agent: AgentId };

/** Reads a topic by which certificates are renewed; undefined for every other topic. */
export function tryCertificateTopic(topic: string): CertificateTopic | undefined {
  if (!topic.includes('/certificate')) return undefined;
  const [, , site, agent] = topic.split('/');
  const ids = { site: siteIdSchema.safeParse(site).data, agent: agentIdSchema.safeParse(agent).data };
  if (ids.site === undefined || ids.agent === undefined) return undefined;
  const who = { site: ids.site, agent: ids.agent };
  if (topic === topics.certificate(who.site, who.agent)) return { kind: 'certificate', ...who };
  return topic === topics.certificateRequest(who.site, who.agent) ? { kind: 'certificate-request', ...who } : undefined;
}

function isKey<T extends object>(table: T, key: string): key is keyof T & string {
  return Object.hasOwn(table, key);
}

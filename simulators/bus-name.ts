import type { AgentConfig, BusConfig, Site } from '../config/site.ts';
import type { AgentId, BusId } from '../contract/ids.ts';

/** A bus of a site by its full name. */
export type BusName = `${AgentId}/${BusId}`;

export function busName(agent: Pick<AgentConfig, 'id'>, bus: Pick<BusConfig, 'id'>): BusName {
  return `${agent.id}/${bus.id}`;
}

/** Every bus of a site with its full name. */
export function busesOf(site: Site): [BusName, BusConfig][] {
  return site.agents.flatMap((agent) => agent.buses.map((bus): [BusName, BusConfig] => [busName(agent, bus), bus]));
}

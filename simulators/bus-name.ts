import type { AgentConfig, AnyBusConfig, Site } from '../config/site.ts';
import type { AgentId, BusId } from '../contract/ids.ts';

/** A bus of a site by its full name. */
export type BusName = `${AgentId}/${BusId}`;

export function busName(agent: Pick<AgentConfig, 'id'>, bus: Pick<AnyBusConfig, 'id'>): BusName {
  return `${agent.id}/${bus.id}`;
}

/** Every bus of a site with its full name. */
export function busesOf(site: Site): [BusName, AnyBusConfig][] {
  return site.agents.flatMap((agent) => agent.buses.map((bus): [BusName, AnyBusConfig] => [busName(agent, bus), bus]));
}

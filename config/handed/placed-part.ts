import { list, mapping } from './plain.ts';

/** A part as it stands at the box: with the box's own way to its gateway. Pure. */
export function placedPart(value: unknown, box: { agent: string; uplink: unknown }): unknown {
  const whole = mapping(value);
  const agents = list(whole.agents).map((each) => {
    const agent = mapping(each);
    return agent.id === box.agent ? { ...agent, uplink: box.uplink } : each;
  });
  return { ...whole, agents };
}

/** How the site file at a box says that the box reaches its gateway. */
export function uplinkIn(value: unknown, agent: string): unknown {
  return list(mapping(value).agents)
    .map(mapping)
    .find(({ id }) => id === agent)?.uplink;
}

import type { AgentItem, DeviceItem, LatestItem, SiteItem } from '../../contract/http/live.ts';

/** What the gateway last said, by key. */

export type Lists = { sites: SiteItem[]; agents: AgentItem[]; devices: DeviceItem[]; latest: LatestItem[] };

export type Change =
  | { event: 'agent'; data: AgentItem }
  | { event: 'device'; data: DeviceItem }
  | { event: 'reading'; data: LatestItem };

export type Model = {
  readonly sites: Map<string, SiteItem>;
  readonly agents: Map<string, AgentItem>;
  readonly devices: Map<string, DeviceItem>;
  /** Points of a device, in the order the gateway gave them. */
  readonly points: Map<string, Map<string, LatestItem>>;
};

export const emptyModel = (): Model => ({ sites: new Map(), agents: new Map(), devices: new Map(), points: new Map() });

export const agentKey = (item: { site: string; agent: string }): string => `${item.site}/${item.agent}`;
export const deviceKey = (item: { site: string; device: string }): string => `${item.site}/${item.device}`;

export function modelOf(lists: Lists): Model {
  const model = emptyModel();
  for (const item of lists.sites) model.sites.set(item.site, item);
  for (const item of lists.agents) model.agents.set(agentKey(item), item);
  for (const item of lists.devices) model.devices.set(deviceKey(item), item);
  for (const item of lists.latest) putPoint(model, item);
  return model;
}

/** Takes in one event; says which device's card it touches, or all. */
export function change(model: Model, { event, data }: Change): string | 'all' {
  if (event === 'agent') {
    model.agents.set(agentKey(data), data);
    return 'all';
  }
  if (event === 'device') {
    const isNew = !model.devices.has(deviceKey(data));
    model.devices.set(deviceKey(data), data);
    return isNew ? 'all' : deviceKey(data);
  }
  return putPoint(model, data);
}

function putPoint(model: Model, item: LatestItem): string {
  const slash = item.point.indexOf('/');
  const key = deviceKey({ site: item.site, device: item.point.slice(0, slash) });
  const points = model.points.get(key) ?? new Map<string, LatestItem>();
  points.set(item.point.slice(slash + 1), item);
  model.points.set(key, points);
  return key;
}

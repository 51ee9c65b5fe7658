import type { AgentItem, BuildingItem, DeviceItem, LatestItem, SiteItem } from '../../contract/http/live.ts';
import type { AlertItem, LotItem, SpaceItem } from './items.ts';
import { loading, type Offered } from './offered.ts';

/** What the gateway last said, by key. */

export type Lists = {
  sites: SiteItem[];
  agents: AgentItem[];
  devices: DeviceItem[];
  latest: LatestItem[];
  buildings?: Offered<BuildingItem>;
  lots?: Offered<LotItem>;
  spaces?: Offered<SpaceItem>;
  alerts?: Offered<AlertItem>;
};

export type Change =
  | { event: 'agent'; data: AgentItem }
  | { event: 'device'; data: DeviceItem }
  | { event: 'reading'; data: LatestItem }
  | { event: 'lot'; data: LotItem }
  | { event: 'space'; data: SpaceItem }
  | { event: 'alert'; data: AlertItem };

export type Model = {
  readonly sites: Map<string, SiteItem>;
  readonly agents: Map<string, AgentItem>;
  readonly devices: Map<string, DeviceItem>;
  /** Points of a device, in the order the gateway gave them. */
  readonly points: Map<string, Map<string, LatestItem>>;
  buildings: Offered<BuildingItem>;
  lots: Offered<LotItem>;
  spaces: Offered<SpaceItem>;
  /** Those that are open. */
  alerts: Offered<AlertItem>;
};

/** What a change touches: one item by key, every item of a kind, or all there is. */
export type Touched = string | 'all';

export const emptyModel = (): Model => ({
  sites: new Map(),
  agents: new Map(),
  devices: new Map(),
  points: new Map(),
  buildings: loading,
  lots: loading,
  spaces: loading,
  alerts: loading,
});

export const agentKey = (item: { site: string; agent: string }): string => `${item.site}/${item.agent}`;
export const deviceKey = (item: { site: string; device: string }): string => `${item.site}/${item.device}`;
/** The devices of an agent, in the order the gateway gave them. */
export const devicesOf = (model: Model, { site, agent }: { site: string; agent: string }): DeviceItem[] =>
  [...model.devices.values()].filter((device) => device.site === site && device.agent === agent);
export const buildingKey = (item: { site: string; building: string }): string => `${item.site}/${item.building}`;
export const lotKey = (item: { site: string; lot: string }): string => `${item.site}/${item.lot}`;
export const spaceKey = (item: { site: string; lot: string; space: string }): string =>
  `${item.site}/${item.lot}/${item.space}`;
export const alertKey = (item: { site: string; alert: string }): string => `${item.site}/${item.alert}`;

export function modelOf(lists: Lists): Model {
  const model = emptyModel();
  for (const item of lists.sites) model.sites.set(item.site, item);
  for (const item of lists.agents) model.agents.set(agentKey(item), item);
  for (const item of lists.devices) model.devices.set(deviceKey(item), item);
  for (const item of lists.latest) putPoint(model, item);
  model.buildings = lists.buildings ?? loading;
  model.lots = lists.lots ?? loading;
  model.spaces = lists.spaces ?? loading;
  model.alerts = lists.alerts ?? loading;
  return model;
}

/**
 * Takes in one event; says what it touches: a device's key for its state and readings, `agents`, `lots`, `space:…`, `alerts`, or all
 * where something stands elsewhere or is new.
 */
export function change(model: Model, { event, data }: Change): Touched {
  switch (event) {
    case 'agent': {
      const before = model.agents.get(agentKey(data));
      model.agents.set(agentKey(data), data);
      // Its devices are as it is; what it has sent and what waits is its own.
      return before?.state === data.state && before.simulated === data.simulated ? 'agents' : 'all';
    }
    case 'device': {
      const before = model.devices.get(deviceKey(data));
      model.devices.set(deviceKey(data), data);
      return before?.agent === data.agent && before.bus === data.bus ? deviceKey(data) : 'all';
    }
    case 'reading':
      return putPoint(model, data);
    case 'lot': {
      const before = put(model.lots, lotKey(data), data);
      return isAlike(before?.plan, data.plan) ? 'lots' : 'all';
    }
    case 'space': {
      const before = put(model.spaces, spaceKey(data), data);
      // Its lot is drawn again where it stands elsewhere than before.
      return isAlike([before?.at, before?.size], [data.at, data.size]) ? `space:${spaceKey(data)}` : 'all';
    }
    case 'alert':
      put(model.alerts, alertKey(data), data.state === 'normal' ? null : data);
      return 'alerts';
  }
}

function putPoint(model: Model, item: LatestItem): string {
  const slash = item.point.indexOf('/');
  const key = deviceKey({ site: item.site, device: item.point.slice(0, slash) });
  const points = model.points.get(key) ?? new Map<string, LatestItem>();
  const name = item.point.slice(slash + 1);
  const before = points.get(name);
  points.set(name, item);
  model.points.set(key, points);
  return before !== undefined && before.unit === item.unit ? key : 'all';
}

const isAlike = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Null takes the item out. A list that never came stays away: one item of it is not the list. Returns the item before. */
function put<T>(offered: Offered<T>, key: string, item: T | null): T | undefined {
  if (offered.state !== 'there') return undefined;
  const before = offered.items.get(key);
  if (item === null) offered.items.delete(key);
  else offered.items.set(key, item);
  return before;
}

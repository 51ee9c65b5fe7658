import type { LatestItem } from '../../contract/http/live.ts';
import { iso, makeWorld, type SiteSpec, type World } from '../gateway/http/fakes.ts';

/** A site of two agents and six devices in every state a page has to show. */

const contacts = (stem: string, kind: string) =>
  Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`${stem}_${index}`, { kind, unit: null }]));

export const demoSite: SiteSpec = {
  id: 'saesol',
  name: { ko: '새솔동 공영주차장', en: 'Saesol-dong car park' },
  agents: {
    'cabinet-1': {
      'di-1': {
        bus: 'lan-a',
        profile: 'waveshare-rtu-io-8ch',
        points: { ...contacts('di', 'occupancy'), ...contacts('do', 'relay') },
      },
      'tilt-se': {
        bus: 'rs485-a',
        profile: 'witmotion-wt901c-485',
        points: {
          tilt_x: { kind: 'tilt', unit: 'deg' },
          tilt_y: { kind: 'tilt', unit: 'deg' },
          tilt_z: { kind: 'tilt', unit: 'deg' },
        },
      },
      'air-b1': {
        bus: 'rs485-a',
        profile: 'xy-md02',
        points: { temperature: { kind: 'temperature', unit: 'degC' }, humidity: { kind: 'humidity', unit: '%RH' } },
      },
    },
    'cabinet-2': {
      'co-ramp': {
        bus: 'rs485-b',
        profile: 'greystone-cmd5b4',
        points: {
          co: { kind: 'co', unit: 'ppm' },
          temperature: { kind: 'temperature', unit: 'degC' },
          status: { kind: 'status', unit: null },
        },
      },
      'meter-main': {
        bus: 'lan-b',
        profile: 'eastron-sdm120',
        points: {
          voltage: { kind: 'voltage', unit: 'V' },
          current: { kind: 'current', unit: 'A' },
          power: { kind: 'power', unit: 'W' },
          energy_import: { kind: 'energy', unit: 'kWh' },
        },
      },
      'sump-1': { bus: 'rs485-b', profile: 'qdy30a', points: { level: { kind: 'level', unit: 'm' } } },
    },
  },
};

const values: Record<string, LatestItem['value']> = {
  'tilt-se/tilt_x': 0.1234567,
  'tilt-se/tilt_y': -0.041,
  'tilt-se/tilt_z': 12.5,
  'air-b1/temperature': 21.4,
  'air-b1/humidity': 55,
  'co-ramp/co': 0,
  'co-ramp/temperature': 18.2,
  'co-ramp/status': 'normal',
  'meter-main/voltage': 229.7421875,
  'meter-main/current': 4.12,
  'meter-main/power': 943.2,
  'meter-main/energy_import': 12345.67,
  'sump-1/level': 0.42,
  'di-1/di_1': false,
  'di-1/do_2': false,
};

export function demoWorld(): World {
  const world = makeWorld([demoSite]);
  world.fleet.latestItems = world.fleet.latestItems.map((item) => {
    const value = values[item.point] ?? item.value;
    return { ...item, value, lastGood: { value, at: item.at } };
  });
  return world;
}

/** Puts an item of the fleet as `with` says and tells the pages, as the gateway does. */
export function setDevice(world: World, device: string, change: Partial<World['fleet']['deviceItems'][0]>): void {
  world.fleet.deviceItems = world.fleet.deviceItems.map((item) =>
    item.device === device ? { ...item, ...change } : item,
  );
  for (const item of world.fleet.deviceItems) if (item.device === device) world.events.publish('device', item);
}

export function setAgent(world: World, agent: string, change: Partial<World['fleet']['agentItems'][0]>): void {
  world.fleet.agentItems = world.fleet.agentItems.map((item) => (item.agent === agent ? { ...item, ...change } : item));
  for (const item of world.fleet.agentItems) if (item.agent === agent) world.events.publish('agent', item);
}

export function setPoint(world: World, point: string, change: Partial<LatestItem>): void {
  world.fleet.latestItems = world.fleet.latestItems.map((item) =>
    item.point === point ? { ...item, ...change } : item,
  );
  for (const item of world.fleet.latestItems) if (item.point === point) world.events.publish('reading', item);
}

export function read(world: World, point: string, value: LatestItem['value']): void {
  const at = iso(world.clock.now());
  setPoint(world, point, { value, quality: 'good', fault: null, at, receivedAt: at, lastGood: { value, at } });
}

/** As the gateway shows a point nothing fresh is known of. */
export const missing = (fault: LatestItem['fault']): Partial<LatestItem> => ({ value: null, quality: 'bad', fault });

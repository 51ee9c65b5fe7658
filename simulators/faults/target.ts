import { devicesOf, type Site } from '../../config/site.ts';
import type { AgentId } from '../../contract/ids.ts';
import { type BusName, busName } from '../bus-name.ts';
import type { TargetKind } from './catalog.ts';

type Bus = ReturnType<typeof devicesOf>[number]['bus'];
type Device = ReturnType<typeof devicesOf>[number]['device'];
type Point = Device['points'][number];

/** A part of a site that a fault can strike, with what it hangs on. */
export type Target =
  | { readonly kind: 'agent'; readonly agent: AgentId }
  | { readonly kind: 'bus'; readonly name: BusName; readonly bus: Bus }
  | { readonly kind: 'device'; readonly name: BusName; readonly bus: Bus; readonly device: Device }
  | {
      readonly kind: 'point';
      readonly name: BusName;
      readonly bus: Bus;
      readonly device: Device;
      readonly point: Point;
    };

/** How a person names a target: `agent`, `agent/bus`, `device` or `device/point`. */
export function textOf(target: Target): string {
  switch (target.kind) {
    case 'agent':
      return target.agent;
    case 'bus':
      return target.name;
    case 'device':
      return target.device.id;
    case 'point':
      return target.point.ref;
  }
}

/** Everything in a site that can be struck; agents and devices may share a name, as may buses and points. */
export function targetsOf(site: Site): Target[] {
  return site.agents.flatMap((agent): Target[] => [
    { kind: 'agent', agent: agent.id },
    ...agent.buses.map((bus): Target => ({ kind: 'bus', name: busName(agent, bus), bus })),
    ...devicesOf(agent).flatMap(({ bus, device }): Target[] => {
      const here = { name: busName(agent, bus), bus, device };
      return [
        { kind: 'device', ...here },
        ...device.points.map((point): Target => ({ kind: 'point', ...here, point })),
      ];
    }),
  ]);
}

/** Whether what strikes `target` is felt at a bus, by a device or in a point. */
export function covers(target: Target, place: { bus: BusName; device?: string; point?: string }): boolean {
  switch (target.kind) {
    case 'agent':
      return false;
    case 'bus':
      return target.name === place.bus;
    case 'device':
      return target.device.id === place.device;
    case 'point':
      return target.device.id === place.device && target.point.name === place.point;
  }
}

/** The points that a fault of this target changes. */
export function pointsUnder(target: Target): readonly Point[] {
  switch (target.kind) {
    case 'agent':
      return [];
    case 'bus': {
      const devices: readonly Device[] = target.bus.devices;
      return devices.flatMap((device): readonly Point[] => device.points);
    }
    case 'device':
      return target.device.points;
    case 'point':
      return [target.point];
  }
}

const articles: Readonly<Record<TargetKind, string>> = {
  agent: 'an agent',
  bus: 'a bus',
  device: 'a device',
  point: 'a point',
};

/** `a bus`, with its article. */
export function kindText(kind: TargetKind): string {
  return articles[kind];
}

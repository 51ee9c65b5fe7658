import type { DeviceState } from '../../contract/http/live.ts';
import type { AgentId, BuildingId, BusId, DeviceId, PointRef, SiteId } from '../../contract/ids.ts';
import type { TroubleReason } from '../../contract/reasons/alerts.ts';

/**
 * Troubles of the installation, grouped by their cause, from the wiring that the site file describes. Pure.
 *
 * | what is silent | one trouble, of |
 * |---|---|
 * | an agent | the agent |
 * | every device of a line (of two or more) | the line |
 * | a device, or every watched point of it | the device |
 * | a watched point | the point |
 */
export type AgentWiring = {
  readonly site: SiteId;
  readonly agent: AgentId;
  readonly buses: readonly {
    readonly bus: BusId;
    /** Its devices are heard through the network server of a radio. */
    readonly isRadio: boolean;
    readonly devices: readonly { readonly device: DeviceId; readonly points: readonly WiredPoint[] }[];
  }[];
};

/** A point that somebody decides on. */
export type WiredPoint = {
  readonly ref: PointRef;
  readonly building: BuildingId | null;
  /** A life-safety rule judges it. */
  readonly lifeSafety: boolean;
  /** How often it is read; nothing can be said of it sooner. */
  readonly everyMs: number;
};

/** What is known of an agent's parts now. */
export type Known = {
  readonly agent: 'online' | 'offline' | 'unknown';
  device(device: DeviceId): DeviceState;
  view(point: PointRef): 'fresh' | 'bad' | 'unknown';
  /** Out of service: its silence is expected. */
  isServiced(point: PointRef): boolean;
};

export type Trouble = {
  /** `agent:{agent}`, `bus:{agent}/{bus}`, `device:{device}`, `point:{device}/{point}`; unique in the site. */
  readonly key: string;
  /** Keys of what would explain it as well, the narrowest first. */
  readonly within: readonly string[];
  /** null when its points are not of one building. */
  readonly building: BuildingId | null;
  readonly points: readonly PointRef[];
  readonly lifeSafety: boolean;
  readonly why: TroubleReason;
  /** Somebody said so; else it is only that nothing has been heard. */
  readonly isSaid: boolean;
  /** How often the quickest of its points is read; 0 without points. Silence for less is no sign. */
  readonly everyMs: number;
};

type Device = AgentWiring['buses'][number]['devices'][number];

/** The troubles of one agent, each cause once. */
export function troublesOf(wiring: AgentWiring, known: Known): Trouble[] {
  const { agent, buses } = wiring;
  const agentKey = `agent:${agent}`;
  if (known.agent !== 'online') {
    const points = buses.flatMap(({ devices }) => devices.flatMap((device) => device.points));
    return [troubleOf(agentKey, [], points, known.agent === 'offline', (of) => ({ code: 'agent-lost', agent, ...of }))];
  }
  return buses.flatMap(({ bus, isRadio, devices }) => {
    const by = isRadio ? ({ by: 'radio' } as const) : {};
    const busKey = `bus:${agent}/${bus}`;
    const dark = devices.filter((device) => isDark(device, known));
    if (dark.length === devices.length && dark.length > 1) {
      const isSaid = dark.every(({ device }) => known.device(device) === 'offline');
      const points = dark.flatMap((device) => device.points);
      return [
        troubleOf(busKey, [agentKey], points, isSaid, (of) => ({ code: 'bus-silent', agent, bus, ...by, ...of })),
      ];
    }
    return devices.flatMap((device) => deviceTroubles(device, by, [busKey, agentKey], known));
  });
}

/** Every cause that an agent's wiring can have, with the wider ones that would explain it, the narrowest first. */
export function causesOf({ agent, buses }: AgentWiring): Map<string, readonly string[]> {
  const agentKey = `agent:${agent}`;
  const causes = new Map<string, readonly string[]>([[agentKey, []]]);
  for (const { bus, devices } of buses) {
    const busKey = `bus:${agent}/${bus}`;
    causes.set(busKey, [agentKey]);
    for (const { device, points } of devices) {
      const deviceKey = `device:${device}`;
      causes.set(deviceKey, [busKey, agentKey]);
      for (const { ref } of points) causes.set(`point:${ref}`, [deviceKey, busKey, agentKey]);
    }
  }
  return causes;
}

function deviceTroubles(
  { device, points }: Device,
  by: { by?: 'radio' },
  within: readonly string[],
  known: Known,
): Trouble[] {
  const deviceKey = `device:${device}`;
  if (isDark({ device, points }, known)) {
    const isSaid = known.device(device) === 'offline' || points.every(({ ref }) => known.view(ref) === 'bad');
    return [troubleOf(deviceKey, within, points, isSaid, (of) => ({ code: 'device-silent', device, ...by, ...of }))];
  }
  return points.flatMap((point) => {
    const view = known.view(point.ref);
    if (view === 'fresh' || known.isServiced(point.ref)) return [];
    const why = () => ({ code: 'point-unknown', point: point.ref, fault: null }) as const;
    return [troubleOf(`point:${point.ref}`, [deviceKey, ...within], [point], view === 'bad', why)];
  });
}

/** Maintenance of all that is watched of a device explains its silence. */
function isDark({ device, points }: Device, known: Known): boolean {
  if (points.length > 0 && points.every(({ ref }) => known.isServiced(ref))) return false;
  const state = known.device(device);
  // Not heard of since its agent came back: silent until it is.
  if (state === 'offline' || state === 'unknown') return true;
  return points.length > 0 && points.every(({ ref }) => known.view(ref) !== 'fresh');
}

function troubleOf(
  key: string,
  within: readonly string[],
  points: readonly WiredPoint[],
  isSaid: boolean,
  whyOf: (of: { points: number; lifeSafety: number }) => TroubleReason,
): Trouble {
  const lifeSafety = points.filter((point) => point.lifeSafety).length;
  const buildings = new Set(points.map(({ building }) => building));
  const [building = null] = buildings.size === 1 ? buildings : [];
  const why = whyOf({ points: points.length, lifeSafety });
  const everyMs = points.length === 0 ? 0 : Math.min(...points.map((point) => point.everyMs));
  return {
    key,
    within,
    building,
    points: points.map(({ ref }) => ref),
    lifeSafety: lifeSafety > 0,
    why,
    isSaid,
    everyMs,
  };
}

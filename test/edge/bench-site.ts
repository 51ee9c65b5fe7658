import type { AgentConfig, BusConfig, DeviceConfig } from '../../config/site.ts';
import { agentIdSchema, busIdSchema, deviceIdSchema, type PointName, pointRef } from '../../contract/ids.ts';
import { unwatched } from '../../devices/plausibility.ts';
import { type Profile, profileSchema, valueTypeOf } from '../../devices/profile.ts';
import { plainUplink } from '../plain-site.ts';

type PointDraft = { table?: string; address: number; type?: string } & Record<string, unknown>;

/** A profile of these points; registers unless said otherwise. */
export function profileOf(points: Record<string, PointDraft>, rest: Record<string, unknown> = {}): Profile {
  const whole = Object.entries(points).map(([name, point]) => [
    name,
    { table: 'holding', type: 'u16', kind: 'test', ...point },
  ]);
  return profileSchema.parse({
    id: 'test',
    maker: 'nobody',
    model: 'none',
    source: 'this test',
    verified: 'none',
    points: Object.fromEntries(whole),
    ...rest,
  });
}

/** A device that reads every point of a profile; `every` in ms, for all or by point. */
export function deviceOf(options: {
  id: string;
  unit: number;
  profile: Profile;
  every?: number | Record<string, number>;
}): DeviceConfig {
  const { profile, unit, every = 1000 } = options;
  const id = deviceIdSchema.parse(options.id);
  const points = Object.entries(profile.points).map(([key, point]) => {
    const name = key as PointName;
    const everyMs = typeof every === 'number' ? every : (every[key] ?? 1000);
    return {
      ref: pointRef(id, name),
      name,
      profile: point,
      valueType: valueTypeOf(point),
      everyMs,
      deadband: 0,
      maxSilenceMs: 60_000,
      isLifeSafety: false,
      commandBy: [],
      commit: 'batch' as const,
      plausibility: unwatched,
    };
  });
  return { id, profile, unit, points };
}

/** A serial bus of these devices, 9,600 baud, timeout 300 ms. */
export function busOf(devices: readonly DeviceConfig[], id = 'rs485-a'): BusConfig {
  return {
    id: busIdSchema.parse(id),
    link: { kind: 'modbus-rtu', timing: 'economical', port: '/dev/null', baudRate: 9600, parity: 'none', stopBits: 1 },
    timeoutMs: 300,
    devices,
  };
}

export function agentOf(buses: readonly BusConfig[]): AgentConfig {
  return {
    id: agentIdSchema.parse('cabinet-1'),
    uplink: plainUplink('cabinet-1'),
    commitEveryMs: 1000,
    interlocks: [],
    buses,
  };
}

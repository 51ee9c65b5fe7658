import type { CityHealth } from '../../contract/city.ts';
import type { CityHalt } from '../../contract/reasons/city-configuration.ts';

/** How a gateway is, as far as a configuration may make it worse. */
export type Fitness = {
  /** Devices that answer. */
  readonly devices: number;
  readonly failing: readonly string[];
  /** Age of what waits to be handed on, ms. */
  readonly backlogMs: number;
  /** Open alerts of its equipment. */
  readonly troubles: number;
};

export function fitnessOf({ devices, failing, backlog, at }: CityHealth, troubles: number): Fitness {
  return {
    devices: (devices.online ?? 0) + (devices.degraded ?? 0),
    failing,
    backlogMs: backlog.oldest === null ? 0 : Math.max(0, at - backlog.oldest),
    troubles,
  };
}

type Limits = { readonly gateway: string; readonly devicesShare: number; readonly backlogMs: number };

/** What is worse now than before; the first of it. Pure. */
export function worseThan(
  before: Fitness,
  now: Fitness,
  { gateway, devicesShare, backlogMs }: Limits,
): CityHalt | null {
  const services = now.failing.filter((service) => !before.failing.includes(service));
  if (services.length > 0) return { code: 'services-failing', gateway, services };
  if (now.devices < before.devices * devicesShare)
    return { code: 'devices-fewer', gateway, before: before.devices, now: now.devices };
  if (now.troubles > before.troubles)
    return { code: 'troubles-more', gateway, before: before.troubles, now: now.troubles };
  if (now.backlogMs > backlogMs && before.backlogMs <= backlogMs)
    return { code: 'backlog-older', gateway, minutes: Math.floor(now.backlogMs / 60_000) };
  return null;
}

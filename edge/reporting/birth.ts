import type { AnyBusConfig, AnyDeviceConfig } from '../../config/site.ts';
import type { BirthMessage } from '../../contract/messages.ts';
import { valueTypeOf } from '../../devices/profile.ts';

/** What an agent says its device and points are. */
export function birthOf(options: {
  bus: AnyBusConfig;
  device: AnyDeviceConfig;
  epoch: string;
  simulated: boolean;
}): BirthMessage {
  const { bus, device, epoch, simulated } = options;
  const points = device.points.map(({ name, profile, maxSilenceMs }) => {
    const { kind } = profile;
    // What talks takes no orders.
    const writable = 'writable' in profile && profile.writable;
    const type = valueTypeOf(profile);
    // What is measured to say yes or no has a unit and a range; the answer has none.
    const { unit, valid } = type === 'number' ? profile : noQuantity;
    return [name, { kind, type, unit, valid, maxSilence: maxSilenceMs, writable }] as const;
  });
  return { v: 1, epoch, bus: bus.id, profile: device.profile.id, simulated, points: Object.fromEntries(points) };
}

const noQuantity = { unit: null, valid: null } as const;

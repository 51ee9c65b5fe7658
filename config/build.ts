import { resolve } from 'node:path';
import { pointNameSchema, pointRef } from '../contract/ids.ts';
import { type PointProfile, type Profile, valueTypeOf } from '../devices/profile.ts';
import { truthOf } from '../devices/truth.ts';
import { isLifeSafety, lifeSafetyMaxSilenceMs } from './life-safety.ts';
import type { AgentFile, BusFile, DeviceFile, PointFile, SiteFile } from './schema.ts';
import type { AgentConfig, BusConfig, BusLink, DeviceConfig, PointConfig, Site } from './site.ts';

/** What turns a checked site file into a `Site`. */
export type Building = {
  readonly profiles: ReadonlyMap<string, Profile>;
  /** Folder that relative paths begin in, absolute. */
  readonly folder: string;
};

/** A site file that passed every check, with defaults filled in and references resolved. */
export function buildSite(site: SiteFile, file: string, building: Building): Site {
  return {
    id: site.site,
    file,
    name: site.name,
    timezone: site.timezone,
    gateway: site.gateway,
    agents: site.agents.map((agent) => buildAgent(agent, building)),
    lots: site.lots,
    buildings: site.buildings,
  };
}

function buildAgent({ id, uplink, commitEvery, buses }: AgentFile, building: Building): AgentConfig {
  const { url, username = id, passwordFile } = uplink;
  return {
    id,
    uplink: { url, username, passwordFile: passwordFile === undefined ? null : resolve(building.folder, passwordFile) },
    commitEveryMs: commitEvery,
    buses: buses.map((bus) => buildBus(bus, building)),
  };
}

/**
 * One bus with its devices and every point of their profiles.
 * @throws when a device's profile is not among the profiles: check first
 */
export function buildBus(bus: BusFile, building: Building): BusConfig {
  return {
    id: bus.id,
    link: linkOf(bus),
    timeoutMs: bus.timeoutMs,
    devices: bus.devices.map((device) => buildDevice(device, building)),
  };
}

function linkOf(bus: BusFile): BusLink {
  if (bus.kind === 'modbus-tcp') return { kind: bus.kind, host: bus.host, port: bus.port };
  const { kind, port, baudRate, parity, stopBits } = bus;
  return { kind, port, baudRate, parity, stopBits };
}

function buildDevice(device: DeviceFile, { profiles }: Building): DeviceConfig {
  const profile = profiles.get(device.profile);
  if (profile === undefined) throw new Error(`device ${device.id}: profile ${device.profile} went unchecked`);
  return { id: device.id, profile, unit: device.unit, points: pointsOf(device, profile) };
}

function pointsOf(device: DeviceFile, profile: Profile): PointConfig[] {
  return Object.entries(profile.points).map(([key, own]) => {
    const name = pointNameSchema.parse(key);
    const override = device.points[name];
    const point = override === undefined ? own : overridden(own, override);
    const everyMs = everyMsOf(device, own, override);
    return {
      ref: pointRef(device.id, name),
      name,
      profile: point,
      valueType: valueTypeOf(point),
      everyMs,
      deadband: override?.deadband ?? 0,
      maxSilenceMs: override?.maxSilence ?? Math.max(usualMaxSilenceMs(point), everyMs),
      isLifeSafety: isLifeSafety(point),
      // What a space's occupancy is bound to is a boolean (cross-check.ts), so it is among these.
      commit: valueTypeOf(point) === 'boolean' || point.enum !== null ? 'now' : 'batch',
      truth: truthOf(point, everyMs, [own.truth, override?.truth]),
    };
  });
}

/** How often a point is read of which nobody says it. */
export const defaultEveryMs = 1000;
const defaultMaxSilenceMs = 60_000;

function usualMaxSilenceMs(point: PointProfile): number {
  return isLifeSafety(point) ? lifeSafetyMaxSilenceMs : defaultMaxSilenceMs;
}

/** How often a point is read: as its own entry says, else its device's, else its profile's, else every second. */
export function everyMsOf(device: DeviceFile, own: PointProfile, override: PointFile | undefined): number {
  return override?.every ?? device.every ?? own.every ?? defaultEveryMs;
}

/** A point of the profile as this site says it is. */
export function overridden(
  own: PointProfile,
  { kind, unit, scale, offset, valid, trueBelow, invert }: PointFile,
): PointProfile {
  return {
    ...own,
    kind: kind ?? own.kind,
    unit: unit ?? own.unit,
    scale: scale ?? own.scale,
    offset: offset ?? own.offset,
    valid: valid ?? own.valid,
    trueBelow: trueBelow ?? own.trueBelow,
    invert: invert ?? own.invert,
  };
}

import { resolve } from 'node:path';
import { type BuildingId, type PointRef, pointNameSchema, pointRef } from '../contract/ids.ts';
import { plausibilityOf } from '../devices/plausibility.ts';
import { type AnyPoint, type AnyProfile, isModbus, isTalker, isUplink, valueTypeOf } from '../devices/profile.ts';
import type { TalkerPoint } from '../devices/serial/talker-profile.ts';
import type { UplinkPoint } from '../devices/uplinks/uplink-profile.ts';
import type { Rule } from '../rules/rule.ts';
import { buildBackup } from './backup/backup.ts';
import { buildBridges } from './bridges/bridges.ts';
import { buildBuilding } from './buildings/building-config.ts';
import { sitePoints } from './buildings/site-points.ts';
import { buildCity } from './city.ts';
import { buildFeeds } from './feeds/feeds.ts';
import { buildInterlock } from './interlocks/interlock-config.ts';
import { isLifeSafety, lifeSafetyMaxSilenceMs } from './life-safety.ts';
import { buildLot } from './lots/lot-config.ts';
import { buildNotify } from './notify/notify-config.ts';
import { buildRollout } from './rollout/rollout.ts';
import type {
  AgentFile,
  BusFile,
  DeviceFile,
  EndDeviceFile,
  ModbusFile,
  MqttBusFile,
  PointFile,
  SiteFile,
  TalkerFile,
} from './schema.ts';
import type {
  AgentConfig,
  AnyBusConfig,
  BusLink,
  DeviceConfig,
  EndDeviceConfig,
  GatewayConfig,
  MqttBusConfig,
  MqttFormat,
  PointConfig,
  Site,
  TalkerConfig,
  TlsListenerConfig,
} from './site.ts';
import { buildStorage } from './storage/storage.ts';

/** What turns a checked site file into a `Site`. */
export type BuildContext = {
  readonly profiles: ReadonlyMap<string, AnyProfile>;
  /** Folder that relative paths begin in, absolute. */
  readonly folder: string;
  /** Where the site's own profiles are, when not beside the file; absolute. */
  readonly profileFolder?: (folder: string, index: number) => string;
  /** Points that a life-safety rule leans on; none as long as the rules are not known. */
  readonly lifeSafety?: ReadonlySet<PointRef>;
};

/** The rules of a site, resolved, each with its building or null. */
export type BuiltRules = readonly { readonly building: BuildingId | null; readonly rules: readonly Rule[] }[];

/** A site file that passed every check, with defaults filled in and references resolved. */
export function buildSite(site: SiteFile, file: string, context: BuildContext, rules: BuiltRules): Site {
  const rulesIn = (id: BuildingId | null) => rules.filter((each) => each.building === id).flatMap((each) => each.rules);
  return {
    id: site.site,
    file,
    folder: context.folder,
    name: site.name,
    timezone: site.timezone,
    gateway: buildGateway(site.gateway, context),
    storage: buildStorage(site.storage),
    backup: buildBackup(site.backup, context.folder),
    agents: buildAgents(site.agents, context),
    holidays: site.holidays,
    feeds: buildFeeds(site.feeds, { id: site.site, name: site.name }),
    lots: site.lots.map(buildLot),
    buildings: site.buildings.map((each) => buildBuilding(each, rulesIn(each.id), context.folder)),
    rules: rulesIn(null),
    roles: site.roles,
    profileFolders: site.profiles.map(context.profileFolder ?? ((folder) => resolve(context.folder, folder))),
  };
}

function buildGateway(
  { names, mqtt, http, mode, notify, city, bridges, rollout }: SiteFile['gateway'],
  { folder }: BuildContext,
): GatewayConfig {
  const mqttTls = mqtt.tls === undefined ? null : buildTls(mqtt.tls, folder);
  const clientCa = mqtt.tls?.clientCa === undefined ? null : resolve(folder, mqtt.tls.clientCa);
  return {
    names,
    mqtt: { port: mqtt.port, bind: mqtt.bind, tls: mqttTls === null ? null : { ...mqttTls, clientCa } },
    http: {
      port: http.port,
      bind: http.bind,
      tls: http.tls === undefined ? null : buildTls(http.tls, folder),
      proxies: http.proxies,
    },
    mode,
    notify: buildNotify(notify, folder),
    city: buildCity(city, folder),
    bridges: buildBridges(bridges, folder),
    rollout: buildRollout(rollout),
  };
}

/** One of cert and key without the other has been refused (checks/network.ts). */
function buildTls(
  { port, bind, cert, key }: { port: number; bind: string; cert?: string | undefined; key?: string | undefined },
  folder: string,
): TlsListenerConfig {
  const isOurs = cert === undefined || key === undefined;
  return { port, bind, files: isOurs ? null : { cert: resolve(folder, cert), key: resolve(folder, key) } };
}

function buildAgents(agents: readonly AgentFile[], context: BuildContext): AgentConfig[] {
  const built = agents.map((agent) => ({ file: agent, agent: buildAgent(agent, context) }));
  const points = sitePoints(built.map(({ agent }) => agent));
  return built.map(({ file, agent }) => ({
    ...agent,
    interlocks: file.interlocks.map((interlock) => buildInterlock(interlock, points)),
  }));
}

function buildAgent(
  { id, uplink, commitEvery, buses }: AgentFile,
  context: BuildContext,
): Omit<AgentConfig, 'interlocks'> {
  const { url, username = id, passwordFile, insecure, tls, configuration } = uplink;
  const file = (given: string | undefined, usual: string) => ({
    path: resolve(context.folder, given ?? usual),
    isGiven: given !== undefined,
  });
  return {
    id,
    uplink: {
      url,
      username,
      passwordFile: passwordFile === undefined ? null : resolve(context.folder, passwordFile),
      insecure,
      tls: { ca: file(tls.ca, 'ca.crt'), cert: file(tls.cert, `${id}.crt`), key: file(tls.key, `${id}.key`) },
      configuration: {
        pull: configuration.pull,
        ca: configuration.ca === undefined ? null : resolve(context.folder, configuration.ca),
      },
    },
    commitEveryMs: commitEvery,
    buses: buses.map((bus) => buildBus(bus, context)),
  };
}

/**
 * One bus with its devices and every point of their profiles.
 * @throws when a device's profile is not among the profiles, or of another kind than the bus: check first
 */
export function buildBus(bus: BusFile, context: BuildContext): AnyBusConfig {
  if (bus.kind === 'serial') {
    const { id, kind, port, baudRate, parity, stopBits, dataBits } = bus;
    const devices = bus.devices.map((device) => buildTalker(device, context));
    return { id, link: { kind, port, baudRate, parity, stopBits, dataBits }, devices };
  }
  if (bus.kind === 'mqtt') return buildMqttBus(bus, context);
  return {
    id: bus.id,
    link: linkOf(bus),
    timeoutMs: bus.timeoutMs,
    ...('turnaround' in bus && bus.turnaround !== undefined ? { turnaroundMs: bus.turnaround } : {}),
    devices: bus.devices.map((device) => buildDevice(device, context)),
  };
}

/** Where messages come when a site file does not say. */
export const usualTopics: Readonly<Partial<Record<MqttFormat, string>>> = {
  chirpstack: 'application/+/device/{address}/event/+',
  ttn: 'v3/+/devices/{address}/+',
  zigbee2mqtt: 'zigbee2mqtt/{address}',
};

function buildMqttBus(bus: MqttBusFile, context: BuildContext): MqttBusConfig {
  const { id, kind, url, username = null, passwordFile, tls, format, topic, lateAfter } = bus;
  const file = (path: string | undefined) => (path === undefined ? null : resolve(context.folder, path));
  return {
    id,
    link: {
      kind,
      url,
      username,
      passwordFile: file(passwordFile),
      tls: { ca: file(tls.ca), cert: file(tls.cert), key: file(tls.key) },
      format,
      topic: topic ?? usualTopics[format] ?? '{address}',
    },
    lateAfterMs: lateAfter,
    devices: bus.devices.map((device) => buildEndDevice(device, format, context)),
  };
}

function buildEndDevice(
  device: EndDeviceFile,
  format: MqttFormat,
  { profiles, lifeSafety }: BuildContext,
): EndDeviceConfig {
  const profile = profiles.get(device.profile);
  if (profile === undefined || !isUplink(profile))
    throw new Error(`device ${device.id}: profile ${device.profile} went unchecked`);
  const points = pointsOf<UplinkPoint>(device, profile, lifeSafety);
  const own = Object.fromEntries(points.map(({ name, profile: point }) => [name, point]));
  return {
    id: device.id,
    profile: { ...profile, points: own },
    address: addressOf(device.address, format),
    firmware: device.firmware ?? null,
    everyMs: device.every ?? profile.every,
    points,
  };
}

/** A DevEUI is the same however it is written. */
export function addressOf(written: string, format: MqttFormat): string {
  return isByDevEui(format) ? written.replaceAll(/[\s:-]/g, '').toLowerCase() : written;
}

export function isByDevEui(format: MqttFormat): boolean {
  return format === 'chirpstack' || format === 'ttn';
}

function linkOf(bus: Exclude<BusFile, { kind: 'serial' | 'mqtt' }>): BusLink {
  if (bus.kind === 'modbus-tcp') return { kind: bus.kind, host: bus.host, port: bus.port };
  const { baudRate, parity, stopBits } = bus;
  const line = { baudRate, parity, stopBits };
  return bus.kind === 'modbus-rtu'
    ? { kind: bus.kind, port: bus.port, timing: bus.timing, ...line }
    : { kind: bus.kind, host: bus.host, port: bus.port, ...line };
}

function buildDevice(device: ModbusFile, { profiles, lifeSafety }: BuildContext): DeviceConfig {
  const profile = profiles.get(device.profile);
  if (profile === undefined || !isModbus(profile))
    throw new Error(`device ${device.id}: profile ${device.profile} went unchecked`);
  const points = pointsOf(device, profile, lifeSafety);
  const own = Object.fromEntries(points.map(({ name, profile: point }) => [name, point]));
  return { id: device.id, profile: { ...profile, points: own }, unit: device.unit, points };
}

function buildTalker(device: TalkerFile, { profiles, lifeSafety }: BuildContext): TalkerConfig {
  const profile = profiles.get(device.profile);
  if (profile === undefined || !isTalker(profile))
    throw new Error(`device ${device.id}: profile ${device.profile} went unchecked`);
  const address = device.address === undefined ? null : String(device.address);
  return { id: device.id, profile, address, points: pointsOf<TalkerPoint>(device, profile, lifeSafety) };
}

function pointsOf<P extends AnyPoint>(
  device: DeviceFile,
  profile: { readonly points: Readonly<Record<string, P>>; readonly every?: number },
  lifeSafety: ReadonlySet<PointRef> = new Set(),
): PointConfig<P>[] {
  return Object.entries(profile.points).map(([key, own]) => {
    const name = pointNameSchema.parse(key);
    const override = device.points[name];
    const point = override === undefined ? own : overridden(own, override);
    const everyMs = everyMsOf(device, profile, own, override);
    const ref = pointRef(device.id, name);
    const isOfLifeSafety = isLifeSafety(point) || lifeSafety.has(ref);
    return {
      ref,
      name,
      profile: point,
      valueType: valueTypeOf(point),
      everyMs,
      deadband: override?.deadband ?? 0,
      maxSilenceMs: override?.maxSilence ?? Math.max(usualMaxSilenceMs(isOfLifeSafety), everyMs),
      isLifeSafety: isOfLifeSafety,
      commandBy: override?.commandBy ?? usualCommandBy,
      // What a space's occupancy is bound to is a boolean (checks/lots.ts), so it is among these.
      commit: valueTypeOf(point) === 'boolean' || point.enum !== null || lifeSafety.has(ref) ? 'now' : 'batch',
      plausibility: plausibilityOf(point, everyMs, [own.plausibility, override?.plausibility]),
    };
  });
}

const usualCommandBy = ['operator', 'admin'] as const;

/** How often a point is read of which nobody says it. */
export const defaultEveryMs = 1000;
const defaultMaxSilenceMs = 60_000;

function usualMaxSilenceMs(isOfLifeSafety: boolean): number {
  return isOfLifeSafety ? lifeSafetyMaxSilenceMs : defaultMaxSilenceMs;
}

/** How often a point is read: as its own entry says, else its device's, else its profile's, else every second. */
export function everyMsOf(
  device: DeviceFile,
  profile: { readonly every?: number },
  own: { readonly every?: number | undefined },
  override: PointFile | undefined,
): number {
  return override?.every ?? device.every ?? own.every ?? profile.every ?? defaultEveryMs;
}

/** A point of the profile as this site says it is. */
export function overridden<P extends AnyPoint>(own: P, override: PointFile): P {
  const { kind, unit, scale, offset, valid, trueBelow, invert } = override;
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

import type { AgentId, BusId, DeviceId, PointName, PointRef, SiteId } from '../contract/ids.ts';
import type { Plausibility } from '../devices/plausibility.ts';
import type { AnyPoint, AnyProfile, PointProfile, Profile } from '../devices/profile.ts';
import type { TalkerPoint, TalkerProfile } from '../devices/serial/talker-profile.ts';
import type { UplinkPoint, UplinkProfile } from '../devices/uplinks/uplink-profile.ts';
import type { RulePoint } from '../rules/compiled-rule.ts';
import type { Condition } from '../rules/condition.ts';
import type { Rule } from '../rules/rule.ts';
import type { BackupConfig } from './backup/backup.ts';
import type { BridgesConfig } from './bridges/bridges.ts';
import type { BuildingConfig } from './buildings/building-config.ts';
import type { CityConfig } from './city.ts';
import type { FeedsConfig } from './feeds/feeds.ts';
import type { LotConfig } from './lots/lot-config.ts';
import type { NotifyConfig } from './notify/notify-config.ts';

import type { RolloutConfig } from './rollout/rollout.ts';
import type { StorageConfig } from './storage/storage.ts';

export type { HomeAssistantConfig, OutsideBrokerConfig, SparkplugConfig } from './bridges/bridges.ts';
export type { BuildingConfig } from './buildings/building-config.ts';
export type { CityConfig } from './city.ts';
export type { FeedsConfig } from './feeds/feeds.ts';
export type { EntranceConfig, LaneConfig, LotConfig, SpaceConfig } from './lots/lot-config.ts';

/**
 * A site as the rest of the program sees it: checked, defaults filled in, references resolved, paths absolute,
 * durations in milliseconds. `load.ts` makes it from a site file; nothing else does.
 */
export type Site = {
  readonly id: SiteId;
  /** The site file, absolute. */
  readonly file: string;
  /** Where its relative paths begin, absolute: the file's own folder, unless it was handed down. */
  readonly folder: string;
  readonly name: Text;
  /** IANA zone of the site's wall clock. */
  readonly timezone: string;
  readonly gateway: GatewayConfig;
  readonly storage: StorageConfig;
  /** The nightly copy; null where the site file asks for none. */
  readonly backup: BackupConfig | null;
  readonly agents: readonly AgentConfig[];
  /** Public holidays besides those that the program knows. */
  readonly holidays: readonly { readonly date: string; readonly name: string }[];
  /** What other systems are told. */
  readonly feeds: FeedsConfig;
  readonly lots: readonly LotConfig[];
  readonly buildings: readonly BuildingConfig[];
  /** Rules that belong to no building, one for each alert subject; those of buildings stand there. See `rulesOf`. */
  readonly rules: readonly Rule[];
  /** Roles of this site that rules name, by id, besides those of the gateway's accounts. */
  readonly roles: { readonly [role: string]: Text };
  /** Folders of the site's own profiles, absolute. */
  readonly profileFolders: readonly string[];
};

export type Text = { readonly ko: string; readonly en: string };

export type GatewayConfig = {
  /** How boxes and people reach it, besides this machine's own names. */
  readonly names: readonly string[];
  readonly mqtt: ListenerConfig & { readonly tls: MqttTlsConfig | null };
  readonly http: ListenerConfig & {
    readonly tls: TlsListenerConfig | null;
    /** Addresses and networks of reverse proxies whose word on who comes is taken. */
    readonly proxies: readonly string[];
  };
  /** closed: browsers trust no certificate of it, or reach no push service; people are told by SMS and e-mail. */
  readonly mode: SiteMode;
  /** Where notices go besides the pages and MQTT. */
  readonly notify: NotifyConfig;
  /** The city that it hands on to; null: nothing leaves the site. */
  readonly city: CityConfig | null;
  /** Other people's systems that are told of readings on a broker of theirs. */
  readonly bridges: BridgesConfig;
  /** How a new configuration is tried. */
  readonly rollout: RolloutConfig;
};

export type SiteMode = 'public' | 'closed';

export type ListenerConfig = { readonly port: number; readonly bind: string };

export type TlsListenerConfig = ListenerConfig & {
  /** Certificate and key that were made elsewhere, absolute paths; null where the gateway's own CA makes them. */
  readonly files: { readonly cert: string; readonly key: string } | null;
};

export type MqttTlsConfig = TlsListenerConfig & {
  /** The file of another CA that names agents, absolute path. */
  readonly clientCa: string | null;
};

/** Where an agent's TLS files are, absolute. `isGiven`: the site file names it, so it must be there. */
export type UplinkFile = { readonly path: string; readonly isGiven: boolean };

export type AgentConfig = {
  readonly id: AgentId;
  readonly uplink: {
    readonly url: string;
    readonly username: string;
    /** Absolute, or null when the password comes by the environment. */
    readonly passwordFile: string | null;
    /** It may pass over a network without TLS. */
    readonly insecure: boolean;
    readonly tls: { readonly ca: UplinkFile; readonly cert: UplinkFile; readonly key: UplinkFile };
    /** Whether it takes what its gateway hands it; `ca`: whose signature that bears, absolute, null for that of `tls`. */
    readonly configuration: { readonly pull: boolean; readonly ca: string | null };
  };
  /** How long readings that may wait are gathered before a commit, ms. */
  readonly commitEveryMs: number;
  readonly buses: readonly AnyBusConfig[];
  readonly interlocks: readonly InterlockConfig[];
};

/** An output that the agent switches by itself, from points of its own. */
export type InterlockConfig = {
  readonly id: string;
  readonly condition: Condition;
  readonly points: readonly RulePoint[];
  /** A boolean point of this agent that can be written. No other interlock drives it, and commands only test and silence it. */
  readonly output: PointRef;
  /** The output's value while the condition is met. */
  readonly on: boolean;
  /** What the output is to be while nobody knows whether the condition is met. */
  readonly onUnknown: 'hold' | 'on' | 'off';
  /** A contact that silences what sounds when it closes, until another point detects; null without one. */
  readonly silence: PointRef | null;
  /** Where the load stands in a gas zone and is not rated for it: it is not switched while one of these is not safely below. */
  readonly gas: { readonly zone: string; readonly points: readonly PointRef[]; readonly above: number } | null;
};

export type AnyBusConfig = BusConfig | TalkerBusConfig | MqttBusConfig;

/** A bus whose devices are asked, by Modbus. */
export type BusConfig = {
  readonly id: BusId;
  readonly link: BusLink;
  /** How long to wait for the first byte of a reply, ms. */
  readonly timeoutMs: number;
  /** From the end of a request to its reply, as measured on this line, ms; absent where nobody did. */
  readonly turnaroundMs?: number;
  readonly devices: readonly DeviceConfig[];
};

export type SerialLine = {
  readonly port: string;
  readonly baudRate: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
};

export type LineSetting = Omit<SerialLine, 'port'>;

export type BusLink =
  /** `timing` is how exactly replies are waited for: see edge/bus/pace.ts. */
  | ({ readonly kind: 'modbus-rtu'; readonly timing: 'economical' | 'tight' } & SerialLine)
  | { readonly kind: 'modbus-tcp'; readonly host: string; readonly port: number }
  /** A serial line behind a converter: RTU frames inside a TCP connection. */
  | ({ readonly kind: 'modbus-rtu-over-tcp'; readonly host: string; readonly port: number } & LineSetting);

/** A serial line whose devices talk, by themselves or when asked. All are of one profile. */
export type TalkerBusConfig = {
  readonly id: BusId;
  readonly link: { readonly kind: 'serial'; readonly dataBits: 7 | 8 } & SerialLine;
  readonly devices: readonly TalkerConfig[];
};

export type TalkerConfig = {
  readonly id: DeviceId;
  readonly profile: TalkerProfile;
  /** What its frames say of who speaks; null where they say nothing, and it has the line for itself. */
  readonly address: string | null;
  readonly points: readonly PointConfig<TalkerPoint>[];
};

/** A broker that sensors behind a network server or a bridge reach. Nothing is asked there, and nothing sent. */
export type MqttBusConfig = {
  readonly id: BusId;
  readonly link: BrokerLink;
  /** A message that comes so long after the network server heard it is history, ms. */
  readonly lateAfterMs: number;
  readonly devices: readonly EndDeviceConfig[];
};

export type MqttFormat = 'chirpstack' | 'ttn' | 'zigbee2mqtt' | 'json' | 'raw';

export type BrokerLink = {
  readonly kind: 'mqtt';
  readonly url: string;
  /** null: nobody signs in. */
  readonly username: string | null;
  /** Absolute, or null. */
  readonly passwordFile: string | null;
  /** Absolute, or null. */
  readonly tls: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null };
  readonly format: MqttFormat;
  /** `{address}` stands for the device's own. */
  readonly topic: string;
};

export type EndDeviceConfig = {
  readonly id: DeviceId;
  readonly profile: UplinkProfile;
  /** A DevEUI in lower case, or the name in the topic. */
  readonly address: string;
  readonly firmware: string | null;
  /** How often it is expected to speak, ms. */
  readonly everyMs: number;
  readonly points: readonly PointConfig<UplinkPoint>[];
};

export type DeviceConfig = {
  readonly id: DeviceId;
  /** With the site file's own words on its points. */
  readonly profile: Profile;
  readonly unit: number;
  readonly points: readonly PointConfig[];
};

export type CommandRole = 'operator' | 'manager' | 'admin';

export type PointConfig<P = PointProfile> = {
  readonly ref: PointRef;
  readonly name: PointName;
  readonly profile: P;
  /** What its values are; anything else that claims to be one is none. */
  readonly valueType: 'number' | 'boolean' | 'string';
  readonly everyMs: number;
  /** Numbers: a change of at most this is not sent. */
  readonly deadband: number;
  /** A reading is sent at least this often, changed or not. */
  readonly maxSilenceMs: number;
  /** Its polls go ahead of others on its bus; see `life-safety.ts`. */
  readonly isLifeSafety: boolean;
  /** Roles that may write it, where it can be written. */
  readonly commandBy: readonly CommandRole[];
  /** now: its own commit at once (bool, enumeration, bound to a space); batch: with the next `commitEvery`. */
  readonly commit: 'now' | 'batch';
  /** When its values are doubted although they arrive. */
  readonly plausibility: Plausibility;
};

/** A device of any bus, as far as those who only name and report it need to know. */
export type AnyDeviceConfig = {
  readonly id: DeviceId;
  readonly profile: AnyProfile;
  readonly points: readonly PointConfig<AnyPoint>[];
};

/** Every rule of a site, one for each alert subject, those of buildings first. Ids are unique. */
export function rulesOf({ buildings, rules }: Pick<Site, 'buildings' | 'rules'>): readonly Rule[] {
  return [...buildings.flatMap((building) => building.rules), ...rules];
}

/** Every device of an agent with the bus it hangs on. */
export function devicesOf(agent: AgentConfig): { bus: AnyBusConfig; device: AnyDeviceConfig }[] {
  return agent.buses.flatMap((bus) => bus.devices.map((device) => ({ bus, device })));
}

export function isTalkerBus(bus: AnyBusConfig): bus is TalkerBusConfig {
  return bus.link.kind === 'serial';
}

export function isMqttBus(bus: AnyBusConfig): bus is MqttBusConfig {
  return bus.link.kind === 'mqtt';
}

export function isModbusBus(bus: AnyBusConfig): bus is BusConfig {
  return !isTalkerBus(bus) && !isMqttBus(bus);
}

/** The buses of an agent whose devices are asked. */
export function modbusBusesOf({ buses }: Pick<AgentConfig, 'buses'>): BusConfig[] {
  return buses.filter(isModbusBus);
}

import { say } from '../../contract/words/check/said.ts';
import { type AnyProfile, isTalker, isUplink } from '../../devices/profile.ts';
import { tryLayout, widthIn } from '../../devices/serial/layout.ts';
import type { TalkerProfile } from '../../devices/serial/talker-profile.ts';
import type { Finding } from '../files/problem.ts';
import type { CheckContext } from './context.ts';
import { mqttFindings } from './mqtt.ts';
import type { PartialBus, PartialDevice } from './partial-site.ts';
import { twinFindings } from './twins.ts';

type Profiled = { readonly device: PartialDevice; readonly profile: AnyProfile };

/** Devices that do not fit the kind of their bus, and sensors that cannot share their line. */
export function busKindFindings(bus: PartialBus, context: CheckContext): Finding[] {
  const devices = bus.devices.flatMap((device): Profiled[] => {
    const profile = device.profile === undefined ? undefined : context.profileOf(device.profile);
    return profile === undefined || typeof profile === 'string' ? [] : [{ device, profile }];
  });
  if (bus.kind === undefined) return [];
  const kind = bus.kind === 'serial' || bus.kind === 'mqtt' ? bus.kind : 'modbus';
  const strangers = devices.filter(({ profile }) => kindOfBus(profile) !== kind);
  return [
    ...strangers.map(({ device, profile }) => ({
      path: [...device.path, 'profile'],
      ...say({ code: strangerCode(kind, profile), profile: profile.id }),
    })),
    ...(kind === 'serial' ? talkerFindings(bus, devices) : []),
    ...(kind === 'mqtt' ? mqttFindings(bus, devices) : lineSettings(bus, devices)),
  ];
}

/** Devices that ship with another speed or parity than the bus has where nobody said one: they answer nothing. One stop bit more is heard all the same. */
function lineSettings(bus: PartialBus, devices: readonly Profiled[]): Finding[] {
  if (bus.kind !== 'modbus-rtu' && bus.kind !== 'serial') return [];
  return (['baudRate', 'parity'] as const).flatMap((key) => {
    const runs = lineDefaults[key];
    if (bus[key] !== undefined) return [];
    return devices.flatMap(({ device, profile }): Finding[] => {
      const ships = isUplink(profile) ? undefined : profile.link[key];
      if (ships === undefined || ships === runs) return [];
      const said = say({ code: 'ships-with-other-line', profile: profile.id, key, ships, runs });
      return [{ path: [...device.path, 'profile'], ...said, severity: 'warning' }];
    });
  });
}

const lineDefaults = { baudRate: 9600, parity: 'none' } as const;

/** The kind of bus that a device of this profile hangs on. */
export function kindOfBus(profile: AnyProfile): 'modbus' | 'serial' | 'mqtt' {
  if (isUplink(profile)) return 'mqtt';
  return isTalker(profile) ? 'serial' : 'modbus';
}

function strangerCode(kind: 'modbus' | 'serial' | 'mqtt', profile: AnyProfile) {
  if (kind === 'mqtt') return 'asks-no-broker';
  if (isUplink(profile)) return 'by-broker-only';
  return kind === 'serial' ? 'asks-by-modbus' : 'talks-by-itself';
}

function talkerFindings(bus: PartialBus, devices: readonly Profiled[]): Finding[] {
  const talkers = devices.flatMap(({ device, profile }) => (isTalker(profile) ? [{ device, profile }] : []));
  const [first] = talkers;
  return talkers.flatMap(({ device, profile }): Finding[] => [
    ...addressFindings(device, profile),
    ...paceFindings(device, profile),
    ...bitsFindings(bus, device, profile),
    ...(first === undefined || first.device === device ? [] : lineFindings(device, profile, first.profile)),
    ...twinFindings(
      device,
      talkers.map((other) => other.device),
    ),
  ]);
}

function addressFindings({ path, address }: PartialDevice, profile: TalkerProfile): Finding[] {
  const names = profile.frame.address !== undefined;
  const id = { profile: profile.id };
  const isByte = profile.protocol === 'serial-frames';
  if (names && address === undefined) return [{ path, ...say({ code: 'address-needed', ...id }) }];
  if (!names && address !== undefined) return [{ path: [...path, 'address'], ...say({ code: 'address-idle', ...id }) }];
  if (names && isByte && String(Number(address) & 0xff) !== address)
    return [{ path: [...path, 'address'], ...say({ code: 'address-byte', ...id }) }];
  const width = names && !isByte ? widthOfAddress(profile) : null;
  const at = [...path, 'address'];
  if (address !== undefined && width !== null && address.length > width)
    return [{ path: at, ...say({ code: 'longer-than-field', text: address, length: address.length, width }) }];
  return address === undefined || address === address.trim()
    ? []
    : [{ path: at, ...say({ code: 'field-trimmed', text: address }) }];
}

function widthOfAddress({ frame }: TalkerProfile): number | null {
  const parsed = 'layout' in frame ? tryLayout(frame.layout) : undefined;
  return parsed?.ok === true ? widthIn(parsed.layout, String(frame.address)) : null;
}

/** With another number of data bits each character comes as another, or as none. */
function bitsFindings({ path: at, dataBits }: PartialBus, { path }: PartialDevice, profile: TalkerProfile): Finding[] {
  if (profile.protocol === 'serial-frames')
    return dataBits === 7 ? [{ path: [...at, 'dataBits'], ...say({ code: 'frame-needs-8-bits' }) }] : [];
  if (profile.link.dataBits !== 7 || dataBits !== undefined) return [];
  const said = say({ code: 'ships-with-7-bits', profile: profile.id });
  return [{ path: [...path, 'profile'], ...said, severity: 'warning' }];
}

/** A sensor that speaks by itself cannot be made to speak more often than it does. */
function paceFindings({ path, everyMs }: PartialDevice, { id, poll, every }: TalkerProfile): Finding[] {
  if (poll !== null || everyMs === undefined || everyMs >= every) return [];
  return [{ path: [...path, 'every'], ...say({ code: 'speaks-less-often', profile: id, everyMs: every }) }];
}

function lineFindings({ path }: PartialDevice, profile: TalkerProfile, first: TalkerProfile): Finding[] {
  const at = [...path, 'profile'];
  if (profile.id !== first.id)
    return [{ path: at, ...say({ code: 'line-of-another', profile: profile.id, first: first.id }) }];
  if (profile.frame.address === undefined)
    return [{ path: at, ...say({ code: 'nobody-says-who', profile: profile.id }) }];
  return [];
}

/** One host:port that two buses speak to in two framings: whichever is right there, the other never is. */
export function framingFindings(
  buses: readonly { bus: PartialBus; agent: number; place: string | undefined }[],
  { lineOf }: CheckContext,
): Finding[] {
  return buses.flatMap(({ bus, agent, place }, i) => {
    if (place === undefined || bus.host === undefined || bus.kind === undefined) return [];
    const isHere = (other: (typeof buses)[number]) => other.agent === agent || !place.startsWith('127.0.0.1:');
    const rival = buses
      .slice(0, i)
      .find((other) => other.place === place && isHere(other) && other.bus.kind !== bus.kind);
    if (rival === undefined) return [];
    const kinds = [bus.kind, rival.bus.kind ?? ''] as const;
    const line = lineOf([...rival.bus.path, 'kind']);
    return [{ path: [...bus.path, 'kind'], ...say({ code: 'two-framings', place, line, kinds }) }];
  });
}

import { type AnyProfile, isTalker } from '../../devices/profile.ts';
import type { TalkerProfile } from '../../devices/serial/talker-profile.ts';
import { type Finding, quoted } from '../files/problem.ts';
import { durationText } from '../schema.ts';
import type { CheckContext } from './context.ts';
import { oneOf } from './did-you-mean.ts';
import type { PartialBus, PartialDevice } from './partial-site.ts';

type Profiled = { readonly device: PartialDevice; readonly profile: AnyProfile };

/** Devices that do not fit the kind of their bus, and sensors that cannot share their line. */
export function busKindFindings(bus: PartialBus, context: CheckContext): Finding[] {
  const devices = bus.devices.flatMap((device): Profiled[] => {
    const profile = device.profile === undefined ? undefined : context.profileOf(device.profile);
    return profile === undefined || typeof profile === 'string' ? [] : [{ device, profile }];
  });
  if (bus.kind === undefined) return [];
  const talks = bus.kind === 'serial';
  const strangers = devices.filter(({ profile }) => isTalker(profile) !== talks);
  const fix = talks ? 'asks by Modbus; put it on a bus of kind modbus-rtu or modbus-tcp' : fixTalker;
  return [
    ...strangers.map(({ device, profile }) => ({
      path: [...device.path, 'profile'],
      message: `${profile.id} ${fix}`,
    })),
    ...(talks ? talkerFindings(devices) : []),
  ];
}

const fixTalker = 'is a sensor that talks, not a Modbus device; put it on a bus of kind serial';

function talkerFindings(devices: readonly Profiled[]): Finding[] {
  const talkers = devices.flatMap(({ device, profile }) => (isTalker(profile) ? [{ device, profile }] : []));
  const [first] = talkers;
  return talkers.flatMap(({ device, profile }): Finding[] => [
    ...addressFindings(device, profile),
    ...paceFindings(device, profile),
    ...(first === undefined || first.device === device ? [] : lineFindings(device, profile, first.profile)),
    ...twinFindings(
      device,
      talkers.map((other) => other.device),
    ),
  ]);
}

function addressFindings({ path, address }: PartialDevice, profile: TalkerProfile): Finding[] {
  const names = profile.frame.address !== undefined;
  const isByte = profile.protocol === 'serial-frames';
  if (names && address === undefined)
    return [{ path, message: `the frames of ${profile.id} say who speaks; add address: what this device says` }];
  if (!names && address !== undefined)
    return [{ path: [...path, 'address'], message: `the frames of ${profile.id} do not say who speaks; remove it` }];
  if (names && isByte && String(Number(address) & 0xff) !== address)
    return [{ path: [...path, 'address'], message: `${profile.id} says its address as a byte: give a number, 0–255` }];
  return [];
}

/** A sensor that speaks by itself cannot be made to speak more often than it does. */
function paceFindings({ path, everyMs }: PartialDevice, { id, poll, every }: TalkerProfile): Finding[] {
  if (poll !== null || everyMs === undefined || everyMs >= every) return [];
  return [{ path: [...path, 'every'], message: `${id} speaks every ${durationText(every)} only; raise every to that` }];
}

function lineFindings({ path }: PartialDevice, profile: TalkerProfile, first: TalkerProfile): Finding[] {
  const at = [...path, 'profile'];
  if (profile.id !== first.id)
    return [{ path: at, message: `this line carries frames of ${first.id}; give ${profile.id} a line of its own` }];
  if (profile.frame.address === undefined)
    return [{ path: at, message: `nothing in the frames of ${profile.id} says who speaks; give each its own line` }];
  return [];
}

function twinFindings(device: PartialDevice, all: readonly PartialDevice[]): Finding[] {
  const twin = all.find((other) => other.address === device.address);
  if (device.address === undefined || twin === undefined || twin === device) return [];
  const message = `address ${quoted(device.address)} is taken on this bus by ${twin.id ?? 'another device'}; give one of the two another`;
  return [{ path: [...device.path, 'address'], message }];
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
    const kinds = oneOf([bus.kind, rival.bus.kind ?? '']);
    const line = lineOf([...rival.bus.path, 'kind']);
    const message = `line ${line} speaks ${rival.bus.kind} to ${place}, and one port has one framing; give both ${kinds}, or correct the port`;
    return [{ path: [...bus.path, 'kind'], message }];
  });
}

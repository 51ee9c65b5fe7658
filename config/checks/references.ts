import { posix } from 'node:path';
import {
  pointNameSchema,
  reservedAgentIds,
  reservedBuildingIds,
  reservedDeviceIds,
  splitPointRef,
  tryPointRef,
} from '../../contract/ids.ts';
import { type AnyProfile, type PointProfile, valueTypeOf } from '../../devices/profile.ts';
import type { TalkerPoint } from '../../devices/serial/talker-profile.ts';
import { type Finding, type Path, quoted } from '../files/problem.ts';
import { busKindFindings, framingFindings } from './bus.ts';
import type { CheckContext } from './context.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Named, PartialBus, PartialDevice, PartialSite } from './partial-site.ts';

/** Names that are taken twice or reserved, units and ports used twice, and references that lead nowhere. */
export function crossCheck(partial: PartialSite, context: CheckContext): Finding[] {
  return [
    ...idFindings(partial, context),
    ...busFindings(partial, context),
    ...deviceFindings(partial, context),
    ...spaceFindings(partial, context),
  ];
}

function idFindings({ agents, lots, buildings }: PartialSite, context: CheckContext): Finding[] {
  const unique = (what: string, where: string, items: readonly Named[]) =>
    twice(
      items.map((item) => ({ key: item.id, path: [...item.path, 'id'] })),
      context,
    ).map(({ path, key, line }) => ({
      path,
      message: `${what} id ${quoted(key)} is taken in line ${line}; ids are unique in ${where}`,
    }));
  const reserved = (what: string, items: readonly Named[], words: readonly string[]) =>
    items
      .filter(({ id }) => id !== undefined && words.includes(id))
      .map(({ id, path }) => ({
        path: [...path, 'id'],
        message: `no ${what} may be named ${id}, which is reserved; give it another id`,
      }));
  const devices = agents.flatMap(({ buses }) => buses.flatMap((bus) => bus.devices));
  return [
    ...unique('agent', 'the site', agents),
    ...reserved('agent', agents, reservedAgentIds),
    ...agents.flatMap(({ buses }) => unique('bus', 'an agent', buses)),
    ...unique('device', 'the site', devices),
    ...reserved('device', devices, reservedDeviceIds),
    ...unique('lot', 'the site', lots),
    ...lots.flatMap(({ spaces }) => unique('space', 'a lot', spaces)),
    ...unique('building', 'the site', buildings),
    ...reserved('building', buildings, reservedBuildingIds),
  ];
}

function busFindings({ agents }: PartialSite, context: CheckContext): Finding[] {
  const places = agents.flatMap(({ buses }, agent) => buses.map((bus) => ({ bus, agent, place: addressOf(bus) })));
  const framings = framingFindings(places, context);
  const ports = agents.flatMap(({ buses }) =>
    twice(
      buses.map((bus) => ({ key: addressOf(bus), path: [...bus.path, 'port'] })),
      context,
    ).map(({ path, key, line }) => ({
      path,
      message: `${key} belongs to the bus of line ${line}; two buses cannot share it: put the devices on one bus, or correct it`,
    })),
  );
  const units = agents
    .flatMap(({ buses }) => buses)
    .flatMap((bus) =>
      twice(
        bus.devices.map(({ unit, path }) => ({ key: unit, path: [...path, 'unit'] })),
        context,
      ).map(({ path, key, line }) => ({
        path,
        message: `unit ${key} is taken on this bus in line ${line}; give one of the two devices another address`,
      })),
    );
  const kinds = places.flatMap(({ bus }) => busKindFindings(bus, context));
  const renumbered = agents
    .flatMap(({ buses }) => buses)
    .filter(({ port }) => typeof port === 'string' && /^\/dev\/tty(USB|ACM)\d+$/.test(port))
    .map(({ port, path }): Finding => {
      const message = `${port} is whichever adapter came first since the box was started; name it by /dev/serial/by-id/… (ls -l /dev/serial/by-id)`;
      return { path: [...path, 'port'], message, severity: 'warning' };
    });
  return [...ports, ...framings, ...units, ...kinds, ...renumbered];
}

function addressOf({ kind, port, host }: PartialBus): string | undefined {
  if (kind === 'modbus-tcp' || kind === 'modbus-rtu-over-tcp') {
    const at = port ?? (kind === 'modbus-tcp' ? 502 : undefined);
    return host === undefined || at === undefined ? undefined : `${hostOf(host.toLowerCase())}:${at}`;
  }
  return typeof port === 'string' ? posix.normalize(port) : undefined;
}

/** This machine has many names for itself. */
function hostOf(host: string): string {
  return host === 'localhost' || host === '::1' || /^127\./.test(host) ? '127.0.0.1' : host;
}

function deviceFindings({ agents }: PartialSite, context: CheckContext): Finding[] {
  return agents
    .flatMap(({ buses }) => buses.flatMap((bus) => bus.devices.map((device) => ({ device, bus }))))
    .flatMap(({ device, bus }) => [...unitFindings(device, bus), ...profileFindings(device, context)]);
}

function unitFindings({ unit, path }: PartialDevice, { kind }: PartialBus): Finding[] {
  if (unit === 0 && kind !== undefined && kind !== 'modbus-tcp') {
    const message =
      'unit 0 is the broadcast on a line, which nobody answers; only a server on TCP (modbus-tcp) may have it';
    return [{ path: [...path, 'unit'], message }];
  }
  if (unit === undefined || unit <= 247 || unit > 255) return [];
  const message = `unit ${unit} is over 247, which the standard reserves; some devices ship so: check that this one does`;
  return [{ path: [...path, 'unit'], message, severity: 'warning' }];
}

function profileFindings(device: PartialDevice, context: CheckContext): Finding[] {
  if (device.profile === undefined) return [];
  const profile = context.profileOf(device.profile);
  if (profile === undefined) {
    const guess =
      didYouMean(device.profile, context.profileIds) ?? `there are ${context.profileIds.toSorted().join(', ')}`;
    return [{ path: [...device.path, 'profile'], message: `there is no profile ${quoted(device.profile)}; ${guess}` }];
  }
  if (typeof profile === 'string') return [];
  return device.points
    .filter((name) => pointNameSchema.safeParse(name).success && pointOf(profile, name) === undefined)
    .map((name) => ({ path: [...device.path, 'points', name], at: 'key' as const, message: noPoint(profile, name) }));
}

function spaceFindings(partial: PartialSite, context: CheckContext): Finding[] {
  const spaces = partial.lots.flatMap((lot) => lot.spaces);
  const bound = spaces.map(({ occupancy, path }) => ({ key: occupancy, path: [...path, 'occupancy'] }));
  return [
    ...twice(bound, context).map(({ path, key, line }) => ({
      path,
      message: `${quoted(key)} is bound to the space of line ${line}; a point says of one space whether it is taken`,
    })),
    ...bound.flatMap(({ key, path }) => {
      const message = key === undefined ? undefined : whyNoPoint(key, 'boolean', partial, context);
      return message === undefined ? [] : [{ path, message }];
    }),
  ];
}

/** Why a point that something is bound to does not do: it is not there, or of another type (wanted null: any does). */
export function whyNoPoint(
  text: string,
  wanted: 'boolean' | 'number' | null,
  { agents, showsAllDevices }: PartialSite,
  context: CheckContext,
): string | undefined {
  const ref = tryPointRef(text);
  if (ref === undefined) return undefined;
  const { device: id, point: name } = splitPointRef(ref);
  const devices = agents.flatMap(({ buses }) => buses.flatMap((bus) => bus.devices));
  const device = devices.find((each) => each.id === id);
  if (device === undefined) {
    const ids = devices.flatMap((each) => each.id ?? []);
    return showsAllDevices
      ? `there is no device ${quoted(id)}; ${didYouMean(id, ids) ?? 'add it, or correct this'}`
      : undefined;
  }
  const profile = device.profile === undefined ? undefined : context.profileOf(device.profile);
  if (profile === undefined || typeof profile === 'string') return undefined;
  const point = pointOf(profile, name);
  if (point === undefined) return noPoint(profile, name);
  const type = valueTypeOf(point);
  if (wanted === null || type === wanted) return undefined;
  const needed = wanted === 'boolean' ? 'true or false, such as a contact' : 'a number';
  return `${text} is a ${type}; this needs a point that is ${needed}`;
}

function pointOf(profile: AnyProfile, name: string): PointProfile | TalkerPoint | undefined {
  const points: Readonly<Record<string, PointProfile | TalkerPoint>> = profile.points;
  return Object.hasOwn(points, name) ? points[name] : undefined;
}

function noPoint(profile: AnyProfile, name: string): string {
  const names = Object.keys(profile.points);
  return `profile ${profile.id} has no point ${quoted(name)}; it has ${names.join(', ')}`;
}

/** Every item whose key an earlier one has, with the line of the earliest. */
function twice<K>(items: readonly { key: K | undefined; path: Path }[], { lineOf }: CheckContext) {
  const first = new Map<K, Path>();
  return items.flatMap(({ key, path }) => {
    if (key === undefined) return [];
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, path);
    return earlier === undefined ? [] : [{ key, path, line: lineOf(earlier) }];
  });
}

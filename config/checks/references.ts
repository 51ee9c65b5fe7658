import { isIPv6 } from 'node:net';
import { posix } from 'node:path';
import {
  pointNameSchema,
  reservedAgentIds,
  reservedBuildingIds,
  reservedDeviceIds,
  splitPointRef,
  tryPointRef,
} from '../../contract/ids.ts';
import type { CheckReason } from '../../contract/words/check/check.ts';
import { say } from '../../contract/words/check/said.ts';
import { type AnyPoint, type AnyProfile, valueTypeOf } from '../../devices/profile.ts';
import type { Finding, Path } from '../files/problem.ts';
import { busKindFindings, framingFindings } from './bus.ts';
import type { CheckContext } from './context.ts';
import { nearNames } from './did-you-mean.ts';
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

type Part = 'agent' | 'bus' | 'device' | 'lot' | 'space' | 'building';

function idFindings({ agents, lots, buildings }: PartialSite, context: CheckContext): Finding[] {
  const unique = (part: Part, items: readonly Named[]) =>
    twice(
      items.map((item) => ({ key: item.id, path: [...item.path, 'id'] })),
      context,
    ).map(({ path, key, line }) => ({
      path,
      ...say({ code: 'id-taken', part, id: key, line }),
    }));
  const reserved = (part: Part, items: readonly Named[], words: readonly string[]) =>
    items.flatMap(({ id, path }) =>
      id !== undefined && words.includes(id)
        ? [{ path: [...path, 'id'], ...say({ code: 'id-reserved', part, id }) }]
        : [],
    );
  const devices = agents.flatMap(({ buses }) => buses.flatMap((bus) => bus.devices));
  return [
    ...unique('agent', agents),
    ...reserved('agent', agents, reservedAgentIds),
    ...agents.flatMap(({ buses }) => unique('bus', buses)),
    ...unique('device', devices),
    ...reserved('device', devices, reservedDeviceIds),
    ...unique('lot', lots),
    ...lots.flatMap(({ spaces }) => unique('space', spaces)),
    ...unique('building', buildings),
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
      ...say({ code: 'port-shared', place: key, line }),
    })),
  );
  const shared = places.flatMap(({ bus, agent, place }, i): Finding[] => {
    if (bus.kind !== 'modbus-rtu-over-tcp' || place === undefined || place.startsWith('127.0.0.1:')) return [];
    const other = places.slice(0, i).find((each) => each.agent !== agent && each.place === place);
    if (other?.bus.kind !== bus.kind) return [];
    const line = context.lineOf([...other.bus.path, 'host']);
    return [{ path: [...bus.path, 'host'], ...say({ code: 'converter-shared', place, line }), severity: 'warning' }];
  });
  const units = agents
    .flatMap(({ buses }) => buses)
    .flatMap((bus) =>
      twice(
        bus.devices.map(({ unit, path }) => ({ key: unit, path: [...path, 'unit'] })),
        context,
      ).map(({ path, key, line }) => ({
        path,
        ...say({ code: 'unit-taken', unit: key, line }),
      })),
    );
  const kinds = places.flatMap(({ bus }) => busKindFindings(bus, context));
  const renumbered = agents
    .flatMap(({ buses }) => buses)
    .flatMap(({ port, path }): Finding[] => {
      if (typeof port !== 'string' || !/^\/dev\/tty(USB|ACM)\d+$/.test(port)) return [];
      return [{ path: [...path, 'port'], ...say({ code: 'port-renumbered', port }), severity: 'warning' }];
    });
  return [...ports, ...shared, ...framings, ...units, ...kinds, ...renumbered];
}

function addressOf({ kind, port, host }: PartialBus): string | undefined {
  if (kind === 'modbus-tcp' || kind === 'modbus-rtu-over-tcp') {
    const at = port ?? (kind === 'modbus-tcp' ? 502 : undefined);
    return host === undefined || at === undefined ? undefined : `${hostOf(host.toLowerCase())}:${at}`;
  }
  return typeof port === 'string' ? posix.normalize(port) : undefined;
}

/**
 * This machine has many names for itself. A point behind a name changes nothing, an IPv6 address is written in many ways, and
 * an IPv4 address within one is the IPv4 address. One of the link is another machine on another interface.
 */
function hostOf(written: string): string {
  const host = written.replace(/\.$/, '');
  const address = isIPv6(host) ? shortest(host) : host;
  return address === 'localhost' || address === '::1' || /^127\./.test(address) ? '127.0.0.1' : address;
}

function shortest(host: string): string {
  const [bare = '', zone] = host.split('%');
  const address = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? [];
  if (high !== undefined && low !== undefined) {
    const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
    return [a >> 8, a & 0xff, b >> 8, b & 0xff].join('.');
  }
  return zone === undefined ? address : `${address}%${zone}`;
}

function deviceFindings({ agents }: PartialSite, context: CheckContext): Finding[] {
  return agents
    .flatMap(({ buses }) => buses.flatMap((bus) => bus.devices.map((device) => ({ device, bus }))))
    .flatMap(({ device, bus }) => [...unitFindings(device, bus), ...profileFindings(device, context)]);
}

function unitFindings({ unit, path }: PartialDevice, { kind }: PartialBus): Finding[] {
  if (unit === 0 && kind !== undefined && kind !== 'modbus-tcp') {
    return [{ path: [...path, 'unit'], ...say({ code: 'unit-broadcast' }) }];
  }
  if (unit === undefined || unit <= 247 || unit > 255) return [];
  return [{ path: [...path, 'unit'], ...say({ code: 'unit-high', unit }), severity: 'warning' }];
}

function profileFindings(device: PartialDevice, context: CheckContext): Finding[] {
  if (device.profile === undefined) return [];
  const profile = context.profileOf(device.profile);
  if (profile === undefined) {
    const [near, known] = [nearNames(device.profile, context.profileIds), context.profileIds.toSorted()];
    const said = say({ code: 'no-such-profile', profile: device.profile, near, known });
    return [{ path: [...device.path, 'profile'], ...said }];
  }
  if (typeof profile === 'string') return [];
  return device.points
    .filter((name) => pointNameSchema.safeParse(name).success && pointOf(profile, name) === undefined)
    .map((name) => ({ path: [...device.path, 'points', name], at: 'key' as const, ...say(noPoint(profile, name)) }));
}

function spaceFindings(partial: PartialSite, context: CheckContext): Finding[] {
  const spaces = partial.lots.flatMap((lot) => lot.spaces);
  const bound = spaces.map(({ occupancy, path }) => ({ key: occupancy, path: [...path, 'occupancy'] }));
  return [
    ...twice(bound, context).map(({ path, key, line }) => ({
      path,
      ...say({ code: 'occupancy-bound', point: key, line }),
    })),
    ...bound.flatMap(({ key, path }) => {
      const why = key === undefined ? undefined : whyNoPoint(key, 'boolean', partial, context);
      return why === undefined ? [] : [{ path, ...say(why) }];
    }),
  ];
}

/** Why a point that something is bound to does not do: it is not there, or of another type (wanted null: any does). */
export function whyNoPoint(
  text: string,
  wanted: 'boolean' | 'number' | null,
  { agents, showsAllDevices }: PartialSite,
  context: CheckContext,
): CheckReason | undefined {
  const ref = tryPointRef(text);
  if (ref === undefined) return undefined;
  const { device: id, point: name } = splitPointRef(ref);
  const devices = agents.flatMap(({ buses }) => buses.flatMap((bus) => bus.devices));
  const device = devices.find((each) => each.id === id);
  if (device === undefined) {
    const ids = devices.flatMap((each) => each.id ?? []);
    return showsAllDevices ? { code: 'no-such-part', part: 'device', id, near: nearNames(id, ids) } : undefined;
  }
  const profile = device.profile === undefined ? undefined : context.profileOf(device.profile);
  if (profile === undefined || typeof profile === 'string') return undefined;
  const point = pointOf(profile, name);
  if (point === undefined) return noPoint(profile, name);
  const type = valueTypeOf(point);
  if (wanted === null || type === wanted) return undefined;
  return { code: 'point-of-type', point: text, type, wanted };
}

function pointOf(profile: AnyProfile, name: string): AnyPoint | undefined {
  const points: Readonly<Record<string, AnyPoint>> = profile.points;
  return Object.hasOwn(points, name) ? points[name] : undefined;
}

function noPoint(profile: AnyProfile, name: string): CheckReason {
  return { code: 'no-such-point', profile: profile.id, point: name, known: Object.keys(profile.points) };
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

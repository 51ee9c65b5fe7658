import { dirname, isAbsolute, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { PointRef } from '../../contract/ids.ts';
import type { SiteChange } from '../../contract/reasons/site-changes.ts';
import type { Rule } from '../../rules/rule.ts';
import { busLoads } from '../bus-load/bus-load.ts';
import type { LotConfig } from '../lots/lot-config.ts';
import { type AgentConfig, type AnyBusConfig, rulesOf, type Site } from '../site.ts';

/** What a draft of a site file changes, and which changes take something away. Pure. */

/** A load that differs by less is the same. */
const sameShare = 0.01;

/** From `before` to `draft`: wires, then rules and interlocks, then lots, then the rest. */
export function changesBetween(before: Site, draft: Site): SiteChange[] {
  const after = movedBeside(draft, before);
  return [
    ...(before.id === after.id ? [] : [{ code: 'other-site' as const, before: before.id, after: after.id }]),
    ...wires(before, after),
    ...loads(before, after),
    ...rules(before, after),
    ...interlocks(before, after),
    ...buildings(before, after),
    ...lots(before, after),
    ...(before.backup !== null && after.backup === null ? [{ code: 'backup-off' as const }] : []),
    ...changed(before, after, ['name', 'timezone', 'gateway', 'holidays', 'feeds', 'roles'], (keys) => ({
      code: 'site-changed',
      keys,
    })),
  ];
}

function wires(before: Site, after: Site): SiteChange[] {
  const [was, is] = [wiresOf(before), wiresOf(after)];
  const agents = compare(was.agents, is.agents, {
    gone: (agent) => [{ code: 'agent-gone', agent: agent.id }],
    new: (agent) => [{ code: 'agent-new', agent: agent.id }],
    both: (a, b) =>
      changed(a, b, ['uplink', 'commitEveryMs'], (keys) => ({ code: 'agent-changed', agent: b.id, keys })),
  });
  const buses = compare(was.buses, is.buses, {
    gone: (_, bus) => [{ code: 'bus-gone', bus }],
    new: (_, bus) => [{ code: 'bus-new', bus }],
    both: (a, b, bus) =>
      changed(withoutDevices(a), withoutDevices(b), null, (keys) => ({ code: 'bus-changed', bus, keys })),
  });
  const devices = compare(was.devices, is.devices, {
    gone: ({ place }) => [{ code: 'device-gone', device: place }],
    new: ({ place }) => [{ code: 'device-new', device: place }],
    both: (a, b) => [
      ...(a.place === b.place ? [] : [{ code: 'device-moved' as const, before: a.place, after: b.place }]),
      ...changed(withoutPoints(a.device), withoutPoints(b.device), null, (keys) => ({
        ...{ code: 'device-changed', device: b.place, keys },
      })),
    ],
  });
  return [...agents, ...buses, ...devices, ...points(was, is)];
}

type Wires = ReturnType<typeof wiresOf>;
type AnyPoint = AnyBusConfig['devices'][number]['points'][number];

/** Points of one device that change in the same way are one change. Of a device that is gone or new they go without saying. */
function points(was: Wires, is: Wires): SiteChange[] {
  const kept = ({ ref }: AnyPoint) => was.devices.has(deviceOf(ref)) && is.devices.has(deviceOf(ref));
  const one = ({ ref }: AnyPoint) => ({ points: [ref] });
  const all = compare<AnyPoint>(was.points, is.points, {
    gone: (point) => (kept(point) ? [{ code: 'points-gone', ...one(point), lifeSafety: point.isLifeSafety }] : []),
    new: (point) => (kept(point) ? [{ code: 'points-new', ...one(point), lifeSafety: point.isLifeSafety }] : []),
    both: (a, b) => [
      ...slower(a, b),
      ...changed(a, b, ['deadband', 'isLifeSafety', 'commandBy', 'commit', 'plausibility'], (keys) => ({
        ...{ code: 'points-changed', ...one(b), keys },
      })),
    ],
  });
  return gathered(all, (change) => {
    if (!('points' in change)) return null;
    const { points: of, ...rest } = change;
    return {
      key: JSON.stringify([of.map(deviceOf), rest]),
      join: (next) => ({ ...change, points: [...of, ...pointsIn(next)] }),
    };
  });
}

const pointsIn = (change: SiteChange) => ('points' in change ? change.points : []);

function slower(a: AnyPoint, b: AnyPoint): SiteChange[] {
  const isEvery = b.everyMs > a.everyMs;
  if (!isEvery && b.maxSilenceMs <= a.maxSilenceMs) return [];
  const [before, after] = isEvery ? [a.everyMs, b.everyMs] : [a.maxSilenceMs, b.maxSilenceMs];
  return [{ code: 'points-slower', points: [b.ref], before, after }];
}

const deviceOf = (ref: PointRef) => ref.slice(0, ref.indexOf('/'));

function wiresOf({ agents }: Site) {
  const buses = agents.flatMap((agent) => agent.buses.map((bus) => [`${agent.id}/${bus.id}`, bus] as const));
  const devices = buses.flatMap(([place, bus]) =>
    bus.devices.map((device) => [device.id as string, { place: `${place}/${device.id}`, device }] as const),
  );
  const points = devices.flatMap(([, { device }]) =>
    [...device.points].map((point: AnyPoint) => [point.ref as string, point] as const),
  );
  return {
    agents: byKey(agents, ({ id }) => id),
    buses: new Map(buses),
    devices: new Map(devices),
    points: new Map(points),
  };
}

const withoutDevices = ({ devices: _, ...bus }: AnyBusConfig) => bus;

/** Points of a profile are compared by name with what the site makes of them. */
function withoutPoints({ points: _, ...device }: AnyBusConfig['devices'][number]) {
  return device;
}

function loads(before: Site, after: Site): SiteChange[] {
  const shares = (site: Site) => new Map(busLoads(site).map(({ agent, bus, share }) => [`${agent}/${bus}`, { share }]));
  return compare(shares(before), shares(after), {
    gone: () => [],
    new: ({ share }, bus) => (share === null ? [] : [{ code: 'bus-load', bus, before: null, after: share }]),
    both: (a, b, bus) =>
      Math.abs((a.share ?? 0) - (b.share ?? 0)) < sameShare
        ? []
        : [{ code: 'bus-load', bus, before: a.share, after: b.share }],
  });
}

function rules(before: Site, after: Site): SiteChange[] {
  const of = (site: Site) => byKey(rulesOf(site), ({ id }) => id);
  const named = ({ building, name, about, lifeSafety }: Rule) => ({
    ...{ rule: building === null ? name : `${building}/${name}`, about: about === null ? [] : [about], lifeSafety },
  });
  const all = compare(of(before), of(after), {
    gone: (rule) => [{ code: 'rule-gone', ...named(rule) }],
    new: (rule) => [{ code: 'rule-new', ...named(rule) }],
    both: (a, b) => {
      const left = new Set(b.points.map(({ ref }) => ref));
      const lost = a.points.map(({ ref }) => ref).filter((ref) => !left.has(ref));
      const lifeSafety = a.lifeSafety || b.lifeSafety;
      return [
        ...(lost.length === 0 ? [] : [{ code: 'rule-watches-less' as const, rule: named(b).rule, points: lost }]),
        ...changed(forPeople(a), forPeople(b), null, (keys) => ({
          ...{ code: 'rule-changed', ...named(b), lifeSafety, keys },
        })),
      ];
    },
  });
  return gathered(all, (change) => {
    if (!('about' in change) || change.about.length === 0) return null;
    const { about, ...rest } = change;
    const join = (next: SiteChange) => ({ ...change, about: [...about, ...('about' in next ? next.about : [])] });
    return { key: JSON.stringify(rest), join };
  });
}

/** Points that a rule gains are named by the devices that are new. */
function forPeople({ points: _, ...rule }: Rule) {
  return rule;
}

function interlocks(before: Site, after: Site): SiteChange[] {
  const of = ({ agents }: Site) => {
    const all = agents.flatMap((agent: AgentConfig) => agent.interlocks.map((one) => [agent.id, one] as const));
    return new Map(all.map(([agent, one]) => [`${agent}/${one.id}`, one]));
  };
  return compare(of(before), of(after), {
    gone: (_, interlock) => [{ code: 'interlock-gone', interlock }],
    new: (_, interlock) => [{ code: 'interlock-new', interlock }],
    both: (a, b, interlock) => changed(a, b, null, (keys) => ({ code: 'interlock-changed', interlock, keys })),
  });
}

function buildings(before: Site, after: Site): SiteChange[] {
  const of = (site: Site) => byKey(site.buildings, ({ id }) => id);
  return compare(of(before), of(after), {
    gone: ({ id }) => [{ code: 'building-gone', building: id }],
    new: ({ id }) => [{ code: 'building-new', building: id }],
    both: ({ rules: _, ...a }, { rules: __, ...b }) =>
      changed(a, b, null, (keys) => ({ code: 'building-changed', building: b.id, keys })),
  });
}

function lots(before: Site, after: Site): SiteChange[] {
  const of = (site: Site) => byKey(site.lots, ({ id }) => id);
  return compare(of(before), of(after), {
    gone: ({ id }) => [{ code: 'lot-gone', lot: id }],
    new: ({ id }) => [{ code: 'lot-new', lot: id }],
    both: (a, b) => [
      ...spaces(a, b),
      ...changed({ ...a, spaces: null }, { ...b, spaces: null }, null, (keys) => ({
        ...{ code: 'lot-changed', lot: b.id, keys },
      })),
    ],
  });
}

function spaces(before: LotConfig, after: LotConfig): SiteChange[] {
  const [was, is] = [byKey(before.spaces, ({ id }) => id), byKey(after.spaces, ({ id }) => id)];
  const gone = before.spaces.filter(({ id }) => !is.has(id)).map(({ id }) => id);
  const fresh = after.spaces.filter(({ id }) => !was.has(id)).map(({ id }) => id);
  return [
    ...(gone.length === 0 ? [] : [{ code: 'spaces-gone' as const, lot: after.id, spaces: gone }]),
    ...(fresh.length === 0 ? [] : [{ code: 'spaces-new' as const, lot: after.id, spaces: fresh }]),
    ...compare(was, is, {
      gone: () => [],
      new: () => [],
      both: (a, b) => changed(a, b, null, (keys) => ({ code: 'space-changed', lot: after.id, space: b.id, keys })),
    }),
  ];
}

/**
 * A draft lies elsewhere than the file that it replaces: what it names beside itself is the same file where the one before
 * names it beside itself too.
 */
function movedBeside(site: Site, other: Site): Site {
  const [here, there] = [dirname(site.file), dirname(other.file)];
  const known = new Set(textsIn(other));
  const named = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const beside = isAbsolute(value) ? join(there, relative(here, value)) : value;
      return known.has(beside) ? beside : value;
    }
    if (Array.isArray(value)) return value.map(named);
    if (!isPlain(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, named(of)]));
  };
  return named(site) as Site;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return isAbsolute(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isPlain(value) ? Object.values(value).flatMap(textsIn) : [];
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Changes of one key become one, where the first of them stood. */
function gathered(
  all: readonly SiteChange[],
  of: (change: SiteChange) => { readonly key: string; join(next: SiteChange): SiteChange } | null,
): SiteChange[] {
  const kept = new Map<string, SiteChange>();
  for (const [nth, change] of all.entries()) {
    const key = of(change)?.key ?? String(nth);
    const first = kept.get(key);
    kept.set(key, first === undefined ? change : (of(first)?.join(change) ?? first));
  }
  return [...kept.values()];
}

type Comparison<T> = {
  readonly gone: (was: T, key: string) => readonly SiteChange[];
  readonly new: (is: T, key: string) => readonly SiteChange[];
  readonly both: (was: T, is: T, key: string) => readonly SiteChange[];
};

/** In the order of the one before, then what is new. */
function compare<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>, by: Comparison<T>): SiteChange[] {
  const kept = [...before].flatMap(([key, was]) => {
    const is = after.get(key);
    return is === undefined ? by.gone(was, key) : by.both(was, is, key);
  });
  return [...kept, ...[...after].flatMap(([key, is]) => (before.has(key) ? [] : by.new(is, key)))];
}

function byKey<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T> {
  return new Map(all.map((one) => [keyOf(one), one]));
}

/** One change that names the keys whose values differ; all keys where none are given. */
function changed<T extends object>(
  before: T,
  after: T,
  keys: readonly (keyof T & string)[] | null,
  as: (keys: string[]) => SiteChange,
): SiteChange[] {
  const all = keys ?? [...new Set([...namesOf(before), ...namesOf(after)])];
  const differing = all.filter((key) => !isDeepStrictEqual(before[key], after[key]));
  return differing.length === 0 ? [] : [as(differing)];
}

function namesOf<T extends object>(one: T): (keyof T & string)[] {
  return Object.keys(one) as (keyof T & string)[];
}

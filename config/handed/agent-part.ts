import { createHash } from 'node:crypto';
import { type AgentId, type PointRef, splitPointRef } from '../../contract/ids.ts';
import { list, mapping } from './plain.ts';

/**
 * What of a site file one agent needs: its own buses, devices and interlocks, which of its points life-safety rules lean on,
 * and the site's own profiles that its devices have. Nothing of other agents, of people, buildings or the gateway. Pure.
 *
 * How a box reaches its gateway stays the box's own, so that no configuration can cut a box off for good.
 */
export type PartContent = {
  readonly value: Record<string, unknown>;
  /** Files of profiles by name. */
  readonly profiles: Record<string, string>;
};

export type WholeSite = {
  /** What the file holds, as it was written. */
  readonly value: unknown;
  /** Texts of the site's own profiles, by folder in the order of the file and by name. */
  readonly profiles: readonly Readonly<Record<string, string>>[];
  /** Points of all agents that life-safety rules lean on. */
  readonly lifeSafety: ReadonlySet<PointRef>;
};

/** Undefined when the file has no such agent. */
export function agentPart(site: WholeSite, agent: AgentId): PartContent | undefined {
  const whole = mapping(site.value);
  const own = list(whole.agents)
    .map(mapping)
    .find(({ id }) => id === agent);
  if (own === undefined) return undefined;
  const { uplink: _, lifeSafety: _given, ...rest } = own;
  const devices = list(own.buses).flatMap((bus) => list(mapping(bus).devices).map(mapping));
  const ids = new Set(devices.map(({ id }) => id));
  const lifeSafety = [...site.lifeSafety].filter((ref) => ids.has(splitPointRef(ref).device)).toSorted();
  const profiles = profilesOf(site, new Set(devices.map(({ profile }) => String(profile))));
  const { site: id, name, timezone } = whole;
  return {
    value: {
      ...{ site: id, name },
      ...(timezone === undefined ? {} : { timezone }),
      ...(Object.keys(profiles).length === 0 ? {} : { profiles: ['profiles'] }),
      agents: [{ ...rest, ...(lifeSafety.length === 0 ? {} : { lifeSafety }) }],
    },
    profiles,
  };
}

/** SHA-256 of what a part says, whatever the order of its keys. */
export function contentOf({ value, profiles }: PartContent): string {
  return createHash('sha256').update(canonical({ value, profiles })).digest('hex');
}

function profilesOf({ profiles }: WholeSite, used: ReadonlySet<string>): Record<string, string> {
  const files = profiles.flatMap((folder, index) =>
    Object.entries(folder).map(([name, text]): [string, string] => [`${index}-${name}`, text]),
  );
  return Object.fromEntries(files.filter(([, text]) => used.has(/^id:\s*["']?([^\s"'#]+)/m.exec(text)?.[1] ?? '')));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

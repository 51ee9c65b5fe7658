import { z } from 'zod';
import { durationSchema } from '../../contract/duration.ts';
import type { Path } from '../files/problem.ts';

/**
 * What can be made out of a site file even when parts of it are wrong: the names and the references between them, each
 * with its place. What is missing or of the wrong type is undefined, so the cross-checks look at everything else.
 */
export type PartialSite = {
  readonly profiles: readonly Named[];
  readonly agents: readonly (Named & { readonly buses: readonly PartialBus[] })[];
  readonly lots: readonly (Named & { readonly spaces: readonly PartialSpace[] })[];
  readonly buildings: readonly Named[];
  /** False when some device cannot be seen, so a device that is not found may yet be there. */
  readonly showsAllDevices: boolean;
};

export type Named = { readonly path: Path; readonly id: string | undefined };
export type PartialBus = Named & {
  readonly kind: string | undefined;
  readonly port: string | number | undefined;
  readonly host: string | undefined;
  readonly format: string | undefined;
  readonly topic: string | undefined;
  readonly dataBits: number | undefined;
  readonly baudRate: unknown;
  readonly parity: unknown;
  readonly devices: readonly PartialDevice[];
};
export type PartialDevice = Named & {
  readonly profile: string | undefined;
  readonly unit: number | undefined;
  /** What a sensor's frames say of who speaks. */
  readonly address: string | undefined;
  readonly firmware: string | undefined;
  readonly everyMs: number | undefined;
  readonly points: readonly string[];
};
export type PartialSpace = Named & { readonly occupancy: string | undefined };

const text = z.string().optional().catch(undefined);
const list = <T extends z.ZodType>(item: T) => z.array(item).nullable().catch(null);
const mapping = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess((value) => (isMapping(value) ? value : {}), z.object(shape));

const deviceSketch = mapping({
  id: text,
  profile: text,
  unit: z.int().optional().catch(undefined),
  address: z.union([z.int(), z.string()]).optional().catch(undefined),
  firmware: z.union([z.number(), z.string()]).optional().catch(undefined),
  every: durationSchema.optional().catch(undefined),
  points: z.record(z.string(), z.unknown()).catch({}),
});
const busSketch = mapping({
  id: text,
  kind: text,
  port: z.union([z.string(), z.int()]).optional().catch(undefined),
  host: text,
  format: text,
  topic: text,
  dataBits: z.int().optional().catch(undefined),
  baudRate: z.unknown().optional(),
  parity: z.unknown().optional(),
  devices: list(deviceSketch),
});
const siteSketch = mapping({
  profiles: list(text),
  agents: list(mapping({ id: text, buses: list(busSketch) })),
  lots: list(mapping({ id: text, spaces: list(mapping({ id: text, occupancy: text })) })),
  buildings: list(mapping({ id: text })),
});

/** Makes out what can be made out; never fails. */
export function partialSiteOf(value: unknown): PartialSite {
  const site = siteSketch.parse(value);
  const devices = site.agents?.flatMap((agent) => agent.buses).flatMap((bus) => bus?.devices ?? null);
  return {
    profiles: each([], 'profiles', site.profiles, (id, path) => ({ path, id })),
    agents: each([], 'agents', site.agents, ({ id, buses }, path) => ({
      path,
      id,
      buses: each(path, 'buses', buses, busAt),
    })),
    lots: each([], 'lots', site.lots, ({ id, spaces }, path) => ({
      path,
      id,
      spaces: each(path, 'spaces', spaces, (space, at) => ({ path: at, id: space.id, occupancy: space.occupancy })),
    })),
    buildings: each([], 'buildings', site.buildings, ({ id }, path) => ({ path, id })),
    showsAllDevices: devices?.every((device) => device?.id !== undefined) ?? false,
  };
}

function busAt(
  { id, kind, port, host, format, topic, dataBits, baudRate, parity, devices }: z.infer<typeof busSketch>,
  path: Path,
): PartialBus {
  return {
    path,
    id,
    kind,
    port,
    host,
    format,
    topic,
    dataBits,
    baudRate,
    parity,
    devices: each(path, 'devices', devices, (device, at) => ({
      path: at,
      id: device.id,
      profile: device.profile,
      unit: device.unit,
      address: device.address === undefined ? undefined : String(device.address),
      firmware: device.firmware === undefined ? undefined : String(device.firmware),
      everyMs: device.every,
      points: Object.keys(device.points),
    })),
  };
}

/** Maps the items of a list, which may not be one, each with its place. */
function each<T, U>(parent: Path, key: string, items: readonly T[] | null, make: (item: T, path: Path) => U): U[] {
  return (items ?? []).map((item, index) => make(item, [...parent, key, index]));
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { type AnyDeviceConfig, type BuildingConfig, devicesOf, rulesOf, type Site } from '../../config/site.ts';
import { type AgentId, type BuildingId, type PointRef, type SiteId, splitPointRef } from '../../contract/ids.ts';
import type { Rule } from '../../rules/rule.ts';
import type { ForecastPolicy } from './policy.ts';

/** A point whose hours are kept: one that is forecast, or one that explains it. */
export type ReadPoint = {
  readonly site: SiteId;
  readonly agent: AgentId;
  readonly point: PointRef;
  /** How long a value holds where nothing newer is read, ms. */
  readonly holdMs: number;
};

/** A structural point that is forecast. */
export type FollowedPoint = ReadPoint & {
  readonly building: BuildingId;
  readonly unit: string;
  readonly kind: string;
  readonly timezone: string;
  /** What explains its daily cycle; null where the building has none. */
  readonly temperature: PointRef | null;
  /** Same kind and axis, elsewhere in the building, the nearest first. */
  readonly neighbours: readonly PointRef[];
  /** What its sensor drifts by itself, in its unit; null where no data sheet says. */
  readonly drift: { readonly perYear: number; readonly source: string } | null;
  /** Rules that judge it, for their limits. */
  readonly rules: readonly Rule[];
};

type Point = AnyDeviceConfig['points'][number];
type Where = { readonly agent: AgentId; readonly point: Point };

/**
 * Every structural point of a site that a rule on collapse judges and that stands in a building. What no rule judges, such as a
 * heading that drifts by itself, is not followed.
 */
export function followedPoints(site: Site, policy: ForecastPolicy): FollowedPoint[] {
  const points = pointsOf(site);
  const judging = rulesOf(site).filter(({ hazard }) => hazard === 'collapse');
  return site.buildings.flatMap((building) => {
    const places = placesIn(building, points);
    const own = [...places.keys()].flatMap((ref) => {
      const where = points.get(ref);
      const rules = judging.filter((rule) => rule.points.some((point) => point.ref === ref));
      return where !== undefined && rules.length > 0 && isStructural(where.point, policy) ? [{ ...where, rules }] : [];
    });
    return own.map(({ agent, point, rules }): FollowedPoint => {
      const alike = own.filter((other) => isAlike(point, other.point)).map((other) => other.point.ref);
      const near = nearestFirst(point.ref, alike, places);
      return {
        ...readPoint(site.id, agent, point),
        building: building.id,
        unit: point.profile.unit ?? '',
        kind: point.profile.kind,
        timezone: site.timezone,
        temperature: temperatureFor(point.ref, building, { places, points, policy }),
        neighbours: near.slice(0, policy.neighbours.value.most),
        drift: point.profile.drift ?? null,
        rules,
      };
    });
  });
}

/** The points whose hours are kept for these. */
export function readPoints(site: Site, followed: readonly FollowedPoint[]): ReadPoint[] {
  const points = pointsOf(site);
  const wanted = new Set(followed.flatMap(({ point, temperature }) => [point, ...(temperature ? [temperature] : [])]));
  return [...wanted].flatMap((ref) => {
    const where = points.get(ref);
    return where === undefined ? [] : [readPoint(site.id, where.agent, where.point)];
  });
}

function readPoint(site: SiteId, agent: AgentId, { ref, everyMs, maxSilenceMs }: Point): ReadPoint {
  return { site, agent, point: ref, holdMs: Math.max(60_000, 1.5 * maxSilenceMs + everyMs) };
}

function pointsOf(site: Site): ReadonlyMap<PointRef, Where> {
  return new Map(
    site.agents.flatMap((agent) =>
      devicesOf(agent).flatMap(({ device }) =>
        device.points.map((point): [PointRef, Where] => [point.ref, { agent: agent.id, point }]),
      ),
    ),
  );
}

function isStructural({ valueType, profile }: Point, { kinds }: ForecastPolicy): boolean {
  return valueType === 'number' && kinds.value.includes(profile.kind);
}

/** The same kind and axis at another device. */
function isAlike(one: Point, other: Point): boolean {
  const isElsewhere = splitPointRef(one.ref).device !== splitPointRef(other.ref).device;
  return isElsewhere && one.profile.kind === other.profile.kind && one.name === other.name;
}

/** Metres east and north of the building's corner and above its ground; null where the site file does not say. */
type Spot = {
  readonly at: readonly [number, number] | null;
  readonly up: number | null;
  readonly storey: string | null;
};

function placesIn(building: BuildingConfig, points: ReadonlyMap<PointRef, Where>): ReadonlyMap<PointRef, Spot> {
  const floors = new Map(building.storeys.map(({ id, elevation }) => [id, elevation]));
  const spots = new Map<PointRef, Spot>();
  const byDevice = new Map<string, Spot>();
  for (const { device, point, storey, at, height } of building.places) {
    const floor = storey === null ? undefined : floors.get(storey);
    const spot = { at, up: floor === undefined ? null : floor + (height ?? 0), storey };
    if (device !== null) byDevice.set(device, spot);
    if (point !== null) spots.set(point, spot);
  }
  for (const ref of points.keys()) {
    const spot = byDevice.get(splitPointRef(ref).device);
    if (spot !== undefined && !spots.has(ref)) spots.set(ref, spot);
  }
  return spots;
}

/** Where nobody says how far apart two points are, they count as far. */
const unknownDistance = 1000;

function distance(one: Spot | undefined, other: Spot | undefined): number {
  if (one === undefined || other === undefined) return 2 * unknownDistance;
  const flat =
    one.at === null || other.at === null
      ? unknownDistance
      : Math.hypot(one.at[0] - other.at[0], one.at[1] - other.at[1]);
  const up = one.up === null || other.up === null ? unknownDistance : one.up - other.up;
  return one.storey !== null && one.storey === other.storey
    ? Math.min(flat, unknownDistance / 2)
    : Math.hypot(flat, up);
}

function nearestFirst(ref: PointRef, others: readonly PointRef[], places: ReadonlyMap<PointRef, Spot>): PointRef[] {
  const here = places.get(ref);
  return others.toSorted((a, b) => distance(here, places.get(a)) - distance(here, places.get(b)));
}

/** The one that the site file names, else the nearest that measures air: not the chip of a sensor that is followed itself. */
function temperatureFor(
  ref: PointRef,
  building: BuildingConfig,
  of: {
    places: ReadonlyMap<PointRef, Spot>;
    points: ReadonlyMap<PointRef, Where>;
    policy: ForecastPolicy;
  },
): PointRef | null {
  if (building.forecast.temperature !== null) return building.forecast.temperature;
  const { places, points, policy } = of;
  const all = [...places.keys()].flatMap((place) => points.get(place)?.point ?? []);
  const busy = new Set(
    all.filter(({ profile }) => notAir.has(profile.kind) || isOfKind(profile.kind, policy)).map(deviceOf),
  );
  const airs = all.filter((point) => isTemperature(point) && !busy.has(deviceOf(point))).map((point) => point.ref);
  return nearestFirst(ref, airs, places)[0] ?? null;
}

/** What measures these has a temperature of its own, which is that of its electronics. */
const notAir: ReadonlySet<string> = new Set(['vibration', 'acceleration', 'heat', 'smoke', 'voltage', 'battery']);

function isOfKind(kind: string, { kinds }: ForecastPolicy): boolean {
  return kinds.value.includes(kind);
}

function isTemperature({ valueType, profile }: Point): boolean {
  return valueType === 'number' && profile.kind === 'temperature' && profile.unit === '°C';
}

function deviceOf({ ref }: Point): string {
  return splitPointRef(ref).device;
}

import { type AgentConfig, devicesOf, rulesOf, type Site } from '../../config/site.ts';
import { type BuildingId, type PointRef, splitPointRef } from '../../contract/ids.ts';
import type { AlertSite, PointPlace } from './alert-site.ts';
import type { AgentWiring, WiredPoint } from './grouping.ts';

type PlaceConfig = Site['buildings'][number]['places'][number];

/** What alerts must know of a site, from its site file. */
export function alertSiteOf(site: Site): AlertSite {
  const rules = rulesOf(site);
  const places = placesOf(site);
  const lifeSafety = new Set(rules.flatMap((rule) => (rule.lifeSafety ? rule.points.map(({ ref }) => ref) : [])));
  const spaces = site.lots.flatMap((lot) => lot.spaces.map(({ occupancy }) => occupancy));
  const decided = new Set<PointRef>([...rules.flatMap((rule) => rule.points.map(({ ref }) => ref)), ...spaces]);
  const everyMs = new Map(
    site.agents.flatMap((agent) =>
      devicesOf(agent).flatMap(({ device }) => device.points.map((point) => [point.ref, point.everyMs] as const)),
    ),
  );
  const wired = (ref: PointRef): WiredPoint => ({
    ref,
    building: places.get(ref)?.building ?? null,
    lifeSafety: lifeSafety.has(ref),
    everyMs: everyMs.get(ref) ?? 0,
  });
  return {
    site: site.id,
    name: site.name,
    timezone: site.timezone,
    buildings: new Map(site.buildings.map(({ id, name }) => [id, name])),
    rules: new Map(rules.map((rule) => [rule.id, rule])),
    places,
    wiring: site.agents.map((agent) => wiringOf(site, agent, { decided, wired })),
  };
}

/** A point's own place goes before that of its device. */
function placesOf(site: Site): Map<PointRef, PointPlace> {
  const byDevice = new Map<string, { building: BuildingId; place: PlaceConfig }>();
  const places = new Map<PointRef, PointPlace>();
  for (const { id, places: listed } of site.buildings) {
    for (const place of listed) {
      if (place.device !== null) byDevice.set(place.device, { building: id, place });
      if (place.point !== null) places.set(place.point, pointPlace(place.point, id, place));
    }
  }
  for (const { device } of site.agents.flatMap(devicesOf)) {
    const found = byDevice.get(device.id);
    if (found === undefined) continue;
    for (const { ref } of device.points) {
      if (!places.has(ref)) places.set(ref, pointPlace(ref, found.building, found.place));
    }
  }
  return places;
}

function pointPlace(ref: PointRef, building: BuildingId, { zone, name }: PlaceConfig): PointPlace {
  const { device } = splitPointRef(ref);
  return { building, zone, name: name ?? { ko: device, en: device } };
}

function wiringOf(
  { id: site }: Site,
  { id: agent, buses }: AgentConfig,
  { decided, wired }: { decided: ReadonlySet<PointRef>; wired: (ref: PointRef) => WiredPoint },
): AgentWiring {
  return {
    site,
    agent,
    buses: buses.map(({ id: bus, link, devices }) => ({
      bus,
      isRadio: link.kind === 'mqtt',
      devices: devices.map(({ id: device, points }) => {
        const refs: PointRef[] = points.map(({ ref }) => ref);
        return { device, points: refs.filter((ref) => decided.has(ref)).map(wired) };
      }),
    })),
  };
}

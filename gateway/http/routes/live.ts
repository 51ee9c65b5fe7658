import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { BuildingConfig } from '../../../config/buildings/building-config.ts';
import { buildingAlertSchema } from '../../../contract/http/alerts.ts';
import { listOf } from '../../../contract/http/common.ts';
import {
  agentHealthItemSchema,
  agentItemSchema,
  type BuildingDetail,
  type BuildingItem,
  buildingDetailSchema,
  buildingItemSchema,
  type DiagnosisItem,
  deviceItemSchema,
  diagnosisItemSchema,
  type LatestItem,
  latestItemSchema,
  siteItemSchema,
} from '../../../contract/http/live.ts';
import { deviceIdSchema, type PointRef, type SiteId } from '../../../contract/ids.ts';
import { isOfBuildings } from '../../../contract/roles.ts';
import type { Diagnosed } from '../../state/live-state.ts';
import { known, sitesOf, type Who } from '../access.ts';
import { type Allowed, type Catalog, siteQuery } from '../catalog.ts';
import { isForEverybody } from '../for-everybody.ts';
import { sendModel } from '../model.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { HttpProblem } from '../problem.ts';
import { pointsQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';

const recentMs = 12 * 3_600_000;
const recentAlerts = 100;
/** ISO 8601 with four digits of a year ends here. */
const latestMs = Date.parse('9999-12-31T23:59:59.999Z');
const common = { method: 'GET', right: 'read-live', tag: 'live' } as const;
const glb = { description: 'glTF 2.0 binary', content: { 'model/gltf-binary': { schema: z.any() } } };
const listQuery = z.object({ ...siteQuery, ...pageQuery });

/** How things stand: sites, buildings, agents, devices, points. */
export const liveRoutes: readonly Route[] = [
  route({
    ...common,
    path: '/api/v1/sites',
    id: 'sites',
    summary: 'Sites, their names and time zones',
    schema: { querystring: z.object(pageQuery), response: { 200: listOf(siteItemSchema) } },
    handle({ catalog }, request) {
      const items = catalog.sites.map(({ id, name, timezone }) => ({ site: id, name: { ...name }, timezone }));
      return pageOf(shownIn(items, sitesOf(known(request))), (item) => item.site, request.query);
    },
  }),
  route({
    ...common,
    path: '/api/v1/buildings',
    right: 'read-buildings',
    id: 'buildings',
    summary: 'Buildings and their names',
    schema: { querystring: listQuery, response: { 200: listOf(buildingItemSchema) } },
    handle({ catalog }, request) {
      const who = known(request);
      const shown = shownIn(buildingsFor(who, catalog), catalog.shown(request.query.site, sitesOf(who)));
      return pageOf(shown, (item) => `${item.site}/${item.building}`, request.query);
    },
  }),
  route({
    ...common,
    path: '/api/v1/buildings/:building',
    right: 'read-buildings',
    id: 'building',
    summary: 'A building, its storeys, and what stands where',
    schema: {
      params: z.object({ building: z.string().min(1).max(63) }),
      querystring: z.object(siteQuery),
      response: { 200: buildingDetailSchema },
    },
    handle(services, request) {
      const { site, building } = mustBeTheirs(services, request);
      return buildingDetail(site, building, known(request));
    },
  }),
  route({
    ...common,
    path: '/api/v1/buildings/:building/model',
    right: 'read-buildings',
    id: 'buildingModel',
    summary: 'The model that is drawn behind a building: a glTF binary, in metres, y up; residents get none',
    // Each may hold 30 MB while somebody reads slowly.
    atOnce: { of: 'models', max: 8 },
    schema: {
      params: z.object({ building: z.string().min(1).max(63) }),
      querystring: z.object(siteQuery),
      response: { 200: glb },
    },
    async handle(services, request, reply) {
      const { site, building } = mustBeTheirs(services, request);
      const model = isOfResident(known(request)) ? null : building.model;
      const sent = model !== null && (await sendModel(request, reply, model));
      if (sent === false) throw new HttpProblem('no-model', { site, building: building.id });
      return sent;
    },
  }),
  route({
    ...common,
    path: '/api/v1/buildings/:building/alerts',
    right: 'read-buildings',
    id: 'buildingAlerts',
    summary: 'What is going on in a building, for everybody who belongs to it; what ended stays for 12 hours',
    schema: {
      params: z.object({ building: z.string().min(1).max(63) }),
      querystring: z.object(siteQuery),
      response: { 200: listOf(buildingAlertSchema) },
    },
    handle(services, request) {
      const { alerts, clock } = services;
      const { site, id } = mustBeTheirs(services, request);
      const recent = alerts.all({ site, building: id, before: Number.MAX_SAFE_INTEGER, limit: recentAlerts }).items;
      const since = clock.now() - recentMs;
      const ended = recent.filter(({ closed }) => closed !== null && Date.parse(closed) >= since);
      const told = [...alerts.open(site, id), ...ended].filter(isForEverybody);
      return { items: told.map((alert) => buildingAlertSchema.parse(alert)), next: null };
    },
  }),
  route({
    ...common,
    path: '/api/v1/agents',
    id: 'agents',
    summary: 'Agents and what was received of them',
    schema: { querystring: listQuery, response: { 200: listOf(agentItemSchema) } },
    handle({ fleet, catalog }, request) {
      const items = shownIn(fleet.agents(), catalog.shown(request.query.site, sitesOf(known(request))));
      return pageOf(items, (item) => `${item.site}/${item.agent}`, request.query);
    },
  }),
  route({
    ...common,
    path: '/api/v1/devices',
    id: 'devices',
    summary: 'Devices and their state',
    schema: { querystring: listQuery, response: { 200: listOf(deviceItemSchema) } },
    handle({ fleet, catalog }, request) {
      const items = shownIn(fleet.devices(), catalog.shown(request.query.site, sitesOf(known(request))));
      return pageOf(items, (item) => `${item.site}/${item.device}`, request.query);
    },
  }),
  route({
    ...common,
    path: '/api/v1/devices/:device',
    id: 'device',
    summary: 'One device',
    schema: {
      params: z.object({ device: deviceIdSchema }),
      querystring: z.object(siteQuery),
      response: { 200: deviceItemSchema },
    },
    handle({ fleet, catalog }, request) {
      const site = catalog.one(request.query.site, sitesOf(known(request)));
      const { device } = request.params;
      const found = fleet.devices().find((item) => item.site === site && item.device === device);
      if (found === undefined) throw new HttpProblem('no-such-device', { site, device });
      return found;
    },
  }),
  route({
    ...common,
    path: '/api/v1/agents/health',
    id: 'agentHealth',
    summary: 'The box and the buses of each agent, as it told last',
    schema: { querystring: listQuery, response: { 200: listOf(agentHealthItemSchema) } },
    handle({ fleet, catalog }, request) {
      const items = shownIn(fleet.health(), catalog.shown(request.query.site, sitesOf(known(request))));
      return pageOf(items, (item) => `${item.site}/${item.agent}`, request.query);
    },
  }),
  route({
    ...common,
    path: '/api/v1/devices/:device/diagnosis',
    id: 'deviceDiagnosis',
    summary: 'Frames and registers of a device around its last faults, the newest first',
    schema: {
      params: z.object({ device: deviceIdSchema }),
      querystring: z.object(siteQuery),
      response: { 200: listOf(diagnosisItemSchema) },
    },
    handle({ fleet, catalog }, request) {
      const site = catalog.one(request.query.site, sitesOf(known(request)));
      const { device } = request.params;
      const isThere = fleet.devices().some((item) => item.site === site && item.device === device);
      if (!isThere) throw new HttpProblem('no-such-device', { site, device });
      return { items: fleet.diagnoses(site, device).map((one) => diagnosisItem(one, { site, device })), next: null };
    },
  }),
  route({
    ...common,
    path: '/api/v1/latest',
    id: 'latest',
    summary: 'Points as they stand now',
    schema: {
      querystring: z.object({ ...pointsQuery, ...siteQuery, ...pageQuery }),
      response: { 200: listOf(latestItemSchema) },
    },
    handle(services, request) {
      const { point, site } = request.query;
      const allowed = sitesOf(known(request));
      const { fleet, catalog } = services;
      const items =
        point === undefined
          ? shownIn(fleet.latest(), catalog.shown(site, allowed))
          : chosen(services, point, catalog.one(site, allowed));
      return pageOf(items, (item) => `${item.site}/${item.point}`, request.query);
    },
  }),
];

function diagnosisItem(told: Diagnosed, of: { site: SiteId; device: string }): DiagnosisItem {
  const { at, receivedAt, why, reason = null, frames, registers } = told;
  return {
    ...of,
    at: isoTimeOf(at),
    receivedAt: receivedAt === null ? null : isoTimeOf(receivedAt),
    why,
    reason,
    frames: frames.map((frame) => ({ ...frame, at: isoTimeOf(frame.at) })),
    registers,
  };
}

/** An agent's clock may say anything; a time that no calendar has is the first one. */
function isoTimeOf(at: number): string {
  return new Date(Math.min(Math.max(0, at), latestMs)).toISOString();
}

function shownIn<T extends { site: string }>(items: readonly T[], sites: Allowed): readonly T[] {
  return sites === null ? items : items.filter((item) => sites.has(item.site));
}

type BuildingRequest = FastifyRequest & { params: { building: string }; query: { site?: string | undefined } };

/** The building asked for. @throws HttpProblem for one that is not there, or not theirs */
function mustBeTheirs({ catalog }: Services, request: BuildingRequest) {
  const who = known(request);
  const site = catalog.one(request.query.site, sitesOf(who));
  const { building: asked } = request.params;
  const isTheirs = buildingsFor(who, catalog).some((one) => one.site === site && one.building === asked);
  const building = catalog.sites.find(({ id }) => id === site)?.buildings.find(({ id }) => id === asked);
  if (!isTheirs || building === undefined) throw new HttpProblem('no-such-building', { site, building: asked });
  return { site, id: building.id, building };
}

function buildingDetail(site: SiteId, building: BuildingConfig, who: Who): BuildingDetail {
  const { id, name, location, address, built, grade, storeys, places, model } = building;
  const isResident = isOfResident(who);
  return {
    site,
    building: id,
    name: { ...name },
    location: location && { ...location },
    address: { ...address },
    built,
    grade,
    hasModel: model !== null && !isResident,
    storeys: storeys.map((storey) => ({ ...storey, outline: storey.outline?.map(([x, y]) => [x, y]) ?? null })),
    places: isResident ? [] : places.map(({ at, ...place }) => ({ ...place, at: at && [at[0], at[1]] })),
  };
}

function isOfResident(who: Who): boolean {
  return who.by === 'session' && who.person.role === 'resident';
}

/** Managers and residents see the buildings they belong to and no others. */
function buildingsFor(who: Who, catalog: Catalog): BuildingItem[] {
  const all = catalog.sites.flatMap((site) =>
    site.buildings.map(({ id, name }) => ({ site: site.id, building: id, name: { ...name } })),
  );
  if (who.by === 'token' || !isOfBuildings(who.person.role)) return all;
  const { buildings } = who.person;
  return all.filter((one) => buildings.some((own) => own.site === one.site && own.building === one.building));
}

function chosen({ fleet, catalog }: Services, points: readonly PointRef[], site: SiteId): readonly LatestItem[] {
  for (const point of points) catalog.mustHave(site, point);
  const wanted = new Set<string>(points);
  return fleet.latest().filter((item) => item.site === site && wanted.has(item.point));
}

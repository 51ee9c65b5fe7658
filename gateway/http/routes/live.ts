import { z } from 'zod';
import {
  agentItemSchema,
  buildingItemSchema,
  deviceItemSchema,
  type LatestItem,
  latestItemSchema,
  listOf,
  siteItemSchema,
} from '../../../contract/http.ts';
import { deviceIdSchema, type PointRef, type SiteId } from '../../../contract/ids.ts';
import { isOfBuildings } from '../../permissions.ts';
import { known, sitesOf } from '../access.ts';
import type { App } from '../app.ts';
import { type Allowed, type Catalog, siteQuery } from '../catalog.ts';
import { pageOf, pageQuery } from '../paging.ts';
import type { FleetView } from '../ports.ts';
import { HttpProblem } from '../problem.ts';
import { pointsQuery } from '../query.ts';

const listQuery = z.object({ ...siteQuery, ...pageQuery });

/** How things stand: sites, agents, devices, points. */
export function liveRoutes(app: App, { fleet, catalog }: { fleet: FleetView; catalog: Catalog }): void {
  app.get(
    '/api/v1/sites',
    { schema: { querystring: z.object(pageQuery), response: { 200: listOf(siteItemSchema) } } },
    async (request) => {
      const items = catalog.sites.map(({ id, name, timezone }) => ({
        site: id,
        name: { ko: name.ko, en: name.en },
        timezone,
      }));
      return pageOf(shownIn(items, sitesOf(known(request))), (item) => item.site, request.query);
    },
  );

  app.get(
    '/api/v1/buildings',
    { schema: { querystring: listQuery, response: { 200: listOf(buildingItemSchema) } } },
    async (request) => {
      const who = known(request);
      const own = who.by === 'session' && isOfBuildings(who.person.role) ? who.person.buildings : null;
      const all = catalog.sites.flatMap((site) =>
        site.buildings.map(({ id, name }) => ({ site: site.id, building: id, name: { ...name } })),
      );
      // Whoever belongs to buildings sees those and no others.
      const items =
        own === null ? all : all.filter((one) => own.some((b) => b.site === one.site && b.building === one.building));
      const shown = shownIn(items, catalog.shown(request.query.site, sitesOf(who)));
      return pageOf(shown, (item) => `${item.site}/${item.building}`, request.query);
    },
  );

  app.get(
    '/api/v1/agents',
    { schema: { querystring: listQuery, response: { 200: listOf(agentItemSchema) } } },
    async (request) => {
      const items = shownIn(fleet.agents(), catalog.shown(request.query.site, sitesOf(known(request))));
      return pageOf(items, (item) => `${item.site}/${item.agent}`, request.query);
    },
  );

  app.get(
    '/api/v1/devices',
    { schema: { querystring: listQuery, response: { 200: listOf(deviceItemSchema) } } },
    async (request) => {
      const items = shownIn(fleet.devices(), catalog.shown(request.query.site, sitesOf(known(request))));
      return pageOf(items, (item) => `${item.site}/${item.device}`, request.query);
    },
  );

  app.get(
    '/api/v1/devices/:device',
    {
      schema: {
        params: z.object({ device: deviceIdSchema }),
        querystring: z.object(siteQuery),
        response: { 200: deviceItemSchema },
      },
    },
    async (request) => {
      const site = catalog.one(request.query.site, sitesOf(known(request)));
      const { device } = request.params;
      const found = fleet.devices().find((item) => item.site === site && item.device === device);
      if (found === undefined) throw new HttpProblem(404, `device: site ${site} has no device ${device}`);
      return found;
    },
  );

  const latestQuery = z.object({ ...pointsQuery, ...siteQuery, ...pageQuery });
  app.get(
    '/api/v1/latest',
    { schema: { querystring: latestQuery, response: { 200: listOf(latestItemSchema) } } },
    async (request) => {
      const { point, site } = request.query;
      const allowed = sitesOf(known(request));
      const items =
        point === undefined
          ? shownIn(fleet.latest(), catalog.shown(site, allowed))
          : chosen({ fleet, catalog }, point, catalog.one(site, allowed));
      return pageOf(items, (item) => `${item.site}/${item.point}`, request.query);
    },
  );
}

function shownIn<T extends { site: string }>(items: readonly T[], sites: Allowed): readonly T[] {
  return sites === null ? items : items.filter((item) => sites.has(item.site));
}

function chosen(
  { fleet, catalog }: { fleet: FleetView; catalog: Catalog },
  points: readonly PointRef[],
  site: SiteId,
): readonly LatestItem[] {
  for (const point of points) catalog.mustHave(site, point);
  const wanted = new Set<string>(points);
  return fleet.latest().filter((item) => item.site === site && wanted.has(item.point));
}

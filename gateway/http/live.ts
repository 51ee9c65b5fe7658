import { z } from 'zod';
import { agentItemSchema, deviceItemSchema, latestItemSchema, listOf, siteItemSchema } from '../../contract/http.ts';
import { deviceIdSchema, type PointRef } from '../../contract/ids.ts';
import type { App } from './app.ts';
import { type Catalog, siteQuery } from './catalog.ts';
import { pageOf, pageQuery } from './paging.ts';
import type { FleetView } from './ports.ts';
import { HttpProblem } from './problem.ts';
import { pointsQuery } from './query.ts';

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
      return pageOf(items, (item) => item.site, request.query);
    },
  );

  app.get(
    '/api/v1/agents',
    { schema: { querystring: listQuery, response: { 200: listOf(agentItemSchema) } } },
    async (request) => {
      const items = inSite(fleet.agents(), catalog.narrow(request.query.site));
      return pageOf(items, (item) => `${item.site}/${item.agent}`, request.query);
    },
  );

  app.get(
    '/api/v1/devices',
    { schema: { querystring: listQuery, response: { 200: listOf(deviceItemSchema) } } },
    async (request) => {
      const items = inSite(fleet.devices(), catalog.narrow(request.query.site));
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
      const site = catalog.one(request.query.site);
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
      const items =
        point === undefined ? inSite(fleet.latest(), catalog.narrow(site)) : chosen(fleet, catalog, point, site);
      return pageOf(items, (item) => `${item.site}/${item.point}`, request.query);
    },
  );
}

function inSite<T extends { site: string }>(items: readonly T[], site: string | null): readonly T[] {
  return site === null ? items : items.filter((item) => item.site === site);
}

function chosen(fleet: FleetView, catalog: Catalog, points: readonly PointRef[], asked: string | undefined) {
  const site = catalog.one(asked);
  for (const point of points) catalog.mustHave(site, point);
  const wanted = new Set<string>(points);
  return fleet.latest().filter((item) => item.site === site && wanted.has(item.point));
}

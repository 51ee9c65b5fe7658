import { z } from 'zod';
import { listOf } from '../../../contract/http/common.ts';
import { type ForecastItem, forecastItemSchema, forecastReportSchema } from '../../../contract/http/forecasts.ts';
import { pointRefSchema } from '../../../contract/ids.ts';
import { isOfTheirs, known, sitesOf, type Who } from '../access.ts';
import { siteQuery } from '../catalog.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';

const reading = { method: 'GET', right: 'read-alerts', tag: 'alerts' } as const;

/** What is expected of structural points. */
export const forecastRoutes: readonly Route[] = [
  route({
    ...reading,
    path: '/api/v1/forecasts',
    id: 'forecasts',
    summary: 'What the record of each structural point lets expect: no movement, a trend, acceleration, or a date',
    schema: {
      querystring: z.object({
        ...siteQuery,
        ...pageQuery,
        building: z.string().min(1).max(63).optional().describe('only points of this building'),
        point: pointRefSchema.optional().describe('only this point, device/point'),
      }),
      response: { 200: listOf(forecastItemSchema) },
    },
    handle({ forecast, catalog }, request) {
      const { site: asked, building, point, cursor, limit } = request.query;
      const who = known(request);
      const shown = catalog.shown(asked, sitesOf(who));
      const sites = catalog.sites.filter(({ id }) => shown?.has(id) ?? true);
      const items = sites
        .flatMap(({ id }) => forecast.items(id))
        .filter((item) => isTheirs(who, item))
        .filter((item) => building === undefined || item.building === building)
        .filter((item) => point === undefined || item.point === point);
      return pageOf(items, (item) => `${item.site}/${item.point}`, { cursor, limit });
    },
  }),
  route({
    ...reading,
    path: '/api/v1/forecast-report',
    id: 'forecastReport',
    summary: 'The forecast of one structural point with its record, coefficients, steps, settings and versions',
    schema: {
      querystring: z.object({ ...siteQuery, point: pointRefSchema.describe('device/point') }),
      response: { 200: forecastReportSchema },
    },
    handle({ forecast, catalog }, request) {
      const who = known(request);
      const { point, site: asked } = request.query;
      const site = catalog.one(asked, sitesOf(who));
      const report = forecast.report(site, point);
      if (report === undefined || !isTheirs(who, report)) throw new HttpProblem('no-such-point', { site, point });
      return report;
    },
  }),
];

function isTheirs(who: Who, { site, building }: Pick<ForecastItem, 'site' | 'building'>): boolean {
  return isOfTheirs(who, [{ site, building }]);
}

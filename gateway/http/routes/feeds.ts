import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { alertDraftsSchema } from '../../../contract/http/feeds.ts';
import { lotsGeoJson } from '../../feeds/parking/geojson.ts';
import { seoulParkingInfo } from '../../feeds/parking/seoul.ts';
import { standardParkingCsv, standardParkingJson } from '../../feeds/parking/standard-parking.ts';
import { standardResidentCsv, standardResidentJson } from '../../feeds/parking/standard-resident.ts';
import type { LotView } from '../../feeds/views.ts';
import { known, sitesOf } from '../access.ts';
import { siteQuery } from '../catalog.ts';
import { sendDocument } from '../conditional.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';

const common = { method: 'GET', right: 'read-feeds', tag: 'feeds', pace: { burst: 60, perMinute: 120 } } as const;
const oneSite = z.object(siteQuery);
const answer = (type: string) => {
  const [media = type] = type.split(';');
  return { 200: { description: media, content: { [media]: { schema: z.string() } } } };
};

/** A city asks for a change of its lists every half year; an hour is soon enough. */
const staticForS = 3600;
const json = 'application/json; charset=utf-8';
const csv = 'text/csv; charset=utf-8';

/** Public feeds in standard formats; everything but the drafts is open to anyone. */
export const feedRoutes: readonly Route[] = [
  route({
    ...common,
    path: '/feeds/cap.atom',
    id: 'cap-feed',
    summary: 'Live CAP messages as an Atom feed',
    schema: { response: answer('application/atom+xml') },
    handle(services, request, reply) {
      const { xml: body, updated } = services.feeds.atom(`${originOf(services, request)}/feeds`);
      const type = 'application/atom+xml; charset=utf-8';
      return sendDocument(request, reply, { body, type, modified: updated, maxAge: 10 });
    },
  }),
  route({
    ...common,
    path: '/feeds/cap/:id.xml',
    id: 'cap-message',
    summary: 'One CAP 1.2 message, live or not',
    schema: { params: z.object({ id: z.string().max(250) }), response: answer('application/cap+xml') },
    handle({ feeds }, request, reply) {
      const { id } = request.params;
      const found = feeds.message(id);
      if (found === undefined) throw new HttpProblem('no-such-message', { message: id });
      const type = 'application/cap+xml; charset=utf-8';
      // A message never changes; a later one takes its place.
      return sendDocument(request, reply, { body: found.xml, type, modified: found.sent, maxAge: staticForS });
    },
  }),
  live('/feeds/lots.geojson', 'lots-geojson', 'Lots and lent spaces as GeoJSON', 'application/geo+json', lotsGeoJson),
  live(
    '/feeds/seoul/GetParkingInfo',
    'seoul-parking',
    "Lots as Seoul's GetParkingInfo has them",
    json,
    seoulParkingInfo,
  ),
  list('/feeds/standard/parking.json', 'standard-parking-json', '전국주차장정보표준데이터', json, (lots) =>
    JSON.stringify(standardParkingJson(lots)),
  ),
  list('/feeds/standard/parking.csv', 'standard-parking-csv', '전국주차장정보표준데이터', csv, standardParkingCsv),
  list('/feeds/standard/resident.json', 'standard-resident-json', '전국거주자우선주차정보표준데이터', json, (lots) =>
    JSON.stringify(standardResidentJson(lots)),
  ),
  list(
    '/feeds/standard/resident.csv',
    'standard-resident-csv',
    '전국거주자우선주차정보표준데이터',
    csv,
    standardResidentCsv,
  ),
  route({
    method: 'GET',
    path: '/api/v1/alerts/:alert/drafts',
    right: 'read-drafts',
    tag: 'feeds',
    id: 'alert-drafts',
    summary: 'Drafts of a 재난문자 and of the event for the integrated platform; nothing is sent',
    schema: {
      params: z.object({ alert: z.string().max(63) }),
      querystring: oneSite,
      response: { 200: alertDraftsSchema },
    },
    handle({ feeds, catalog }, request) {
      const { alert } = request.params;
      const drafts = feeds.drafts(catalog.one(request.query.site, sitesOf(known(request))), alert);
      if (drafts === undefined) throw new HttpProblem('no-drafts', { alert });
      const { platform } = drafts;
      return { broadcast: drafts.broadcast, platform: platform && { headers: platform.headers, body: platform.body } };
    },
  }),
];

type Lots = readonly LotView['lot'][];

/** Figures of now. They may be shown for a moment only, and hide themselves when they are old. */
function live(
  path: string,
  id: string,
  summary: string,
  type: string,
  make: (views: readonly LotView[], now: number) => object,
): Route {
  return route({
    ...common,
    path,
    id,
    summary,
    schema: { querystring: oneSite, response: answer(type) },
    handle({ feeds, catalog, clock }, request, reply) {
      const views = feeds.lots(catalog.shown(request.query.site, null));
      const body = JSON.stringify(make(views, clock.now()));
      return sendDocument(request, reply, { body, type, modified: null, maxAge: 5 });
    },
  });
}

/** What the site files say and nothing live. */
function list(path: string, id: string, summary: string, type: string, make: (lots: Lots) => string): Route {
  return route({
    ...common,
    path,
    id,
    summary,
    schema: { querystring: oneSite, response: answer(type) },
    handle({ feeds, catalog }, request, reply) {
      const lots = feeds.lots(catalog.shown(request.query.site, null)).map(({ lot }) => lot);
      return sendDocument(request, reply, { body: make(lots), type, modified: null, maxAge: staticForS });
    },
  });
}

/** Where people reach this gateway; as this reader came, where nobody has said. */
function originOf({ pagesAt }: Services, { protocol, host }: FastifyRequest): string {
  return (pagesAt() ?? `${protocol}://${host}`).replace(/\/$/, '');
}

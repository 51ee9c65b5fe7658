import type { FastifyInstance, FastifyRequest } from 'fastify';
import { cityWords } from '../../contract/words/city.ts';
import type { CityData } from '../data.ts';
import { cityLots, openAlerts } from '../pages/lots.ts';
import { capAtom, capLifeMs, capMessages } from './cap.ts';
import { catalogue } from './catalogue.ts';
import { lotsGeoJson } from './geojson.ts';
import { kpi } from './kpi.ts';
import { residentCsv, residentJson, standardCsv, standardJson } from './standard.ts';

const json = 'application/json; charset=utf-8';
const csv = 'text/csv; charset=utf-8';
const hourMs = 3_600_000;
const dayHours = 24;

/** Feeds of all sites, for anyone: nothing in them that the sites themselves do not show the public. */
export function openFeeds(app: FastifyInstance, data: CityData, now: () => number): void {
  const open = (
    path: string,
    type: string,
    maxAge: number,
    make: (request: FastifyRequest) => Promise<string | object>,
  ) =>
    app.get(path, async (request, reply) => {
      const body = await make(request);
      return reply
        .header('cache-control', `public, max-age=${maxAge}`)
        .header('access-control-allow-origin', '*')
        .type(type)
        .send(typeof body === 'string' ? body : JSON.stringify(body));
    });
  const lots = async () => cityLots(await data.states('lot', null), await data.states('place', null));
  const places = () => data.states('place', null);

  open('/feeds/lots.json', json, 5, async () => ({ items: await lots(), next: null }));
  open('/feeds/lots.geojson', 'application/geo+json; charset=utf-8', 5, async () => lotsGeoJson(await lots()));
  open('/feeds/kpi.json', json, 5, async () => {
    const [alerts, devices] = [await data.states('alert', null), await data.states('device', null)];
    const hours = await data.indicators(null, Math.floor(now() / hourMs) - dayHours);
    return kpi({ lots: await lots(), alerts: openAlerts(alerts), devices, hours }, now());
  });
  open('/feeds/standard/parking.csv', csv, 3600, async () => standardCsv(await places()));
  open('/feeds/standard/parking.json', json, 3600, async () => standardJson(await places()));
  open('/feeds/standard/resident.csv', csv, 3600, async () => residentCsv(await places()));
  open('/feeds/standard/resident.json', json, 3600, async () => residentJson(await places()));
  open('/feeds/cap.atom', 'application/atom+xml; charset=utf-8', 5, async (request) => {
    const [rows, last] = await Promise.all([data.capSince(now() - capLifeMs, null), data.capChangedAt(now())]);
    const about = { base: `${baseOf(request)}/feeds`, title: cityWords.capFeed.ko, now: now(), last };
    return capAtom(capMessages(rows), about);
  });
  app.get('/feeds/cap/:file', async (request, reply) => {
    const { file } = request.params as { file: string };
    const row = await data.capMessage(file.replace(/\.xml$/, ''));
    const [message] = row === null ? [] : capMessages([row]);
    if (message === undefined) return reply.code(404).send({ type: '/problems/no-such-message', status: 404 });
    return reply
      .type('application/cap+xml; charset=utf-8')
      .header('cache-control', 'public, max-age=60')
      .send(message.xml);
  });
  app.get('/catalogue.json', async (request, reply) =>
    reply.type('application/ld+json').send(JSON.stringify(catalogue(baseOf(request)))),
  );
}

const baseOf = ({ protocol, host }: FastifyRequest) => `${protocol}://${host}`;

import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../contract/clock.ts';
import { cityWords as words } from '../../contract/words/city.ts';
import { type CityData, heldBy } from '../data.ts';
import { openFeeds } from '../feeds/routes.ts';
import type { Intake } from '../intake.ts';
import { openNgsiLd } from '../ngsi-ld/routes.ts';
import { standing } from '../ngsi-ld/views.ts';
import { mayOperate, type Reader } from '../store/gateways.ts';
import { askToSignIn, isOwn, languageFor, openSignIn, readerOf, sendPage } from './access.ts';
import { boxPage } from './box-page.ts';
import { boxes, isConnected } from './boxes.ts';
import { configurationPage } from './configuration-page.ts';
import { askedOf, askPage, mayStep, takeStep } from './configuration-steps.ts';
import { openErrors } from './errors.ts';
import { gatewayPage } from './gateway-page.ts';
import { type Html, page, type Say, sayIn } from './html.ts';
import { alertPage, indicatorPage, lotPage } from './list-pages.ts';
import { cityLots, openAlerts } from './lots.ts';
import { boxOf } from './map.ts';
import { mapPage } from './map-page.ts';
import { script } from './style.ts';

export type PagesOptions = {
  data: CityData;
  clock: Pick<Clock, 'now'>;
  counts: Intake['counts'];
  isTls: boolean;
  /** Somebody asked for something, and the answer is that it failed. */
  onFailed?: (error: unknown, url: string) => void;
};

type Handle = (reader: Reader, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
type Body = (reader: Reader, say: Say, query: Record<string, unknown>) => Promise<Html>;

const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** What people and programs of the city read. Feeds are open to anyone; everything else asks for a token. */
export function openPages(app: FastifyInstance, options: PagesOptions): void {
  const { data, clock, counts, isTls, onFailed = () => {} } = options;
  openErrors(app, onFailed);
  openSignIn(app, data, isTls);
  app.get('/healthz', async () => {
    await data.isThere();
    return { ok: true, counts };
  });
  app.get('/live.js', async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(script));
  const signedIn = (handle: Handle) => async (request: FastifyRequest, reply: FastifyReply) => {
    const reader = await readerOf(data, request);
    return reader === null ? askToSignIn(request, reply) : handle(reader, request, reply);
  };
  const shown = (path: string, title: keyof typeof words, body: Body) =>
    app.get(
      path,
      signedIn(async (reader, request, reply) => {
        const language = languageFor(request);
        const say = sayIn(language, await data.districtNames());
        const content = await body(reader, say, request.query as Record<string, unknown>);
        return sendPage(reply, page(language, path, say(words[title]), content, reader.name));
      }),
    );
  const of = readings(data, clock);
  const alertsOf = async (reader: Reader) => ({
    asked: new Map((await data.asksNow(reader.districts)).map((row) => [`${row.site}/${row.alert}`, row.outcome])),
    mayAct: (district: string) => mayOperate(reader, district),
  });

  shown('/', 'boxes', async ({ districts }, say) => boxPage(await of.boxes(districts), say));
  app.get(
    '/gateways/:id',
    signedIn(async (reader, request, reply) => {
      const { districts, name } = reader;
      const { id } = request.params as { id: string };
      const box = (await of.boxes(districts)).find((each) => each.id === id);
      if (box === undefined) return reply.callNotFound();
      const own = ({ site }: { site: string }) => box.sites.includes(site);
      const language = languageFor(request);
      const content = gatewayPage({
        ...{ box, ...(await alertsOf(reader)), now: clock.now() },
        say: sayIn(language, await data.districtNames()),
        ...{ devices: (await of.devices(districts)).filter(own), lots: (await of.lots(districts)).filter(own) },
        alerts: (await of.alerts(districts)).filter(own),
      });
      return sendPage(reply, page(language, '/', id, content, name));
    }),
  );
  shown('/map', 'map', async ({ districts }, say, { district, box }) => {
    const [lots, alerts, places] = [await of.lots(districts), await of.alerts(districts), await of.places(districts)];
    const known = [...new Set([...lots, ...alerts].map((row) => row.district))].sort();
    const wanted = typeof district === 'string' && known.includes(district) ? district : null;
    return mapPage({
      lots,
      alerts,
      places,
      districts: known,
      district: wanted,
      box: boxOf(box),
      say,
      now: clock.now(),
    });
  });
  shown('/lots', 'lots', async ({ districts }, say) => lotPage(await of.lots(districts), say));
  shown('/alerts', 'alerts', async (reader, say) =>
    alertPage(await of.alerts(reader.districts), { ...(await alertsOf(reader)), say, now: clock.now() }),
  );
  shown('/indicators', 'indicators', async ({ districts }, say) => {
    const [lots, alerts, places] = [await of.lots(districts), await of.alerts(districts), await of.places(districts)];
    const [devices, hours] = [await of.devices(districts), await of.hours(districts)];
    const capacity = new Map<string, number>();
    for (const { key, district, body } of places)
      if (key.startsWith('lot/')) capacity.set(district, (capacity.get(district) ?? 0) + (Number(body?.capacity) || 0));
    return indicatorPage({ lots, alerts, devices, hours, capacity, say });
  });

  shown('/configurations', 'configurations', async (reader, say, query) => {
    const sets = await data.configurations(reader.districts);
    const asked = mayStep(reader) ? askedOf(sets, query) : null;
    return asked === null ? configurationPage(sets, say, { mayAct: mayStep(reader) }) : askPage(asked, say);
  });

  const listed = (path: string, items: (reader: Reader) => Promise<readonly unknown[]>) =>
    app.get(
      path,
      signedIn(async (reader) => ({ items: await items(reader), next: null })),
    );
  listed('/api/v1/gateways', ({ districts }) => of.boxes(districts));
  listed('/api/v1/lots', ({ districts }) => of.lots(districts));
  listed('/api/v1/alerts', async ({ districts }) =>
    (await of.alerts(districts)).map((row) => ({ ...row.body, district: row.district, connected: isConnected(row) })),
  );
  listed('/api/v1/indicators', ({ districts }) => of.hours(districts));
  listed('/api/v1/configurations', ({ districts }) => data.configurations(districts));
  listed('/api/v1/platform-events', ({ districts }) => data.platform(clock.now() - 7 * dayMs, districts));
  // Who did what is for those who act, and of all districts.
  app.get(
    '/api/v1/audit',
    signedIn(async ({ scope, districts }, _request, reply) =>
      scope === 'operate' && districts === null
        ? { items: await data.audit(1000), next: null }
        : reply.code(403).send({ type: '/problems/scope', status: 403 }),
    ),
  );
  // A hub is told of all districts.
  listed('/api/v1/hubs', async ({ districts }) => (districts === null ? data.hubs() : []));
  app.post(
    '/api/v1/alerts/:site/:alert/acknowledge',
    signedIn((...said) => acknowledge(data, said)),
  );
  app.post(
    '/api/v1/configurations/:version/:step',
    signedIn((...said) => takeStep(data, ...said)),
  );
  openNgsiLd(app, {
    readerOf: (request) => readerOf(data, request),
    held: (districts) => heldBy(data, districts),
    history: (what, span) => data.history(what, span),
    now: () => clock.now(),
  });
  openFeeds(app, data, () => clock.now());
}

/** What several pages ask alike. */
function readings(data: CityData, clock: Pick<Clock, 'now'>) {
  type Districts = Reader['districts'];
  return {
    lots: async (districts: Districts) =>
      cityLots(await data.states('lot', districts), await data.states('place', districts)),
    alerts: async (districts: Districts) => openAlerts(await data.states('alert', districts)),
    devices: (districts: Districts) => data.states('device', districts),
    places: async (districts: Districts) => standing(await data.states('place', districts)),
    boxes: async (districts: Districts) => boxes(await data.gateways(districts), clock.now()),
    hours: (districts: Districts) => data.indicators(districts, Math.floor(clock.now() / hourMs) - 24),
  };
}

/** Asked of the gateway, which decides. */
async function acknowledge(data: CityData, [reader, request, reply]: Parameters<Handle>): Promise<FastifyReply> {
  if (!isOwn(request)) return reply.code(403).send({ type: '/problems/other-origin', status: 403 });
  if (reader.scope !== 'operate') return reply.code(403).send({ type: '/problems/scope', status: 403 });
  const { site, alert } = request.params as { site: string; alert: string };
  const alerts = openAlerts(await data.states('alert', reader.districts));
  const found = alerts.find((row) => row.site === site && row.key === alert);
  if (found === undefined) return reply.code(404).send({ type: '/problems/no-such-alert', status: 404 });
  if (!mayOperate(reader, found.district)) return reply.code(403).send({ type: '/problems/district', status: 403 });
  const { version, reason = '' } = (request.body ?? {}) as { version?: unknown; reason?: unknown };
  // What somebody saw, and not what stands by now: the gateway refuses another version.
  const seen = Number(version);
  if (version === undefined || !Number.isInteger(seen))
    return reply.code(400).send({ type: '/problems/version-needed', status: 400 });
  const id = randomUUID();
  await data.ask({ id, site, alert, version: seen, by: reader.name, text: String(reason).slice(0, 500) });
  const isForm = String(request.headers['content-type']).startsWith('application/x-www-form');
  return isForm ? reply.redirect('/alerts', 303) : reply.code(202).send({ id });
}

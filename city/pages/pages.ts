import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../contract/clock.ts';
import { visitText, cityWords as words } from '../../contract/words/city.ts';
import { catalogue, kpi, standardCsv, standardJson } from '../feeds/feeds.ts';
import type { Intake } from '../intake.ts';
import { openNgsiLd } from '../ngsi-ld/routes.ts';
import type { Sql } from '../store/database.ts';
import { held, history } from '../store/entities.ts';
import type { Reader } from '../store/gateways.ts';
import { hubStates } from '../store/hub-table.ts';
import { ask, asksNow, gateways, indicators, type StateRow, states } from '../store/views.ts';
import { askToSignIn, isOwn, languageFor, openSignIn, readerOf, sendPage } from './access.ts';
import { type Box, boxes, isConnected } from './boxes.ts';
import { type Html, html, page, type Say, sayIn, table } from './html.ts';
import { cityLots, summed, textOf } from './lots.ts';

export type PagesOptions = { sql: Sql; clock: Clock; counts: Intake['counts']; isTls: boolean };

type Handle = (reader: Reader, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

const hourMs = 3_600_000;

/** What people and programs of the city read. Feeds are open to anyone; everything else asks for a token. */
export function openPages(app: FastifyInstance, options: PagesOptions): void {
  const { sql, clock, counts, isTls } = options;
  openSignIn(app, sql, isTls);
  app.get('/healthz', async () => {
    await sql`select 1`;
    return { ok: true, counts };
  });
  const signedIn = (handle: Handle) => async (request: FastifyRequest, reply: FastifyReply) => {
    const reader = await readerOf(sql, request);
    return reader === null ? askToSignIn(request, reply) : handle(reader, request, reply);
  };
  const shown = (path: string, title: keyof typeof words, body: (reader: Reader, say: Say) => Promise<Html>) =>
    app.get(
      path,
      signedIn(async (reader, request, reply) => {
        const language = languageFor(request);
        const say = sayIn(language);
        return sendPage(reply, page(language, path, say(words[title]), await body(reader, say)));
      }),
    );
  const lotsOf = async (districts: Reader['districts']) =>
    cityLots(await states(sql, 'lot', districts), await states(sql, 'place', districts));
  const openAlerts = async (districts: Reader['districts']) =>
    (await states(sql, 'alert', districts)).filter(({ body }) => body !== null && body.closed === null).sort(byUrgency);
  const boxesOf = async (districts: Reader['districts']) => boxes(await gateways(sql, districts), clock.now());

  shown('/', 'boxes', async ({ districts }, say) => boxTable(await boxesOf(districts), say));
  shown('/lots', 'lots', async ({ districts }, say) => {
    const none = say(words.unknown);
    const rows = (await lotsOf(districts)).map(({ name, district, site, state, figures }) => [
      ...[say(name), district, site],
      state === 'open' ? (figures === null ? none : figures.free) : say(words[state]),
      figures?.occupied ?? none,
      figures?.unknown ?? none,
      figures?.capacity ?? none,
    ]);
    const head = [words.lot, words.district, words.site, words.free, words.occupied, words.unknown, words.capacity];
    return table(head.map(say), rows, say(words.nothing));
  });
  shown('/alerts', 'alerts', async ({ districts, scope }, say) => {
    const asked = new Map((await asksNow(sql)).map((row) => [`${row.site}/${row.alert}`, row.outcome]));
    return alertTable(await openAlerts(districts), { say, asked, mayAct: scope === 'operate' });
  });
  shown('/indicators', 'indicators', async ({ districts }, say) => {
    const lots = await lotsOf(districts);
    const rows = (await indicators(sql, districts, Math.floor(clock.now() / hourMs) - 24)).map((row) => {
      const { capacity } = summed(lots.filter(({ district }) => district === row.district));
      const turnover = capacity === 0 ? say(words.unknown) : (row.arrivals / capacity).toFixed(2);
      return [new Date(row.hour * hourMs).toISOString(), row.district, row.arrivals, turnover, row.alerts];
    });
    const head = [words.hour, words.district, words.arrivals, words.turnover, words.alertCount];
    return table(head.map(say), rows, say(words.nothing));
  });

  const listed = (path: string, items: (reader: Reader) => Promise<readonly unknown[]>) =>
    app.get(
      path,
      signedIn(async (reader) => ({ items: await items(reader), next: null })),
    );
  listed('/api/v1/gateways', ({ districts }) => boxesOf(districts));
  listed('/api/v1/lots', ({ districts }) => lotsOf(districts));
  listed('/api/v1/alerts', async ({ districts }) =>
    (await openAlerts(districts)).map((row) => ({ ...row.body, district: row.district, connected: isConnected(row) })),
  );
  listed('/api/v1/indicators', ({ districts }) => indicators(sql, districts, Math.floor(clock.now() / hourMs) - 24));
  listed('/api/v1/hubs', ({ districts }) => (districts === null ? hubStates(sql) : Promise.resolve([])));
  app.post(
    '/api/v1/alerts/:site/:alert/acknowledge',
    signedIn(async (reader, request, reply) => {
      if (!isOwn(request)) return reply.code(403).send({ type: '/problems/other-origin', status: 403 });
      if (reader.scope !== 'operate') return reply.code(403).send({ type: '/problems/scope', status: 403 });
      const { site, alert } = request.params as { site: string; alert: string };
      const found = (await openAlerts(reader.districts)).find((row) => row.site === site && row.key === alert);
      const { version, reason = '' } = request.body as { version?: unknown; reason?: unknown };
      if (found === undefined) return reply.code(404).send({ type: '/problems/no-such-alert', status: 404 });
      // What somebody saw, and not what stands by now: the gateway refuses another version.
      const seen = Number(version);
      if (!Number.isInteger(seen)) return reply.code(400).send({ type: '/problems/version-needed', status: 400 });
      const id = randomUUID();
      await ask(sql, { id, site, alert, version: seen, by: reader.name, text: String(reason).slice(0, 500) });
      const isForm = String(request.headers['content-type']).startsWith('application/x-www-form');
      return isForm ? reply.redirect('/alerts', 303) : reply.code(202).send({ id });
    }),
  );

  openNgsiLd(app, {
    readerOf: (request) => readerOf(sql, request),
    held: (districts) => held(sql, districts),
    history: (of, span) => history(sql, of, span),
    now: () => clock.now(),
  });

  const open = (path: string, type: string, make: () => Promise<string | object>, maxAge: number) =>
    app.get(path, async (_request, reply) => {
      const body = await make();
      return reply
        .header('cache-control', `public, max-age=${maxAge}`)
        .header('access-control-allow-origin', '*')
        .type(type)
        .send(typeof body === 'string' ? body : JSON.stringify(body));
    });
  const json = 'application/json; charset=utf-8';
  open('/feeds/lots.json', json, async () => ({ items: await lotsOf(null), next: null }), 5);
  open('/feeds/kpi.json', json, async () => kpi(await lotsOf(null), await openAlerts(null), clock.now()), 5);
  open(
    '/feeds/standard/parking.csv',
    'text/csv; charset=utf-8',
    async () => standardCsv(await states(sql, 'place', null)),
    3600,
  );
  open('/feeds/standard/parking.json', json, async () => standardJson(await states(sql, 'place', null)), 3600);
  app.get('/catalogue.json', async (request) => catalogue(`${request.protocol}://${request.host}`));
}

const levels = ['심각', '경계', '주의', '관심'];

/** Life safety first, then the higher level, then what came first. */
function byUrgency(a: StateRow, b: StateRow): number {
  const life = Number(b.body?.lifeSafety === true) - Number(a.body?.lifeSafety === true);
  const level = levels.indexOf(String(a.body?.level)) - levels.indexOf(String(b.body?.level));
  return life || level || String(a.body?.since).localeCompare(String(b.body?.since));
}

function boxTable(all: readonly Box[], say: Say): Html {
  const head = [
    words.boxes,
    words.district,
    words.visit,
    words.agreed,
    words.backlog,
    words.clock,
    words.disk,
    words.certificate,
    words.version,
    words.devices,
  ];
  const rows = all.map((box) => {
    const { health } = box;
    const days =
      health === null || health.certificateEnds === null
        ? ''
        : Math.floor((health.certificateEnds - health.at) / 86_400_000);
    return [
      html`<b>${box.id}</b><br>${box.sites.join(', ')}`,
      box.district,
      html`<ul class="bad">${box.reasons.map((reason) => html`<li>${say(visitText(reason))}</li>`)}</ul>`,
      html`${say(box.connected ? words.connected : words.notAgreed)}<br>${box.agreedAgo === null ? say(words.never) : `${Math.round(box.agreedAgo / 1000)} s`}`,
      health === null ? '' : `${health.backlog.messages} + ${health.backlog.records}`,
      box.skew === null ? '' : `${(box.skew / 1000).toFixed(1)} s`,
      health?.disk ? `${Math.round((health.disk.free / health.disk.size) * 100)} %` : '',
      days === '' ? '' : `${days} d`,
      health?.version ?? '',
      health === null
        ? ''
        : Object.entries(health.devices)
            .map(([state, count]) => `${state} ${count}`)
            .join(', '),
    ];
  });
  return table(head.map(say), rows, say(words.nothing));
}

function alertTable(
  alerts: readonly StateRow[],
  { say, asked, mayAct }: { say: Say; asked: ReadonlyMap<string, string | null>; mayAct: boolean },
): Html {
  const head = [words.level, words.what, words.district, words.site, words.state, words.since, words.acknowledge];
  const rows = alerts.map((row) => {
    const body = row.body ?? {};
    const isExercise = body.status !== 'Actual';
    const outcome = asked.get(`${row.site}/${row.key}`);
    const answered = outcome === undefined ? '' : (outcome ?? say(words.asked));
    const form = html`<form method="post" action="/api/v1/alerts/${row.site}/${row.key}/acknowledge">
<input type="hidden" name="version" value="${String(body.version)}"><button>${say(words.acknowledge)}</button></form>`;
    const state = String(body.state);
    return [
      html`${String(body.level)}${isExercise ? html`<br>${say(words.exercise)}` : ''}`,
      say(textOf(body.headline, row.key)),
      row.district,
      row.site,
      html`${state}${isConnected(row) ? '' : html`<br><b>${say(words.notAgreed)}</b>`}`,
      String(body.since),
      html`${answered}${mayAct && body.acknowledged === null ? form : ''}`,
    ];
  });
  return table(head.map(say), rows, say(words.nothing));
}

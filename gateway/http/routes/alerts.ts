import { z } from 'zod';
import {
  acknowledgeSchema,
  alarmFiguresSchema,
  alertDetailSchema,
  alertItemSchema,
  nuisanceItemSchema,
  rebaselineSchema,
  repairedSchema,
  reportSchema,
  resetSchema,
  ruleItemSchema,
  shelveSchema,
  unshelveSchema,
} from '../../../contract/http/alerts.ts';
import { listOf } from '../../../contract/http/common.ts';
import { alertIdSchema, pointRefSchema } from '../../../contract/ids.ts';
import type { AlertAction } from '../../alerts/deeds.ts';
import { known, saidBy, sitesOf, type Who } from '../access.ts';
import { answered, mustManage } from '../alert-answers.ts';
import { siteQuery } from '../catalog.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { HttpProblem } from '../problem.ts';
import { instantSchema } from '../query.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';

const params = z.object({ alert: alertIdSchema });
const reading = { method: 'GET', right: 'read-alerts', tag: 'alerts' } as const;
const answering = { method: 'POST', right: 'answer-alerts', tag: 'alerts' } as const;
const building = z.string().max(63).optional().describe('only alerts of this building; `site` for those of none');
const dayMs = 86_400_000;

/** Alerts, what people do about them, and how many there are. */
export const alertRoutes: readonly Route[] = [
  route({
    ...reading,
    path: '/api/v1/alerts',
    id: 'alerts',
    summary: 'Alerts: the open ones by urgency, or all of them, the newest first',
    schema: {
      querystring: z.object({
        ...siteQuery,
        ...pageQuery,
        state: z.enum(['open', 'all']).default('open'),
        building,
      }),
      response: { 200: listOf(alertItemSchema) },
    },
    handle({ alerts, catalog }, request) {
      const { site: asked, state, building: only = null, cursor, limit } = request.query;
      const shown = catalog.shown(asked, sitesOf(known(request)));
      const sites = catalog.sites.filter(({ id }) => shown?.has(id) ?? true);
      if (state === 'open') {
        const items = sites.flatMap(({ id }) => alerts.open(id, only));
        return pageOf(items, (item) => item.alert, { cursor, limit });
      }
      const site = catalog.one(asked, sitesOf(known(request)));
      const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
      if (!Number.isSafeInteger(before)) throw new HttpProblem('cursor-gone', {});
      const page = alerts.all({ site, building: only, before, limit });
      return { items: page.items, next: page.next === null ? null : String(page.next) };
    },
  }),
  route({
    ...reading,
    path: '/api/v1/alerts/:alert',
    id: 'alert',
    summary: 'One alert with its history, evidence and notices',
    schema: { params, response: { 200: alertDetailSchema } },
    handle(services, request) {
      return mustFind(services, known(request), request.params.alert);
    },
  }),
  route({
    ...answering,
    path: '/api/v1/alerts/:alert/acknowledge',
    id: 'acknowledgeAlert',
    summary: 'Say that somebody has seen it and goes',
    schema: { params, body: acknowledgeSchema, response: { 200: alertDetailSchema } },
    handle(services, request) {
      const { version, reason: text, cause = null } = request.body;
      return deed(services, request, { kind: 'acknowledge', version, text, cause });
    },
  }),
  route({
    ...answering,
    path: '/api/v1/alerts/:alert/shelve',
    id: 'shelveAlert',
    summary: 'Put it aside for a time; never life safety',
    schema: { params, body: shelveSchema, response: { 200: alertDetailSchema } },
    handle(services, request) {
      const { version, reason: text, minutes } = request.body;
      return deed(services, request, { kind: 'shelve', version, text, forMs: minutes * 60_000 });
    },
  }),
  route({
    ...answering,
    path: '/api/v1/alerts/:alert/unshelve',
    id: 'unshelveAlert',
    summary: 'Take it back from the shelf',
    schema: { params, body: unshelveSchema, response: { 200: alertDetailSchema } },
    handle(services, request) {
      const { version, reason: text } = request.body;
      return deed(services, request, { kind: 'unshelve', version, text });
    },
  }),
  route({
    ...answering,
    path: '/api/v1/alerts/:alert/reset',
    id: 'resetAlert',
    summary: 'Close what latched, with what it turned out to be',
    schema: { params, body: resetSchema, response: { 200: alertDetailSchema } },
    handle(services, request) {
      const { version, reason: text, cause = null } = request.body;
      return deed(services, request, { kind: 'reset', version, text, cause });
    },
  }),
  route({
    ...answering,
    path: '/api/v1/alerts/:alert/report',
    id: 'reportOnAlert',
    summary: 'Say what was done about it',
    schema: { params, body: reportSchema, response: { 200: alertDetailSchema } },
    handle(services, request) {
      const { version, reason: text } = request.body;
      return deed(services, request, { kind: 'report', version, text });
    },
  }),
  route({
    ...reading,
    path: '/api/v1/rules',
    id: 'rules',
    summary: 'Rules, where their figures come from, and what they say now',
    schema: { querystring: z.object({ ...siteQuery, ...pageQuery }), response: { 200: listOf(ruleItemSchema) } },
    handle({ alerts, catalog }, request) {
      const shown = catalog.shown(request.query.site, sitesOf(known(request)));
      const sites = catalog.sites.filter(({ id }) => shown?.has(id) ?? true);
      const items = sites.flatMap(({ id }) => alerts.rules(id));
      return pageOf(items, (item) => `${item.site}/${item.rule}`, request.query);
    },
  }),
  route({
    ...reading,
    path: '/api/v1/alert-figures',
    id: 'alertFigures',
    summary: 'How the alerts load people, by ISA-18.2 and EEMUA 191',
    schema: {
      querystring: z.object({ ...siteQuery, from: instantSchema.optional(), to: instantSchema.optional() }),
      response: { 200: alarmFiguresSchema },
    },
    handle({ alerts, catalog, clock }, request) {
      const site = catalog.one(request.query.site, sitesOf(known(request)));
      const { to = clock.now() } = request.query;
      const { from = to - dayMs } = request.query;
      if (from >= to) throw new HttpProblem('from-not-before-to', {});
      const figures = alerts.figures(site, from, to);
      const period = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      return { ...period, ...figures, chattering: [...figures.chattering], byLevel: { ...figures.byLevel } };
    },
  }),
  route({
    ...reading,
    path: '/api/v1/nuisances',
    id: 'nuisances',
    summary: 'Points whose alarms turned out to be nothing, and by when they are to be repaired',
    schema: { querystring: z.object({ ...siteQuery, ...pageQuery }), response: { 200: listOf(nuisanceItemSchema) } },
    handle({ alerts, catalog }, request) {
      const site = catalog.one(request.query.site, sitesOf(known(request)));
      return pageOf(alerts.nuisances(site), (item) => item.point, request.query);
    },
  }),
  route({
    ...answering,
    path: '/api/v1/rules/rebaseline',
    id: 'rebaseline',
    summary: 'Let a rule learn its baseline again, as after a sensor was replaced; kept in the audit',
    schema: { body: rebaselineSchema, response: { 204: z.null().describe('it learns; what it raised stands') } },
    handle({ alerts, catalog }, request, reply) {
      const who = known(request);
      const { rule, reason } = request.body;
      const site = catalog.one(request.body.site, sitesOf(who));
      const found = alerts.rules(site).find((one) => one.rule === rule);
      if (found === undefined) throw new HttpProblem('no-such-rule', { site, rule });
      mustManage(who, site, found.building);
      answered(alerts.rebaseline(saidBy(who, reason), site, rule, reason));
      return reply.code(204).send(null);
    },
  }),
  route({
    ...answering,
    path: '/api/v1/nuisances/repaired',
    id: 'pointRepaired',
    summary: 'Say that a point was repaired',
    schema: { body: repairedSchema, response: { 204: z.null().describe('its count begins again') } },
    handle({ alerts, catalog }, request, reply) {
      const who = known(request);
      const { point: text, reason } = request.body;
      const site = catalog.one(request.body.site, sitesOf(who));
      const point = pointRefSchema.safeParse(text);
      if (!point.success) throw new HttpProblem('no-such-point', { site, point: text });
      catalog.mustHave(site, point.data);
      for (const of of alerts.buildingsOf({ site, target: { kind: 'point', point: point.data } }))
        mustManage(who, site, of);
      const answer = alerts.repaired(saidBy(who, reason), site, point.data, reason);
      if ('refused' in answer) throw new HttpProblem('nothing-to-repair', { point: text });
      return reply.code(204).send(null);
    },
  }),
];

/** An alert of a site that the caller may not see is as one that is not there. */
function mustFind({ alerts }: Pick<Services, 'alerts'>, who: Who, id: string) {
  const found = alerts.find(id);
  const sites = sitesOf(who);
  if (found === undefined || !(sites?.has(found.site) ?? true)) throw new HttpProblem('no-such-alert', { alert: id });
  return found;
}

type DeedRequest = Parameters<typeof known>[0] & { readonly params: z.infer<typeof params> };

function deed(services: Services, request: DeedRequest, action: AlertAction) {
  const who = known(request);
  const { alert } = request.params;
  const found = mustFind(services, who, alert);
  mustManage(who, found.site, found.building);
  if (found.closed !== null) throw new HttpProblem('alert-closed', {});
  answered(services.alerts.deed(saidBy(who, action.text), alert, action));
  return mustFind(services, who, alert);
}

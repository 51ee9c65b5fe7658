import { z } from 'zod';
import {
  liveSwitchSchema,
  maintenanceCreateSchema,
  maintenanceEndSchema,
  maintenanceItemSchema,
} from '../../../contract/http/alerts.ts';
import { listOf } from '../../../contract/http/common.ts';
import { buildingIdSchema } from '../../../contract/ids.ts';
import { maintenanceItem } from '../../alerts/service.ts';
import { known, saidBy, sitesOf } from '../access.ts';
import { answered, mustManage } from '../alert-answers.ts';
import { siteQuery } from '../catalog.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';

const common = { tag: 'alerts', right: 'answer-alerts' } as const;

/** Parts that are worked on, tested or switched off, for a time; and which buildings are switched live. */
export const maintenanceRoutes: readonly Route[] = [
  route({
    ...common,
    method: 'GET',
    right: 'read-alerts',
    path: '/api/v1/maintenance',
    id: 'maintenance',
    summary: 'What is worked on, tested or switched off now',
    schema: { querystring: z.object({ ...siteQuery, ...pageQuery }), response: { 200: listOf(maintenanceItemSchema) } },
    handle({ alerts, catalog }, request) {
      const shown = catalog.shown(request.query.site, sitesOf(known(request)));
      const items = alerts.maintenance().map(({ item }) => item);
      const seen = items.filter(({ site }) => shown?.has(site) ?? true);
      return pageOf(seen, (item) => item.maintenance, request.query);
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/api/v1/maintenance',
    id: 'beginMaintenance',
    summary: 'Begin maintenance or a test, or say that a part is switched off',
    schema: {
      body: maintenanceCreateSchema,
      response: { 201: maintenanceItemSchema.describe('begun; it ends by itself') },
    },
    handle({ alerts, catalog }, request, reply) {
      const who = known(request);
      const { target: text, mode, until, reason, site: asked } = request.body;
      const site = catalog.one(asked, sitesOf(who));
      const found = alerts.target(site, text);
      if ('problem' in found) {
        throw found.problem === 'target-unknown'
          ? new HttpProblem('no-such-target', { target: text })
          : new HttpProblem('target-ambiguous', { target: text, kinds: [...found.kinds] });
      }
      for (const building of alerts.buildingsOf({ site, target: found.target })) mustManage(who, site, building);
      const wish = { site, target: found.target, mode, until: Date.parse(until), text: reason };
      const answer = answered(alerts.maintain(saidBy(who, reason), wish));
      if (!('maintenance' in answer)) throw new Error('a maintenance that began has no item');
      return reply.code(201).send(maintenanceItem(answer.maintenance));
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/api/v1/maintenance/:maintenance/end',
    id: 'endMaintenance',
    summary: 'End it now',
    schema: {
      params: z.object({ maintenance: z.string().max(63) }),
      body: maintenanceEndSchema,
      response: { 204: z.null().describe('ended; what it covered is judged afresh') },
    },
    handle({ alerts }, request, reply) {
      const who = known(request);
      const { maintenance: id } = request.params;
      const sites = sitesOf(who);
      const found = alerts.maintenance().find(({ item }) => item.maintenance === id && (sites?.has(item.site) ?? true));
      if (found === undefined) throw new HttpProblem('maintenance-over', { maintenance: id });
      for (const building of found.buildings) mustManage(who, found.item.site, building);
      answered(alerts.endMaintenance(saidBy(who), id, request.body.reason));
      return reply.code(204).send(null);
    },
  }),
  route({
    ...common,
    method: 'PUT',
    right: 'go-live',
    path: '/api/v1/buildings/:building/live',
    id: 'switchLive',
    summary: 'Say whether alerts of a building are real (Actual) or an exercise',
    schema: {
      params: z.object({ building: buildingIdSchema }),
      body: liveSwitchSchema,
      response: { 204: z.null().describe('alerts from now on say so; simulated ones stay an exercise') },
    },
    handle({ alerts, catalog }, request, reply) {
      const who = known(request);
      const { live, reason, site: asked } = request.body;
      const { building } = request.params;
      const site = catalog.one(asked, sitesOf(who));
      catalog.mustHaveBuilding({ site, building });
      alerts.goLive(saidBy(who, reason), site, building, live);
      return reply.code(204).send(null);
    },
  }),
];

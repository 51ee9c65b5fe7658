import { z } from 'zod';
import { listOf } from '../../../contract/http/common.ts';
import {
  configurationDraftSchema,
  configurationItemSchema,
  configurationStopSchema,
  stagedSchema,
} from '../../../contract/http/configuration.ts';
import { known, saidBy, sitesOf } from '../access.ts';
import { siteQuery } from '../catalog.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { type Route, route } from '../route.ts';

const change = { method: 'POST', tag: 'operation', right: 'change-configuration' } as const;

/** Trying a new site file, and what became of it. */
export const configurationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/configuration',
    right: 'read-configuration',
    tag: 'operation',
    id: 'configuration',
    summary: 'Which site file runs, which is tried, and why one was taken back',
    schema: {
      querystring: z.object({ ...siteQuery, ...pageQuery }),
      response: { 200: listOf(configurationItemSchema) },
    },
    handle({ configuration, catalog }, request) {
      const shown = catalog.shown(request.query.site, sitesOf(known(request)));
      const items = configuration.items().filter(({ site }) => [...(shown ?? [site])].some((each) => each === site));
      return pageOf(items, (item) => item.site, request.query);
    },
  }),
  route({
    ...change,
    path: '/api/v1/configuration',
    id: 'tryConfiguration',
    summary: 'Try a new site file: one agent, the others, the gateway; back by itself when something is worse',
    bodyLimit: 4 * 1024 * 1024,
    schema: {
      body: configurationDraftSchema,
      response: { 202: stagedSchema.describe('being tried; what comes of it is read at /api/v1/configuration') },
    },
    async handle({ configuration, catalog }, request, reply) {
      const { site: asked, reason, ...wish } = request.body;
      const who = known(request);
      const site = catalog.one(asked, sitesOf(who));
      return reply.code(202).send(await configuration.stage(saidBy(who, reason), site, wish));
    },
  }),
  route({
    ...change,
    path: '/api/v1/configuration/stop',
    id: 'stopConfiguration',
    summary: 'End what is being tried: all that have it go back',
    schema: { body: configurationStopSchema, response: { 204: z.null().describe('taken back') } },
    async handle({ configuration, catalog }, request, reply) {
      const who = known(request);
      await configuration.stop(saidBy(who, request.body.reason), catalog.one(request.body.site, sitesOf(who)));
      return reply.code(204).send(null);
    },
  }),
  route({
    ...change,
    path: '/api/v1/configuration/dismiss',
    id: 'dismissConfiguration',
    summary: 'Say that it is known that one was taken back; its trouble ends',
    schema: { body: configurationStopSchema, response: { 204: z.null().describe('known') } },
    async handle({ configuration, catalog }, request, reply) {
      const who = known(request);
      await configuration.dismiss(saidBy(who, request.body.reason), catalog.one(request.body.site, sitesOf(who)));
      return reply.code(204).send(null);
    },
  }),
];

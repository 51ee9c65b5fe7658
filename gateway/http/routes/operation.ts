import { z } from 'zod';
import { channelSchema } from '../../../contract/http/notices.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';

const figures = { description: 'text format 0.0.4', content: { 'text/plain': { schema: z.string() } } };
const description = { description: 'OpenAPI 3.1', content: { 'application/json': { schema: z.looseObject({}) } } };

/** `ageMs`: since the walk that is longest ago, of those that each agent's last beat made. */
/** `channels`: by which people are told, beyond what is proven. */
const chainHealthSchema = z.object({
  status: z.literal('ok'),
  agents: z.int(),
  ageMs: z.int().min(0),
  channels: z.array(channelSchema),
});

/** The gateway itself: health, figures, and the API's own description. */
export const operationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/healthz',
    right: 'ask-health',
    tag: 'operation',
    id: 'health',
    summary: 'Whether the gateway works: it answers, its store can be read, and what comes in can be stored',
    schema: { response: { 200: z.object({ status: z.literal('ok') }) } },
    handle({ storeCheck }) {
      const seen = storeCheck.look();
      if (seen !== 'ok') throw new HttpProblem(seen, {});
      return { status: 'ok' as const };
    },
  }),
  route({
    method: 'GET',
    path: '/healthz/chain',
    right: 'ask-health',
    tag: 'operation',
    id: 'chainHealth',
    summary:
      'Whether alerts arrive: a synthetic reading of every agent came through to its receipt within 150 s; else 503',
    schema: { response: { 200: chainHealthSchema } },
    handle({ chain }) {
      const { standing, broken, agents, brokenAgents, ageMs, channels } = chain.health();
      if (standing === 'broken') throw new HttpProblem('chain-broken', { hops: [...broken], brokenAgents, agents });
      if (standing === 'unproven' || ageMs === null) throw new HttpProblem('chain-unproven', { agents });
      return { status: 'ok' as const, agents, ageMs, channels: [...channels] };
    },
  }),
  route({
    method: 'GET',
    path: '/metrics',
    right: 'read-metrics',
    tag: 'operation',
    id: 'metrics',
    summary: 'Figures for Prometheus',
    schema: { response: { 200: figures } },
    handle: async ({ metrics }, _request, reply) => reply.type(metrics.contentType).send(metrics.text()),
  }),
  route({
    method: 'GET',
    path: '/api/openapi.json',
    right: 'ask-health',
    tag: 'operation',
    id: 'openapi',
    summary: 'This description',
    schema: { response: { 200: description } },
    handle: (_services, request, reply) => reply.type('application/json').send({ ...request.server.swagger() }),
  }),
];

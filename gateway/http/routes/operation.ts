import { z } from 'zod';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';

const figures = { description: 'text format 0.0.4', content: { 'text/plain': { schema: z.string() } } };
const description = { description: 'OpenAPI 3.1', content: { 'application/json': { schema: z.looseObject({}) } } };

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
    path: '/metrics',
    right: 'read-metrics',
    tag: 'operation',
    id: 'metrics',
    summary: 'Figures for Prometheus',
    schema: { response: { 200: figures } },
    handle: async ({ metrics }, _request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
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

import swagger from '@fastify/swagger';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from '../../contract/http/common.ts';
import { roles } from '../../contract/roles.ts';
import { type Right, rights } from '../permissions.ts';
import { sessionCookies } from './access.ts';
import { problemType } from './problem.ts';
import { tags } from './route.ts';

/** Describes every route at /api/openapi.json. The route itself is one like any other. */
export async function addOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Jari gateway',
        version: '1',
        description:
          'What a gateway knows of its sites. Unknown is an answer of its own: a value that nothing fresh vouches for is null.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: Object.entries(tags).flatMap(([name, text]) => (name === 'page' ? [] : [{ name, description: text }])),
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'made by `jari token create`' },
          session: { type: 'apiKey', in: 'cookie', name: sessionCookies.plain, description: 'set by signing in' },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
}

const problem = (description: string) => ({ description, content: { [problemType]: { schema: problemSchema } } });

/** Gives a route its place in the description. */
export function documentRoute(route: RouteOptions): void {
  const about = route.config?.route;
  if (about === undefined) return;
  if (about.id === null) {
    route.schema = { ...route.schema, hide: true };
    return;
  }
  route.schema = {
    ...route.schema,
    operationId: about.id,
    summary: about.summary,
    tags: [about.tag],
    security: securityOf(rights[about.right]),
    response: {
      ...described(route.schema?.response, about.summary),
      '4xx': problem('The request cannot be answered as it is'),
      '5xx': problem('The gateway cannot answer now'),
    },
  };
}

/** A response given as a bare schema gets the route's summary for its description. */
function described(responses: unknown, summary: string): Record<string, unknown> {
  if (typeof responses !== 'object' || responses === null) return {};
  const entries = Object.entries(responses).map(([status, schema]) => {
    const isBare = schema instanceof z.ZodType && (status === '200' || status === '201');
    return [status, isBare ? { description: summary, content: { 'application/json': { schema } } } : schema];
  });
  return Object.fromEntries(entries);
}

/** The ways in that lead to a route: an empty list is "none needed". */
function securityOf({ who }: Right): { [scheme: string]: string[] }[] {
  if (who.includes('anyone')) return [];
  const byToken = who.some((actor) => actor.startsWith('token:'));
  const byPerson = who.some((actor) => roles.some((role) => role === actor));
  return [...(byToken ? [{ token: [] }] : []), ...(byPerson ? [{ session: [] }] : [])];
}

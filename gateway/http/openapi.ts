import swagger from '@fastify/swagger';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from '../../contract/http.ts';
import { type Right, roles } from '../permissions.ts';
import { sessionCookies } from './access.ts';
import { problemType } from './problem.ts';
import { routeEntry } from './routes.ts';

/** Describes every route at /api/openapi.json. The route itself is added in server.ts, like any other. */
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
      tags: [
        { name: 'live', description: 'How things stand now' },
        { name: 'history', description: 'How they stood' },
        { name: 'session', description: 'People signing in and out' },
        { name: 'people', description: 'Who may sign in, and invitations' },
        { name: 'operation', description: 'The gateway itself' },
      ],
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

/** Completes a route from the table of routes. @throws when the table does not have it: it would be open to nobody */
export function documentRoutes(route: RouteOptions): void {
  const entry = routeEntry(String(route.method), route.url);
  if (entry === undefined)
    throw new Error(
      `route ${String(route.method)} ${route.url} is not in gateway/http/routes.ts and gateway/permissions.ts`,
    );
  if (entry.id === null) {
    route.schema = { ...route.schema, hide: true };
    return;
  }
  route.schema = {
    ...route.schema,
    operationId: entry.id,
    summary: entry.summary,
    tags: [entry.tag],
    security: securityOf(entry.right),
    response: {
      ...described(route.schema?.response, entry.summary),
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

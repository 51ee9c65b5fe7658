import { expect, test } from 'vitest';
import { z } from 'zod';
import { routeName } from '../../../gateway/http/route.ts';
import { routes } from '../../../gateway/http/routes.ts';
import { makeWorld, serve } from './fakes.ts';

const operationSchema = z.object({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()).length(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  responses: z.record(
    z.string(),
    z.object({ description: z.string(), content: z.record(z.string(), z.unknown()).optional() }),
  ),
});

const descriptionSchema = z.object({
  openapi: z.string(),
  info: z.object({ license: z.object({ name: z.string() }) }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  components: z.object({ securitySchemes: z.record(z.string(), z.unknown()) }),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

const description = await describeApi();
const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ key: `${method.toUpperCase()} ${path}`, operation })),
);

test('lists every route of the API and nothing else', () => {
  const wanted = routes.flatMap((route) => (route.id === null ? [] : [routeName(route).replace(/:(\w+)/g, '{$1}')]));
  expect(operations.map(({ key }) => key).sort()).toEqual(wanted.sort());
});

test('is OpenAPI 3.1 with a licence and both ways to sign in', () => {
  expect(description.openapi).toBe('3.1.0');
  expect(description.info.license.name).toBe('Apache-2.0');
  expect(Object.keys(description.components.securitySchemes)).toEqual(['token', 'session']);
});

test.each(operations)('$key names who may, what succeeds, and the problem when it does not', ({ operation }) => {
  const codes = Object.keys(operation.responses);
  expect(codes.some((code) => code.startsWith('2'))).toBe(true);
  expect(Object.keys(operation.responses['4XX']?.content ?? {})).toEqual(['application/problem+json']);
  expect(description.tags.map(({ name }) => name)).toContain(operation.tags[0]);
  for (const { description } of Object.values(operation.responses)) expect(description).not.toBe('Default Response');
});

test('every route that is not for anyone names its security schemes', () => {
  const open = operations.filter(({ operation }) => operation.security.length === 0).map(({ key }) => key);
  expect(open.sort()).toEqual([
    // By the token of the reservation, or of the space.
    'DELETE /api/v1/lots/{lot}/spaces/{space}/recalls/{recall}',
    'DELETE /api/v1/lots/{lot}/spaces/{space}/sharing',
    'DELETE /api/v1/reservations/{reservation}',
    'DELETE /api/v1/reservations/{reservation}/record',
    'GET /api/openapi.json',
    'GET /api/v1/lots',
    'GET /api/v1/lots/{lot}',
    'GET /api/v1/lots/{lot}/availability',
    'GET /api/v1/lots/{lot}/quote',
    'GET /api/v1/lots/{lot}/spaces',
    'GET /api/v1/lots/{lot}/spaces/{space}/sharing',
    'GET /api/v1/reservations/{reservation}',
    'GET /api/v1/spaces',
    'GET /feeds/cap.atom',
    'GET /feeds/cap/{id}.xml',
    'GET /feeds/lots.geojson',
    'GET /feeds/seoul/GetParkingInfo',
    'GET /feeds/standard/parking.csv',
    'GET /feeds/standard/parking.json',
    'GET /feeds/standard/resident.csv',
    'GET /feeds/standard/resident.json',
    'GET /healthz',
    'GET /healthz/backup',
    'GET /healthz/chain',
    'POST /api/v1/invitations/accept',
    'POST /api/v1/invitations/look',
    'POST /api/v1/lots/{lot}/spaces/{space}/recalls',
    'POST /api/v1/receipts',
    'POST /api/v1/reservations',
    'POST /api/v1/reservations/{reservation}/alternative',
    'POST /api/v1/session',
    'PUT /api/v1/lots/{lot}/spaces/{space}/sharing',
  ]);
});

test('no operation id is given twice', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

async function describeApi() {
  const server = await serve(makeWorld());
  const response = await fetch(`${server.url}/api/openapi.json`);
  const body = descriptionSchema.parse(await response.json());
  await server.close();
  return body;
}

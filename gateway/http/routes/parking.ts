import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { listOf } from '../../../contract/http/common.ts';
import {
  correctionItemSchema,
  lotItemSchema,
  overrideSchema,
  seenEmptySchema,
  sensorItemSchema,
  spaceItemSchema,
  statisticsSchema,
  stayItemSchema,
  violationItemSchema,
} from '../../../contract/http/parking.ts';
import { lotIdSchema, type SiteId, spaceIdSchema } from '../../../contract/ids.ts';
import { longestOverrideMs } from '../../parking/overrides.ts';
import { has, rights } from '../../permissions.ts';
import { known, saidBy, sitesOf } from '../access.ts';
import { type Allowed, type Catalog, siteQuery } from '../catalog.ts';
import { pageOf, pageQuery } from '../paging.ts';
import type { ParkingView } from '../ports.ts';
import { HttpProblem } from '../problem.ts';
import { instantSchema } from '../query.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';

const dayMs = 86_400_000;
const leastSpaces = 5;
const tag = 'parking' as const;
/** Open to everybody, and cheap: what one page asks for, many times over. */
const openPace = { burst: 120, perMinute: 600 } as const;

const lotParams = z.object({ lot: z.string().max(63) });
const spaceParams = z.object({ lot: z.string().max(63), space: z.string().max(63) });
const oneQuery = z.object(siteQuery);
const spanQuery = {
  from: instantSchema.optional().describe('first instant, included'),
  to: instantSchema.optional().describe('end, not included; now when left out'),
};
const lotQuery = { lot: z.string().max(63).optional().describe('of this lot only') };

/** Lots and their spaces, as they stand and as they stood. */
export const parkingRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/lots',
    right: 'see-lots',
    tag,
    id: 'lots',
    summary: 'Lots and what is free in them now',
    pace: openPace,
    schema: { querystring: z.object({ ...siteQuery, ...pageQuery }), response: { 200: listOf(lotItemSchema) } },
    handle({ parking, catalog }, request) {
      const shown = catalog.shown(request.query.site, allowedTo(request));
      const items = parking.lots().filter(({ site }) => shown === null || shown.has(site));
      return pageOf(items, ({ site, lot }) => `${site}/${lot}`, request.query);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/lots/:lot',
    right: 'see-lots',
    tag,
    id: 'lot',
    summary: 'One lot',
    pace: openPace,
    schema: { params: lotParams, querystring: oneQuery, response: { 200: lotItemSchema } },
    handle(services, request) {
      const { site, lot } = lotOf(services, request);
      return found(services.parking.lot(site, lot), { site, lot });
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/lots/:lot/spaces',
    right: 'see-lots',
    tag,
    id: 'spaces',
    summary: 'Spaces of a lot; of residents’ spaces only what an open sharing window shows',
    pace: openPace,
    schema: {
      params: lotParams,
      querystring: z.object({ ...siteQuery, ...pageQuery }),
      response: { 200: listOf(spaceItemSchema) },
    },
    handle(services, request) {
      const { site, lot } = lotOf(services, request);
      const items = found(services.parking.spaces(site, lot, readerOf(request)), { site, lot });
      return pageOf(items, ({ space }) => space, request.query);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/spaces',
    right: 'see-lots',
    tag,
    id: 'allSpaces',
    summary: 'Spaces of all lots; of residents’ spaces only what an open sharing window shows',
    pace: openPace,
    schema: { querystring: z.object({ ...siteQuery, ...pageQuery }), response: { 200: listOf(spaceItemSchema) } },
    handle({ parking, catalog }, request) {
      const shown = catalog.shown(request.query.site, allowedTo(request));
      const items = parking.allSpaces(readerOf(request)).filter(({ site }) => shown === null || shown.has(site));
      return pageOf(items, ({ site, lot, space }) => `${site}/${lot}/${space}`, request.query);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/lots/:lot/sensors',
    right: 'read-parking',
    tag,
    id: 'sensors',
    summary: 'Sensors of a lot: which are believed, and when each is to be replaced',
    schema: { params: lotParams, querystring: oneQuery, response: { 200: listOf(sensorItemSchema) } },
    handle(services, request) {
      const { site, lot } = lotOf(services, request);
      return { items: found(services.parking.sensors(site, lot), { site, lot }), next: null };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/lots/:lot/corrections',
    right: 'read-parking',
    tag,
    id: 'corrections',
    summary: 'What the daily balances of the lanes found, the newest first',
    schema: { params: lotParams, querystring: oneQuery, response: { 200: listOf(correctionItemSchema) } },
    handle(services, request) {
      const { site, lot } = lotOf(services, request);
      found(services.parking.lot(site, lot), { site, lot });
      return { items: services.parking.corrections(site, lot, 400), next: null };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/lots/:lot/statistics',
    right: 'read-parking',
    tag,
    id: 'statistics',
    summary: 'Occupancy, turnover and stays over a time; what is unknown is left out, and the coverage says so',
    atOnce: { of: 'statistics', max: 2 },
    schema: {
      params: lotParams,
      querystring: z.object({ ...siteQuery, ...spanQuery, by: z.enum(['hour', 'day']).default('hour') }),
      response: { 200: statisticsSchema },
    },
    handle(services, request) {
      const { site, lot } = lotOf(services, request);
      const { by } = request.query;
      const span = spanOf(request.query, services.clock.now(), { usualMs: dayMs, days: by === 'hour' ? 62 : 400 });
      const spaces = found(services.parking.lotConfig(site, lot), { site, lot }).spaces;
      if (spaces.length < leastSpaces && spaces.some(({ isResident }) => isResident))
        throw new HttpProblem('too-few-spaces', { spaces: spaces.length, least: leastSpaces });
      return found(services.parking.statistics(site, lot, { ...span, by }), { site, lot });
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/stays',
    right: 'read-parking',
    tag,
    id: 'stays',
    summary: 'Stays that share time with a span, by their beginning',
    schema: {
      querystring: z.object({ ...siteQuery, ...lotQuery, ...spanQuery, ...pageQuery }),
      response: { 200: listOf(stayItemSchema) },
    },
    handle({ parking, catalog, clock }, request) {
      const { limit, cursor, lot = null } = request.query;
      const { site } = where(catalog, request.query, sitesOf(known(request)), parking);
      const span = spanOf(request.query, clock.now(), { usualMs: dayMs, days: 4000 });
      const items = parking.stays({ site, lot, ...span, after: afterOf(cursor), limit });
      const last = items.at(-1);
      const next = last === undefined || items.length < limit ? null : cursorOf(last);
      return { items: items.filter((item) => isAllowed(item.site, sitesOf(known(request)))), next };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/violations',
    right: 'read-parking',
    tag,
    id: 'violations',
    summary: 'Candidates for an officer, with what the sensor cannot know; the newest first, never a fine',
    schema: {
      querystring: z.object({
        ...siteQuery,
        ...lotQuery,
        ...spanQuery,
        limit: z.coerce.number().int().min(1).max(1000).default(200).describe('at most so many'),
      }),
      response: { 200: listOf(violationItemSchema) },
    },
    handle({ parking, catalog, clock }, request) {
      const allowed = sitesOf(known(request));
      const { lot = null, limit } = request.query;
      const { site } = where(catalog, request.query, allowed, parking);
      const span = spanOf(request.query, clock.now(), { usualMs: 30 * dayMs, days: 4000 });
      const items = parking.violations({ site, lot, ...span, limit });
      return { items: items.filter((item) => isAllowed(item.site, allowed)), next: null };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/lots/:lot/spaces/:space/override',
    right: 'run-parking',
    tag,
    id: 'overrideSpace',
    summary: 'Lay a state over a space, with a reason and an end',
    schema: { params: spaceParams, querystring: oneQuery, body: overrideSchema, response: { 200: spaceItemSchema } },
    handle(services, request) {
      const { state, reason, until } = request.body;
      return act(services, request, { kind: 'override', state, note: reason, until: Date.parse(until) }, reason);
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/lots/:lot/spaces/:space/override',
    right: 'run-parking',
    tag,
    id: 'endOverride',
    summary: 'End the override of a space',
    schema: { params: spaceParams, querystring: oneQuery, response: { 200: spaceItemSchema } },
    handle(services, request) {
      return act(services, request, { kind: 'end-override' }, undefined);
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/lots/:lot/spaces/:space/empty',
    right: 'run-parking',
    tag,
    id: 'seenEmpty',
    summary: 'An attendant sees the space empty: so it stands until its sensor says something new',
    schema: { params: spaceParams, querystring: oneQuery, body: seenEmptySchema, response: { 200: spaceItemSchema } },
    handle(services, request) {
      const { reason } = request.body;
      return act(services, request, { kind: 'seen-empty', note: reason }, reason);
    },
  }),
];

type Wish =
  | { kind: 'override'; state: 'closed' | 'free' | 'occupied'; note: string; until: number }
  | { kind: 'end-override' }
  | { kind: 'seen-empty'; note: string };

type SpaceRequest = FastifyRequest & { params: { lot: string; space: string }; query: { site?: string | undefined } };

function act(services: Services, request: SpaceRequest, wish: Wish, reason: string | undefined) {
  const { site, lot } = lotOf(services, request);
  const { space: name } = request.params;
  const [lotId, space] = [lotIdSchema.safeParse(lot), spaceIdSchema.safeParse(name)];
  if (!lotId.success || services.parking.lot(site, lot) === undefined)
    throw new HttpProblem('no-such-lot', { site, lot });
  if (!space.success) throw new HttpProblem('no-such-space', { lot, space: name });
  const place = { site, lot: lotId.data, space: space.data };
  const answer = services.parking.act(saidBy(known(request), reason), { ...place, ...wish });
  if (answer.ok) {
    const item = answer.space === null ? undefined : services.parking.space(answer.space, 'operator');
    if (item === undefined) throw new Error(`${lot}/${name} was changed and is not there`);
    return item;
  }
  const until = wish.kind === 'override' ? new Date(wish.until).toISOString() : '';
  switch (answer.code) {
    case 'no-such-space':
    case 'no-override':
      throw new HttpProblem(answer.code, { lot, space: name });
    case 'until-in-the-past':
      throw new HttpProblem('until-in-the-past', { until });
    case 'until-too-far':
      throw new HttpProblem('until-too-far', { until, days: longestOverrideMs / dayMs });
  }
}

function lotOf(
  { catalog }: Services,
  request: FastifyRequest & { params: { lot: string }; query: { site?: string | undefined } },
): { site: SiteId; lot: string } {
  return { site: catalog.one(request.query.site, allowedTo(request)), lot: request.params.lot };
}

/** Lots are public; who belongs to buildings sees those of their sites, as everywhere. */
function allowedTo({ who }: Pick<FastifyRequest, 'who'>): Allowed {
  return who === null ? null : sitesOf(who);
}

/** What the sensor alone says is for those with a right. */
function readerOf({ who }: Pick<FastifyRequest, 'who'>): 'operator' | 'anyone' {
  return who !== null && has(rights['read-parking'], who.actors) ? 'operator' : 'anyone';
}

function isAllowed(site: string, allowed: Allowed): boolean {
  return allowed === null || allowed.has(site);
}

function found<T>(item: T | undefined, { site, lot }: { site: string; lot: string }): T {
  if (item === undefined) throw new HttpProblem('no-such-lot', { site, lot });
  return item;
}

/** The site of a list; null is all. A lot that is named has to be there. */
function where(
  catalog: Catalog,
  { site: asked, lot }: { site?: string | undefined; lot?: string | undefined },
  allowed: Allowed,
  parking: Pick<ParkingView, 'lot'>,
): { site: SiteId | null } {
  if (lot === undefined) return { site: asked === undefined ? null : catalog.one(asked, allowed) };
  const site = catalog.one(asked, allowed);
  found(parking.lot(site, lot), { site, lot });
  return { site };
}

function spanOf(
  query: { from?: number | undefined; to?: number | undefined },
  now: number,
  { usualMs, days }: { usualMs: number; days: number },
): { from: number; to: number } {
  const to = query.to ?? now;
  const from = query.from ?? to - usualMs;
  if (!(from < to)) throw new HttpProblem('from-not-before-to', {});
  if (to - from > days * dayMs) throw new HttpProblem('span-too-long', { days });
  return { from, to };
}

function cursorOf({ from, id }: { from: string; id: string }): string {
  return Buffer.from(`${Date.parse(from)} ${id}`).toString('base64url');
}

function afterOf(cursor: string | undefined): { from: number; id: string } | null {
  if (cursor === undefined) return null;
  const match = /^(\d{1,15}) (.{1,300})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (match === null) throw new HttpProblem('cursor-invalid', { cause: 'cursor: not one of this list' });
  return { from: Number(match[1]), id: match[2] ?? '' };
}

import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Bucket, readingsBodySchema } from '../../../contract/http/history.ts';
import { type PointRef, pointRefSchema, type SiteId } from '../../../contract/ids.ts';
import { CursorError } from '../../store/history.ts';
import { known, sitesOf } from '../access.ts';
import { siteQuery } from '../catalog.ts';
import { pageQuery } from '../paging.ts';
import { HttpProblem } from '../problem.ts';
import { instantSchema } from '../query.ts';
import { readingsText } from '../readings-text.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';

const dayMs = 24 * 3_600_000;
const json = 'application/json; charset=utf-8';

const readingsQuery = z.object({
  point: pointRefSchema.describe('device/point'),
  from: instantSchema.optional().describe('first instant, included; a day before `to` when left out'),
  to: instantSchema.optional().describe('end, not included; now when left out'),
  maxPoints: z.coerce
    .number()
    .int()
    .min(1)
    .max(5000)
    .optional()
    .describe('gives this many buckets of min, max, mean, first and last instead of every reading'),
  ...siteQuery,
  ...pageQuery,
});

type Query = z.infer<typeof readingsQuery>;

/** Every reading, page by page, or buckets that lose no spike. */
export const readingsRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/readings',
    right: 'read-live',
    tag: 'history',
    id: 'readings',
    summary: 'Readings of a point over a time',
    schema: { querystring: readingsQuery, response: { 200: readingsBodySchema } },
    async handle(services, request, reply) {
      const { fleet, catalog, clock } = services;
      const { point, site: asked } = request.query;
      const site = catalog.one(asked, sitesOf(known(request)));
      catalog.mustHave(site, point);
      const where = { site, point, ...span(request.query, clock.now()) };
      const of = { point, unit: fleet.unitOf(site, point) };
      const isGone = () => reply.raw.destroyed;
      if (request.query.maxPoints !== undefined) {
        const items = await buckets(services, request.query, { where, isGone });
        return items === undefined ? reply.hijack() : { ...of, items: [...items], next: null };
      }
      // The text is what the schema says; it was made in turns, so that thousands of readings hold nobody up.
      const parts = await page(services, request.query, { where, of, isGone });
      return parts === undefined ? reply.hijack() : sendJson(reply, parts);
    },
  }),
];

type Where = { site: SiteId; point: PointRef; from: number; to: number };

function span(query: Query, now: number): { from: number; to: number } {
  const to = query.to ?? now;
  const from = query.from ?? to - dayMs;
  if (from < to) return { from, to };
  throw new HttpProblem('from-not-before-to', {});
}

async function buckets(
  { history, turns }: Services,
  { maxPoints = 1, cursor }: Query,
  { where, isGone }: { where: Where; isGone: () => boolean },
): Promise<readonly Bucket[] | undefined> {
  if (cursor !== undefined) throw new HttpProblem('buckets-have-no-pages', {});
  return turns.run(history.bucketsInSteps({ ...where, maxPoints }), isGone);
}

/** A cursor is the history's own: only it can tell one that it never gave. */
async function page(
  { history, turns }: Services,
  { limit, cursor }: Query,
  { where, of, isGone }: { where: Where; of: { point: string; unit: string | null }; isGone: () => boolean },
): Promise<Buffer[] | undefined> {
  try {
    const steps = history.readingsInSteps({ ...where, limit, cursor: cursor ?? null });
    return await turns.run(readingsText(of, steps), isGone);
  } catch (error) {
    if (error instanceof CursorError) throw new HttpProblem('cursor-invalid', { cause: error.message });
    throw error;
  }
}

function sendJson(reply: FastifyReply, parts: readonly Buffer[]): FastifyReply {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  return reply.headers({ 'content-type': json, 'content-length': bytes }).send(Readable.from(parts));
}

import { z } from 'zod';
import { type ReadingsBody, readingsBodySchema } from '../../../contract/http/history.ts';
import { type PointRef, pointRefSchema, type SiteId } from '../../../contract/ids.ts';
import { CursorError } from '../../store/history.ts';
import { known, sitesOf } from '../access.ts';
import { siteQuery } from '../catalog.ts';
import { pageQuery } from '../paging.ts';
import type { HistoryView } from '../ports.ts';
import { HttpProblem } from '../problem.ts';
import { instantSchema } from '../query.ts';
import { type Route, route } from '../route.ts';

const dayMs = 24 * 3_600_000;

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
    .describe('gives this many buckets of min, max and mean instead of every reading'),
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
    async handle({ fleet, history, catalog, clock }, request) {
      const { point, site: asked } = request.query;
      const site = catalog.one(asked, sitesOf(known(request)));
      catalog.mustHave(site, point);
      const where = { site, point, ...span(request.query, clock.now()) };
      return { point, unit: fleet.unitOf(site, point), ...(await read(history, request.query, where)) };
    },
  }),
];

function span(query: Query, now: number): { from: number; to: number } {
  const to = query.to ?? now;
  const from = query.from ?? to - dayMs;
  if (from < to) return { from, to };
  throw new HttpProblem('from-not-before-to', {});
}

async function read(
  history: HistoryView,
  query: Query,
  where: { site: SiteId; point: PointRef; from: number; to: number },
): Promise<Pick<ReadingsBody, 'items' | 'next'>> {
  if (query.maxPoints !== undefined) {
    if (query.cursor !== undefined) throw new HttpProblem('buckets-have-no-pages', {});
    return { items: [...(await history.buckets({ ...where, maxPoints: query.maxPoints }))], next: null };
  }
  const page = readPage(history, { ...where, limit: query.limit, cursor: query.cursor ?? null });
  return { items: [...page.items], next: page.next };
}

/** A cursor is the history's own: only it can tell one that it never gave. */
function readPage(history: HistoryView, query: Parameters<HistoryView['readings']>[0]) {
  try {
    return history.readings(query);
  } catch (error) {
    if (error instanceof CursorError) throw new HttpProblem('cursor-invalid', { cause: error.message });
    throw error;
  }
}

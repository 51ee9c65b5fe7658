import { z } from 'zod';
import type { Clock } from '../../../contract/clock.ts';
import { type ReadingsBody, readingsBodySchema } from '../../../contract/http.ts';
import { type PointRef, pointRefSchema, type SiteId } from '../../../contract/ids.ts';
import { known, sitesOf } from '../access.ts';
import type { App } from '../app.ts';
import { type Catalog, siteQuery } from '../catalog.ts';
import { pageQuery } from '../paging.ts';
import type { FleetView, HistoryView } from '../ports.ts';
import { HttpProblem } from '../problem.ts';
import { instantSchema } from '../query.ts';

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

/** Readings of one point: every one, page by page, or in buckets that lose no spike. */
export function readingsRoute(
  app: App,
  options: { fleet: FleetView; history: HistoryView; catalog: Catalog; clock: Clock },
): void {
  const { fleet, history, catalog, clock } = options;
  app.get(
    '/api/v1/readings',
    { schema: { querystring: readingsQuery, response: { 200: readingsBodySchema } } },
    async (request) => {
      const { point, site: asked } = request.query;
      const site = catalog.one(asked, sitesOf(known(request)));
      catalog.mustHave(site, point);
      const unit = fleet.unitOf(site, point);
      return {
        point,
        unit,
        ...(await read(history, request.query, { site, point, ...span(request.query, clock.now()) })),
      };
    },
  );
}

function span(query: Query, now: number): { from: number; to: number } {
  const to = query.to ?? now;
  const from = query.from ?? to - dayMs;
  if (from < to) return { from, to };
  throw new HttpProblem(400, 'from: must be before to');
}

async function read(
  history: HistoryView,
  query: Query,
  where: { site: SiteId; point: PointRef; from: number; to: number },
): Promise<Pick<ReadingsBody, 'items' | 'next'>> {
  if (query.maxPoints !== undefined) {
    if (query.cursor !== undefined)
      throw new HttpProblem(400, 'cursor: buckets have no pages; leave out cursor or maxPoints');
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
    if (error instanceof RangeError && error.message.startsWith('cursor')) throw new HttpProblem(400, error.message);
    throw error;
  }
}

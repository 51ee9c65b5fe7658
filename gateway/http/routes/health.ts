import { z } from 'zod';
import type { Clock } from '../../../contract/clock.ts';
import type { App } from '../app.ts';
import type { Catalog } from '../catalog.ts';
import type { HistoryView, IngestView, Log } from '../ports.ts';
import { HttpProblem } from '../problem.ts';

/** How long one look at the store answers for: the route is public, and must not be a way to keep the disk busy. */
const lookEveryMs = 1000;

/** Whether the gateway works: it answers, its store can be read, and what comes in can be stored. */
export function healthRoute(
  app: App,
  options: { history: HistoryView; ingest: IngestView; catalog: Catalog; clock: Clock; log: Log },
): void {
  const { clock, ingest } = options;
  let seen: { at: number; ok: boolean } | null = null;
  app.get('/healthz', { schema: { response: { 200: z.object({ status: z.literal('ok') }) } } }, async () => {
    if (ingest.isFailing()) {
      throw new HttpProblem(503, 'nothing can be stored: free space on its disk, or see the log of the gateway');
    }
    const now = clock.monotonic();
    if (seen === null || now - seen.at >= lookEveryMs) seen = { at: now, ok: canRead(options) };
    if (seen.ok) return { status: 'ok' as const };
    throw new HttpProblem(503, 'the store cannot be read; the log of the gateway says why');
  });
}

function canRead({
  history,
  catalog,
  clock,
  log,
}: {
  history: HistoryView;
  catalog: Catalog;
  clock: Clock;
  log: Log;
}): boolean {
  const some = catalog.anyPoint();
  if (some === undefined) return true;
  try {
    const to = clock.now();
    history.readings({ ...some, from: to - 1000, to, limit: 1, cursor: null });
    return true;
  } catch (error) {
    log.error({ err: error }, 'store-unreadable');
    return false;
  }
}

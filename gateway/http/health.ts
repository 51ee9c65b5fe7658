import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import type { App } from './app.ts';
import type { Catalog } from './catalog.ts';
import type { HistoryView, Log } from './ports.ts';
import { HttpProblem } from './problem.ts';

/** How long one look at the store answers for: the route is public, and must not be a way to keep the disk busy. */
const lookEveryMs = 1000;

/**
 * Whether the gateway works: it answers, and its store can be read. A store that cannot be written ends the process, so
 * that needs no look.
 */
export function healthRoute(
  app: App,
  options: { history: HistoryView; catalog: Catalog; clock: Clock; log: Log },
): void {
  const { clock } = options;
  let seen: { at: number; ok: boolean } | null = null;
  app.get('/healthz', { schema: { response: { 200: z.object({ status: z.literal('ok') }) } } }, async () => {
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

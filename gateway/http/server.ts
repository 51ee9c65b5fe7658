import { z } from 'zod';
import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import { createApp, refuseSocket } from './app.ts';
import { builtPages } from './built-pages.ts';
import { Catalog } from './catalog.ts';
import { type HttpListeners, type HttpListenOptions, listenHttp } from './listeners.ts';
import type {
  AccountsView,
  AuditView,
  CountersView,
  DoorCountsView,
  EventsView,
  FleetView,
  HistoryView,
  IngestView,
  Log,
} from './ports.ts';
import { auditRoute } from './routes/audit.ts';
import { caRoute } from './routes/ca-certificate.ts';
import { eventsRoute } from './routes/events.ts';
import { healthRoute } from './routes/health.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { liveRoutes } from './routes/live.ts';
import { metricsRoute } from './routes/metrics.ts';
import { pageRoutes } from './routes/page.ts';
import { peopleRoutes } from './routes/people.ts';
import { readingsRoute } from './routes/readings.ts';
import { sessionRoutes } from './routes/session.ts';
import { Streams } from './streams.ts';

export type HttpOptions = Omit<HttpListenOptions, 'tls'> & {
  sites: readonly Site[];
  fleet: FleetView;
  history: HistoryView;
  events: EventsView;
  accounts: AccountsView;
  audit: AuditView;
  counters: CountersView;
  ingest: IngestView;
  doorCounts: DoorCountsView;
  clock: Clock;
  log: Log;
  tls?: HttpListenOptions['tls'];
  /** What browsers and boxes are to trust, in PEM; null where our own CA is not in use. */
  caCertificate?: () => string | null;
  /** Reverse proxies in front. */
  proxies?: readonly string[];
  /** Which listeners let unencrypted connections in from other machines; a page says so. */
  insecure?: readonly ('http' | 'mqtt')[];
  /** Where people on other machines reach the pages, by the ports that were got. */
  pagesAt?: (ports: Pick<HttpListeners, 'port' | 'tlsPort'>) => string;
  /** Event streams at once; 1000. */
  maxStreams?: number;
};

/**
 * Serves the API and the pages; resolves when it listens. Closing cuts every connection, open event streams too.
 * @throws ListenError, whose cause is the system's error (EADDRINUSE, EACCES)
 */
export async function startHttp(options: HttpOptions): Promise<HttpListeners> {
  const { fleet, history, events, accounts, audit, counters, ingest, doorCounts, clock, log } = options;
  const { tls = null, insecure = [], caCertificate = () => null } = options;
  const app = await createApp({
    clock,
    log,
    accounts,
    hsts: !insecure.includes('http'),
    proxies: options.proxies ?? [],
  });
  const catalog = new Catalog(options.sites);
  const streams = new Streams({ events, clock, maxStreams: options.maxStreams ?? 1000 });
  const description = { description: 'OpenAPI 3.1', content: { 'application/json': { schema: z.looseObject({}) } } };
  app.get('/api/openapi.json', { schema: { response: { 200: description } } }, async (_request, reply) =>
    reply.type('application/json').send({ ...app.swagger() }),
  );
  sessionRoutes(app, accounts);
  peopleRoutes(app, { accounts, catalog });
  let pages: string | null = null;
  invitationRoutes(app, { accounts, catalog, pages: () => pages });
  auditRoute(app, audit);
  liveRoutes(app, { fleet, catalog });
  readingsRoute(app, { fleet, history, catalog, clock });
  eventsRoute(app, { streams, accounts });
  healthRoute(app, { history, ingest, catalog, clock, log });
  const metrics = metricsRoute(app, { fleet, counters, ingest, doorCounts, streams });
  caRoute(app, caCertificate);
  pageRoutes(app, await builtPages(), insecure);
  await app.ready();
  try {
    const { bind, port } = options;
    const listeners = await listenHttp({ bind, port, tls }, { serve: app.routing, refuse: refuseSocket });
    pages = options.pagesAt?.(listeners) ?? null;
    const close = async () => {
      streams.close();
      metrics.close();
      await listeners.close();
      await app.close();
    };
    return { ...listeners, close };
  } catch (error) {
    streams.close();
    metrics.close();
    await app.close();
    throw error;
  }
}

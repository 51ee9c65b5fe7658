import { Catalog } from './catalog.ts';
import { type Metrics, openMetrics } from './metrics.ts';
import { Pacing } from './pacing.ts';
import type { PageFiles } from './page-files.ts';
import type { PageHeads } from './page-heads.ts';
import type { Ports } from './ports.ts';
import { StoreCheck } from './store-check.ts';
import { Streams } from './streams.ts';
import { Turns } from './turns.ts';

/** What the handler of a route works with: the gateway's parts, and what the HTTP side keeps for its routes. */
export type Services = Ports & {
  readonly catalog: Catalog;
  readonly streams: Streams;
  readonly metrics: Metrics;
  readonly storeCheck: StoreCheck;
  /** By the name of a person. */
  readonly pacing: Pacing;
  readonly pages: PageFiles;
  readonly heads: PageHeads;
  /** For what takes longer than a turn of the event loop should. */
  readonly turns: Turns;
  /** What browsers and boxes are to trust, in PEM; null where our own CA is not in use. */
  caCertificate(): string | null;
  /** Where people on other machines reach the pages; null where nobody has said. */
  pagesAt(): string | null;
};

export type ServicesOptions = Ports &
  Pick<Services, 'pages' | 'heads' | 'caCertificate' | 'pagesAt'> & { maxStreams: number };

/** Opened once a server; `close` ends the event streams and what measures. */
export function openServices(options: ServicesOptions): Services & { close(): void } {
  const { maxStreams, ...ports } = options;
  const catalog = new Catalog(ports.sites);
  const streams = new Streams({ events: ports.events, clock: ports.clock, maxStreams });
  const metrics = openMetrics({ ...ports, streams });
  return {
    ...ports,
    catalog,
    streams,
    metrics,
    pacing: new Pacing(),
    turns: new Turns(ports.clock),
    storeCheck: new StoreCheck({ ...ports, catalog }),
    close() {
      streams.close();
      metrics.close();
    },
  };
}

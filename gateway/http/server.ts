import { addRoutes, createApp, refuseSocket } from './app.ts';
import { builtPages } from './built-pages.ts';
import { type HttpListeners, type HttpListenOptions, listenHttp } from './listeners.ts';
import { loadPageFiles } from './page-files.ts';
import { loadPageHeads } from './page-heads.ts';
import type { Ports } from './ports.ts';
import { nowhere } from './routes/page.ts';
import { routes } from './routes.ts';
import { openServices } from './services.ts';

export type HttpOptions = Omit<HttpListenOptions, 'tls'> &
  Ports & {
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
  const { bind, port, tls = null, insecure = [], proxies = [], pagesAt, maxStreams = 1000, ...ports } = options;
  const { caCertificate = () => null } = options;
  const folder = await builtPages();
  const files = loadPageFiles(folder, insecure);
  const heads = loadPageHeads(folder);
  const app = await createApp({ ...ports, hsts: !insecure.includes('http'), proxies, nowhere: nowhere(files) });
  let pages: string | null = null;
  const services = openServices({ ...ports, pages: files, heads, caCertificate, pagesAt: () => pages, maxStreams });
  addRoutes(app, routes, services);
  await app.ready();
  try {
    const listeners = await listenHttp({ bind, port, tls }, { serve: app.routing, refuse: refuseSocket });
    pages = pagesAt?.(listeners) ?? null;
    const close = async () => {
      services.close();
      await listeners.close();
      await app.close();
    };
    return { ...listeners, close };
  } catch (error) {
    services.close();
    await app.close();
    throw error;
  }
}

import type { AddressInfo } from 'node:net';
import { addRoutes, createApp } from '../../../gateway/http/app.ts';
import type { Route } from '../../../gateway/http/route.ts';
import { openServices } from '../../../gateway/http/services.ts';
import { makeWorld, parts } from './fakes.ts';

/** The gateway's HTTP side with routes of a test instead of its own. The caller closes it. */
export async function serveRoutes(routes: readonly Route[]) {
  const world = makeWorld();
  const app = await createApp(world);
  const services = openServices({
    ...parts(world),
    caCertificate: () => null,
    pagesAt: () => null,
    pages: new Map(),
    heads: { pages: [], lists: [] },
    maxStreams: 1,
  });
  const close = async () => {
    services.close();
    await app.close();
  };
  try {
    addRoutes(app, routes, services);
    await app.listen({ host: '127.0.0.1', port: 0 });
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  return { world, url: `http://127.0.0.1:${port}`, close };
}

import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import Fastify, { type FastifyReply, type FastifyRequest, type RouteOptions } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Clock } from '../../contract/clock.ts';
import { rights } from '../permissions.ts';
import { guard } from './access.ts';
import { AtOnce } from './at-once.ts';
import { setHeaders } from './headers.ts';
import { addOpenApi, documentRoute } from './openapi.ts';
import type { AccountsView, Log } from './ports.ts';
import { answerError, answerNotFound, problemBody, problemType, sendProblem, unreadable } from './problem.ts';
import type { Route } from './route.ts';
import type { Services } from './services.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    route?: Route;
  }
}

export type App = Awaited<ReturnType<typeof createApp>>;

/** fastify with everything that holds for every route: headers, access, problems, limits, the API's description. */
export async function createApp(options: {
  clock: Clock;
  log: Log;
  accounts: AccountsView;
  hsts?: boolean;
  /** Reverse proxies whose word on who comes is taken; from anybody else it is not looked at. */
  proxies?: readonly string[];
  /** Answers where no route stands; a problem without it. */
  nowhere?: (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
}) {
  const { clock, log, accounts, hsts = false, proxies = [] } = options;
  const app = Fastify({
    logger: false,
    bodyLimit: 16 * 1024,
    // The name of a CAP message is site, building, alert and number.
    routerOptions: { maxParamLength: 250 },
    // Without these fastify loads two compilers of JSON schemas, which nothing would use: zod checks and writes, as set below.
    schemaController: { compilersFactory: { buildValidator: notAsked, buildSerializer: notAsked } },
    trustProxy: proxies.length > 0 ? [...proxies] : false,
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      setHeaders(reply, { clock, hsts });
      sendProblem(reply, unreadable(error));
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError(log));
  app.setNotFoundHandler(options.nowhere ?? answerNotFound);
  // Only JSON has a parser: a form of another origin cannot send that without asking first.
  app.removeContentTypeParser(['text/plain', 'application/json']);
  // Many clients name the type of a body they do not send, as with DELETE. What needs one is refused by its schema.
  const json = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : json(request, String(body), done),
  );
  // Pictures, as they are; a form cannot send their types either. A route says by its own limit how long one may be.
  app.addContentTypeParser(/^image\/[\w.+-]+$/, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.decorateRequest('who', null);
  app.addHook('onRequest', async (_request, reply) => setHeaders(reply, { clock, hsts }));
  app.addHook('onRoute', mustHaveRight);
  app.addHook('onRoute', documentRoute);
  await app.register(cookie);
  await addOpenApi(app);
  app.addHook('onRequest', guard({ accounts, clock }));
  return app;
}

function notAsked(): never {
  throw new Error('a route was given a schema before the compilers of zod were set');
}

/** Registers routes. @throws for one whose right gateway/permissions.ts does not have: it would be open to nobody */
export function addRoutes(app: App, routes: readonly Route[], services: Services): void {
  const atOnce = new AtOnce();
  for (const route of routes) {
    const handle = async (...[request, reply]: [FastifyRequest, FastifyReply]) =>
      route.handle(services, request, reply);
    app.route({
      method: route.method,
      url: route.path,
      schema: route.schema,
      config: { route },
      exposeHeadRoute: route.head !== 'none',
      ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
      handler: route.atOnce === undefined ? handle : atOnce.limited(route.atOnce, handle),
    });
  }
}

/** Also of a route that was not registered by `addRoutes`: nothing is open by having been forgotten. */
function mustHaveRight({ method, url, config }: RouteOptions): void {
  const right = config?.route?.right;
  if (right !== undefined && Object.hasOwn(rights, right)) return;
  throw new Error(`route ${String(method)} ${url} stands under no right of gateway/permissions.ts`);
}

/** Answers what is no request at all, for which there is no route. */
export function refuseSocket(socket: Socket): void {
  if (socket.writable) socket.end(badRequest);
}

const body = JSON.stringify(problemBody('malformed-request', { cause: 'not a request of HTTP' }));
const badRequest = [
  'HTTP/1.1 400 Bad Request',
  `Content-Type: ${problemType}`,
  `Content-Length: ${Buffer.byteLength(body)}`,
  'Connection: close',
  '',
  body,
].join('\r\n');

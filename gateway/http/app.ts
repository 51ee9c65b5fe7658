import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import Fastify, { type FastifyReply } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Clock } from '../../contract/clock.ts';
import { guard } from './access.ts';
import { setHeaders } from './headers.ts';
import { addOpenApi, documentRoutes } from './openapi.ts';
import type { AccountsView, Log } from './ports.ts';
import { answerError, answerNotFound, problemBody, problemType, sendProblem } from './problem.ts';

export type App = Awaited<ReturnType<typeof createApp>>;

/** fastify with everything that holds for every route: headers, access, problems, limits, the API's description. */
export async function createApp(options: {
  clock: Clock;
  log: Log;
  accounts: AccountsView;
  hsts?: boolean;
  /** Reverse proxies whose word on who comes is taken; from anybody else it is not looked at. */
  proxies?: readonly string[];
}) {
  const { clock, log, accounts, hsts = false, proxies = [] } = options;
  const app = Fastify({
    logger: false,
    bodyLimit: 16 * 1024,
    trustProxy: proxies.length > 0 ? [...proxies] : false,
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      setHeaders(reply, { clock, hsts });
      sendProblem(reply, error.statusCode ?? 400, error.message);
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError(log));
  app.setNotFoundHandler(answerNotFound);
  // Only JSON has a parser: a form of another origin cannot send that without asking first.
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('who', null);
  app.addHook('onRequest', async (_request, reply) => setHeaders(reply, { clock, hsts }));
  app.addHook('onRoute', documentRoutes);
  await app.register(cookie);
  await addOpenApi(app);
  app.addHook('onRequest', guard(accounts));
  return app;
}

/** Answers what is no request at all, for which there is no route. */
export function refuseSocket(socket: Socket): void {
  if (socket.writable) socket.end(badRequest);
}

const body = JSON.stringify(problemBody(400, 'not a request of HTTP'));
const badRequest = [
  'HTTP/1.1 400 Bad Request',
  `Content-Type: ${problemType}`,
  `Content-Length: ${Buffer.byteLength(body)}`,
  'Connection: close',
  '',
  body,
].join('\r\n');

import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  ContextConfigDefault,
  FastifyReply,
  FastifyRequest,
  FastifySchema,
  RawServerDefault,
  RouteGenericInterface,
} from 'fastify';
import type { ResolveFastifyReplyReturnType } from 'fastify/types/type-provider.js';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { RightName } from '../permissions.ts';
import type { Pace } from './pacing.ts';
import type { Services } from './services.ts';

/** Parts of the API, as its description groups them; `page` stays out of it. */
export const tags = {
  live: 'How things stand now',
  history: 'How they stood',
  parking: 'Lots, spaces, stays and reservations',
  alerts: 'Alerts, rules and notices',
  commands: 'Writes to devices',
  feeds: 'Public feeds in standard formats',
  session: 'People signing in and out',
  people: 'Who may sign in, and invitations',
  operation: 'The gateway itself',
  page: 'Pages and their files',
} as const;
export type Tag = keyof typeof tags;

type About = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As fastify reads it: `/api/v1/devices/:device`. */
  readonly path: string;
  /** Who may use it: one of the rights of gateway/permissions.ts. HEAD goes with its GET. */
  readonly right: RightName;
  readonly tag: Tag;
  /** Name in the API's description; null keeps the route out of it. */
  readonly id: string | null;
  readonly summary: string;
  /** Longest body, bytes; 16 KiB when left out. */
  readonly bodyLimit?: number;
  /** By address, for those who have not signed in: every public route that changes something or costs something. */
  readonly pace?: Pace;
  /** At most so many are under way together, of all routes with the same `of`; one more is answered 429. */
  readonly atOnce?: { readonly of: string; readonly max: number };
  /** A GET without a HEAD. */
  readonly head?: 'none';
};

type Request<S extends FastifySchema> = FastifyRequest<
  RouteGenericInterface,
  RawServerDefault,
  IncomingMessage,
  S,
  ZodTypeProvider
>;
type Reply<S extends FastifySchema> = FastifyReply<
  RouteGenericInterface,
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  ContextConfigDefault,
  S,
  ZodTypeProvider
>;

type Typed<S extends FastifySchema> = About & {
  /** zod schemas of params, querystring, headers and body, and of the answers by status. */
  readonly schema: S;
  /** Gives what the response schema says, or a reply that it has sent, or throws an HttpProblem. */
  handle(
    services: Services,
    request: Request<S>,
    reply: Reply<S>,
  ): ResolveFastifyReplyReturnType<ZodTypeProvider, S, RouteGenericInterface> | FastifyReply;
};

/** One route, whole. Made by `route`, which checks `handle` against `schema`. */
export type Route = About & {
  readonly schema: FastifySchema;
  handle(services: Services, request: FastifyRequest, reply: FastifyReply): unknown;
};

export function route<const S extends FastifySchema>(given: Typed<S>): Route {
  return given;
}

/** `METHOD /path`, as `jari permissions` lists it. */
export function routeName({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/**
 * Every route and who may use it. A route that is not in this table is refused when it is registered, so none can be
 * forgotten open.
 */

/** anyone: no sign-in · reader: a token with scope read, or a signed-in person · person: a signed-in person only. */
export type Permission = 'anyone' | 'reader' | 'person';

export type RouteEntry = {
  readonly may: Permission;
  /** Name in the OpenAPI description; null keeps the route out of it (the page and its files). */
  readonly id: string | null;
  readonly tag: 'live' | 'history' | 'session' | 'operation' | 'page';
  readonly summary: string;
};

export const routes = {
  'GET /': { may: 'anyone', id: null, tag: 'page', summary: 'The live page' },
  'GET /web/:file': { may: 'anyone', id: null, tag: 'page', summary: 'A file of the live page' },
  'GET /healthz': { may: 'anyone', id: 'health', tag: 'operation', summary: 'Whether the gateway works' },
  'GET /metrics': { may: 'reader', id: 'metrics', tag: 'operation', summary: 'Figures for Prometheus' },
  'GET /api/openapi.json': { may: 'anyone', id: 'openapi', tag: 'operation', summary: 'This description' },
  'POST /api/v1/session': {
    may: 'anyone',
    id: 'signIn',
    tag: 'session',
    summary: 'Sign in with a name and a password',
  },
  'GET /api/v1/session': { may: 'reader', id: 'who', tag: 'session', summary: 'Who is asking' },
  'DELETE /api/v1/session': { may: 'person', id: 'signOut', tag: 'session', summary: 'Sign out' },
  'GET /api/v1/sites': { may: 'reader', id: 'sites', tag: 'live', summary: 'Sites, their names and time zones' },
  'GET /api/v1/agents': { may: 'reader', id: 'agents', tag: 'live', summary: 'Agents and what was received of them' },
  'GET /api/v1/devices': { may: 'reader', id: 'devices', tag: 'live', summary: 'Devices and their state' },
  'GET /api/v1/devices/:device': { may: 'reader', id: 'device', tag: 'live', summary: 'One device' },
  'GET /api/v1/latest': { may: 'reader', id: 'latest', tag: 'live', summary: 'Points as they stand now' },
  'GET /api/v1/events': { may: 'reader', id: 'events', tag: 'live', summary: 'Changes as server-sent events' },
  'GET /api/v1/readings': { may: 'reader', id: 'readings', tag: 'history', summary: 'Readings of a point over a time' },
} as const satisfies Record<string, RouteEntry>;

const table: ReadonlyMap<string, RouteEntry> = new Map(Object.entries(routes));

/** The entry of a route, HEAD counting as its GET; undefined when there is none. */
export function routeEntry(method: string, url: string): RouteEntry | undefined {
  return table.get(`${method === 'HEAD' ? 'GET' : method} ${url}`);
}

import { type Right, rightOf } from '../permissions.ts';

/**
 * Every route by name. Who may use each stands in `permissions.ts`; a route that is not in both is refused when it is
 * registered, so none can be forgotten open.
 */

export type RouteEntry = {
  /** Name in the OpenAPI description; null keeps the route out of it (the page and its files). */
  readonly id: string | null;
  readonly tag: 'live' | 'history' | 'session' | 'people' | 'operation' | 'page';
  readonly summary: string;
};

export const routes = {
  'GET /': { id: null, tag: 'page', summary: 'The live page' },
  'GET /web/:file': { id: null, tag: 'page', summary: 'A file of the live page' },
  'GET /join': { id: null, tag: 'page', summary: 'The page that takes up an invitation' },
  'GET /people': { id: null, tag: 'page', summary: 'The page of people and invitations' },
  'GET /ca.crt': { id: null, tag: 'page', summary: "The CA of the gateway's own certificates" },
  'GET /healthz': { id: 'health', tag: 'operation', summary: 'Whether the gateway works' },
  'GET /metrics': { id: 'metrics', tag: 'operation', summary: 'Figures for Prometheus' },
  'GET /api/openapi.json': { id: 'openapi', tag: 'operation', summary: 'This description' },
  'POST /api/v1/session': {
    id: 'signIn',
    tag: 'session',
    summary: 'Sign in with a name and a password',
  },
  'GET /api/v1/session': { id: 'who', tag: 'session', summary: 'Who is asking' },
  'DELETE /api/v1/session': { id: 'signOut', tag: 'session', summary: 'Sign out' },
  'PUT /api/v1/session/password': { id: 'changePassword', tag: 'session', summary: 'Change the own password' },
  'POST /api/v1/invitations/look': { id: 'lookAtInvitation', tag: 'session', summary: 'What an invitation is for' },
  'POST /api/v1/invitations/accept': { id: 'acceptInvitation', tag: 'session', summary: 'Take up an invitation' },
  'GET /api/v1/people': { id: 'people', tag: 'people', summary: 'People and what they are' },
  'PUT /api/v1/people/:person': { id: 'changePerson', tag: 'people', summary: 'Change what a person is' },
  'DELETE /api/v1/people/:person': { id: 'removePerson', tag: 'people', summary: 'Remove a person' },
  'GET /api/v1/invitations': { id: 'invitations', tag: 'people', summary: 'Invitations that are open' },
  'POST /api/v1/invitations': { id: 'invite', tag: 'people', summary: 'Make an invitation' },
  'DELETE /api/v1/invitations/:invitation': { id: 'withdraw', tag: 'people', summary: 'Withdraw an invitation' },
  'GET /api/v1/audit': { id: 'audit', tag: 'operation', summary: 'What was changed, by whom and why, newest first' },
  'GET /api/v1/buildings': { id: 'buildings', tag: 'live', summary: 'Buildings and their names' },
  'GET /api/v1/sites': { id: 'sites', tag: 'live', summary: 'Sites, their names and time zones' },
  'GET /api/v1/agents': { id: 'agents', tag: 'live', summary: 'Agents and what was received of them' },
  'GET /api/v1/devices': { id: 'devices', tag: 'live', summary: 'Devices and their state' },
  'GET /api/v1/devices/:device': { id: 'device', tag: 'live', summary: 'One device' },
  'GET /api/v1/latest': { id: 'latest', tag: 'live', summary: 'Points as they stand now' },
  'GET /api/v1/events': { id: 'events', tag: 'live', summary: 'Changes as server-sent events' },
  'GET /api/v1/readings': { id: 'readings', tag: 'history', summary: 'Readings of a point over a time' },
} as const satisfies Record<string, RouteEntry>;

const table: ReadonlyMap<string, RouteEntry> = new Map(Object.entries(routes));

/** A route with the right it stands under, HEAD counting as its GET; undefined when either is missing. */
export function routeEntry(method: string, url: string): (RouteEntry & { readonly right: Right }) | undefined {
  const route = `${method === 'HEAD' ? 'GET' : method} ${url}`;
  const [entry, right] = [table.get(route), rightOf(route)];
  return entry === undefined || right === undefined ? undefined : { ...entry, right };
}

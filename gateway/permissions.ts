import type { TopicKind } from '../contract/topics.ts';

/**
 * Who may do what: the one table, read by MQTT and HTTP alike and printed by `jari permissions`. A route or a kind of
 * topic that no right names is open to nobody.
 */

/** What a person may be. Managers and residents belong to buildings; what they may do ends there. */
export const roles = ['viewer', 'operator', 'manager', 'resident', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whose rights end at the buildings they belong to; one who belongs to none has nothing to see. */
export function isOfBuildings(role: Role): boolean {
  return role === 'manager' || role === 'resident';
}

/** What a token may be good for. */
export const scopes = ['read', 'metrics', 'audit'] as const;
export type Scope = (typeof scopes)[number];

/** anyone: no sign-in at all. agent: an edge agent, and that of its own topics alone. */
export type Actor = 'anyone' | 'agent' | Role | `token:${Scope}`;

export type Right = {
  readonly what: string;
  readonly who: readonly Actor[];
  /** `METHOD /path`; HEAD goes with its GET. */
  readonly http?: readonly string[];
  readonly publish?: readonly TopicKind[];
  readonly subscribe?: readonly TopicKind[];
};

const people: readonly Actor[] = roles;
const tokens: readonly Actor[] = ['token:read', 'token:metrics', 'token:audit'];
const readers: readonly Actor[] = ['viewer', 'operator', 'manager', 'admin', 'token:read'];

export const rights = {
  'open-pages': {
    what: 'load the pages (they hold no data) and the CA certificate',
    who: ['anyone'],
    http: ['GET /', 'GET /join', 'GET /people', 'GET /web/:file', 'GET /ca.crt'],
  },
  'ask-health': {
    what: 'ask whether the gateway works, and what its interface is',
    who: ['anyone'],
    http: ['GET /healthz', 'GET /api/openapi.json'],
  },
  'sign-in': {
    what: 'sign in, or take up an invitation',
    who: ['anyone'],
    http: ['POST /api/v1/session', 'POST /api/v1/invitations/look', 'POST /api/v1/invitations/accept'],
  },
  'know-itself': {
    what: 'ask who one is',
    who: [...people, ...tokens],
    http: ['GET /api/v1/session'],
  },
  'own-account': {
    what: 'sign out, change the own password',
    who: people,
    http: ['DELETE /api/v1/session', 'PUT /api/v1/session/password'],
  },
  'read-live': {
    what: 'see agents, devices, points, their past and every change (managers: of sites with a building of theirs)',
    who: readers,
    http: [
      'GET /api/v1/sites',
      'GET /api/v1/agents',
      'GET /api/v1/devices',
      'GET /api/v1/devices/:device',
      'GET /api/v1/latest',
      'GET /api/v1/events',
      'GET /api/v1/readings',
    ],
  },
  'hear-live': {
    what: 'subscribe to what agents and the gateway say, below the site',
    who: ['token:read'],
    subscribe: [
      ...['status', 'health', 'birth', 'readings', 'diagnosis', 'command', 'result'],
      ...['lot', 'space', 'alert'],
    ] as const satisfies readonly TopicKind[],
  },
  'read-buildings': {
    what: 'see buildings (managers and residents: their own)',
    who: [...people, 'token:read'],
    http: ['GET /api/v1/buildings'],
  },
  'read-metrics': {
    what: 'scrape figures for Prometheus',
    who: ['viewer', 'operator', 'admin', 'token:read', 'token:metrics'],
    http: ['GET /metrics'],
  },
  'keep-people': {
    what: 'invite, see and remove people (managers: residents of their buildings)',
    who: ['manager', 'admin'],
    http: [
      'GET /api/v1/people',
      'DELETE /api/v1/people/:person',
      'GET /api/v1/invitations',
      'POST /api/v1/invitations',
      'DELETE /api/v1/invitations/:invitation',
    ],
  },
  'change-roles': {
    what: 'change what people are',
    who: ['admin'],
    http: ['PUT /api/v1/people/:person'],
  },
  'read-audit': {
    what: 'read the audit',
    who: ['admin', 'token:audit'],
    http: ['GET /api/v1/audit'],
  },
  speak: {
    what: 'publish its own readings and state',
    who: ['agent'],
    publish: ['status', 'health', 'birth', 'readings', 'diagnosis', 'result'],
  },
  obey: {
    what: 'hear its own commands',
    who: ['agent'],
    subscribe: ['command'],
  },
  'renew-certificate': {
    what: 'ask for a new certificate of its own, and hear the answer',
    who: ['agent'],
    publish: ['certificate-request'],
    subscribe: ['certificate'],
  },
} as const satisfies Record<string, Right>;

export type RightName = keyof typeof rights;

const all: readonly (readonly [RightName, Right])[] = Object.entries(rights).map(([name, right]) => [
  name as RightName,
  right,
]);

const byRoute = new Map(all.flatMap(([, right]) => (right.http ?? []).map((route) => [route, right] as const)));

/** The right that a route stands under; undefined when nobody may use it. */
export function rightOf(route: string): Right | undefined {
  return byRoute.get(route);
}

/** Whether one of these actors has the right. */
export function has(right: Right, actors: readonly Actor[]): boolean {
  return right.who.includes('anyone') || actors.some((actor) => right.who.includes(actor));
}

/** Kinds of topics that these actors may publish, or subscribe to. */
export function topicKinds(way: 'publish' | 'subscribe', actors: readonly Actor[]): ReadonlySet<TopicKind> {
  return new Set(all.flatMap(([, right]) => (has(right, actors) ? (right[way] ?? []) : [])));
}

/** Every right in the order of the table. */
export function allRights(): readonly (readonly [RightName, Right])[] {
  return all;
}

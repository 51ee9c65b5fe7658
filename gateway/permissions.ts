import { type Role, roles, type Scope, scopes } from '../contract/roles.ts';
import type { TopicKind } from '../contract/topics.ts';

/**
 * Who may do what: the one table, read by MQTT and HTTP alike and printed by `jari permissions`. A route names the right
 * it stands under (gateway/http/routes/), a right the kinds of topics it opens; what is in neither is open to nobody.
 */

/** anyone: no sign-in at all. agent: an edge agent, and that of its own topics alone. */
export type Actor = 'anyone' | 'agent' | Role | `token:${Scope}`;

export type Right = {
  readonly what: string;
  readonly who: readonly Actor[];
  readonly publish?: readonly TopicKind[];
  readonly subscribe?: readonly TopicKind[];
};

const people: readonly Actor[] = roles;
const tokens: readonly Actor[] = scopes.map((scope): Actor => `token:${scope}`);
const readers: readonly Actor[] = ['viewer', 'operator', 'manager', 'admin', 'token:read'];

export const rights = {
  'open-pages': {
    what: 'load the pages (they hold no data) and the CA certificate',
    who: ['anyone'],
  },
  'ask-health': {
    what: 'ask whether the gateway works, and what its interface is',
    who: ['anyone'],
  },
  'sign-in': {
    what: 'sign in, or take up an invitation',
    who: ['anyone'],
  },
  'know-itself': {
    what: 'ask who one is',
    who: [...people, ...tokens],
  },
  'own-account': {
    what: "sign out, change one's own password",
    who: people,
  },
  'read-live': {
    what: 'see agents, devices, points, their past and every change (managers: of sites with a building of theirs)',
    who: readers,
  },
  'hear-live': {
    what: 'subscribe to what agents and the gateway say, below the site',
    who: ['token:read'],
    subscribe: [
      ...['status', 'health', 'birth', 'readings', 'diagnosis', 'command', 'result'],
      ...['lot', 'space', 'alert'],
    ] as const satisfies readonly TopicKind[],
  },
  'see-offers': {
    what: 'ask what a time in a lot costs and which spaces are free then',
    who: ['anyone'],
  },
  reserve: {
    what: 'reserve a space where the lot lets anybody (programs with scope reserve: in every lot)',
    who: ['anyone'],
  },
  'keep-own-reservation': {
    what: 'see, end and move a reservation by its own token (operators: every one)',
    who: ['anyone'],
  },
  'keep-own-space': {
    what: "set the sharing windows of a space and recall it, by its owner's token (operators: every one)",
    who: ['anyone'],
  },
  'keep-reservations': {
    what: "see all reservations and settlements, give out owners' tokens",
    who: ['operator', 'admin'],
  },
  'answer-payments': {
    what: 'say what became of a payment, and read settlements',
    who: ['token:payments', 'operator', 'admin'],
  },
  'read-buildings': {
    what: 'see buildings and what is going on in them (managers and residents: their own)',
    who: [...people, 'token:read'],
  },
  'read-metrics': {
    what: 'scrape figures for Prometheus',
    who: ['viewer', 'operator', 'admin', 'token:read', 'token:metrics'],
  },
  'read-upkeep': {
    what: 'see how copies of the gateway, its disk and its drills stand',
    who: ['viewer', 'operator', 'admin', 'token:read', 'token:metrics'],
  },
  'turn-outputs-on': {
    what: 'say that a gateway which took the place of another may switch outputs',
    who: ['operator', 'admin'],
  },
  'read-configuration': {
    what: 'see which configuration stands, which is tried, and why one was taken back',
    who: ['viewer', 'operator', 'admin', 'token:read'],
  },
  'change-configuration': {
    what: 'try a new site file on agents and gateway, and end the trial',
    who: ['admin'],
  },
  'keep-people': {
    what: 'invite, see and remove people (managers: residents of their buildings)',
    who: ['manager', 'admin'],
  },
  'change-roles': {
    what: 'change what people are',
    who: ['admin'],
  },
  'read-audit': {
    what: 'read the audit',
    who: ['admin', 'token:audit'],
  },
  'own-contacts': {
    what: 'see and change where one is told',
    who: people,
  },
  'give-receipts': {
    what: "say that a notice arrived, by the notice's own token",
    who: ['anyone'],
  },
  'read-reach': {
    what: 'see who can be reached, and who was told of an alert',
    who: ['operator', 'manager', 'admin', 'token:read'],
  },
  'read-feeds': {
    what: 'read the public feeds: warnings, lots in standard formats',
    who: ['anyone'],
  },
  'read-drafts': {
    what: 'see the drafts of public messages about an alert (nothing is sent)',
    who: ['operator', 'admin', 'token:read'],
  },
  'see-lots': {
    what: "see lots and what is free in them (of residents' spaces what an open sharing window shows)",
    who: ['anyone'],
  },
  'read-parking': {
    what: 'see stays, violation candidates, statistics and sensors of lots',
    who: readers,
  },
  'run-parking': {
    what: 'override spaces, and say that one is empty',
    who: ['operator', 'admin'],
  },
  'read-commands': {
    what: 'see what was written to devices, and what came of it',
    who: ['operator', 'manager', 'admin', 'token:read', 'token:command'],
  },
  'send-commands': {
    what: 'write to points that their roles may (each point names them)',
    who: ['operator', 'manager', 'admin', 'token:command'],
  },
  'read-alerts': {
    what: 'see alerts, rules and maintenance (managers: of sites with a building of theirs)',
    who: readers,
  },
  'answer-alerts': {
    what: 'acknowledge, shelve, reset and report on alerts, and begin maintenance (managers: in their buildings)',
    who: ['operator', 'manager', 'admin'],
  },
  'answer-for-oneself': {
    what: 'say in an alert that one is safe or needs help (of their own buildings)',
    who: ['manager', 'resident'],
  },
  'call-for-help': {
    what: 'call for help (in their own buildings)',
    who: ['manager', 'resident'],
  },
  'see-phones': {
    what: 'see telephone numbers of those who are told of an alert (managers: of their buildings)',
    who: ['operator', 'manager', 'admin'],
  },
  'go-live': {
    what: 'say whether the alerts of a building are real ones',
    who: ['admin'],
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
  'take-configuration': {
    what: 'hear its own configuration, which its gateway signed',
    who: ['agent'],
    subscribe: ['configuration'],
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

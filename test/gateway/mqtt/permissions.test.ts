import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { roles } from '../../../contract/roles.ts';
import { tryTopicKind } from '../../../contract/topics.ts';
import { permissionTable } from '../../../gateway/cli/permissions-command.ts';
import { type Actor, topicKinds } from '../../../gateway/permissions.ts';
import { subscribing } from './mqtt-filters.ts';
import {
  type ClientName,
  clients,
  ending,
  publishing,
  type Row,
  retaining,
  returning,
  storing,
  willing,
} from './mqtt-grids.ts';

/** The grids are by hand and the table of permissions is code: here they are held against each other. */

/** Each cell is one client, one topic and one way. Both ways of publishing and of subscribing use one grid. */
const cells = [
  ...[publishing, publishing, retaining, subscribing, subscribing],
  ...[willing, ending, storing, returning],
].flatMap((rows) => rows.flatMap((row) => row.cells));

test('there are at least 200 cells', () => {
  expect(cells.length).toBeGreaterThanOrEqual(200);
});

const actorsOf: Readonly<Record<ClientName, readonly Actor[]>> = {
  stranger: ['anyone'],
  one: ['agent'],
  other: ['agent'],
  namesake: ['agent'],
  read: ['token:read'],
  audit: ['token:read', 'token:audit'],
  metrics: ['token:metrics'],
  over: [],
  five: [],
};

test.each(clients)('the kinds of topics in the grids for %s are those of the table of permissions', (who) => {
  expect(kindsIn(publishing, who, 'yes', 'asked')).toEqual(kindsOf('publish', actorsOf[who]));
  expect(kindsIn(subscribing, who, 'yes')).toEqual(kindsOf('subscribe', actorsOf[who]));
});

test('what is retained of an agent, and its will, are things that it may publish', () => {
  const may = kindsOf('publish', ['agent']);
  const kept = kindsIn(retaining, 'one', 'kept');
  const once = kindsIn(retaining, 'one', 'once', 'asked');
  expect([...new Set([...kept, ...once])].sort()).toEqual(may);
  expect(kindsIn(willing, 'one', 'yes').filter((kind) => !kept.includes(kind))).toEqual([]);
});

test('people and the other tokens have no business on MQTT', () => {
  for (const actor of ['anyone', ...roles, 'token:metrics', 'token:audit'] as const) {
    expect([actor, kindsOf('publish', [actor]), kindsOf('subscribe', [actor])]).toEqual([actor, [], []]);
  }
});

// Whoever changes the table changes this file with it, and a reader sees what became of whom.
test('jari permissions prints the grid that was last agreed on', () => {
  const [grid = ''] = permissionTable().text.split('\n\n');
  expect(`${grid}\n`).toBe(readFileSync(new URL('golden/permissions.txt', import.meta.url), 'utf8'));
});

/** Kinds of the topics, filters with wildcards left out, whose cell for this client has one of these words. */
function kindsIn(rows: readonly Row[], who: ClientName, ...words: string[]): string[] {
  const column = clients.indexOf(who);
  const granted = rows.filter(({ what, cells: row }) => words.includes(row[column] ?? '') && !/[+#]/.test(what));
  const kinds = granted.flatMap(({ what }) => tryTopicKind(what) ?? []);
  return [...new Set(kinds)].sort();
}

function kindsOf(way: 'publish' | 'subscribe', actors: readonly Actor[]): string[] {
  return [...topicKinds(way, actors)].sort();
}

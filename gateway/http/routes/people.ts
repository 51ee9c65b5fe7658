import { z } from 'zod';
import { listOf } from '../../../contract/http/common.ts';
import { type PersonItem, personChangeSchema, personItemSchema } from '../../../contract/http/people.ts';
import type { PersonItem as Kept } from '../../accounts/people.ts';
import { known, saidBy, type Who } from '../access.ts';
import { pageOf, pageQuery } from '../paging.ts';
import type { AccountsView } from '../ports.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';

const personParams = z.object({ person: z.string().max(63) });
const common = { tag: 'people', right: 'keep-people', path: '/api/v1/people/:person' } as const;

/** Who may sign in. A manager sees and removes the residents of their own buildings, an admin everybody. */
export const peopleRoutes: readonly Route[] = [
  route({
    ...common,
    method: 'GET',
    path: '/api/v1/people',
    id: 'people',
    summary: 'People and what they are',
    schema: { querystring: z.object(pageQuery), response: { 200: listOf(personItemSchema) } },
    handle({ accounts }, request) {
      const who = known(request);
      const items = accounts.people.list().filter((person) => mayKeep(who, person));
      return pageOf(items.map(itemOf), (item) => item.name, request.query);
    },
  }),
  route({
    ...common,
    method: 'PUT',
    right: 'change-roles',
    id: 'changePerson',
    summary: 'Change what a person is',
    schema: { params: personParams, body: personChangeSchema, response: { 200: personItemSchema } },
    handle({ accounts, catalog }, request) {
      const { role, buildings, reason } = request.body;
      const who = known(request);
      const name = mustFind(who, accounts, request.params.person);
      for (const building of buildings) catalog.mustHaveBuilding(building);
      accounts.people.change(name, { role, buildings }, saidBy(who, reason));
      const changed = accounts.people.list().find((person) => person.name === name);
      if (changed === undefined) throw gone(name);
      return itemOf(changed);
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    id: 'removePerson',
    summary: 'Remove a person',
    schema: {
      params: personParams,
      querystring: z.object({ reason: z.string().max(500).optional() }),
      response: { 204: z.null().describe('removed and signed out') },
    },
    handle({ accounts }, request, reply) {
      const who = known(request);
      const name = mustFind(who, accounts, request.params.person);
      accounts.people.remove(name, saidBy(who, request.query.reason));
      return reply.code(204).send(null);
    },
  }),
];

/** Whether the person is one of those that `who` looks after. */
export function mayKeep(who: Who, person: Pick<Kept, 'role' | 'buildings'>): boolean {
  if (who.actors.includes('admin')) return true;
  if (who.by !== 'session' || person.role !== 'resident') return false;
  const own = new Set(who.person.buildings.map(keyOf));
  return person.buildings.every((building) => own.has(keyOf(building)));
}

/** One who is not theirs to look after is to a manager as if there were none. */
function mustFind(who: Who, accounts: AccountsView, name: string): string {
  const person = accounts.people.find(name);
  if (person === undefined || !mayKeep(who, person)) throw gone(name);
  return name;
}

const gone = (person: string) => new HttpProblem('no-such-person', { person });

const keyOf = ({ site, building }: { site: string; building: string }) => `${site}/${building}`;

function itemOf({ at, buildings, ...person }: Kept): PersonItem {
  return { ...person, buildings: [...buildings], since: new Date(at).toISOString() };
}

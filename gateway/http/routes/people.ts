import { z } from 'zod';
import { listOf, type PersonItem, personChangeSchema, personItemSchema } from '../../../contract/http.ts';
import type { PersonItem as Kept } from '../../accounts/people.ts';
import { known, saidBy, type Who } from '../access.ts';
import type { App } from '../app.ts';
import type { Catalog } from '../catalog.ts';
import { pageOf, pageQuery } from '../paging.ts';
import type { AccountsView } from '../ports.ts';
import { answeringInput, HttpProblem } from '../problem.ts';

const personParams = z.object({ person: z.string().max(63) });

/** Who may sign in. A manager sees and removes the residents of the own buildings, an admin everybody. */
export function peopleRoutes(app: App, { accounts, catalog }: { accounts: AccountsView; catalog: Catalog }): void {
  app.get(
    '/api/v1/people',
    { schema: { querystring: z.object(pageQuery), response: { 200: listOf(personItemSchema) } } },
    async (request) => {
      const who = known(request);
      const items = accounts.people.list().filter((person) => mayKeep(who, person));
      return pageOf(items.map(itemOf), (item) => item.name, request.query);
    },
  );

  app.put(
    '/api/v1/people/:person',
    { schema: { params: personParams, body: personChangeSchema, response: { 200: personItemSchema } } },
    async (request) => {
      const { role, buildings, reason } = request.body;
      const name = mustFind(known(request), accounts, request.params.person);
      for (const building of buildings) catalog.mustHaveBuilding(building);
      await answeringInput(() => accounts.people.change(name, { role, buildings }, saidBy(known(request), reason)));
      return itemOf(accounts.people.list().find((person) => person.name === name) ?? gone(name));
    },
  );

  app.delete(
    '/api/v1/people/:person',
    {
      schema: {
        params: personParams,
        querystring: z.object({ reason: z.string().max(500).optional() }),
        response: { 204: z.null().describe('removed and signed out') },
      },
    },
    async (request, reply) => {
      const name = mustFind(known(request), accounts, request.params.person);
      await answeringInput(() => accounts.people.remove(name, saidBy(known(request), request.query.reason)));
      return reply.code(204).send(null);
    },
  );
}

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

function gone(name: string): never {
  throw new HttpProblem(404, `there is no person ${name}`);
}

const keyOf = ({ site, building }: { site: string; building: string }) => `${site}/${building}`;

function itemOf({ at, buildings, ...person }: Kept): PersonItem {
  return { ...person, buildings: [...buildings], since: new Date(at).toISOString() };
}

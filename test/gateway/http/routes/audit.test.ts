import { afterEach, beforeEach, expect, test } from 'vitest';
import { auditItemSchema } from '../../../../contract/http/audit.ts';
import { listOf } from '../../../../contract/http/common.ts';
import { scopes } from '../../../../contract/roles.ts';
import { Audit } from '../../../../gateway/audit/audit.ts';
import { verifyChain } from '../../../../gateway/audit/chain.ts';
import { memoryDatabase } from '../../store/memory-db.ts';
import { makeWorld, said, serve, signedIn, tokenOf, type World } from '../fakes.ts';

let world: World;
let server: Awaited<ReturnType<typeof serve>>;

beforeEach(async () => {
  world = makeWorld();
  server = await serve(world);
});
afterEach(() => server.close());

const page = listOf(auditItemSchema);
const bearer = { authorization: `Bearer ${tokenOf('audit')}` };

async function read(query = '', headers: Record<string, string> = bearer) {
  const response = await fetch(`${server.url}/api/v1/audit${query}`, { headers });
  const { status } = response;
  return { status, body: status === 200 ? page.parse(await response.json()) : { items: [], next: null } };
}

/** Rows that a world begins with: a person, and a token for each scope. */
const atStart = 1 + scopes.length;

test('the audit is read newest first, every row as it stands in the chain', async () => {
  world.accounts.people.change('mina', { role: 'operator', buildings: [] }, { by: 'person:kim', why: '야간 근무' });
  const { status, body } = await read();
  expect(status).toBe(200);
  expect(body.next).toBeNull();
  expect(body.items[0]).toEqual({
    id: atStart + 1,
    at: '2026-11-21T15:00:00.000Z',
    by: 'person:kim',
    action: 'person-change',
    subject: 'person:mina',
    before: { role: 'viewer', buildings: [] },
    after: { role: 'operator', buildings: [] },
    why: '야간 근무',
    hash: world.audit.head().hash,
  });
  const text = (facts: object | null) => (facts === null ? null : JSON.stringify(facts));
  const rows = body.items.toReversed().map((item) => ({
    ...item,
    at: Date.parse(item.at),
    before: text(item.before),
    after: text(item.after),
  }));
  expect(verifyChain(rows), 'a reader can walk the chain too').toEqual({ ok: true, head: world.audit.head() });
});

test('its pages follow each other without a gap while rows come in, down to the first', async () => {
  const seen: number[] = [];
  let query = '?limit=2';
  for (;;) {
    const { body } = await read(query);
    seen.push(...body.items.map(({ id }) => id));
    if (body.next === null) break;
    query = `?limit=2&cursor=${body.next}`;
    world.accounts.tokens.create({ name: 'new', scope: 'read', lifeMs: null }, said);
  }
  expect(seen).toEqual(Array.from({ length: atStart }, (_, i) => atStart - i));
});

test.each(['?cursor=0', '?cursor=-1', '?cursor=x', '?cursor=1e3', '?limit=0', '?limit=1001', "?cursor=1'--"])(
  '%s is refused',
  async (query) => {
    expect((await read(query)).status).toBe(400);
  },
);

test('it is for admins and tokens of scope audit, and for nobody else', async () => {
  expect((await read('', { cookie: signedIn(world, 'admin') })).status).toBe(200);
  const hanbit = [{ site: 'saesol', building: 'hanbit' }];
  for (const cookie of [signedIn(world, 'viewer'), signedIn(world, 'operator'), signedIn(world, 'manager', hanbit)]) {
    expect((await read('', { cookie })).status).toBe(403);
  }
  expect((await read('', { authorization: `Bearer ${tokenOf('read')}` })).status).toBe(403);
  expect((await read('', {})).status).toBe(401);
});

test('a chain that is empty is an empty list', async () => {
  await server.close();
  server = await serve({ ...world, audit: new Audit({ db: memoryDatabase(), clock: world.clock }) });
  expect(await read()).toEqual({ status: 200, body: { items: [], next: null } });
});

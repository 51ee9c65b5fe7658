import { afterEach, describe, expect, test } from 'vitest';
import { listOf, problemSchema } from '../../../../contract/http/common.ts';
import { lotItemSchema, spaceItemSchema, statisticsSchema, stayItemSchema } from '../../../../contract/http/parking.ts';
import { parkingView } from '../../../../gateway/parking/parking.ts';
import { Yard } from '../../parking/yard.ts';
import { makeWorld, serve, signedIn, tokenOf } from '../fakes.ts';

const minute = 60_000;
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

/** The routes over a real lot, with a car in bay a for ten minutes and bay c without a word. */
async function lotWorld(lot: Record<string, unknown> = {}) {
  const yard = new Yard({ lot });
  yard.connect();
  yard.set('a+ c?');
  await yard.pass(10 * minute);
  const world = makeWorld();
  const server = await serve(world, {
    sites: [yard.site],
    parking: parkingView(yard.parking, yard.act),
    clock: yard.core.clock,
  });
  opened.push(server);
  const ask = (path: string, init: RequestInit = {}) => fetch(`${server.url}/api/v1${path}`, init);
  return { yard, world, ask };
}

async function typeOf(answer: Response): Promise<string> {
  return problemSchema.parse(await answer.json()).type;
}

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

test('lots are for everybody, and add up', async () => {
  const { ask } = await lotWorld();
  const { items } = listOf(lotItemSchema).parse(await (await ask('/lots')).json());
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    lot: 'yard',
    state: 'open',
    capacity: 3,
    free: 1,
    occupied: 1,
    unknown: 1,
    outOfService: 0,
  });
  expect(await (await ask('/lots/yard')).json()).toMatchObject({ lot: 'yard', ttl: 30, coverage: 2 / 3 });
});

test('spaces say their state and why; what the sensor alone says is for those with a right', async () => {
  const { ask } = await lotWorld();
  const open = listOf(spaceItemSchema).parse(await (await ask('/lots/yard/spaces')).json());
  expect(open.items.map(({ space, state }) => `${space} ${state}`)).toEqual(['a occupied', 'b free', 'c unknown']);
  expect(open.items[2]?.reason).toEqual({ code: 'sensor-fault', fault: 'timeout' });
  expect(open.items[0]).not.toHaveProperty('sensed');
  const token = tokenOf('read');
  const all = listOf(spaceItemSchema).parse(
    await (await ask('/lots/yard/spaces', { headers: { authorization: `Bearer ${token}` } })).json(),
  );
  expect(all.items[0]).toMatchObject({ sensed: 'occupied', healthy: true });
  expect(await (await ask('/spaces')).json()).toEqual({ items: open.items, next: null });
  const first = listOf(spaceItemSchema).parse(await (await ask('/spaces?limit=2')).json());
  const rest = listOf(spaceItemSchema).parse(await (await ask(`/spaces?limit=2&cursor=${first.next}`)).json());
  expect([...first.items, ...rest.items]).toEqual(open.items);
});

test('stays, statistics, sensors and candidates need a right', async () => {
  const { ask } = await lotWorld();
  const paths = ['/stays', '/violations', '/lots/yard/statistics', '/lots/yard/sensors', '/lots/yard/corrections'];
  for (const path of paths) expect((await ask(path)).status).toBe(401);
  const headers = { authorization: `Bearer ${tokenOf('read')}` };
  for (const path of paths) expect((await ask(path, { headers })).status).toBe(200);
  const { items } = listOf(stayItemSchema).parse(await (await ask('/stays?lot=yard', { headers })).json());
  expect(items).toEqual([expect.objectContaining({ space: 'a', to: null, type: 'general' })]);
  const figures = statisticsSchema.parse(await (await ask('/lots/yard/statistics?by=day', { headers })).json());
  expect(figures.coverage).toBeGreaterThan(0);
  expect(figures.turnoverIsLowerBound).toBe(true);
});

describe('what an operator does to a space', () => {
  const until = new Date(Date.UTC(2026, 10, 21, 17)).toISOString();

  async function operator() {
    const world = await lotWorld();
    const headers = { cookie: signedIn(world.world, 'operator') };
    return { ...world, headers };
  }

  test('an override stands until its end, and is ended', async () => {
    const { ask, headers, yard } = await operator();
    const body = { state: 'closed', reason: '도색', until };
    const made = await ask('/lots/yard/spaces/b/override', json(body, headers));
    expect([made.status, await made.json()]).toEqual([
      200,
      expect.objectContaining({ space: 'b', state: 'closed', reason: { code: 'override', note: '도색' }, until }),
    ]);
    const ended = await ask('/lots/yard/spaces/b/override', { method: 'DELETE', headers });
    expect(await ended.json()).toMatchObject({ state: 'free', until: null });
    expect(yard.space('b').state).toBe('free');
  });

  test('an attendant says that a bay is empty', async () => {
    const { ask, headers } = await operator();
    const answer = await ask('/lots/yard/spaces/a/empty', json({ reason: '현장 확인' }, headers));
    expect(await answer.json()).toMatchObject({ state: 'free', reason: { code: 'seen-empty' } });
  });

  test.each([
    [
      'a lot that is not there',
      '/lots/nope/spaces/a/override',
      { state: 'closed', reason: 'x', until },
      404,
      'no-such-lot',
    ],
    [
      'a space that is not there',
      '/lots/yard/spaces/z/override',
      { state: 'closed', reason: 'x', until },
      404,
      'no-such-space',
    ],
    ['no space at all', '/lots/yard/spaces/%00%ff/empty', { reason: 'x' }, 400, null],
    [
      'a state that is none',
      '/lots/yard/spaces/a/override',
      { state: 'unknown', reason: 'x', until },
      400,
      'invalid-request',
    ],
    ['no reason', '/lots/yard/spaces/a/override', { state: 'closed', until }, 400, 'invalid-request'],
    ['no end', '/lots/yard/spaces/a/override', { state: 'closed', reason: 'x' }, 400, 'invalid-request'],
    [
      'an end that is over',
      '/lots/yard/spaces/a/override',
      { state: 'closed', reason: 'x', until: '2020-02-29T00:00:00Z' },
      400,
      'until-in-the-past',
    ],
    [
      'an end too far off',
      '/lots/yard/spaces/a/override',
      { state: 'closed', reason: 'x', until: '2028-02-29T00:00:00Z' },
      400,
      'until-too-far',
    ],
    [
      'the 30th of February',
      '/lots/yard/spaces/a/override',
      { state: 'closed', reason: 'x', until: '2027-02-30T00:00:00Z' },
      400,
      'invalid-request',
    ],
  ])('%s is refused with a code', async (_, path, body, status, code) => {
    const { ask, headers, yard } = await operator();
    const answer = await ask(path, json(body, headers));
    expect(answer.status).toBe(status);
    if (code !== null) expect(await typeOf(answer)).toBe(`/problems/${code}`);
    expect(yard.states()).toBe('a occupied, b free, c unknown');
  });

  test('there is no override to end twice', async () => {
    const { ask, headers } = await operator();
    const answer = await ask('/lots/yard/spaces/b/override', { method: 'DELETE', headers });
    expect([answer.status, await typeOf(answer)]).toEqual([409, '/problems/no-override']);
  });

  test('who may only look may not', async () => {
    const { ask, world } = await operator();
    const headers = { cookie: signedIn(world, 'viewer') };
    expect((await ask('/lots/yard/spaces/a/empty', json({ reason: 'x' }, headers))).status).toBe(403);
  });
});

describe('bad questions', () => {
  test.each([
    ['/lots/nope', 404, 'no-such-lot'],
    ['/lots/nope/spaces', 404, 'no-such-lot'],
    ['/lots/..%2f..%2f/spaces', 404, null],
    ['/lots?site=other', 404, 'no-such-site'],
    ['/lots?cursor=%21%21', 400, 'cursor-gone'],
    ['/lots?limit=0', 400, 'invalid-request'],
    ['/stays?lot=nope', 404, 'no-such-lot'],
    ['/stays?from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z', 400, 'from-not-before-to'],
    ['/stays?from=yesterday', 400, 'invalid-request'],
    ['/stays?cursor=%21%21', 400, 'cursor-invalid'],
    ['/stays?from=0', 400, 'span-too-long'],
    ['/lots/yard/statistics?by=minute', 400, 'invalid-request'],
    ['/lots/yard/statistics?from=2026-01-01T00:00:00Z&by=hour', 400, 'span-too-long'],
    ['/lots/nope/statistics', 404, 'no-such-lot'],
    ['/lots/nope/sensors', 404, 'no-such-lot'],
    ['/lots/nope/corrections', 404, 'no-such-lot'],
    ['/violations?limit=99999', 400, 'invalid-request'],
  ])('%s', async (path, status, code) => {
    const { ask } = await lotWorld();
    const answer = await ask(path, { headers: { authorization: `Bearer ${tokenOf('read')}` } });
    expect(answer.status).toBe(status);
    if (code !== null) expect(await typeOf(answer)).toBe(`/problems/${code}`);
  });

  test('figures of so few residents’ spaces are not given', async () => {
    const { ask } = await lotWorld({ spaces: [{ type: 'resident' }] });
    const answer = await ask('/lots/yard/statistics', { headers: { authorization: `Bearer ${tokenOf('read')}` } });
    expect([answer.status, await typeOf(answer)]).toEqual([403, '/problems/too-few-spaces']);
  });
});

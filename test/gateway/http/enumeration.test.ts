import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeWorld, password, serve, user, type World } from './fakes.ts';

const argon2 = await vi.hoisted(async () => new (await import('../accounts/held-argon2.ts')).HeldArgon2());
vi.mock('node:crypto', async (original) => argon2.around(await original<typeof import('node:crypto')>()));

let world: World;
let server: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => {
  world = makeWorld();
  server = await serve(world);
});
afterEach(() => server.close());

/** All that a stranger sees of a sign-in, and what it cost us. */
async function seen(name: string, given: string) {
  const before = argon2.calls.length;
  const response = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: name, password: given }),
  });
  const { status } = response;
  return { status, headers: [...response.headers], body: await response.text(), work: argon2.calls.slice(before) };
}

test('a stranger who guesses sees the same of a name that somebody has and of one that nobody has', async () => {
  const guesses = async (name: string) => {
    const all = [];
    for (let i = 0; i < 7; i++) all.push(await seen(name, `wrong password ${i}`));
    // Also with the right one: while it is locked it is not looked at.
    all.push(await seen(name, password));
    return all;
  };
  const known = await guesses(user);
  const unknown = await guesses('nobody');
  expect(unknown).toEqual(known);
  expect(known.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  expect(known.map(({ work }) => work.length)).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
  expect(known.at(-1)?.headers).toContainEqual(['retry-after', '60']);
});

test.each(['Nobody!', 'a b', '../x', "x' OR '1'='1", 'é', '__proto__', 'constructor', 'x'.repeat(63)])(
  'a name that nobody can have, %j, is refused as one that nobody has',
  async (name) => {
    const [odd, plain] = [await seen(name, 'wrong password'), await seen('nobody', 'wrong password')];
    expect(odd).toEqual(plain);
  },
);

test('nothing of what was typed comes back or is logged', async () => {
  const typed = 'my-password-in-the-wrong-field';
  const answers = [await seen(typed, 'wrong password'), await seen(user, typed), await seen(typed, '')];
  expect(JSON.stringify(answers)).not.toContain(typed);
  expect(JSON.stringify(world.logged)).not.toContain(typed);
  expect(JSON.stringify(world.audit.list({ before: null, limit: 100 }))).not.toContain(typed);
});

test('the door of invitations tells a stranger without a code nothing of names, and stretches nothing', async () => {
  const before = argon2.calls.length;
  const ask = async (name: string) => {
    const response = await fetch(`${server.url}/api/v1/invitations/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: 'x'.repeat(43), user: name, password }),
    });
    return { status: response.status, body: await response.text() };
  };
  expect(await ask(user)).toEqual(await ask('nobody'));
  expect(argon2.calls).toHaveLength(before);
});

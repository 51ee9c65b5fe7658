import { expect, onTestFinished, test } from 'vitest';
import { makeWorld, password, serve, user } from './fakes.ts';

const forwarded = {
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'jari.example',
};

test('people behind a proxy that the site file names are told apart by the address it gives', async () => {
  const { signIn, addresses } = await gateway(['127.0.0.1']);
  const one = await signIn(forwarded);
  expect(one.headers.get('set-cookie')).toMatch(/^__Host-jari_session=.*; Secure/);
  await signIn({ ...forwarded, 'x-forwarded-for': '203.0.113.8' });
  expect(addresses()).toEqual(['203.0.113.7', '203.0.113.8']);
});

test('nobody else is believed who they say they come for', async () => {
  const { signIn, addresses } = await gateway([]);
  const one = await signIn(forwarded);
  expect(one.headers.get('set-cookie')).toMatch(/^jari_session=/);
  expect(addresses()).toEqual(['127.0.0.1']);
});

test('a page behind the proxy is of this origin by the name that the proxy gives', async () => {
  const { signIn } = await gateway(['127.0.0.1']);
  expect((await signIn({ ...forwarded, origin: 'https://jari.example' })).status).toBe(200);
  expect((await signIn({ ...forwarded, origin: 'https://other.example' })).status).toBe(403);
});

async function gateway(proxies: readonly string[]) {
  const world = makeWorld();
  const server = await serve(world, { proxies });
  onTestFinished(() => server.close());
  const signIn = async (headers: Record<string, string>) => {
    const response = await fetch(`${server.url}/api/v1/session`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ user, password }),
    });
    await response.body?.cancel();
    return response;
  };
  const addresses = () =>
    world.audit
      .list({ before: null, limit: 10 })
      .filter(({ action }) => action === 'sign-in')
      .map(({ after }) => after?.address)
      .toReversed();
  return { signIn, addresses };
}

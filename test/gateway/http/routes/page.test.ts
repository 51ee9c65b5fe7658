import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstLists } from '../../../../web/gateway/first-lists.ts';
import { root } from '../../../needs.ts';
import { makeWorld, serve, signedIn } from '../fakes.ts';

let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  server = await serve(makeWorld());
});
afterAll(() => server.close());

const html = async (path = '/') => (await fetch(`${server.url}${path}`)).text();
const filesOf = (page: string) => [...page.matchAll(/(?:src|href)="(\/web\/[^"]+)"/g)].map(([, path]) => path ?? '');

test.each(['/', '/people', '/join'])(
  '%s names files that are there, whose names change with their content',
  async (path) => {
    const files = filesOf(await html(path));
    expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(0);
    for (const file of files) {
      if (file === '/web/icon.svg') continue;
      expect(file).toMatch(/^\/web\/[\w-]+-[\w-]{8}\.(js|css)$/);
      const response = await fetch(`${server.url}${file}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
  },
);

test('a script comes as JavaScript', async () => {
  const script = filesOf(await html()).find((file) => file.endsWith('.js'));
  const response = await fetch(`${server.url}${script}`);
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

test('the page has no inline script or style, which its own policy would block, and nothing from elsewhere', async () => {
  const page = await html();
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  expect(page).not.toMatch(/(?:src|href)="(?!\/)/);
});

test('a page that is unchanged is not sent again', async () => {
  const first = await fetch(server.url);
  expect(first.headers.get('cache-control')).toBe('no-cache');
  const etag = first.headers.get('etag') ?? '';
  const second = await fetch(server.url, { headers: { 'if-none-match': etag } });
  expect(second.status).toBe(304);
});

test('to somebody signed in the page says who that is, and is kept nowhere', async () => {
  const world = makeWorld();
  const own = await serve(world);
  const page = await fetch(own.url, { headers: { cookie: signedIn(world, 'operator') } });
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('etag')).toBe(null);
  const said = /<meta name="jari-who" content="([^"]*)" \/><\/head>/.exec(await page.text())?.[1] ?? '';
  const who: unknown = JSON.parse(said.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
  const asked = await fetch(`${own.url}/api/v1/session`, { headers: { cookie: signedIn(world, 'operator') } });
  expect(who).toEqual(await asked.json());
  for (const cookie of ['jari_session=made-up', '']) {
    expect(await (await fetch(own.url, { headers: { cookie } })).text()).not.toContain('jari-who');
  }
  await own.close();
});

test('a page names the files and lists it will ask for, so that they come while its script is read', async () => {
  const world = makeWorld();
  const own = await serve(world);
  const cookie = signedIn(world, 'operator');
  const named = async (path: string) => {
    const page = await (await fetch(`${own.url}${path}`, { headers: { cookie } })).text();
    const links = (rel: string) =>
      [...page.matchAll(new RegExp(`<link rel="${rel}"[^>]*href="([^"]+)"`, 'g'))].map(([, at = '']) => at);
    return { files: links('modulepreload'), lists: links('preload') };
  };
  const [parking, devices] = [await named('/parking/saesol-public?lang=en'), await named('/devices')];
  expect(parking.files).not.toEqual(devices.files);
  expect(parking.lists).toEqual(Object.values(firstLists));
  for (const file of [...parking.files, ...devices.files]) expect((await fetch(`${own.url}${file}`)).status).toBe(200);
  const resident = await fetch(own.url, { headers: { cookie: signedIn(world, 'resident') } });
  expect(await resident.text()).not.toContain('/api/v1/');
  await own.close();
});

test.each([
  ['gzip, deflate, br', 'gzip'],
  ['br, gzip;q=0.5', 'gzip'],
  ['gzip;q=0', undefined],
  ['identity', undefined],
])('to who takes “%s” it goes out as %s, and is the same', async (accept, encoding) => {
  const { headers, body } = await raw('/', accept);
  expect(headers['content-encoding']).toBe(encoding);
  expect((encoding === 'gzip' ? gunzipSync(body) : body).toString()).toBe(await html());
});

test('nothing is served that is not part of the pages', async () => {
  for (const name of ['tsconfig.json', 'README.md', 'build.ts', 'index.html.gz', 'constructor', '.', '..%2fbuild.ts']) {
    expect((await fetch(`${server.url}/web/${name}`)).status).toBe(404);
  }
});

test('the page says which listeners let unencrypted connections in', async () => {
  expect(await html()).not.toContain('data-insecure');
  const open = await serve(makeWorld(), { insecure: ['http', 'mqtt'] });
  expect(await (await fetch(open.url)).text()).toContain('<html data-insecure="http mqtt"');
  await open.close();
});

function raw(path: string, accept: string) {
  return new Promise<{ headers: NodeJS.Dict<string | string[]>; body: Buffer }>((resolve, reject) => {
    get(`${server.url}${path}`, { headers: { 'accept-encoding': accept } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(parts) }));
    }).on('error', reject);
  });
}

test('a script is the same file packed, unpacked and as built', async () => {
  const script = filesOf(await html()).find((file) => file.endsWith('.js')) ?? '';
  const [plain, packed] = [await raw(script, 'identity'), await raw(script, 'gzip')];
  expect(packed.headers['content-encoding']).toBe('gzip');
  expect(plain.headers['content-encoding']).toBeUndefined();
  const built = readFileSync(join(root, script.replace('/web/', 'web/dist/')));
  expect(plain.body.equals(built) && gunzipSync(packed.body).equals(built)).toBe(true);
});

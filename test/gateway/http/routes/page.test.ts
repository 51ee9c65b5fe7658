import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../../needs.ts';
import { makeWorld, serve } from '../fakes.ts';

const scripts = readdirSync(join(root, 'web')).filter((name) => name.endsWith('.ts'));
const warnings: string[] = [];
const note = (warning: Error) => void warnings.push(warning.message);
let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  process.on('warning', note);
  server = await serve(makeWorld());
});
afterAll(async () => {
  process.off('warning', note);
  await server.close();
});

test.each(scripts)('%s comes as a script without types, whose imports are on the page too', async (name) => {
  const response = await fetch(`${server.url}/web/${name}`);
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  const code = await response.text();
  expect(code).not.toMatch(/\bimport type\b|\binterface\b/);
  const imports = [...code.matchAll(/from '\.\/([^']+)'/g)].map((match) => match[1]);
  for (const file of imports) expect(scripts).toContain(file);
  expect(code).not.toMatch(/from '\.\.\//);
});

test('the page has no inline script or style, which its own policy would block', async () => {
  const html = await (await fetch(server.url)).text();
  expect(html).toContain('src="/web/live.ts"');
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
});

test('a file that is unchanged is not sent again', async () => {
  const first = await fetch(`${server.url}/web/live.css`);
  const etag = first.headers.get('etag') ?? '';
  const second = await fetch(`${server.url}/web/live.css`, { headers: { 'if-none-match': etag } });
  expect(second.status).toBe(304);
});

test('nothing is served that is not part of the page', async () => {
  for (const name of ['tsconfig.json', 'README.md', 'constructor', '.']) {
    expect((await fetch(`${server.url}/web/${name}`)).status).toBe(404);
  }
});

test('stripping types says nothing, and other warnings still do', async () => {
  process.emitWarning('something else');
  await new Promise(setImmediate);
  expect(warnings).toEqual(['something else']);
});

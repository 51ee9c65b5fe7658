import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changesBetween } from '../../../config/against/changes.ts';
import { apart, apartAtStart } from '../../../config/apart/apart.ts';
import { loadSite } from '../../../config/load-site.ts';
import type { Site } from '../../../config/site.ts';
import { root } from '../../needs.ts';
import { tempDir } from '../../temp.ts';
import { goodSite } from '../site-text.ts';

test.each(['demo', 'lora'])('the site %s that a thread has read is the one that is read here', async (name) => {
  const file = join(root, `config/sites/${name}.yaml`);
  const here = loadSite(file);
  expect(here.ok).toBe(true);
  expect(await apart('load', file)).toEqual(here);
  expect(apartAtStart('load', file)).toEqual(here);
});

test('a file that is bad is said to be so with the same problems', async () => {
  const file = join(tempDir(), 'site.yaml');
  writeFileSync(file, goodSite.replace('site: test', 'sight: test'));
  const here = loadSite(file);
  expect(here.ok).toBe(false);
  expect(await apart('load', file)).toEqual(here);
  expect(apartAtStart('load', file)).toEqual(here);
});

test('a file is held against the site that runs, and what both hold is said', async () => {
  const [dir, there] = [tempDir(), tempDir()];
  const [file, draft] = [join(dir, 'site.yaml'), join(there, 'site.yaml')];
  writeFileSync(file, goodSite);
  writeFileSync(draft, goodSite.replace('unit: 2, every: 5s', 'unit: 2, every: 20s'));
  const running = loadSite(file);
  if (!running.ok) throw new Error('it is good');
  const held = await apart('held', draft, dir, running.site);
  if (!held.loaded.ok) throw new Error('it is good too');
  expect(held.changes.map(({ code }) => code)).toContain('points-slower');
  expect(held.changes).toEqual(changesBetween(running.site, held.loaded.site));
  expect(held.value).toMatchObject({ site: 'test' });
  expect(held.was).toEqual(await apart('value', file));
  expect(held.value).not.toEqual(held.was);
});

test('what the work throws is thrown to the one who asked', async () => {
  const file = join(root, 'config/sites/lora.yaml');
  const noSite = {} as Site;
  await expect(apart('held', file, '/', noSite)).rejects.toThrow(TypeError);
  expect(() => apartAtStart('held', file, '/', noSite)).toThrow(TypeError);
});

test('two at once are answered each its own', async () => {
  const files = ['a', 'b'].map((name) => {
    const file = join(tempDir(), 'site.yaml');
    writeFileSync(file, goodSite.replace('site: test', `site: ${name}`));
    return file;
  });
  const loaded = await Promise.all(files.map((file) => apart('load', file)));
  expect(loaded.map((each) => each.ok && each.site.id)).toEqual(['a', 'b']);
});

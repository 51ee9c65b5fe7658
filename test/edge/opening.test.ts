import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openPart } from '../../edge/configuration/open-part.ts';
import { readInput } from '../../edge/input.ts';
import { openPartApart, readInputApart } from '../../edge/opening.ts';
import { root } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { content } from './configuration/signed.ts';

test.each(['cabinet-b1', 'cabinet-s1', 'cabinet-s2'])(
  'what a thread reads of the demo site for %s is what is read here',
  async (agent) => {
    vi.stubEnv('JARI_UPLINK_PASSWORD', 'any');
    onTestFinished(() => void vi.unstubAllEnvs());
    const command = { site: join(root, 'config/sites/demo.yaml'), agent, supervisors: [] };
    const apart = await readInputApart(command);
    expect(apart).toStrictEqual(readInput(command));
    expect(apart.agent.buses.length).toBeGreaterThan(0);
  },
);

test('a part that a thread opens is what is opened here, refusals too', async () => {
  const dir = tempDir();
  const side = { site: 'testville', agent: 'cabinet-1', folder: dir, uplink: { url: 'mqtt://127.0.0.1:1' } };
  for (const extra of [{}, { colour: 'red' }]) {
    const part = JSON.parse(JSON.stringify(content('5s', extra)));
    const here = openPart(part, side, join(dir, 'offered'));
    expect(here.ok).toBe(Object.keys(extra).length === 0);
    expect(await openPartApart(part, side, join(dir, 'offered'))).toStrictEqual(here);
  }
});

test('parts that come together are opened one after the other, each in the folder that both share', async () => {
  const dir = tempDir();
  const side = { site: 'testville', agent: 'cabinet-1', folder: dir, uplink: { url: 'mqtt://127.0.0.1:1' } };
  const open = (every: string) => openPartApart(JSON.parse(JSON.stringify(content(every))), side, join(dir, 'offered'));
  const opened = await Promise.all(['5s', '7s', '9s'].map(open));
  const told = opened.map((each) => /"everyMs":(\d+)/.exec(JSON.stringify(each))?.[1]);
  expect(told).toEqual(['5000', '7000', '9000']);
});

test('a thread that fails refuses, and the next one is asked all the same', async () => {
  const file = join(tempDir(), 'site.yaml');
  writeFileSync(file, 'site: x\n');
  const [wrong, right] = await Promise.allSettled([
    readInputApart({ site: file, agent: 'a' }),
    readInputApart({ site: join(root, 'config/sites/demo.yaml'), agent: 'nobody' }),
  ]);
  expect(wrong).toMatchObject({ status: 'rejected', reason: { problems: expect.any(Array) } });
  expect(right).toMatchObject({ reason: { problems: [expect.stringContaining('--agent nobody')] } });
});

/** It would be kept for years: some 4 MB of an agent. */
test('nothing that checks a site file is loaded by an agent itself', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['edge/cli.ts', 'edge/opening-thread.ts'],
    outdir: 'unwritten',
    ...{
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
    },
  });
  const loadedBy = (entry: string): string[] => {
    const [loaded, next] = [new Set<string>(), [entry]];
    for (let path = next.pop(); path !== undefined; path = next.pop()) {
      if (loaded.has(path)) continue;
      loaded.add(path);
      for (const { path: to, kind } of metafile.inputs[path]?.imports ?? [])
        if (kind === 'import-statement') next.push(to);
    }
    return [...loaded].filter((path) => path === 'yaml' || /^config\/(load-site|schema|checks\/)/.test(path));
  };
  expect(loadedBy('edge/cli.ts')).toEqual([]);
  expect(loadedBy('edge/opening-thread.ts')).toEqual(expect.arrayContaining(['yaml', 'config/load-site.ts']));
});

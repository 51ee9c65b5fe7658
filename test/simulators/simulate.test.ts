import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { runSimulate, type SimulateOptions } from '../../simulators/command.ts';
import { command, missing, root } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { childrenOf, isAlive, until } from './processes.ts';
import { siteText, smallSiteText, writeSiteText } from './sites.ts';

const noScript = missing(command('script'));

type Simulating = { child: ChildProcess; exited: Promise<unknown>; lines(): string[] };

/** `jari simulate` as a process of its own. */
async function simulate(dir: string, options: Partial<SimulateOptions> = {}): Promise<Simulating> {
  const entry = join(root, 'simulators/command.ts');
  const run = `import { runSimulate } from ${JSON.stringify(entry)};
    await runSimulate(${JSON.stringify({ site: writeSiteText(smallSiteText()), dir, ...options })});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', run], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let said = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
  await until(() => existsSync(join(dir, 'ports.json')));
  return { child, exited, lines: () => said.trim().split('\n') };
}

const scenario = `id: try
title: { ko: 시험, en: A try }
site: test
begins: "06:00"
steps:
  - { at: "06:00", fault: broker-gone, target: box-1, note: { ko: 끊김, en: The uplink is cut } }
  - { at: "06:00:30", fault: silent, target: di-1, for: 5m }
`;

function scenarioFile(text = scenario): string {
  const file = join(tempDir(), 'scenario.yaml');
  writeFileSync(file, text);
  return file;
}

describe.skipIf(noScript)('jari simulate', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it and its holders and clears its folder within 2 s',
    async (signal) => {
      const dir = tempDir();
      const { child, exited } = await simulate(dir);
      const holders = childrenOf(child.pid);
      expect(holders).toHaveLength(1);
      const began = systemClock.monotonic();
      child.kill(signal);
      expect(await exited).toBe(0);
      expect(systemClock.monotonic() - began).toBeLessThan(2000);
      expect(existsSync(join(dir, 'ports.json'))).toBe(false);
      expect(readdirSync(join(dir, 'box-1'))).toEqual([]);
      await until(() => holders.every((pid) => !isAlive(pid)));
    },
  );

  test('plays a scenario, and says what happens when', async () => {
    const { lines } = await simulate(tempDir(), { scenario: scenarioFile(), speed: 60 });
    await until(() => lines().length === 5);
    expect(lines()).toEqual([
      'test: 2 virtual lines are up, playing A try from 06:00 (Ctrl-C ends them)',
      expect.stringMatching(/box-1\/line {2}\//),
      expect.stringMatching(/box-1\/lan {2}127/),
      '06:00  broker-gone at box-1 (The uplink is cut)',
      '06:00:30  silent at di-1 for 5m',
    ]);
  });

  test('plays it in JSON as well: the ports first, then a line for each step', async () => {
    const { lines } = await simulate(tempDir(), { scenario: scenarioFile(), speed: 60, json: true });
    await until(() => lines().length === 3);
    const [ports, first, second] = lines().map((line) => JSON.parse(line));
    expect(Object.keys(ports.buses)).toEqual(['box-1/line', 'box-1/lan']);
    expect(first.step).toMatchObject({ does: 'fault', name: 'broker-gone', target: 'box-1' });
    expect(second.step).toMatchObject({ atMs: 21_630_000, forMs: 300_000 });
  });

  test('killed outright leaves no holder behind', async () => {
    const { child, exited } = await simulate(tempDir());
    const holders = childrenOf(child.pid);
    const shells = holders.flatMap(childrenOf);
    expect([holders.length, shells.length]).toEqual([1, 1]);
    child.kill('SIGKILL');
    await exited;
    await until(() => [...holders, ...shells].every((pid) => !isAlive(pid)));
  });
});

test.each([
  [{ seed: 1.5 }, /--seed 1\.5/],
  [{ speed: 0 }, /--speed 0/],
])('%j is refused before anything is touched', async (bad, why) => {
  const dir = join(tempDir(), 'field');
  const refused = await runSimulate({ site: 'none.yaml', dir, ...bad }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(InputError);
  expect(String(refused)).toMatch(why);
  expect(existsSync(dir)).toBe(false);
});

test.each([
  ['dya', /--scenario dya: no scenario of this name \(did you mean day\?\)/],
  ['./dya.yaml', /dya\.yaml: does not exist/],
])('the scenario %s is refused before anything is touched', async (name, why) => {
  const dir = join(tempDir(), 'field');
  const site = writeSiteText(smallSiteText());
  await expect(runSimulate({ site, dir, scenario: name })).rejects.toThrow(why);
  expect(existsSync(dir)).toBe(false);
});

test('a scenario that does not fit the site is refused with every line that does not', async () => {
  const dir = join(tempDir(), 'field');
  const site = writeSiteText(smallSiteText());
  const file = scenarioFile(scenario.replaceAll('box-1', 'box-9').replace('di-1', 'di-9'));
  const refused = await runSimulate({ site, dir, scenario: file }).catch((error: unknown) => error);
  if (!(refused instanceof InputError)) throw refused;
  expect(refused.problems.map((problem) => problem.replace(file, ''))).toEqual([
    expect.stringMatching(/^:6:\d+ steps\.0\.target: "box-9"/),
    expect.stringMatching(/^:7:\d+ steps\.1\.target: "di-9"/),
  ]);
  expect(existsSync(dir)).toBe(false);
});

test('a site file with problems is refused with where they are', async () => {
  const site = writeSiteText(siteText(['{ id: x, profile: no-such, unit: 1, every: 1s }'], []));
  await expect(runSimulate({ site, dir: join(tempDir(), 'field') })).rejects.toThrow(/site\.yaml:\d+:\d+.*no-such/);
});

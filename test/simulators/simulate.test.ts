import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { runSimulate } from '../../simulators/command.ts';
import { command, missing, root } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { childrenOf, isAlive, until } from './processes.ts';
import { siteText, smallSiteText, writeSiteText } from './sites.ts';

const noScript = missing(command('script'));

/** `jari simulate` as a process of its own. */
async function simulate(dir: string): Promise<{ child: ChildProcess; exited: Promise<unknown> }> {
  const entry = join(root, 'simulators/command.ts');
  const run = `import { runSimulate } from ${JSON.stringify(entry)};
    await runSimulate(${JSON.stringify({ site: writeSiteText(smallSiteText()), dir })});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', run], { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
  await until(() => existsSync(join(dir, 'ports.json')));
  return { child, exited };
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

test('a site file with problems is refused with where they are', async () => {
  const site = writeSiteText(siteText(['{ id: x, profile: no-such, unit: 1, every: 1s }'], []));
  await expect(runSimulate({ site, dir: join(tempDir(), 'field') })).rejects.toThrow(/site\.yaml:\d+:\d+.*no-such/);
});

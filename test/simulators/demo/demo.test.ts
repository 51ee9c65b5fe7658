import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../../contract/clock.ts';
import { FolderLock } from '../../../simulators/demo/folder-lock.ts';
import { freePort } from '../../../simulators/demo/ports.ts';
import { whenAllGood } from '../../../simulators/demo/readiness.ts';
import { command, missing, root } from '../../needs.ts';
import { tempDir } from '../../temp.ts';
import { isAlive, until } from '../processes.ts';

const noScript = missing(command('script'));
const demoJson = z.strictObject({ http: z.url(), mqtt: z.url(), user: z.string(), tokenFile: z.string() });

function startDemo(dir: string): { child: ChildProcess; output(): string; exited: Promise<number | null> } {
  const child = spawn(process.execPath, [join(root, 'jari.ts'), 'demo'], {
    env: { ...process.env, JARI_DEMO_DIR: dir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString();
    });
  }
  const exited = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  return { child, output: () => output, exited };
}

function members(dir: string): number[] {
  const text = existsSync(join(dir, 'processes')) ? readFileSync(join(dir, 'processes'), 'utf8') : '';
  return text.split('\n').filter(Boolean).map(Number.parseFloat);
}

describe.skipIf(noScript)('the demo', { timeout: 240_000 }, () => {
  test('brings every device up, lets a reader in, replaces a part that dies, and stops without a trace', async () => {
    const dir = tempDir();
    const { child, output, exited } = startDemo(dir);
    await until(() => /all \d+ devices good after [\d.]+ s/.test(output()), 180_000).catch(() => {
      throw new Error(output());
    });
    const file = join(dir, 'demo.json');
    const { http, user, tokenFile } = demoJson.parse(JSON.parse(readFileSync(file, 'utf8')));
    expect([statSync(file), statSync(tokenFile)].map(({ mode }) => mode & 0o777)).toEqual([0o600, 0o600]);

    const token = readFileSync(tokenFile, 'utf8').trim();
    const latest = await fetch(`${http}/api/v1/latest`, { headers: { authorization: `Bearer ${token}` } });
    expect(latest.status).toBe(200);
    expect(output()).toContain(http);
    expect(output()).toMatch(new RegExp(`${user} +/ +\\S{16,}`));

    const again = startDemo(dir);
    expect(await again.exited).toBe(2);
    expect(again.output()).toMatch(/a demo runs on this folder already/);

    const before = members(dir);
    expect(before).toHaveLength(5);
    const edge = before.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('cabinet-s2'));
    process.kill(edge ?? Number.NaN, 'SIGKILL');
    await until(() => /edge cabinet-s2 ended \(SIGKILL\)/.test(output()));
    await until(() => members(dir).length === 5 && !members(dir).includes(edge ?? 0));

    const all = members(dir);
    const asked = systemClock.monotonic();
    child.kill('SIGINT');
    expect(await exited).toBe(0);
    expect(systemClock.monotonic() - asked).toBeLessThan(5000);
    expect(all.filter(isAlive)).toEqual([]);
    expect(['demo.json', 'processes', 'demo.sock', 'field/ports.json'].filter((f) => existsSync(join(dir, f)))).toEqual(
      [],
    );
  });

  test('killed outright leaves nothing running', async () => {
    const dir = tempDir();
    const { child, exited } = startDemo(dir);
    await until(() => existsSync(join(dir, 'demo.json')), 180_000);
    const all = members(dir);
    expect(all).toHaveLength(5);
    child.kill('SIGKILL');
    await exited;
    await until(() => all.every((pid) => !isAlive(pid)));
  });

  test('interrupted while it comes up stops at once', async () => {
    const dir = tempDir();
    const { child, exited } = startDemo(dir);
    await until(() => members(dir).length > 0, 180_000);
    const some = members(dir);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(some.filter(isAlive)).toEqual([]);
  });
});

test('a port that is taken is passed over for the next free one', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : 0);
    });
  });
  onTestFinished(() => {
    server.close();
  });
  expect(await freePort({ host: '127.0.0.1', port })).toBeGreaterThan(port);
  expect(await freePort({ host: '127.0.0.1', port }, [port + 1])).toBeGreaterThan(port + 1);
});

test('a folder is one demo at a time, and free again when that ends', async () => {
  const dir = join(tempDir(), 'demo');
  const lock = await FolderLock.acquire(dir);
  await expect(FolderLock.acquire(dir)).rejects.toThrow(/already/);
  await lock.release();
  await (await FolderLock.acquire(dir)).release();
});

test('devices that stay away are named once, with why, and waiting ends when told', async () => {
  const stop = new AbortController();
  const slow: unknown[] = [];
  const outcome = await whenAllGood({
    clock: systemClock,
    http: 'http://127.0.0.1:1',
    token: 'x',
    devices: ['tilt-se'],
    signal: stop.signal,
    patienceMs: 0,
    onSlow(waiting) {
      slow.push(...waiting);
      stop.abort();
    },
  });
  expect(outcome).toBe('stopped');
  expect(slow).toEqual([{ device: 'tilt-se', state: 'unknown', why: expect.stringMatching(/fetch|bad port/) }]);
});

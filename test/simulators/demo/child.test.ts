import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Child, type Death } from '../../../simulators/demo/child.ts';
import { Family } from '../../../simulators/demo/family.ts';
import { tempDir } from '../../temp.ts';
import { isAlive, until } from '../processes.ts';

/** A shell script as a child of the demo. */
function child(script: string, options: { clock?: SimClock } = {}) {
  const dir = tempDir();
  const deaths: (Death & { nextMs: number })[] = [];
  const log = join(dir, 'child.log');
  const made = new Child({
    name: 'edge x',
    program: '/bin/sh',
    args: ['-c', script],
    log,
    clock: options.clock ?? systemClock,
    family: new Family(join(dir, 'processes')),
    onDied: (death) => deaths.push(death),
  });
  onTestFinished(() => made.stop(0));
  const members = () => readFileSync(join(dir, 'processes'), 'utf8').split('\n').filter(Boolean);
  return { made, deaths, log, members };
}

describe('a child of the demo', () => {
  test('that ends before it is ready is told with its last words, and not started again', async () => {
    const { made, deaths, log, members } = child('echo one; echo "no such site" >&2; exit 2');
    expect(await made.died).toEqual({ name: 'edge x', how: 'exit 2', lastLines: ['one', 'no such site'], log });
    expect([deaths, members()]).toEqual([[], []]);
  });

  test('that ends later is started again after waits that double, and its log goes on', async () => {
    const clock = new SimClock();
    const { made, deaths, log } = child('echo hello', { clock });
    made.supervise();
    for (const nextMs of [500, 1000, 2000]) {
      await until(() => deaths.at(-1)?.nextMs === nextMs);
      await clock.advance(nextMs);
    }
    await until(() => readFileSync(log, 'utf8') === 'hello\n'.repeat(4));
  });

  test('is stopped by SIGTERM, and by SIGKILL when it does not listen', async () => {
    const { made, deaths, log } = child('trap "" TERM; echo up; while true; do sleep 0.05; done');
    made.supervise();
    await until(() => readFileSync(log, 'utf8') === 'up\n');
    await made.stop(50);
    expect(deaths).toEqual([]);
  });

  test('that is stopped while waiting to start again stays down', async () => {
    const clock = new SimClock();
    const { made, deaths, log } = child('echo hello', { clock });
    made.supervise();
    await until(() => deaths.length === 1);
    await made.stop(50);
    await clock.advance(60_000);
    expect(readFileSync(log, 'utf8')).toBe('hello\n');
  });

  test('whose program does not exist is told', async () => {
    const dir = tempDir();
    const made = new Child({
      name: 'edge x',
      program: join(dir, 'none'),
      args: [],
      log: join(dir, 'log'),
      clock: systemClock,
      family: new Family(join(dir, 'processes')),
      onDied: () => {},
    });
    expect((await made.died).how).toMatch(/ENOENT/);
  });
});

describe('the family', () => {
  test('ends what an earlier demo left, by pid and start time, and spares a pid that is another process now', async () => {
    const { made, members } = child('exec sleep 1000');
    const line = members()[0] ?? '';
    const [pid = '', began = ''] = line.split(' ');
    const file = join(tempDir(), 'processes');
    writeFileSync(file, `${pid} ${Number(began) + 1}\nrubbish\n\n1 5\n`);
    expect(await new Family(file).endLeftovers(systemClock)).toBe(0);
    expect(isAlive(Number(pid))).toBe(true);
    writeFileSync(file, `${line}\n`);
    expect(await new Family(file).endLeftovers(systemClock)).toBe(1);
    expect((await made.died).how).toBe('SIGTERM');
    expect(existsSync(file)).toBe(false);
  });

  test('keeps its file to itself, and takes it away at the end', () => {
    const file = join(tempDir(), 'processes');
    const family = new Family(file);
    const guard = family.guard();
    family.add(process.pid);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    guard.end();
    expect(existsSync(file)).toBe(false);
  });
});

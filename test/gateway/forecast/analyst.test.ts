import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { defaultForecastSettings as settings } from '../../../config/forecast/forecast-settings.ts';
import { ProcessAnalyst } from '../../../gateway/forecast/analyst.ts';
import { dayMs, hourMs } from '../../../gateway/forecast/hours.ts';
import { packed, type Task } from '../../../gateway/forecast/packed.ts';
import { tempDir } from '../../temp.ts';

const first = Math.floor(Date.UTC(2026, 0, 1) / hourMs);

function taskOf(days: number, untils: readonly number[], unit = 'deg'): Task {
  const hours = Array.from({ length: 24 * days }, (_, nth) => ({
    hour: first + nth,
    median: Math.sin(nth) / 1000,
    minutes: 60,
  }));
  const none = {
    temperature: null,
    neighbours: [],
    limits: { high: null, low: null },
    drift: null,
    utcOffsetMs: 0,
  };
  return { series: { ...none, unit, hours: packed(hours) }, settings, before: null, untils };
}

test('a process that dies between two tasks is replaced with the next, and ends nothing else', async () => {
  const dying = join(tempDir(), 'dying.mjs');
  writeFileSync(
    dying,
    `process.once('message', () => {
      process.send({ found: [] });
      setTimeout(() => process.exit(1), 200);
    });`,
  );
  const analyst = new ProcessAnalyst(pathToFileURL(dying));
  const task = () => taskOf(20, [first * hourMs + 20 * dayMs]);
  try {
    expect(await analyst.run(task())).toEqual([]);
    await expect.poll(() => analyst.isStarted).toBe(false);
    expect(await analyst.run(task())).toEqual([]);
  } finally {
    analyst.rest();
  }
});

test('what is worked on when there is to be rest rejects, and so does what a process died of', async () => {
  const silent = join(tempDir(), 'silent.mjs');
  writeFileSync(silent, `process.on('message', ({ untils }) => untils.length > 1 && process.exit(3));`);
  const analyst = new ProcessAnalyst(pathToFileURL(silent));
  const end = first * hourMs + 20 * dayMs;
  const waiting = analyst.run(taskOf(20, [end]));
  analyst.rest();
  await expect(waiting).rejects.toThrow('ended with SIGKILL');
  expect(analyst.isStarted).toBe(false);
  await expect(analyst.run(taskOf(20, [end, end + dayMs]))).rejects.toThrow('ended with 3');
});

test('points are analysed one after the other in one process, each day on what the day before it found', async () => {
  const analyst = new ProcessAnalyst();
  const ends = [30, 31, 32].map((day) => first * hourMs + day * dayMs);
  try {
    for (const days of [32, 40]) {
      const found = await analyst.run(taskOf(days, ends));
      expect(found.map(({ state, judged }) => [state, judged])).toEqual(Array(3).fill(['none', true]));
      expect(found.map(({ days: own }) => own.length > 0)).toEqual([false, false, true]);
    }
    // What cannot be worked out fails that task alone.
    await expect(analyst.run({ ...taskOf(20, ends), settings: null as never })).rejects.toThrow('null');
    expect(await analyst.run(taskOf(32, ends))).toHaveLength(3);
  } finally {
    analyst.rest();
  }
});

test('a process outlives a signal to all of a terminal, and not the gateway that started it', async () => {
  const gateway = join(tempDir(), 'gateway.mjs');
  const worker = new URL('../../../gateway/forecast/analyst-worker.ts', import.meta.url);
  writeFileSync(
    gateway,
    `import { fork } from 'node:child_process';
    const child = fork(new URL(${JSON.stringify(worker)}), { serialization: 'advanced' });
    child.send({}, () => {});
    child.on('message', () => process.send(child.pid));
    process.on('message', () => child.send({}));`,
  );
  const parent = fork(gateway);
  const answered = () => once(parent, 'message').then(([pid]) => Number(pid));
  try {
    const pid = await answered();
    process.kill(pid, 'SIGINT');
    process.kill(pid, 'SIGTERM');
    parent.send('again');
    expect(await answered()).toBe(pid);
    parent.kill('SIGKILL');
    await expect.poll(() => isThere(pid)).toBe(false);
  } finally {
    parent.kill('SIGKILL');
  }
});

function isThere(pid: number): boolean {
  try {
    // One that ended and has not been asked for by its parent is a zombie.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

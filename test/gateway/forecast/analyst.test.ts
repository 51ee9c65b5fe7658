import { expect, test } from 'vitest';
import { defaultForecastSettings as settings } from '../../../config/forecast/forecast-settings.ts';
import { ThreadAnalyst } from '../../../gateway/forecast/analyst.ts';
import { dayMs, hourMs } from '../../../gateway/forecast/hours.ts';
import { packed, type Task } from '../../../gateway/forecast/packed.ts';

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

test('a thread that dies between two tasks is replaced with the next, and ends nothing else', async () => {
  // Answers a task, and dies of its own accord once that has come: an error may overtake an answer.
  const dying = `import { parentPort } from 'node:worker_threads';
    parentPort.once('message', () => {
      parentPort.postMessage({ found: [] });
      setTimeout(() => { throw new Error('out of memory'); }, 200);
    });`;
  const thrown: unknown[] = [];
  const note = (error: unknown) => void thrown.push(error);
  process.on('uncaughtException', note);
  const analyst = new ThreadAnalyst(new URL(`data:text/javascript,${encodeURIComponent(dying)}`));
  const task = () => taskOf(20, [first * hourMs + 20 * dayMs]);
  try {
    expect(await analyst.run(task())).toEqual([]);
    await expect.poll(() => analyst.isStarted).toBe(false);
    expect(await analyst.run(task())).toEqual([]);
    expect(thrown).toEqual([]);
  } finally {
    analyst.rest();
    process.off('uncaughtException', note);
  }
});

test('points are analysed one after the other in one thread, each day on what the day before it found', async () => {
  const analyst = new ThreadAnalyst();
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

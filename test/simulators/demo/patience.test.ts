import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { untilReady } from '../../../simulators/demo/patience.ts';

const s = 1000;

/** @param moves when it does something, in seconds */
async function wait(moves: (second: number) => number, readyAt: number): Promise<{ outcome: unknown; told: number[] }> {
  const clock = new SimClock();
  const began = clock.monotonic();
  const passed = () => (clock.monotonic() - began) / s;
  const told: number[] = [];
  const outcome = untilReady({
    clock,
    signal: new AbortController().signal,
    isReady: () => passed() >= readyAt,
    trace: () => String(moves(passed())),
    onSlow: (waitedMs) => told.push(Math.round(waitedMs / s)),
  });
  await clock.advance(400 * s);
  return { outcome: await outcome, told };
}

test('what does nothing for 30 s is given up', async () => {
  const { outcome, told } = await wait(() => 0, Number.POSITIVE_INFINITY);
  expect(outcome).toEqual({ idleMs: 30 * s, waitedMs: 30 * s });
  expect(told).toEqual([10, 20]);
});

test('what moves is waited for, and the person is told so', async () => {
  const { outcome, told } = await wait((second) => Math.floor(second / 25), 200);
  expect(outcome).toBeNull();
  expect(told).toEqual([10, 20, 40, 80, 160]);
});

test('what moves for ever is given up after five minutes; what stops moving is earlier', async () => {
  expect((await wait(Math.floor, Number.POSITIVE_INFINITY)).outcome).toMatchObject({ waitedMs: 300 * s });
  const stops = (second: number) => Math.min(60, Math.floor(second));
  expect((await wait(stops, Number.POSITIVE_INFINITY)).outcome).toEqual({ idleMs: 30 * s, waitedMs: 90 * s });
});

test('what is ready at once is not waited for', async () => {
  expect(await wait(() => 0, 0)).toEqual({ outcome: null, told: [] });
});

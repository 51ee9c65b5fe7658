import { expect, test } from 'vitest';
import { systemClock } from '../../contract/clock.ts';
import { tryDuration } from '../../contract/duration.ts';
import { SimClock } from '../../contract/sim-clock.ts';

test('a simulated clock runs timers in order of time, then of being set', async () => {
  const clock = new SimClock(0);
  const order: string[] = [];
  clock.after(20, () => order.push('b'));
  clock.after(10, () => order.push('a'));
  clock.after(20, () => order.push('c'));
  await clock.advance(15);
  expect(order).toEqual(['a']);
  await clock.advance(5);
  expect(order).toEqual(['a', 'b', 'c']);
});

test('a simulated clock runs what a timer sets, and the promises behind it, in the same advance', async () => {
  const clock = new SimClock(0);
  let turns = 0;
  const loop = async () => {
    while (turns < 5) {
      await clock.sleep(100);
      turns++;
    }
  };
  const running = loop();
  await clock.advance(500);
  expect(turns).toBe(5);
  await running;
});

test('what repeats runs once after a leap, late, and then again in its time', async () => {
  const clock = new SimClock(0);
  const ran: [what: string, at: number][] = [];
  const repeat = () => {
    ran.push(['repeats', clock.monotonic()]);
    clock.after(10, repeat);
  };
  clock.after(10, repeat);
  clock.after(101, () => ran.push(['later', clock.monotonic()]));
  await clock.leap(100);
  expect(ran).toEqual([['repeats', 100]]);
  expect(clock.now()).toBe(100);
  await clock.advance(10);
  expect(ran.slice(1)).toEqual([
    ['later', 101],
    ['repeats', 110],
  ]);
});

test('a step of the wall clock moves neither waits nor ages', async () => {
  const clock = new SimClock(1_000_000);
  let fired = 0;
  clock.after(1000, () => fired++);
  clock.stepWall(-3_600_000);
  expect(clock.monotonic()).toBe(0);
  await clock.advance(999);
  expect(fired).toBe(0);
  await clock.advance(1);
  expect(fired).toBe(1);
  expect(clock.now()).toBe(1_000_000 - 3_600_000 + 1000);
});

test('a cancelled timer does not fire, and an aborted sleep ends at once', async () => {
  const clock = new SimClock();
  clock.after(1, () => expect.unreachable()).cancel();
  const stop = new AbortController();
  const sleep = clock.sleep(1e9, stop.signal);
  stop.abort();
  await sleep;
  await clock.sleep(1e9, stop.signal);
  await clock.advance(10);
});

test('the machine clock sleeps about as long as it is told', async () => {
  const from = systemClock.monotonic();
  await systemClock.sleep(20);
  expect(systemClock.monotonic() - from).toBeGreaterThan(18);
});

test.each([
  ['250ms', 250],
  ['5s', 5000],
  ['1.5s', 1500],
  ['10m', 600_000],
  ['2h', 7_200_000],
])('%s is %d ms', (text, ms) => expect(tryDuration(text)).toBe(ms));

test.each(['', '5', 's', '5 s', '-5s', '5d', '1e3s', '5sec'])('%j is not a duration', (text) => {
  expect(tryDuration(text)).toBeUndefined();
});

test('an exact sleep is never short, on either clock', async () => {
  for (const ms of [0, 0.3, 1.7, 3.65]) {
    const from = systemClock.monotonic();
    await systemClock.sleepExactly(ms);
    expect(systemClock.monotonic() - from).toBeGreaterThanOrEqual(ms);
  }
  const clock = new SimClock();
  let isOver = false;
  void clock.sleepExactly(3.65).then(() => {
    isOver = true;
  });
  await clock.advance(3.6);
  expect(isOver).toBe(false);
  await clock.advance(0.1);
  expect(isOver).toBe(true);
});

import { expect, test } from 'vitest';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import type { Outcome } from '../../../edge/bus/bus.ts';
import { honestReply, type Slave } from '../memory-line.ts';
import { readOf, wrongIn } from './polls.ts';
import { closed, memoryRtu } from './rigs.ts';

/** Two devices under one unit id: both are asked at once, and the slower one answers when the line has long been silent. */

const timeoutMs = 300;
const ranges = [readOf(1, 3, 10, 2, 4), readOf(1, 3, 500, 3)];

/** What unit 9 would answer, as unit 1. */
function other(request: Uint8Array): Uint8Array {
  return frameRtu(1, honestReply(frameRtu(9, request.slice(1, -2))).slice(1, -2));
}

/** Polls both ranges each second; what each outcome was, and how many were wrong. */
async function polled(slave: Slave, polls: number) {
  const rig = await memoryRtu(slave);
  const outcomes: Outcome[] = [];
  const wrong: string[] = [];
  for (let i = 0; i < polls; i++) {
    for (const read of ranges) {
      const outcome = await rig.until(rig.bus.exchange({ ...read, timeoutMs, gapMs: 0 }));
      outcomes.push(outcome);
      wrong.push(...[wrongIn(read, outcome) ?? []].flat());
    }
    await rig.clock.advance(1000);
  }
  await closed(rig);
  return { outcomes, wrong };
}

test.each([
  ['right behind the first', 15],
  ['soon behind it', 30],
  ['when the line has long been silent', 105],
  ['just before the timeout', 240],
  ['behind the timeout, which was measured for the quicker one', 400],
  ['at twice the timeout and more', 700],
])('of two devices with one unit id neither is believed once both were heard: the other %s', async (_, behindMs) => {
  const { outcomes, wrong } = await polled(
    (request) => [
      { afterMs: 5, bytes: other(request) },
      { afterMs: behindMs, bytes: honestReply(request) },
    ],
    30,
  );
  expect(wrong.length).toBeLessThanOrEqual(ranges.length);
  expect(outcomes.slice(4).every(({ ok }) => !ok)).toBe(true);
  expect(outcomes.at(-1)).toMatchObject({ fault: 'bad-frame', reason: { code: 'two-replies' } });
});

test('when one of them is gone the other is believed again', async () => {
  let isAlone = false;
  const rig = await memoryRtu((request) => [
    { afterMs: 5, bytes: honestReply(request) },
    ...(isAlone ? [] : [{ afterMs: 105, bytes: other(request) }]),
  ]);
  const ask = () => rig.until(rig.bus.exchange({ ...readOf(1, 3, 10, 2, 4), timeoutMs, gapMs: 0 }));
  const said: boolean[] = [];
  for (let i = 0; i < 6; i++) {
    isAlone = i >= 3;
    said.push((await ask()).ok);
    await rig.clock.advance(1000);
  }
  expect(said).toEqual([true, false, false, true, true, true]);
  await closed(rig);
});

test.each<[string, (request: Uint8Array) => Uint8Array[]]>([
  ['a repeater that says all twice', (request) => [honestReply(request)]],
  [
    'a second master and its answer',
    (request) => [frameRtu(1, Uint8Array.of(3, 0, 77, 0, request[5] ?? 0)), other(request)],
  ],
  ['another unit', (request) => [frameRtu(2, other(request).slice(1, -2))]],
  ['an exception', () => [frameRtu(1, Uint8Array.of(0x83, 6))]],
])('%s behind a reply is no second device: every value stays', async (_, behind) => {
  const { outcomes, wrong } = await polled(
    (request) => [
      { afterMs: 5, bytes: honestReply(request) },
      ...behind(request).map((bytes, nth) => ({ afterMs: 105 + 30 * nth, bytes })),
    ],
    20,
  );
  expect(wrong).toEqual([]);
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
});

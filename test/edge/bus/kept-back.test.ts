import { describe, expect, test } from 'vitest';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { frameTcp } from '../../../devices/modbus/tcp.ts';
import type { Exchange, Outcome } from '../../../edge/bus/bus.ts';
import { soleFrame } from '../../system/tcp-slave.ts';
import { type Chunk, exceptionReply, type Slave } from '../memory-line.ts';
import { honestTcpReply } from './faults.ts';
import { pollInTurn, readsOf } from './polls.ts';
import { closed, memoryRtu, memoryTcp } from './rigs.ts';

/**
 * Device servers and radio bridges that queue: a reply is kept back until the next question, or a copy of it is. On a map
 * that allows one length only, the old reply fits the new request in every byte but the value.
 */

type Keeps = {
  name: string;
  /** nothing: the reply itself is kept, and the master hears none · copy: it is sent, and a copy is kept. */
  sends: 'nothing' | 'copy';
  /** What stands before the answer to the next request: `kept`, and how long before. */
  gapMs: number;
};

const line = { count: 1, timeoutMs: 300 };

describe.each<Keeps>([
  { name: 'a reply that was kept back', sends: 'nothing', gapMs: 0 },
  { name: 'a reply that was kept back, a little before', sends: 'nothing', gapMs: 2 },
  { name: 'a reply that was kept back, as far before as a converter cuts its packets', sends: 'nothing', gapMs: 15 },
  { name: 'a copy of a reply', sends: 'copy', gapMs: 0 },
  { name: 'a copy of a reply, a little before', sends: 'copy', gapMs: 2 },
])('$name', ({ sends, gapMs }) => {
  test.each([
    ['every 10 s, long after all quarantines', 10_000, 'chunks'],
    ['at once, on a line that is heard byte by byte', 0, 'bytes'],
  ] as const)('is never believed, asked again %s', async (_, pauseMs, handsOut) => {
    const slave = counting({ sends, gapMs });
    const rig = await memoryRtu(slave.answer, { handsOut });
    const wrong: string[] = [];
    let believed = 0;
    for (let i = 0; i < 60; i++) {
      const idleUntil = rig.clock.monotonic() + pauseMs;
      const outcome = await rig.until(rig.bus.exchange({ ...read(), idleUntil: () => idleUntil }));
      if (outcome.ok && wordOf(outcome) !== slave.value()) wrong.push(`poll ${i}: ${wordOf(outcome)}`);
      if (outcome.ok) believed++;
      await rig.clock.advance(pauseMs);
    }
    expect(wrong).toEqual([]);
    expect(believed).toBeGreaterThan(20);
    expect(rig.line.shortSilences).toBe(0);
    await closed(rig);
  });
});

test('what came is said, and what it may be', async () => {
  const slave = counting({ sends: 'copy', gapMs: 0 });
  const rig = await memoryRtu(slave.answer, { handsOut: 'bytes' });
  const outcomes: Outcome[] = [];
  for (let i = 0; i < 6; i++) outcomes.push(await rig.until(rig.bus.exchange(read())));
  expect(outcomes.find(({ ok }) => !ok)).toEqual({
    ok: false,
    fault: 'bad-frame',
    reason: { code: 'two-replies', first: '01 03 02 00 03 f8 45', second: '01 03 02 00 04 b9 87' },
  });
  await closed(rig);
});

test('the same reply twice is believed: nothing is uncertain about it', async () => {
  const rig = await memoryRtu((request) => {
    const reply = replyTo(request, 7);
    return [{ afterMs: 5, bytes: Uint8Array.from([...reply, ...reply]) }];
  });
  for (let i = 0; i < 5; i++) expect(wordOf(await rig.until(rig.bus.exchange(read())))).toBe(7);
  await closed(rig);
});

test('a kept exception does not stand for the answer behind it', async () => {
  const rig = await memoryRtu((request, nth) =>
    nth % 2 === 1
      ? []
      : [{ afterMs: 5, bytes: Uint8Array.from([...exceptionReply(request, 2), ...replyTo(request, nth)]) }],
  );
  await rig.until(rig.bus.exchange(read()));
  expect(await rig.until(rig.bus.exchange(read()))).toMatchObject({ ok: false, fault: 'bad-frame' });
  await closed(rig);
});

test('a line that talks on behind the reply is not waited for for ever', async () => {
  const rig = await memoryRtu((request) => [
    { afterMs: 5, bytes: replyTo(request, 7) },
    ...Array.from({ length: 2000 }, (_, i): Chunk => ({ afterMs: 8 + i, bytes: Uint8Array.of(0x55) })),
  ]);
  const before = rig.clock.monotonic();
  expect(await rig.until(rig.bus.exchange(read()))).toMatchObject({ ok: false, fault: 'bad-frame' });
  expect(rig.clock.monotonic() - before).toBeLessThan(1000);
  await closed(rig);
});

describe('a gateway that gives an answer to the next request, under its id', () => {
  test.each([
    { name: 'and is one behind from then on', behind: Number.POSITIVE_INFINITY, polls: 40, atLeast: 0 },
    { name: 'and is one behind for twenty requests', behind: 20, polls: 120, atLeast: 60 },
    { name: 'once, since it came late', behind: 1, polls: 200, atLeast: 180 },
  ])('$name: no other register’s value is believed', async ({ behind, polls, atLeast }) => {
    const rig = await memoryTcp(oneBehind(20, behind));
    const reads = readsOf('free');
    const seen = await rig.until(pollInTurn(rig.bus, { reads, polls, timeoutMs: 300, clock: rig.clock }));
    expect(seen.wrong).toEqual([]);
    expect(seen.polls - seen.lost).toBeGreaterThanOrEqual(Math.max(19, atLeast));
    await closed(rig);
  });

  test('is not asked for another range of the only length before what was missed can hardly come any more', async () => {
    const rig = await memoryTcp(oneBehind(1, 0));
    const ask = (address: number) => ({ request: { ...read().request, address }, maxCount: 1 }) as const;
    await rig.until(rig.bus.exchange({ ...read(), ...ask(10) }));
    const now = rig.clock.monotonic();
    expect(rig.bus.readyAt(1, ask(10))).toBeLessThanOrEqual(now);
    expect(rig.bus.readyAt(2, ask(20))).toBeLessThanOrEqual(now);
    expect(rig.bus.readyAt(1, ask(20))).toBeGreaterThan(now + 2 * line.timeoutMs - 300);
    await rig.clock.advance(2 * line.timeoutMs);
    expect(rig.bus.readyAt(1, ask(20))).toBeLessThanOrEqual(rig.clock.monotonic());
    await closed(rig);
  });
});

/** Misses one request, gives its answer to the next one, and that one's to the one behind it: so many times. */
function oneBehind(missed: number, times: number): Slave {
  let kept: Uint8Array | null = null;
  let left = times;
  return (request, nth) => {
    const right = honestTcpReply(request);
    if (nth === missed) {
      kept = right;
      return [];
    }
    if (kept === null || left === 0) return [{ afterMs: 5, bytes: right }];
    const { transaction, unit } = soleFrame(request);
    const old = frameTcp(transaction, unit, soleFrame(kept).pdu);
    kept = right;
    left--;
    return [{ afterMs: 5, bytes: old }];
  };
}

function read(): Exchange {
  return {
    unit: 1,
    request: { kind: 'read', fn: 3, address: 10, count: line.count },
    maxCount: line.count,
    timeoutMs: line.timeoutMs,
    gapMs: 0,
  };
}

/** Its register counts the requests, so an old reply shows. Every third reply is kept back. */
function counting({ sends, gapMs }: Pick<Keeps, 'sends' | 'gapMs'>): { answer: Slave; value(): number } {
  let asked = 0;
  let kept: Uint8Array | null = null;
  const answer: Slave = (request) => {
    asked++;
    const reply = replyTo(request, asked);
    const before: readonly Chunk[] = kept === null ? [] : [{ afterMs: 5, bytes: kept }];
    const isKept = kept === null && asked % 3 === 0;
    kept = isKept ? reply : null;
    if (isKept && sends === 'nothing') return [];
    const lengthMs = before.length > 0 ? reply.length * (10_000 / 9600) + gapMs : 0;
    return [...before, { afterMs: 5 + lengthMs, bytes: reply }];
  };
  return { answer, value: () => asked };
}

function replyTo(request: Uint8Array, value: number): Uint8Array {
  return frameRtu(request[0] ?? 0, Uint8Array.of(request[1] ?? 0, 2, value >>> 8, value & 0xff));
}

function wordOf(outcome: Outcome): number | undefined {
  return outcome.ok && outcome.reply.kind === 'words' ? outcome.reply.words[0] : undefined;
}

import { expect, test } from 'vitest';
import {
  encodePdu,
  type ModbusRequest,
  parseReplyPdu,
  type Reply,
  replyPduLength,
} from '../../../devices/modbus/pdu.ts';
import { findRtuReply } from '../../../devices/modbus/rtu.ts';
import type { Bus, Exchange, Outcome } from '../../../edge/bus/bus.ts';
import { type Chunk, exceptionReply, honestReply, type Slave } from '../memory-line.ts';
import { exceptionTcpReply, honestTcpReply } from './faults.ts';
import { type Dice, diceOf, eachSeed, fuzz, hex, mutated } from './fuzz-frames.ts';
import { checksOf, oneUnitReads, type Read, readsOf, wrongIn } from './polls.ts';
import { closed, type MemoryRig, memoryRtu, memoryTcp } from './rigs.ts';

/**
 * Whole sessions of a bus with a slave that answers as chance has it. Bounds of what a serial line can promise: replies
 * come at most 2.8 timeouts late, and doubles at most 0.9 of one after the first copy.
 */

const timeoutMs = 300;
const latestMs = 2.8 * timeoutMs;
const exchangesASession = 40;
const sessions = Math.ceil(fuzz.frames / 2 / exchangesASession);
/** Quarantine, the hold between like lengths, the wait for silence and the timeout itself, with what stands before it. */
const longestMs = 10 * timeoutMs;

test('a serial bus settles every exchange in its time, with values that came for it or none', {
  timeout: fuzz.timeoutMs,
}, async () => {
  const seen = { good: 0, bad: 0, byChance: 0 };
  await eachSeed(sessions, async (seed) => {
    const dice = diceOf(seed);
    const told: Told[] = [];
    const options = { handsOut: dice.of(['bytes', 'chunks'] as const), echo: dice.chance(0.1) };
    const rig = await memoryRtu(slaveBy(dice, told, serial), options);
    await session(rig, { dice, told, codec: serial, seen });
    if (rig.line.shortSilences > 0) throw new Error(`${rig.line.shortSilences} requests broke the silent interval`);
  });
  expect(seen.good).toBeGreaterThan(0);
  expect(seen.byChance).toBeLessThanOrEqual(mostByChance);
});

test('a TCP bus settles every exchange in its time, with values that came for it or none', {
  timeout: fuzz.timeoutMs,
}, async () => {
  const seen = { good: 0, bad: 0, byChance: 0 };
  await eachSeed(sessions, async (seed) => {
    const dice = diceOf(seed);
    const told: Told[] = [];
    const checks = dice.chance(0.5) ? checksOf([...readsOf('none'), ...oneUnitReads(0)]) : undefined;
    const rig = await memoryTcp(slaveBy(dice, told, stream), undefined, checks);
    await session(rig, { dice, told, codec: stream, seen });
  });
  expect(seen.good).toBeGreaterThan(0);
  expect(seen.byChance).toBe(0);
});

/** What the slave put on the line in answer to one request. */
type Told = { request: Uint8Array; bytes: Uint8Array };

type Codec = {
  honest(request: Uint8Array): Uint8Array;
  exception(request: Uint8Array, code: number): Uint8Array;
  mutated(reply: Uint8Array, dice: Dice): Uint8Array;
  /** Whether a frame that was put on the line for this request says this. */
  carried(told: Told, exchange: Exchange, outcome: Outcome): boolean;
};

const serial: Codec = {
  honest: honestReply,
  exception: exceptionReply,
  mutated,
  carried: ({ request, bytes }, { unit, request: asked }, outcome) => {
    if (request[0] !== unit || request[1] !== asked.fn) return false;
    const sent = asRead(asked, ((request[4] ?? 0) << 8) | (request[5] ?? 0));
    if (hex(request.slice(1, -2)) !== hex(encodePdu(sent))) return false;
    for (let from = 0; from < bytes.length; from++) {
      const found = findRtuReply(bytes.subarray(from), unit, sent);
      if (found !== undefined && says(outcome, found.reply, asked)) return true;
    }
    return false;
  },
};

const stream: Codec = {
  honest: honestTcpReply,
  exception: exceptionTcpReply,
  // Not the transaction id: a reply that carries another request's is that request's reply, for all anybody can tell.
  mutated: (reply, dice) => Uint8Array.from([...reply.slice(0, 2), ...mutated(reply.slice(2), dice)]),
  // Nor has TCP a checksum: whatever follows a cut reply is taken for its end, by any master.
  carried: ({ request, bytes }, { unit, request: asked }, outcome) => {
    if (request[6] !== unit || request[7] !== asked.fn) return false;
    const sent = asRead(asked, ((request[10] ?? 0) << 8) | (request[11] ?? 0));
    if (hex(request.slice(7)) !== hex(encodePdu(sent))) return false;
    for (let from = 0; from < bytes.length; from++) {
      const pdu = new Uint8Array(replyPduLength(sent));
      const came = bytes.slice(from + 7, from + 7 + pdu.length);
      pdu.set(came);
      const reply = came.length < 2 ? undefined : parseReplyPdu(sent, pdu);
      const items = Math.max(0, came.length - 2) * (asked.fn <= 2 ? 8 : 0.5);
      if (reply !== undefined && says(outcome, reply, asked, Math.floor(items))) return true;
    }
    return false;
  },
};

async function session(
  rig: MemoryRig,
  about: { dice: Dice; told: readonly Told[]; codec: Codec; seen: Seen },
): Promise<void> {
  const { dice, told, codec, seen } = about;
  const { bus, clock, line } = rig;
  const reads = dice.of([readsOf('free'), readsOf('none'), readsOf('mixed'), oneUnitReads(1), oneUnitReads(0)]);
  const disturbing = disturb(rig, dice);
  for (let i = 0; i < exchangesASession; ) {
    const calls = dice.chance(0.2) ? dice.between(2, 4) : 1;
    const exchanges = Array.from({ length: calls }, (_, n) => exchangeBy(dice, reads, i + n));
    i += calls;
    await rig.until(whenOpen(bus, clock.sleep.bind(clock)));
    const startAt = clock.monotonic();
    const outcomes = await rig.until(Promise.all(exchanges.map((exchange) => bus.exchange(exchange))));
    const tookMs = clock.monotonic() - startAt;
    if (tookMs > calls * longestMs) throw new Error(`${calls} exchanges took ${tookMs} ms`);
    for (const [n, outcome] of outcomes.entries()) {
      const exchange = exchanges[n];
      if (exchange !== undefined && holdsDamage(outcome) && !isAnswered(exchange, outcome, { told, codec }))
        seen.byChance++;
      else if (exchange !== undefined) judge(exchange, outcome, { told, codec });
      seen[outcome.ok ? 'good' : 'bad']++;
    }
  }
  disturbing.end();
  await closed(rig);
  if (clock.pending() !== 0) throw new Error(`${clock.pending()} timers are left after closing`);
  if (line.isOpen) throw new Error('still open after closing');
}

type Seen = { good: number; bad: number; byChance: number };

/**
 * A damaged frame and what follows it have a right CRC once in 65,536 times, and no master can tell. It shows by a register
 * that no honest reply of any unit holds; a stale or foreign reply, which is what the bus has to know, holds none.
 */
const mostByChance = Math.ceil(fuzz.frames / 65_536);

function holdsDamage(outcome: Outcome): boolean {
  if (!outcome.ok || outcome.reply.kind !== 'words') return false;
  return outcome.reply.words.some((word) => word % 1000 > 100 || word >= 5000);
}

function isAnswered(exchange: Exchange, outcome: Outcome, about: { told: readonly Told[]; codec: Codec }): boolean {
  const { request, unit } = exchange;
  const isRight = request.kind === 'read' && wrongIn({ unit, request }, outcome) === undefined;
  return isRight || about.told.some((told) => about.codec.carried(told, exchange, outcome));
}

function judge(exchange: Exchange, outcome: Outcome, about: { told: readonly Told[]; codec: Codec }): void {
  if (!outcome.ok || exchange.unit === 0 || isAnswered(exchange, outcome, about)) return;
  const last = about.told.slice(-4).map((told) => `${hex(told.request)} -> ${hex(told.bytes)}`);
  throw new Error(`${JSON.stringify(exchange)} gave ${JSON.stringify(outcome)} after\n${last.join('\n')}`);
}

/** Now and then bytes out of nowhere, or a port that vanishes. */
function disturb({ clock, line }: MemoryRig, dice: Dice): { end(): void } {
  let isOver = false;
  const next = () => {
    if (isOver) return;
    if (dice.chance(0.2)) line.vanish();
    else line.noise([...dice.bytes(dice.between(1, 30))]);
    clock.after(dice.between(500, 8000), next);
  };
  if (dice.chance(0.6)) clock.after(dice.between(500, 8000), next);
  return {
    end: () => {
      isOver = true;
    },
  };
}

function exchangeBy(dice: Dice, reads: readonly Read[], i: number): Exchange {
  const read = reads[i % reads.length];
  const rest = { timeoutMs, gapMs: dice.chance(0.1) ? 20 : 0 };
  if (read === undefined || dice.chance(0.1)) return { ...writeBy(dice), maxCount: 0, ...rest };
  return { ...read, ...rest };
}

function writeBy(dice: Dice): { unit: number; request: ModbusRequest } {
  const address = dice.below(50);
  const unit = dice.chance(0.1) ? 0 : dice.between(1, 3);
  if (dice.chance(0.5)) return { unit, request: { kind: 'write', fn: 5, address, on: dice.chance(0.5) } };
  return { unit, request: { kind: 'write', fn: 6, address, word: dice.below(0x10000) } };
}

function slaveBy(dice: Dice, told: Told[], codec: Codec): Slave {
  const tell = (request: Uint8Array, chunks: readonly Chunk[]): readonly Chunk[] => {
    told.push({ request: request.slice(), bytes: Uint8Array.from(chunks.flatMap(({ bytes }) => [...bytes])) });
    return chunks;
  };
  return (request) => tell(request, chunksBy(dice, request, codec));
}

function chunksBy(dice: Dice, request: Uint8Array, codec: Codec): Chunk[] {
  const reply = codec.honest(request);
  const soon = dice.between(0, 60);
  switch (dice.below(14)) {
    case 0:
      return [];
    case 1:
    case 2:
      return [{ afterMs: dice.between(0, latestMs), bytes: reply }];
    case 3: {
      const firstMs = dice.between(0, 400);
      return [firstMs, firstMs + dice.between(1, 0.9 * timeoutMs)].map((afterMs) => ({ afterMs, bytes: reply }));
    }
    case 4:
    case 5:
    case 6:
      return [{ afterMs: soon, bytes: codec.mutated(reply, dice) }];
    case 7:
      return [{ afterMs: dice.between(0, latestMs), bytes: dice.bytes(dice.between(1, 300)) }];
    case 8:
      return [{ afterMs: soon, bytes: codec.exception(request, dice.below(13)) }];
    default:
      return [{ afterMs: soon, bytes: reply }];
  }
}

function asRead(request: ModbusRequest, count: number): ModbusRequest {
  return request.kind === 'read' ? { ...request, count } : request;
}

/** Whether the outcome is this reply, cut back to what was asked; of a reply that was cut, as far as its `items` go. */
function says(
  outcome: Outcome,
  reply: Reply | undefined,
  asked: ModbusRequest,
  items = Number.POSITIVE_INFINITY,
): boolean {
  if (!outcome.ok || reply === undefined || reply.kind !== outcome.reply.kind) return false;
  if (asked.kind === 'write') return true;
  const listOf = (from: typeof reply) => (from.kind === 'words' ? from.words : from.kind === 'bits' ? from.bits : []);
  const got = listOf(outcome.reply);
  const want = listOf(reply).slice(0, Math.min(asked.count, items));
  return got.length === asked.count && want.every((value, i) => value === got[i]);
}

async function whenOpen(bus: Bus, sleep: (ms: number) => Promise<void>): Promise<void> {
  while (!bus.isOpen()) await sleep(20);
}

import { expect } from 'vitest';
import { frameTcp } from '../../../devices/modbus/tcp.ts';
import type { Exchange, Outcome } from '../../../edge/bus/bus.ts';
import { soleFrame } from '../../system/tcp-slave.ts';
import type { Chunk, Slave } from '../memory-line.ts';
import { seeded } from './faults.ts';
import { checksOf, type Read } from './polls.ts';
import { closed, memoryTcp } from './rigs.ts';

/** Gateways that give an answer to a later request than its own, and what a bus makes of them. */

export const timeoutMs = 300;

export async function polled(slave: Slave, reads: readonly Read[], polls: number, isChecked = true) {
  const rig = await memoryTcp(slave, undefined, isChecked ? checksOf(reads) : undefined);
  const outcomes: Outcome[] = [];
  const wrong: string[] = [];
  const runs = new Map<number, number>();
  let longestRun = 0;
  for (let i = 0; i < polls; i++) {
    while (!rig.bus.isOpen()) await rig.clock.advance(20);
    const read = reads[i % reads.length] as Read;
    const outcome = await rig.until(rig.bus.exchange(exchangeOf(read)));
    outcomes.push(outcome);
    const run = outcome.ok ? 0 : (runs.get(read.unit) ?? 0) + 1;
    runs.set(read.unit, run);
    longestRun = Math.max(longestRun, run);
    const word = outcome.ok && outcome.reply.kind === 'words' ? outcome.reply.words[0] : undefined;
    const wanted = wordAt(read.request.address, rig.line.sent.length);
    if (word !== undefined && word !== wanted) wrong.push(`poll ${i}: ${word} for ${wanted}`);
  }
  const sent = rig.line.sent.map(({ frame }) => Buffer.from(frame).toString('hex'));
  await closed(rig);
  expect(rig.clock.pending()).toBe(0);
  return { outcomes, wrong, sent, longestRun, good: outcomes.filter(({ ok }) => ok).length };
}

export function exchangeOf(read: Read): Exchange {
  return { ...read, timeoutMs, gapMs: 0 };
}

/** Each register says where it stands and which request was answered. */
function wordAt(address: number, nth: number): number {
  return address * 1000 + (nth % 1000);
}

export function answer(request: Uint8Array, nth: number): Uint8Array {
  const { transaction, unit, pdu } = soleFrame(request);
  const [fn = 0, high = 0, low = 0, , count = 0] = pdu;
  if (fn > 4) return frameTcp(transaction, unit, pdu);
  const words = Array.from({ length: count }, (_, i) => wordAt((high << 8) + low + i, nth));
  return frameTcp(
    transaction,
    unit,
    Uint8Array.of(fn, 2 * count, ...words.flatMap((word) => [word >> 8, word & 0xff])),
  );
}

export function exception(request: Uint8Array, code: number): Uint8Array {
  const { transaction, unit, pdu } = soleFrame(request);
  return frameTcp(transaction, unit, Uint8Array.of((pdu[0] ?? 0) | 0x80, code));
}

export function honest(request: Uint8Array, nth: number): Chunk[] {
  return [{ afterMs: 5, bytes: answer(request, nth) }];
}

/** An answer under the id of a later request. */
export function under(request: Uint8Array, old: Uint8Array): Chunk[] {
  const { transaction, unit } = soleFrame(request);
  return [{ afterMs: 5, bytes: frameTcp(transaction, unit, soleFrame(old).pdu) }];
}

/** From the fifth request on it answers none, until so many replies are kept; then each with the one asked so many before. */
export function behindBy(depth: number, inPlace: Chunk[] = []): Slave {
  const kept: Uint8Array[] = [];
  return (request, nth) => {
    kept.push(answer(request, nth));
    if (nth >= 5 && kept.length <= depth) return inPlace;
    return under(request, kept.shift() as Uint8Array);
  };
}

/** It holds so many replies to another client, who asked the same, before request `from`, and misses none. */
export function filledWith(depth: number, from = 1): Slave {
  const kept: Uint8Array[] = [];
  return (request, nth) => {
    if (nth === from) for (let i = 0; i < depth; i++) kept.push(answer(request, 999));
    kept.push(answer(request, nth));
    return under(request, kept.shift() as Uint8Array);
  };
}

export function end(afterMs: number): Chunk {
  return { afterMs, bytes: new Uint8Array(0), ends: true };
}

/** Requests that are late: the next one gets the answer, and its own is dropped, or goes to the one behind it, for three requests. */
export function late(when: number | ((nth: number) => boolean), how: 'drops' | 'keeps'): Slave {
  let kept: Uint8Array | null = null;
  let left = 0;
  const isLate = typeof when === 'number' ? (nth: number) => nth === when : when;
  return (request, nth) => {
    const right = answer(request, nth);
    if (kept === null) {
      if (!isLate(nth)) return [{ afterMs: 5, bytes: right }];
      kept = right;
      left = how === 'keeps' ? 3 : 1;
      return [];
    }
    const old = kept;
    kept = --left > 0 ? right : null;
    return under(request, old);
  };
}

/** After a miss, by which it is seen to answer checks: now and then an answer is kept back, up to two of them; now and then all that is kept is dropped, or a request is lost. */
export function byChance(seed: number): Slave {
  const dice = seeded(seed);
  let kept: Uint8Array[] = [];
  return (request, nth) => {
    if (nth < 12) return nth === 3 ? [] : honest(request, nth);
    const what = dice();
    if (what < 0.04) return [];
    if (what < 0.1) kept = [];
    kept.push(answer(request, nth));
    if (what > 0.93 && kept.length <= 2) return [];
    return under(request, kept.shift() as Uint8Array);
  };
}

/** One request in four to seven. */
export function atRandom(): (nth: number) => boolean {
  const dice = seeded(4711);
  let next = 3;
  return (nth) => {
    if (nth < next) return false;
    next = nth + 4 + Math.floor(dice() * 4);
    return true;
  };
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Chunk, honestReply, type MemoryLineOptions, type Slave } from '../memory-line.ts';
import { honestMs, rtuFaults } from './faults.ts';
import { oneUnitReads, pollInTurn, type Read, readsOf, type Seen } from './polls.ts';
import { closed, memoryRtu } from './rigs.ts';

/** Faults in any order and measure, on a line in memory that hands out byte by byte. */

const timeoutMs = 300;
const at = (afterMs: number, bytes: Uint8Array): Chunk => ({ afterMs, bytes });
const lengthening = fc.constantFrom('free' as const, 'none' as const, 'mixed' as const);

test('a slave that doubles every reply costs nothing but time', async () => {
  const slave: Slave = (request) => [at(5, honestReply(request)), at(40, honestReply(request))];
  const seen = await poll({ slave, polls: 60, reads: readsOf('free') });
  expect(seen).toMatchObject({ wrong: [], lost: 0 });
});

test('a reply that comes byte by byte with 15 ms between is a reply', async () => {
  const slave: Slave = (request) => [at(5, honestReply(request))];
  const seen = await poll({ slave, polls: 60, reads: readsOf('free'), byteGapMs: 15 });
  expect(seen).toMatchObject({ wrong: [], lost: 0 });
});

test('whatever mix of faults the line has, a value is right or there is none', async () => {
  const strikes = rtuFaults.map(
    ({ strike }) =>
      (reply: Uint8Array, request: Uint8Array) =>
        strike({ reply, request, timeoutMs }),
  );
  const fault = fc.constantFrom(...strikes, (reply: Uint8Array) => [at(honestMs, reply)]);
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { minLength: 10, maxLength: 40 }), lengthening, async (mix, lengthen) => {
      const slave: Slave = (request, nth) => mix[nth % mix.length]?.(honestReply(request), request) ?? [];
      const seen = await poll({ slave, polls: 40, reads: readsOf(lengthen) });
      expect(seen.wrong).toEqual([]);
      expect(seen.shortSilences).toBe(0);
    }),
    { numRuns: 60, seed: 4711 },
  );
});

/**
 * The worst that late and doubled replies may do: anything up to 2.8 timeouts after the request, in any number, and
 * doubles up to nine tenths of a timeout after the first copy.
 */
test('however late or doubled the replies come, a value is right or there is none', async () => {
  const lateness = fc.record({
    ms: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 840 })),
    doubles: fc.array(fc.integer({ min: 1, max: 270 }), { maxLength: 2 }),
  });
  const plan = fc.array(lateness, { minLength: 3, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(plan, fc.constantFrom(0, 1), async (late, lengthen) => {
      const slave: Slave = (request, nth) => {
        const { ms, doubles } = late[nth % late.length] ?? { ms: 0, doubles: [] };
        const times = [ms, ...doubles.map((after) => Math.min(ms + after, Math.max(ms, 840)))];
        return times.map((time) => at(time, honestReply(request)));
      };
      const seen = await poll({ slave, polls: 60, reads: oneUnitReads(lengthen) });
      expect(seen.wrong).toEqual([]);
    }),
    { numRuns: 60, seed: 4711 },
  );
});

test('random bytes at random times cost polls, never a value', async () => {
  const chunk = fc.record({ afterMs: fc.integer({ min: 0, max: 700 }), bytes: fc.uint8Array({ maxLength: 40 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(chunk, { maxLength: 3 }), { minLength: 1, maxLength: 30 }), async (noiseOf) => {
      const slave: Slave = (request, nth) => [at(5, honestReply(request)), ...(noiseOf[nth % noiseOf.length] ?? [])];
      const seen = await poll({ slave, polls: 40, reads: readsOf('free') });
      expect(seen.wrong).toEqual([]);
    }),
    { numRuns: 30, seed: 4711 },
  );
});

async function poll(
  options: { slave: Slave; polls: number; reads: readonly Read[] } & Partial<MemoryLineOptions>,
): Promise<Seen & { shortSilences: number }> {
  const { slave, polls, reads, ...rest } = options;
  const rig = await memoryRtu(slave, { handsOut: 'bytes', ...rest });
  const seen = await rig.until(pollInTurn(rig.bus, { reads, polls, timeoutMs, clock: rig.clock }));
  await closed(rig);
  return { ...seen, shortSilences: rig.line.shortSilences };
}

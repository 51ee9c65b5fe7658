import { expect } from 'vitest';
import type { ModbusRequest } from '../../../devices/modbus/pdu.ts';
import type { Exchange, Outcome } from '../../../edge/bus/bus.ts';
import { honestReply, type Slave } from '../memory-line.ts';
import { honestMs, honestTcpReply } from './faults.ts';
import { pollInTurn, readOf, readsOf, wrongIn } from './polls.ts';
import type { Rig } from './rigs.ts';

/** What takes more than one struck reply to show, once for memory, pseudo-terminals and sockets. */
export type Scenario = { name: string; slave(): Slave; run(rig: Rig): Promise<void> };

const timeoutMs = 300;
const honest: Slave = (request) => [{ afterMs: honestMs, bytes: honestReply(request) }];
const honestTcp: Slave = (request) => [{ afterMs: honestMs, bytes: honestTcpReply(request) }];
const echo = (request: Uint8Array) => ({ afterMs: -request.length, bytes: request });
const coil: ModbusRequest = { kind: 'write', fn: 5, address: 3, on: true };
const register: ModbusRequest = { kind: 'write', fn: 6, address: 3, word: 77 };

export const rtuScenarios: readonly Scenario[] = [
  {
    name: 'three noise bytes and then 300 perfect replies: one poll is lost at most',
    slave: () => (request, nth) =>
      nth === 1 ? [{ afterMs: honestMs, bytes: Uint8Array.of(0x55, 0x00, 0xff) }] : honest(request, nth),
    run: (rig) => pollsAllBut(1, rig, { polls: 301 }),
  },
  {
    name: 'a line that hears itself is read as if it did not',
    slave: () => (request, nth) => [echo(request), ...honest(request, nth)],
    run: (rig) => pollsAllBut(0, rig, { polls: 60 }),
  },
  {
    name: 'a line that hears itself, with no slave at all: no write of a coil or register succeeds',
    slave: () => (request) => [echo(request)],
    run: async (rig) => {
      for (const request of [coil, register, coil]) expect(await asked(rig, write(1, request))).toMatchObject(timeout);
      expect(await asked(rig, { ...readOf(1, 3, 0, 1), timeoutMs, gapMs: 0 })).toMatchObject(timeout);
      for (const request of [register, coil]) expect(await asked(rig, write(1, request))).toMatchObject(timeout);
    },
  },
  {
    name: 'a broadcast write waits for nobody, and the read after it is right',
    slave: () => honest,
    run: async (rig) => {
      for (const request of [coil, register]) {
        expect(await asked(rig, write(0, request))).toEqual({ ok: true, reply: { kind: 'written' } });
        await pollsAllBut(0, rig, { polls: 4 });
      }
    },
  },
  {
    name: 'two units and two calls at once: one request on the wire, every answer to its own question',
    slave: () => honest,
    run: (rig) => asksAtOnce(rig, 20),
  },
];

export const tcpScenarios: readonly Scenario[] = [
  {
    name: 'ten calls at once to a server that answers in reverse: each gets its own values',
    slave: () => inReverse(),
    run: (rig) => asksAtOnce(rig, 10),
  },
  {
    name: 'a peer that falls silent without a word is left after three timeouts, and the first poll after it is good',
    slave: () => (request, nth) => (nth >= 5 && nth < 8 ? [] : honestTcp(request, nth)),
    run: async (rig) => {
      const seen = await rig.until(poll(rig, { polls: 12 }));
      expect(seen).toMatchObject({ wrong: [], lost: 3, longestRun: 3 });
    },
  },
];

async function pollsAllBut(lost: number, rig: Rig, options: { polls: number }): Promise<void> {
  const seen = await rig.until(poll(rig, options));
  expect(seen.wrong).toEqual([]);
  expect(seen.polls).toBe(options.polls);
  expect(seen.lost).toBeLessThanOrEqual(lost);
}

function poll({ bus, clock }: Rig, { polls }: { polls: number }) {
  return pollInTurn(bus, { reads: readsOf('free'), polls, timeoutMs, clock });
}

async function asksAtOnce(rig: Rig, calls: number): Promise<void> {
  const reads = Array.from({ length: calls }, (_, i) => readOf(1 + (i % 2), 3, i * 10, 2, 4));
  const outcomes = await rig.until(
    Promise.all(reads.map((read) => rig.bus.exchange({ ...read, timeoutMs, gapMs: 0 }))),
  );
  expect(outcomes.map(({ ok }) => ok)).toEqual(reads.map(() => true));
  expect(reads.map((read, i) => wrongIn(read, outcomes[i] ?? lost)).filter(Boolean)).toEqual([]);
  expect(rig.bus.stats()).toMatchObject({ requests: calls, replies: calls, discardedBytes: 0 });
}

/** Each later request is answered sooner, so that what is asked together is answered in reverse. */
function inReverse(): Slave {
  let together = 0;
  return (request) => {
    together++;
    return [{ afterMs: Math.max(1, 20 - 2 * together), bytes: honestTcpReply(request) }];
  };
}

function asked(rig: Rig, exchange: Exchange): Promise<Outcome> {
  return rig.until(rig.bus.exchange(exchange));
}

function write(unit: number, request: ModbusRequest): Exchange {
  return { unit, request, maxCount: 0, timeoutMs, gapMs: 0 };
}

const timeout = { ok: false, fault: 'timeout' };
const lost: Outcome = { ok: false, fault: 'timeout', reason: { code: 'no-reply', ms: 0, echo: false } };

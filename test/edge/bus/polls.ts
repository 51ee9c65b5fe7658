import type { Clock } from '../../../contract/clock.ts';
import type { ReadRequest } from '../../../devices/modbus/pdu.ts';
import type { Bus, Outcome } from '../../../edge/bus/bus.ts';
import { bitOf, registerOf } from '../memory-line.ts';

export type Read = { unit: number; request: ReadRequest; maxCount: number };

/** `longestRun`: the most polls lost in a row. */
export type Seen = { polls: number; lost: number; longestRun: number; wrong: string[] };

type Lengthening = 'free' | 'none' | 'mixed';

/** The ranges that are polled in turn, by how far the map lets their replies be lengthened. */
export const maps: readonly { name: string; reads: readonly Read[] }[] = [
  { name: 'ranges that may be lengthened', reads: readsOf('free') },
  { name: 'ranges of one length', reads: readsOf('none') },
  { name: 'a map with some of both', reads: readsOf('mixed') },
];

/** Three units, four functions, several ranges of like length: what a stale reply could be taken for. */
export function readsOf(lengthening: Lengthening): readonly Read[] {
  const reads = [
    readOf(1, 3, 10, 2, 3),
    readOf(1, 3, 20, 2, 3),
    readOf(2, 3, 10, 2, 4),
    readOf(1, 4, 10, 2, 3),
    readOf(1, 3, 30, 2, 3),
    readOf(1, 2, 40, 8, 16),
    readOf(1, 2, 60, 8, 16),
    readOf(2, 3, 50, 3, 4),
    readOf(3, 1, 0, 16, 32),
    readOf(3, 3, 0, 3, 5),
    readOf(2, 3, 20, 2, 5),
  ];
  const isFixed = (i: number) => lengthening === 'none' || (lengthening === 'mixed' && i % 3 === 1);
  return reads.map((read, i) => (isFixed(i) ? { ...read, maxCount: read.request.count } : read));
}

/** Three ranges of one unit and function, one behind the other: the tightest case for a stale reply. */
export function oneUnitReads(lengthenBy: number): readonly Read[] {
  return [10, 20, 30].map((address) => readOf(1, 3, address, 2, 2 + lengthenBy));
}

/** The same from several askers at once, each somewhere else in the round: so many are in flight. */
export async function pollTogether(
  bus: Bus,
  options: { reads: readonly Read[]; polls: number; timeoutMs: number; clock: Clock; inFlight: number },
): Promise<Seen> {
  const { reads, polls, inFlight } = options;
  const asker = (nth: number) => {
    const turned = [...reads.slice(nth % reads.length), ...reads.slice(0, nth % reads.length)];
    return pollInTurn(bus, { ...options, reads: turned, polls: Math.ceil(polls / inFlight) });
  };
  const seen = await Promise.all(Array.from({ length: inFlight }, (_, nth) => asker(nth)));
  return {
    polls: seen.reduce((sum, each) => sum + each.polls, 0),
    lost: seen.reduce((sum, each) => sum + each.lost, 0),
    longestRun: Math.max(...seen.map(({ longestRun }) => longestRun)),
    wrong: seen.flatMap(({ wrong }) => wrong),
  };
}

/** Reads one range after the other, round and round, and judges every outcome. Waits while the port is closed. */
export async function pollInTurn(
  bus: Bus,
  options: {
    reads: readonly Read[];
    polls: number;
    timeoutMs: number;
    clock: Clock;
    pauseMs?: number;
    /** Each request may only wake its unit. */
    isWakeUp?: boolean;
    inFlight?: number;
    onOutcome?: (outcome: Outcome) => void;
  },
): Promise<Seen> {
  const { reads, polls, timeoutMs, clock, pauseMs = 0, isWakeUp = false, inFlight = 1 } = options;
  const seen: Seen = { polls: 0, lost: 0, longestRun: 0, wrong: [] };
  let run = 0;
  for (let i = 0; i < polls; i++) {
    const read = reads[i % reads.length];
    if (read === undefined) break;
    while (!bus.isOpen()) await clock.sleep(openLookMs);
    const outcome = await bus.exchange({ ...read, timeoutMs, gapMs: 0, isWakeUp, inFlight });
    options.onOutcome?.(outcome);
    seen.polls++;
    run = outcome.ok ? 0 : run + 1;
    if (!outcome.ok) seen.lost++;
    seen.longestRun = Math.max(seen.longestRun, run);
    const wrong = wrongIn(read, outcome);
    if (wrong !== undefined) seen.wrong.push(`poll ${i}: ${wrong}`);
    if (pauseMs > 0) await clock.sleep(pauseMs);
  }
  return seen;
}

/** What is wrong with the values of an outcome; undefined when they are right, or when there are none. */
export function wrongIn({ unit, request }: Pick<Read, 'unit' | 'request'>, outcome: Outcome): string | undefined {
  if (!outcome.ok) return undefined;
  const addresses = Array.from({ length: request.count }, (_, i) => request.address + i);
  const want = addresses.map((address) => (request.fn <= 2 ? bitOf(unit, address) : registerOf(unit, address)));
  const { reply } = outcome;
  const got = reply.kind === 'words' ? reply.words : reply.kind === 'bits' ? reply.bits : ['written'];
  if (got.length === want.length && got.every((value, i) => value === want[i])) return undefined;
  return `unit ${unit} function ${request.fn} address ${request.address}: ${JSON.stringify(got)}`;
}

export function readOf(unit: number, fn: ReadRequest['fn'], address: number, count: number, maxCount = count): Read {
  return { unit, request: { kind: 'read', fn, address, count }, maxCount };
}

/** What a map of these reads allows besides: each of their registers or bits by itself. */
export function checksOf(reads: readonly Read[]): (unit: number) => readonly ReadRequest[] {
  return (wanted) =>
    reads.flatMap(({ unit, request }) => {
      if (unit !== wanted) return [];
      const addresses = Array.from({ length: request.count }, (_, i) => request.address + i);
      return [...addresses.map((address) => ({ ...request, address, count: 1 })), request];
    });
}

const openLookMs = 20;

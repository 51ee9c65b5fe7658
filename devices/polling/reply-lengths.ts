import { dataBytes, type ReadRequest } from '../modbus/pdu.ts';

/** What of a read its reply's length follows from. */
export type Read = Pick<ReadRequest, 'fn' | 'address' | 'count'>;

/**
 * What to ask for, or from when (monotonic ms) it may be asked. `isUnique`: no reply that is remembered has this length, so
 * none that was kept back somewhere is taken for this one.
 */
export type Choice = { kind: 'ask'; count: number; isUnique: boolean } | { kind: 'hold'; until: number };

/**
 * A reply on a serial line names no address: its length is all that tells a late or doubled one from the answer. So no
 * two neighbouring reads of one unit and function ask for the same length, as far as the map lets them be lengthened.
 */
export class ReplyLengths {
  readonly #asked = new Map<string, Asked[]>();

  /**
   * The shortest length that differs from the unit's last reply of this function and from all whose late or doubled
   * copies may still come. Failing that, one that only copies of this same range's replies could have; such a copy is the
   * right register, at most a timeout old, and the surplus reply behind it gives it away. Failing that too, the read
   * waits until a length is free again.
   */
  choose(unit: number, request: Read, maxCount: number, now: number): Choice {
    const asked = this.#asked.get(key(unit, request.fn)) ?? [];
    if (asked.length === 0) return { kind: 'ask', count: firstOf(unit, request, maxCount), isUnique: false };
    const live = asked.filter(({ staleUntil }) => staleUntil > now);
    const lengths = lengthsOf(request, maxCount, asked, live);
    const free = lengths.find(({ isLast, rivals }) => !isLast && rivals.length === 0);
    const own = lengths.filter(({ rivals }) => rivals.every(({ address }) => address === request.address));
    const choice = free ?? own.toSorted((a, b) => a.usedLast - b.usedLast)[0];
    if (choice !== undefined) return { kind: 'ask', count: choice.count, isUnique: choice.usedLast < 0 };
    return { kind: 'hold', until: Math.min(...lengths.map(({ rivals }) => freeAt(rivals, request))) };
  }

  /**
   * A reply came at `now` to the read that had left at `leftAt`. Copies of it may come for one timeout. Where a copy of the
   * range's own last reply may have been taken for the answer, the answer itself may still come, and its copies after it.
   */
  answered(
    unit: number,
    request: Read,
    { leftAt, now, timeoutMs }: { leftAt: number; now: number; timeoutMs: number },
  ): void {
    const bytes = dataBytes(request);
    const asked = this.#asked.get(key(unit, request.fn)) ?? [];
    const mayBeCopy = asked.some((earlier) => earlier.bytes === bytes && earlier.staleUntil > leftAt);
    const staleUntil = mayBeCopy ? Math.max(now, leftAt + timeoutMs) + 2 * timeoutMs : now + timeoutMs;
    this.note(unit, request, staleUntil, now);
  }

  /** `request` was asked as it stands here; a late or doubled reply to it may come until `staleUntil`, monotonic ms. */
  note(unit: number, request: Read, staleUntil: number, now: number): void {
    const name = key(unit, request.fn);
    const bytes = dataBytes(request);
    const live = (this.#asked.get(name) ?? []).filter((earlier) => earlier.staleUntil > now);
    this.#asked.set(name, [...live, { address: request.address, bytes, staleUntil }]);
  }
}

/** Data bytes of the replies that may be asked for, shortest first, each one step longer than the one before. */
export function replyBytes(request: Read, maxCount: number): number[] {
  return countsOf(request, maxCount).map((count) => dataBytes({ fn: request.fn, count }));
}

type Asked = { address: number; bytes: number; staleUntil: number };

type Length = { count: number; isLast: boolean; usedLast: number; rivals: readonly Asked[] };

const lengthenings = 5;

/**
 * A range that alternates between two lengths begins with the shorter on units of odd numbers and with the longer on the
 * others: else all would be long in the same round of a full line, and some turns of it be lost.
 */
function firstOf(unit: number, request: Read, maxCount: number): number {
  const [shorter = request.count, longer = shorter] = countsOf(request, maxCount);
  return unit % 2 === 0 ? longer : shorter;
}

function key(unit: number, fn: number): string {
  return `${unit} ${fn}`;
}

/** Each count that may be asked, with what is known of its length. */
function lengthsOf(request: Read, maxCount: number, asked: readonly Asked[], live: readonly Asked[]): Length[] {
  return countsOf(request, maxCount).map((count) => {
    const bytes = dataBytes({ fn: request.fn, count });
    const usedLast = asked.findLastIndex((earlier) => earlier.bytes === bytes);
    const isLast = asked.length > 0 && usedLast === asked.length - 1;
    return { count, isLast, usedLast, rivals: live.filter((earlier) => earlier.bytes === bytes) };
  });
}

function freeAt(rivals: readonly Asked[], { address }: Read): number {
  const others = rivals.filter((rival) => rival.address !== address);
  return Math.max(...others.map(({ staleUntil }) => staleUntil));
}

/** The asked count and some longer ones, each with a reply of another length. Bits come by eights. */
function countsOf({ fn, count }: Read, maxCount: number): number[] {
  const longer = (n: number) => (fn <= 2 ? (Math.ceil(count / 8) + n - 1) * 8 + 1 : count + n);
  const counts = Array.from({ length: lengthenings }, (_, i) => longer(i + 1));
  return [count, ...counts.filter((longerCount) => longerCount <= maxCount)];
}

import type { ModbusRequest, ReadRequest } from '../../devices/modbus/pdu.ts';
import { isWithin, readShape, replyShape } from './reply-shape.ts';

/**
 * How many replies a gateway may be behind the ids that it gives them. Each request that stays without an answer, until its timeout or
 * until its connection ends, may put it one more behind, and a reply is then the one to any of the last so many requests. So an answer
 * is its own for certain when none of those asks for a reply of its function and length. Where one does, another read of the unit's
 * map goes ahead, whose reply has another length (`checksOf`): it gets what was kept back, if anything was.
 *
 * Counted for each unit, which may stand behind a queue of its own, and for the connection. Before its first answer a unit is
 * taken to be one behind by a request of any kind: one that was asked before this process began, or by another client.
 */
export class Lag {
  readonly #checksOf: (unit: number) => readonly ReadRequest[];
  readonly #queues = new Map<number, Queue>();
  /** Units that may not answer checks: what they are asked anyway is asked several times in place of one. */
  readonly #mute = new Set<number>();
  /** How often a unit answered what it is asked anyway, and not the check before. */
  readonly #unchecked = new Map<number, number>();
  /** How many checks in a row a unit that has answered one before left without an answer. */
  readonly #left = new Map<number, number>();
  /** When a unit was last taken to be behind without a miss, monotonic ms. */
  readonly #begun = new Map<number, number>();
  #hasCheckFailedLast = false;

  constructor(checksOf: (unit: number) => readonly ReadRequest[]) {
    this.#checksOf = checksOf;
  }

  /** Nothing was asked in vain of which the answer may still come. */
  isNone(): boolean {
    return this.#queues.size === 0;
  }

  /**
   * A unit is to be asked something. For the first time, and once in ten minutes from then on, an answer may be kept of which this bus
   * knows nothing.
   */
  begins(unit: number, now: number): boolean {
    const begunAt = this.#begun.get(unit);
    if (begunAt !== undefined && now - begunAt < trustedMs) return false;
    this.#begun.set(unit, now);
    if (this.#queues.has(unit) || this.#checksOf(unit).length === 0) return false;
    this.#queues.set(unit, { most: 1, shapes: [anything] });
    // The first check may be lost; a unit that leaves two is asked itself before it counts as offline.
    if (begunAt === undefined) this.#left.set(unit, mostUnchecked - 2);
    return true;
  }

  /** It was asked so, and no answer came. */
  silent(unit: number, asked: ModbusRequest): void {
    this.#hasCheckFailedLast = false;
    for (const key of [unit, all]) {
      const queue = this.#queues.get(key) ?? { most: 0, shapes: [] };
      ask(queue, asked);
      queue.most = Math.min(mostBehind, queue.most + 1);
      this.#queues.set(key, queue);
    }
  }

  /** A check was not answered. */
  checkWasSilent(unit: number): void {
    const left = this.#left.get(unit);
    if (left !== undefined) this.#left.set(unit, left + 1);
    if (left === undefined || left + 1 >= mostUnchecked) this.#mute.add(unit);
    this.#hasCheckFailedLast = true;
  }

  /** It was asked so, and an exception came, which fits any of the requests of its function. */
  refused(unit: number, asked: ModbusRequest): void {
    for (const [, queue] of this.#of(unit)) ask(queue, asked);
  }

  /**
   * It was asked so, and a reply of that length came.
   * @returns whether that says that nothing is behind any more
   */
  answered(unit: number, asked: ModbusRequest, purpose: 'itself' | 'check' | 'again'): boolean {
    if (!this.#isInDoubt(unit)) return false;
    this.#hasCheckFailedLast = false;
    this.#came(unit, asked, replyShape(asked));
    if (purpose === 'check') this.#answersChecks(unit);
    const isProven = this.isNone();
    if (purpose !== 'itself' || asked.kind !== 'read') return isProven;
    if (this.#mute.delete(unit)) {
      this.#left.delete(unit);
      const times = (this.#unchecked.get(unit) ?? 0) + 1;
      this.#unchecked.set(unit, times);
      // The check may have been lost, and is tried again.
      if (times < mostUnchecked) return isProven;
    }
    // All that can be found out was.
    this.#queues.delete(unit);
    if (this.#queues.size === 1) this.#queues.delete(all);
    return isProven;
  }

  /** It was asked so, and a reply of `dataBytes` came in place of its own: whether it may be the one to an earlier request. */
  misfit(unit: number, asked: ModbusRequest, came: { fn: number; dataBytes: number }): boolean {
    const shape = readShape(came.fn, came.dataBytes);
    const isOlder = this.#of(unit).some(([, queue]) => has(queue.shapes.slice(-queue.most), shape));
    if (isOlder) {
      this.#came(unit, asked, shape);
      this.#mute.delete(unit);
      this.#answersChecks(unit);
    }
    return isOlder;
  }

  #answersChecks(unit: number): void {
    this.#unchecked.delete(unit);
    this.#left.set(unit, 0);
  }

  /**
   * What to ask before `asked`, so that no older reply passes for its answer; undefined when none can, or nothing helps.
   * @param nth how much was asked before it already
   */
  checkFor(unit: number, asked: ReadRequest, nth: number): ReadRequest | undefined {
    if (!this.#isInDoubt(unit)) return undefined;
    const queues = this.#of(unit);
    const most = Math.max(0, ...queues.map(([, queue]) => queue.most));
    const recent = queues.flatMap(([, queue]) => queue.shapes.slice(-queue.most));
    if (nth >= most || !has(recent, replyShape(asked))) return undefined;
    if ((this.#unchecked.get(unit) ?? 0) >= mostUnchecked) return undefined;
    // The short reply that a queue holds comes in place of one of these.
    if (this.#mute.has(unit)) return nth < most - 1 ? asked : undefined;
    const checks = this.#checksOf(unit).filter((read) => replyShape(read) !== replyShape(asked));
    const worth = (read: ReadRequest) => 2 * Number(!has(recent, replyShape(read))) + Number(isWithin(read, asked));
    return checks.toSorted((a, b) => worth(b) - worth(a))[0];
  }

  /** Something else may stand behind the port now, unless it is a check that ended the connection. */
  opened(): void {
    if (!this.#hasCheckFailedLast) this.#unchecked.clear();
  }

  /** It is the reply to one of those that ask for this: as far behind as the furthest of them at most. */
  #came(unit: number, asked: ModbusRequest, shape: string): void {
    for (const [key, queue] of this.#of(unit)) {
      ask(queue, asked);
      while (queue.most > 0 && !has(queue.shapes.slice(-1 - queue.most, -queue.most), shape)) queue.most--;
      if (queue.most === 0) this.#queues.delete(key);
    }
  }

  #isInDoubt(unit: number): boolean {
    return this.#queues.has(unit) || this.#queues.has(all);
  }

  #of(unit: number): [key: number, queue: Queue][] {
    return [unit, all].flatMap((key): [number, Queue][] => {
      const queue = this.#queues.get(key);
      return queue === undefined ? [] : [[key, queue]];
    });
  }
}

/** `most`: so many behind it may be. `shapes`: function and length of the replies to the last requests, the latest last. */
type Queue = { most: number; shapes: string[] };

/** In place of a function and length that are not known. */
const anything = '*';
/** The connection, with all units. */
const all = -1;
const mostBehind = 4;
/** How long a unit that misses nothing is not checked. Another client's miss may put a shared gateway one behind. */
const trustedMs = 600_000;
const mostUnchecked = 3;

function has(shapes: readonly string[], shape: string): boolean {
  return shapes.includes(shape) || shapes.includes(anything);
}

function ask(queue: Queue, asked: ModbusRequest): void {
  queue.shapes = [...queue.shapes, replyShape(asked)].slice(-1 - mostBehind);
}

import type { Passing } from '../../devices/modbus/line-listener.ts';

export type UnitCounts = {
  readonly unit: number;
  readonly requests: number;
  readonly replies: number;
  readonly exceptions: number;
  /** Requests that the next request came after, without a reply. */
  readonly silent: number;
  readonly slowestMs: number | null;
};

/** What passed, by unit. */
export class SniffCounts {
  readonly #units = new Map<number, UnitCounts>();
  #spoilt = 0;
  #unknownBytes = 0;
  #bytes = 0;
  #from: number | null = null;
  #to = 0;
  #asking: number | null = null;

  bytes(count: number, at: number): void {
    this.#bytes += count;
    this.#from ??= at;
    this.#to = at;
  }

  passed(passing: Passing): void {
    if (passing.kind === 'spoilt') this.#spoilt++;
    if (passing.kind === 'unknown') this.#unknownBytes += passing.bytes.length;
    if (!('unit' in passing)) return;
    const { unit } = passing;
    if (!('tookMs' in passing)) {
      if (this.#asking !== null) this.#add(this.#asking, { silent: 1 });
      this.#asking = unit === 0 ? null : unit;
      this.#add(unit, { requests: 1 });
      return;
    }
    this.#asking = null;
    this.#add(unit, { replies: 1, exceptions: passing.kind === 'exception' ? 1 : 0, tookMs: passing.tookMs });
  }

  units(): readonly UnitCounts[] {
    return [...this.#units.values()].toSorted((a, b) => a.unit - b.unit);
  }

  /** `load`: the share of the time in which bytes were on the line; null where the speed is not known. */
  totals(charMs: number): { bytes: number; spoilt: number; unknownBytes: number; load: number | null } {
    const spanMs = this.#to - (this.#from ?? this.#to);
    const load = charMs === 0 || spanMs <= 0 ? null : Math.min(1, (this.#bytes * charMs) / spanMs);
    return { bytes: this.#bytes, spoilt: this.#spoilt, unknownBytes: this.#unknownBytes, load };
  }

  #add(
    unit: number,
    more: { requests?: number; replies?: number; exceptions?: number; silent?: number; tookMs?: number | null },
  ): void {
    const { requests = 0, replies = 0, exceptions = 0, silent = 0, tookMs = null } = more;
    const own = this.#units.get(unit) ?? { unit, requests: 0, replies: 0, exceptions: 0, silent: 0, slowestMs: null };
    this.#units.set(unit, {
      unit,
      requests: own.requests + requests,
      replies: own.replies + replies,
      exceptions: own.exceptions + exceptions,
      silent: own.silent + silent,
      slowestMs: tookMs === null ? own.slowestMs : Math.max(own.slowestMs ?? 0, tookMs),
    });
  }
}

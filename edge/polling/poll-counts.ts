/** How a device has answered in the last ten minutes. `p50Ms`, `p99Ms`: from a request to its whole reply; null without one. */
export type PollFigures = {
  readonly asked: number;
  readonly answered: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
};

/** What is kept of a minute: times in classes of a tenth each, 1 ms to 10 s. */
type Minute = { minute: number; asked: number; answered: number; readonly times: Uint16Array };

const minuteMs = 60_000;
const minutes = 10;
const step = Math.log(1.1);
const classes = 1 + Math.ceil(Math.log(10_000) / step);
const mostInClass = 0xffff;

/** Counts a device's polls. It keeps 2 kB, however often the device is asked. */
export class PollCounts {
  readonly #minutes: Minute[] = [];

  /** A poll is over at `mono`, in monotonic ms; `tookMs` null without a good reply. */
  add(mono: number, tookMs: number | null): void {
    const minute = this.#at(mono);
    minute.asked++;
    if (tookMs === null) return;
    minute.answered++;
    const nth = classOf(tookMs);
    minute.times[nth] = Math.min(mostInClass, (minute.times[nth] ?? 0) + 1);
  }

  figures(mono: number): PollFigures {
    const since = Math.floor(mono / minuteMs) - minutes;
    const kept = this.#minutes.filter(({ minute }) => minute > since);
    const times = Array.from({ length: classes }, (_, nth) => sum(kept, (one) => one.times[nth] ?? 0));
    return {
      asked: sum(kept, ({ asked }) => asked),
      answered: sum(kept, ({ answered }) => answered),
      p50Ms: percentile(times, 0.5),
      p99Ms: percentile(times, 0.99),
    };
  }

  #at(mono: number): Minute {
    const minute = Math.floor(mono / minuteMs);
    const last = this.#minutes.at(-1);
    if (last?.minute === minute) return last;
    const old = this.#minutes.length < minutes ? undefined : this.#minutes.shift();
    const next: Minute = { minute, asked: 0, answered: 0, times: old?.times.fill(0) ?? new Uint16Array(classes) };
    this.#minutes.push(next);
    return next;
  }
}

function classOf(ms: number): number {
  return Math.min(classes - 1, Math.max(0, Math.ceil(Math.log(ms) / step)));
}

/** The upper end of the class in which it lies. */
function percentile(times: readonly number[], share: number): number | null {
  const all = times.reduce((total, count) => total + count, 0);
  if (all === 0) return null;
  const rank = Math.ceil(all * share);
  let passed = 0;
  const nth = times.findIndex((count) => {
    passed += count;
    return passed >= rank;
  });
  return Math.round(10 * Math.exp(step * nth)) / 10;
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}

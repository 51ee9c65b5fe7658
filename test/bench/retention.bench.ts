import { monitorEventLoopDelay } from 'node:perf_hooks';
import { buildStorage, storageFileSchema } from '../../config/storage/storage.ts';
import { systemClock } from '../../contract/clock.ts';
import { silentLog } from '../../gateway/log.ts';
import { Retention } from '../../gateway/retention/service.ts';
import { cut } from '../../gateway/store/chunks.ts';
import { Store } from '../../gateway/store/store.ts';
import { tempDir } from '../temp.ts';
import { judge, note, percentile, type Row, round } from './measure.ts';
import type { Bench } from './run.ts';

/**
 * What the event loop waits while ten million readings become hours and go, at ten slices a second, ten times as many as
 * a gateway makes. Beside it, in turn, as many commits of one row: what the disk alone takes.
 */
const points = 200;
/** As a segment of a busy site holds them, and as many as a chunk may hold. */
const perChunk = 250;
const segments = 200;
const everyMs = 10_000;
const sliceEveryMs = 100;
const slicesAtOnce = 50;
const begun = Date.UTC(2025, 1, 1);

export const bench: Bench = {
  title: 'retention: what ten million readings that go hold up',
  slow: true,
  async run(): Promise<Row[]> {
    const dir = tempDir();
    const store = Store.open({ dir, clock: systemClock, log: silentLog });
    const filledMs = fill(store);
    const config = buildStorage(storageFileSchema.parse({ keepDays: 60, hourlyYears: 10 }));
    const clock = { ...systemClock, now: () => begun + 400 * 24 * 3_600_000 };
    const retention = new Retention({ ...{ store, dir, config, clock, log: silentLog }, freeBytes: () => 1e12 });
    const [slices, rows]: [Taken[], Taken[]] = [[], []];
    const loops: [number, number][] = [];
    for (let more = true; more; ) {
      const slice = () => {
        if (more)
          slices.push(
            taken(() => {
              more = retention.slice();
            }),
          );
      };
      const row = () => rows.push(taken(() => store.touch()));
      loops.push([await during(slice), await during(row)]);
    }
    const left = store.db.prepare('SELECT count(*) FROM chunks').pluck().get();
    store.close();
    const p99 = (of: 0 | 1) =>
      percentile(
        loops.map((each) => each[of]),
        0.5,
      );
    return [
      judge('CPU of a slice, 99 of 100', percentile(cpuOf(slices), 0.99), { atMost: 20 }, ofMs),
      note(
        '  p50 / p99 / longest, of a commit of one row beside it',
        `${spread(cpuOf(slices))}; ${spread(cpuOf(rows))} ms`,
      ),
      note(
        'from its beginning to its end, of a commit of one row',
        `${spread(wallOf(slices))}; ${spread(wallOf(rows))} ms`,
      ),
      note('99 of 100 waits of the loop meanwhile, the same', `${round(p99(0))}; ${round(p99(1))} ms`),
      note('slices; chunks left; to fill', `${slices.length}; ${left}; ${round(filledMs / 1000)} s`),
    ];
  },
};

const ofMs = { steady: true, unit: ' ms' };

type Taken = { ms: number; cpuMs: number };
const cpuOf = (all: readonly Taken[]) => all.map(({ cpuMs }) => cpuMs);
const wallOf = (all: readonly Taken[]) => all.map(({ ms }) => ms);
const spread = (values: readonly number[]) =>
  [0.5, 0.99, 1].map((share) => round(percentile(values, share))).join(' / ');

function taken(work: () => void): Taken {
  const [from, used] = [performance.now(), process.cpuUsage()];
  work();
  const { user, system } = process.cpuUsage(used);
  return { ms: performance.now() - from, cpuMs: (user + system) / 1000 };
}

function fill(store: Store): number {
  const from = performance.now();
  for (let segment = 0; segment < segments; segment++) {
    const first = begun + segment * perChunk * everyMs;
    const t = Array.from({ length: perChunk }, (_, n) => first + n * everyMs);
    const pieces = Array.from({ length: points }, (_, point) => {
      const values = t.map((_, n) => ((point + n) % 97) / 10);
      const same = t.map(() => 0);
      const columns = { t, epoch: same, seq: t.map((_, n) => segment * perChunk + n), faults: same, values };
      return cut({ point: point + 1, time: 'synced', late: false, columns });
    }).flat();
    const to = first + (perChunk - 1) * everyMs;
    store.commit(() =>
      store.chunks.write(pieces, { from: first, to, lateFrom: null, lateTo: null, readings: points * perChunk }),
    );
  }
  return performance.now() - from;
}

/** 99 of 100 waits of the loop while `work` is done so often. */
async function during(work: () => void): Promise<number> {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  for (let n = 0; n < slicesAtOnce; n++) {
    work();
    await new Promise((resolve) => setTimeout(resolve, sliceEveryMs));
  }
  loop.disable();
  return loop.percentile(99) / 1e6;
}

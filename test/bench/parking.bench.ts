import { systemClock } from '../../contract/clock.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { calibrate, judge, median, note, percentile, type Row, round } from './measure.ts';
import { BenchTown, spacesOfLot } from './parking-town.ts';
import type { Bench } from './run.ts';

/** 10,000 spaces in 100 lots, each of which changes every ten minutes and is said again every minute. */
export const bench: Bench = {
  title: 'parking: 10,000 spaces in 100 lots, every one changing every ten minutes',
  slow: true,
  run: async () => [...(await ingestRows()), ...(await availabilityRows()), ...(await reservationRows())],
};

const lots = 100;
const changesPerSecond = (lots * spacesOfLot) / 600;
const saysPerSecond = lots / 60;

/** Runs once: a round takes too long to be run again. Not steady where the machine was another at its end. */
async function once<T>(measure: () => Promise<T>): Promise<{ result: T; steady: boolean }> {
  calibrate();
  const before = calibrate();
  const result = await measure();
  const after = calibrate();
  return { result, steady: Math.abs(after - before) / Math.min(after, before) <= 0.25 };
}

/** Half a simulated minute of messages, with parking and without it, in turn; what the store takes in per second of its time. */
async function ingestRows(): Promise<Row[]> {
  const { result, steady } = await once(async () => {
    const times = { with: [] as number[], without: [] as number[], looks: [] as number[] };
    for (let i = 0; i < 2; i += 1) {
      const plain = await minuteOf(false);
      const parking = await minuteOf(true);
      times.without.push(plain.said);
      times.with.push(parking.said);
      times.looks.push(parking.rest - plain.rest);
    }
    return times;
  });
  const [ours, plain] = [median(result.with), median(result.without)];
  return [
    judge('ingest, against its rate without parking', plain / ours, { atLeast: 0.9 }, { steady, unit: '×' }),
    note('  half a minute of messages is taken in within', `${round(ours)} ms, without ${round(plain)} ms`),
    note('  what time alone brings (debounce, looks at lots), half a minute', `${round(median(result.looks))} ms`),
  ];
}

const seconds = 30;

async function minuteOf(withParking: boolean): Promise<{ said: number; rest: number }> {
  const clock = new SimClock();
  const town = new BenchTown({ lots, clock, withParking });
  await clock.advance(40_000);
  let [said, changed, repeated] = [0, 0, 0];
  const begun = performance.now();
  for (let second = 1; second <= seconds; second += 1) {
    await clock.advance(1000);
    const from = performance.now();
    for (; changed < second * changesPerSecond; changed += 1) town.flip((changed * 7919) % town.spaces);
    for (; repeated < second * saysPerSecond; repeated += 1) town.sayLot(repeated % lots);
    said += performance.now() - from;
  }
  const rest = performance.now() - begun - said;
  town.close();
  return { said, rest };
}

/** A list each 20 ms of real time, over one lot at rest and over the busy town: the answer, and what it waits for the loop. */
async function availabilityRows(): Promise<Row[]> {
  const { result, steady } = await once(async () => {
    const rest = await listed(1, false);
    const busy = await listed(lots, true);
    return { rest, busy };
  });
  const { rest, busy } = result;
  const ratio = percentile(busy.answered, 0.99) / percentile(rest.answered, 0.99);
  const waited = percentile(busy.waited, 0.99) / percentile(rest.waited, 0.99);
  const p = (all: readonly number[]) => `${round(percentile(all, 0.5))} / ${round(percentile(all, 0.99))} ms`;
  return [
    judge('availability p99, against one lot at rest', ratio, { atMost: 3 }, { steady, unit: '×' }),
    note('  one lot at rest: p50 / p99', p(rest.answered)),
    note('  the busy town: p50 / p99', p(busy.answered)),
    note(
      '  the same with what it waits for commits, p99',
      `${round(waited)}×, ${p(rest.waited)} and ${p(busy.waited)}`,
    ),
  ];
}

async function listed(count: number, isBusy: boolean): Promise<{ answered: number[]; waited: number[] }> {
  const town = new BenchTown({ lots: count, clock: systemClock });
  const times = { answered: [] as number[], waited: [] as number[] };
  let [changed, repeated] = [0, 0];
  const begun = performance.now();
  const listSeconds = 8;
  for (let nth = 1; nth <= listSeconds * 50; nth += 1) {
    const due = begun + nth * 20;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const from = performance.now();
    town.list(nth);
    const now = performance.now();
    // The first lists compile it.
    if (nth > 50) {
      times.answered.push(now - from);
      times.waited.push(now - Math.min(due, from));
    }
    if (!isBusy) continue;
    const passed = (now - begun) / 1000;
    if (changed < passed * changesPerSecond) town.flip((changed++ * 7919) % town.spaces);
    else if (repeated < passed * saysPerSecond) town.sayLot(repeated++ % lots);
  }
  town.close();
  return times;
}

/** Reservations, against a loop that commits one row each. */
async function reservationRows(): Promise<Row[]> {
  const count = 200;
  const { result, steady } = await once(async () => {
    const clock = new SimClock();
    const town = new BenchTown({ lots: 1, clock });
    await clock.advance(40_000);
    const { db } = town.gateway.store;
    db.exec('CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
    const insert = db.prepare('INSERT INTO bare (text) VALUES (?)');
    const text = 'x'.repeat(400);
    const times = { ours: [] as number[], bare: [] as number[], refused: 0 };
    for (let i = 0; i < 4; i += 1) {
      const from = performance.now();
      for (let n = 0; n < count; n += 1) if (town.reserve().kind !== 'reservation') times.refused += 1;
      const between = performance.now();
      for (let n = 0; n < count; n += 1) db.transaction(() => insert.run(text)).immediate();
      if (i === 0) continue; // compiles
      times.ours.push(between - from);
      times.bare.push(performance.now() - between);
    }
    town.close();
    return times;
  });
  const { ours, bare, refused } = result;
  const rate = (ms: number) => `${round((count * 1000) / ms)}/s`;
  return [
    judge(
      'reservations, against bare transactions',
      median(bare) / median(ours),
      { atLeast: 0.3 },
      { steady, unit: '×' },
    ),
    note('  reservations, bare transactions', `${rate(median(ours))}, ${rate(median(bare))}`),
    judge('  refused among them', refused, { atMost: 0 }, { steady: true }),
  ];
}

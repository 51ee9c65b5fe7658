import { systemClock } from '../../contract/clock.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { calibrate, judge, median, note, percentile, type Row, round } from './measure.ts';
import { BenchTown, pointsOfOther, spacesOfLot } from './parking-town.ts';
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

/** Messages a second of devices of no lot, whose cost tells how many more of them there is room for. */
const othersPerSecond = 100;

/**
 * The same messages go to a town with parking and to one without, second by second in turn: CPU of this thread alone, so
 * that it matters little what else the machine does. The first minute compiles, and is left out. The rate of ingest is what it takes in
 * of other devices in what the town leaves of a second. How much dearer the messages of spaces are by themselves stands below it.
 */
async function ingestRows(): Promise<Row[]> {
  const { result, steady } = await once(async () => {
    const [plain, parking] = [new Side(false), new Side(true)];
    for (const side of [plain, parking]) await side.clock.advance(40_000);
    for (let second = 1; second <= warmUp + seconds; second += 1) {
      if (second === warmUp + 1) for (const side of [plain, parking]) side.begin();
      for (const side of second % 2 === 0 ? [plain, parking] : [parking, plain]) await side.pass(second);
    }
    for (const side of [plain, parking]) side.town.close();
    return { plain, parking };
  });
  const { plain, parking } = result;
  const each = ({ changing, saying }: Side) =>
    `${round((1000 * changing) / (seconds * changesPerSecond))} µs, ${round((1000 * saying) / (seconds * saysPerSecond))} µs`;
  const ratio = (plain.changing + plain.saying) / (parking.changing + parking.saying);
  return [
    judge(
      'ingest beside the town, against its rate without parking',
      rateOf(parking) / rateOf(plain),
      { atLeast: 0.9 },
      { steady, unit: '×' },
    ),
    note('  other readings a second with it, and without', `${round(rateOf(parking))}, ${round(rateOf(plain))}`),
    judge('messages of spaces alone, against the same without parking', ratio, { atLeast: 0.9 }, { steady, unit: '×' }),
    note('  a change, and 100 spaces said again', `${each(parking)}, without ${each(plain)}`),
    note(
      '  what time alone brings (debounce, looks at lots), a second',
      `${round((parking.rest - plain.rest) / seconds)} ms`,
    ),
    note('  what all of it takes of a core, and without parking', `${share(parking)} %, ${share(plain)} %`),
  ];
}

/** Per cent of a core that a side took while it was measured. */
function share({ changing, saying, rest }: Side): string {
  return round((changing + saying + rest) / seconds / 10);
}

/** Readings of other devices that there is room for beside what the town takes of a second of CPU. */
function rateOf({ changing, saying, rest, others }: Side): number {
  const leftMs = 1000 - (changing + saying + rest) / seconds;
  return (leftMs * othersPerSecond * pointsOfOther) / (others / seconds);
}

const warmUp = 60;
const seconds = 120;

class Side {
  readonly clock = new SimClock();
  readonly town: BenchTown;
  /** CPU ms. */
  changing = 0;
  saying = 0;
  rest = 0;
  others = 0;
  #changed = 0;
  #said = 0;

  constructor(withParking: boolean) {
    this.town = new BenchTown({ lots, clock: this.clock, withParking });
  }

  begin(): void {
    this.changing = this.saying = this.rest = this.others = 0;
  }

  async pass(second: number): Promise<void> {
    const begun = threadMs();
    await this.clock.advance(1000);
    const passed = threadMs();
    for (; this.#changed < second * changesPerSecond; this.#changed += 1)
      this.town.flip((this.#changed * 7919) % this.town.spaces);
    const changed = threadMs();
    for (; this.#said < second * saysPerSecond; this.#said += 1) this.town.sayLot(this.#said % lots);
    this.rest += passed - begun;
    this.changing += changed - passed;
    const said = threadMs();
    for (let nth = 0; nth < othersPerSecond; nth += 1) this.town.sayOther(second + nth);
    this.saying += said - changed;
    this.others += threadMs() - said;
  }
}

/** CPU of this thread so far, user and system, ms. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
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

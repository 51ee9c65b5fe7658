import { CityRig } from '../city/rig/city-rig.ts';
import { copyRows, flow } from './city-copy.ts';
import { outageRows } from './city-outage.ts';
import { halfOpenRows, lateRows, restRows } from './city-states.ts';
import { note, type Row, round } from './measure.ts';
import type { Bench } from './run.ts';

/** Parts of it, for those who look at one: JARI_CITY_BENCH=copy,rest npm run bench city. */
const parts: Record<string, () => Promise<Row[]>> = {
  copy: () => copyRows({ gateways: 200, messages: 800 }),
  workers: () => workerRows({ gateways: 40, messages: 800 }),
  outage: () => outageRows({ gateways: 20 }),
  late: lateRows,
  'half-open': halfOpenRows,
  rest: () => restRows({ gateways: 200 }),
};

/** The same work with one worker, with two and with four. */
async function workerRows(of: { gateways: number; messages: number }): Promise<Row[]> {
  const rows: Row[] = [];
  let one = 0;
  for (const workers of [1, 2, 4]) {
    await using rig = await CityRig.start({ servers: 3, workers, gateways: of.gateways });
    // Each of them works for some seconds before: that compiles it.
    await flow(rig, { ...of, messages: 800 * workers });
    const { rate } = await flow(rig, of);
    if (workers === 1) one = rate;
    rows.push(note(`${workers} worker(s)`, `${round(rate)} rows/s, ${round(rate / one)}×`));
  }
  return rows;
}

const wanted = (process.env.JARI_CITY_BENCH ?? Object.keys(parts).join(',')).split(',');

export const bench: Bench = {
  title: 'a city: nats-servers, workers, PostgreSQL and simulated gateways, all on this machine',
  slow: true,
  async run() {
    const lacks = CityRig.lacks({ servers: 3 });
    if (lacks !== null) return [note('left out', lacks)];
    const rows: Row[] = [];
    for (const part of wanted) rows.push(...((await parts[part]?.()) ?? [note(part, 'no such part')]));
    return rows;
  },
};

import { CityRig } from '../city/rig/city-rig.ts';
import { copyRows } from './city-copy.ts';
import { note, type Row } from './measure.ts';
import type { Bench } from './run.ts';

/** Parts of it, for those who look at one: JARI_CITY_BENCH=copy,rest npm run bench city. */
const parts: Record<string, () => Promise<Row[]>> = {
  copy: () => copyRows({ gateways: 200, messages: 200 }),
};

const wanted = (process.env.JARI_CITY_BENCH ?? Object.keys(parts).join(',')).split(',');

export const bench: Bench = {
  title: 'a city: 3 nats-servers, 2 workers, PostgreSQL and the gateways, all on this machine',
  slow: true,
  async run() {
    const lacks = CityRig.lacks({ servers: 3 });
    if (lacks !== null) return [note('left out', lacks)];
    const rows: Row[] = [];
    for (const part of wanted) rows.push(...((await parts[part]?.()) ?? [note(part, 'no such part')]));
    return rows;
  },
};

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { endAll } from '../cleanup.ts';
import { root } from '../needs.ts';
import { print, type Row } from './measure.ts';

/** `npm run bench [name…]`: every figure is a ratio of two things measured in turn in this one run, or a byte count. */

export type Bench = {
  title: string;
  /** Takes minutes: runs only when it is named. */
  slow?: true;
  run(): Promise<readonly Row[]>;
};

const wanted = process.argv.slice(2);
const names = readdirSync(join(root, 'test', 'bench'))
  .filter((name) => name.endsWith('.bench.ts'))
  .map((name) => name.slice(0, -'.bench.ts'.length))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

let unmet = 0;
for (const name of names) {
  const { bench } = (await import(join(root, 'test', 'bench', `${name}.bench.ts`))) as { bench: Bench };
  if (bench.slow === true && !wanted.includes(name)) {
    console.log(`\n${name}: ${bench.title}\n  left out: takes minutes; npm run bench ${name}`);
    continue;
  }
  const rows = await bench.run().finally(endAll);
  print(`${name}: ${bench.title}`, rows);
  unmet += rows.filter((row) => row.verdict === 'unmet').length;
}
console.log(`\n${unmet} unmet`);
process.exitCode = unmet === 0 ? 0 : 1;

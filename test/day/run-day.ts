import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deeds, rows } from './day-rows.ts';
import { at, DayWorld } from './day-world.ts';

/** `npm run day [-- seed]`: the demo's day on simulated time, expected against got. A minute or two. */
const seed = Number(process.argv[2] ?? 1);
const dir = mkdtempSync(join(tmpdir(), 'jari-day-'));
const world = new DayWorld({ dir, seed });
const begun = performance.now();
let unmet = 0;
try {
  const looks = rows.map((row) => ({
    at: row.at,
    do: () => {
      const { got, met } = row.look(world);
      if (!met) unmet += 1;
      console.log(
        `${met ? 'met  ' : 'UNMET'} ${row.time.padEnd(12)} ${row.what}\n        expected ${row.expected}\n        got      ${got}`,
      );
    },
  }));
  await world.run(at(24, 0), [...deeds, ...looks]);
  console.log(
    `\n${rows.length - unmet} of ${rows.length} met; seed ${seed}, digest ${world.digest()}, ${Math.round((performance.now() - begun) / 1000)} s`,
  );
} finally {
  world.close();
  rmSync(dir, { recursive: true, force: true });
}
process.exitCode = unmet === 0 ? 0 : 1;

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { judge, note, type Row, round } from './measure.ts';
import type { Figures } from './questions-gateway.ts';
import type { Bench } from './run.ts';

/** As the package starts a gateway, see deploy/package/jari.sh. */
const asPackaged = {
  flags: [
    '--no-short-builtin-calls',
    '--no-maglev',
    '--v8-pool-size=1',
    '--invocation-count-for-turbofan=10000',
    '--max-semi-space-size=2',
  ],
  env: { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' },
};

/** Readings are taken in and acknowledged while ten readers ask for a page of 10,000 at once. */
export const bench: Bench = { title: 'questions: what ten pages of 10,000 readings at once hold up', run };

async function run(): Promise<Row[]> {
  const figures = await measured(asPackaged);
  const unpackaged = await measured({ flags: [], env: {} });
  const steady = { steady: true };
  return [
    judge('longest wait of the event loop', figures.loopMs, { atMost: 20 }, { ...steady, unit: ' ms' }),
    note('  the same while nobody asks', `${round(figures.quietLoopMs)} ms`),
    note(
      '  from a message to its acknowledgement: p50 / max, asked and not',
      `${spread(figures.waitMs)}, ${spread(figures.quietWaitMs)}`,
    ),
    note('  the ten answers together', `${round(figures.tookMs)} ms, ${round(figures.cpuMs)} ms of CPU`),
    judge('memory on top at the most', figures.peakMb, { atMost: 50 }, { ...steady, unit: ' MB' }),
    note('  a second later', `${round(figures.afterMb)} MB`),
    note(
      'without the settings of the package: wait, memory',
      `${round(unpackaged.loopMs)} ms, ${round(unpackaged.peakMb)} MB`,
    ),
  ];
}

async function measured({ flags, env }: { flags: readonly string[]; env: NodeJS.ProcessEnv }): Promise<Figures> {
  const gateway = join(import.meta.dirname, 'questions-gateway.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, gateway], {
    env: { ...process.env, ...env },
  });
  return JSON.parse(stdout) as Figures;
}

function spread([p50, max]: readonly [number, number]): string {
  return `${round(p50)} / ${round(max)} ms`;
}

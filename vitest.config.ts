import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

/** Minutes of real time beside other libraries and on real lines: `npm run test:long`. */
const long = ['test/edge/bus/libraries.test.ts', 'test/edge/bus/fault-table-live.test.ts'];

export default defineConfig({
  test: {
    include: process.env.JARI_LONG === undefined ? ['test/**/*.test.ts'] : long,
    exclude: process.env.JARI_LONG === undefined ? [...configDefaults.exclude, ...long] : configDefaults.exclude,
    globalSetup: ['test/build-pages.ts'],
    // Native modules (serial port, SQLite) want a process of their own, not a thread.
    pool: 'forks',
    // Most of the time is waited, for wires and clocks; a second worker beside the first costs no test its deadline.
    maxWorkers: 2,
    // Hundreds of commands are started: without it each strips the types of its entry again, for 0.3 to 0.5 s.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'jari-test-compile-cache') },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

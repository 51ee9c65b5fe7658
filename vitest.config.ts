import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-pages.ts'],
    // Native modules (serial port, SQLite) want a process of their own, not a thread.
    pool: 'forks',
    // A third of the time is waited, for wires and clocks; a third worker on two cores costs no test its deadline.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Hundreds of commands are started: without it each strips the types of its entry again, for 0.3 to 0.5 s.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'jari-test-compile-cache') },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

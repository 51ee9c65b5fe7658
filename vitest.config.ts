import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-pages.ts'],
    // Native modules (serial port, SQLite) want a process of their own, not a thread.
    pool: 'forks',
    // Most of the time is waited, for wires and clocks; a second worker beside the first costs no test its deadline.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

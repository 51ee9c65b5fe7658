import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Native modules (serial port, SQLite) want a process of their own, not a thread.
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});

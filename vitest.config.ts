import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

/** Minutes of real time beside other libraries and on real lines, and a large program: `npm run test:long`. */
const long = [
  'test/edge/bus/libraries.test.ts',
  'test/edge/bus/fault-table-live.test.ts',
  'test/city/database.test.ts',
  'test/city/transaction.test.ts',
  'test/city/nats-tls.test.ts',
  'test/deploy/promtool.test.ts',
  'test/system/peers.test.ts',
  'test/system/tls-renewal.test.ts',
  'test/system/disk-faults.test.ts',
];
/** Builds packages and installs them in a Debian of their own: `npm run package:test`. */
const packages = ['test/package/**/*.test.ts'];
/** What replaces a module (`vi.mock`), changes the environment, or starts programs and browsers: a process of its own each. */
const apart = [
  'test/system/**/*.test.ts',
  'test/web/**/*.test.ts',
  'test/gateway/cli/**/*.test.ts',
  'test/gateway/accounts/{sign-ins,invitations}.test.ts',
  'test/gateway/http/enumeration.test.ts',
  'test/gateway/http/routes/{session,invitations}.test.ts',
  'test/gateway/addresses.test.ts',
  'test/simulators/slave/body.test.ts',
];
const all = 'test/**/*.test.ts';
const never = configDefaults.exclude;

const everyday = [
  { extends: true, test: { name: 'apart', include: apart, exclude: [...never, ...long, ...packages] } },
  // One process for many files: half of a small file's time is loading the same modules again.
  {
    extends: true,
    test: { name: 'together', isolate: false, include: [all], exclude: [...never, ...long, ...packages, ...apart] },
  },
] as const;

/** The tests of every day, or the others that the environment names. */
function projects() {
  if (process.env.JARI_PACKAGE !== undefined)
    return [{ extends: true, test: { name: 'package', include: packages } } as const];
  if (process.env.JARI_LONG !== undefined) return [{ extends: true, test: { name: 'long', include: long } } as const];
  return [...everyday];
}

export default defineConfig({
  test: {
    projects: projects(),
    globalSetup: ['test/build-pages.ts'],
    // Native modules (serial port, SQLite) want a process of their own, not a thread.
    pool: 'forks',
    // Much of the time is waited, for wires and clocks; two workers more than there are processors cost no test its deadline.
    maxWorkers: 4,
    // Hundreds of commands are started: without it each strips the types of its entry again, for 0.3 to 0.5 s.
    // Streams as `jari` has them.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'jari-test-compile-cache'), READABLE_STREAM: 'disable' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A poll ends as soon as it sees what it waits for; a loaded machine may take longer than the second that is usual.
    expect: { poll: { timeout: 30_000 } },
  },
});

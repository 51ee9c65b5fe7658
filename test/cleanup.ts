type Cleanup = () => void | Promise<void>;

const later: Cleanup[] = [];

const vitest = process.env.VITEST ? await import('vitest') : null;
let isShared = vitest === null;

/** In a test, what was started ends with the test; in `sharedByAll`, after the last of them; in a benchmark, when it says so. */
export function atEnd(fn: Cleanup): void {
  if (isShared) later.push(fn);
  else vitest?.onTestFinished(fn);
}

/** For a `beforeAll`: what it starts serves every test of the file or the `describe`, and ends after the last. */
export async function sharedByAll(start: () => Promise<void>): Promise<() => Promise<void>> {
  isShared = true;
  try {
    await start();
  } finally {
    isShared = false;
  }
  return endAll;
}

/** Ends what a benchmark started, or what was shared, last first. */
export async function endAll(): Promise<void> {
  for (let fn = later.pop(); fn !== undefined; fn = later.pop()) await fn();
}

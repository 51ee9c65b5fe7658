type Cleanup = () => void | Promise<void>;

const later: Cleanup[] = [];

/** In a test, what was started ends with the test; in a benchmark, when it says so. */
export const atEnd: (fn: Cleanup) => void = process.env.VITEST
  ? (await import('vitest')).onTestFinished
  : (fn) => {
      later.push(fn);
    };

/** Ends what a benchmark started, last first. */
export async function endAll(): Promise<void> {
  for (let fn = later.pop(); fn !== undefined; fn = later.pop()) await fn();
}

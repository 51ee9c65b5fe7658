const firstMs = 1000;
const mostMs = 60_000;

/**
 * How long to wait before trying again, ms: anything between nothing and 1 s, 2 s, 4 s … 60 s after that many failures
 * in a row, so that agents which lost the same gateway do not come back at once.
 */
export function reconnectDelayMs(failures: number, random: () => number): number {
  return random() * Math.min(mostMs, firstMs * 2 ** failures);
}

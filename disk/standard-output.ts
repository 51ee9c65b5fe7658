import { pino } from 'pino';

/** Lines that wait for room; more are dropped. */
const mostWaitingBytes = 1_000_000;

/**
 * Standard output as a log's destination, written at once so that the last line before an exit is there. Where it leads to a
 * file on a full disk lines wait and then are dropped: a program that cannot say what it does still does it.
 */
export function standardOutput(fd = 1): ReturnType<typeof pino.destination> {
  const destination = pino.destination({ dest: fd, sync: true, maxLength: mostWaitingBytes });
  return destination.on('error', () => {});
}

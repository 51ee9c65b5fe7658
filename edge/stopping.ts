import type { Logger } from 'pino';
import type { Timer } from '../contract/clock.ts';

const stopWithinMs = 4800;

/**
 * Resolves at the first signal, from which on the process has `stopWithinMs` to be gone, whatever stage of its start it was
 * in, and whatever is left open. A second one ends it there and then, which loses nothing committed.
 */
export function stopSignal(log: Logger): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let asked = false;
  const stop = (signal: NodeJS.Signals) => {
    if (asked) process.exit(1);
    asked = true;
    stopDeadline(log);
    resolve(signal);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return promise;
}

/** It keeps no process that is otherwise done. */
export function stopDeadline(log: Logger): Timer {
  const late = () => die(log, new Error(`not stopped within ${stopWithinMs} ms`));
  const timer = setTimeout(late, stopWithinMs).unref();
  return { cancel: () => clearTimeout(timer) };
}

export function die(log: Logger, error: Error): never {
  log.fatal({ err: error }, 'agent-died');
  process.exit(1);
}

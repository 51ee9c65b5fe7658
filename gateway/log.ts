import { type Logger, pino } from 'pino';
import type { Clock } from '../contract/clock.ts';
import { standardOutput } from '../disk/standard-output.ts';

/** Where the gateway's parts say what happened: event names in kebab-case as the message, ids in the object. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * JSON lines on standard output, every one with `base`, written at once so that the last line before an exit is there.
 * Level from JARI_LOG (debug, info, warn, error); info without it.
 */
export function openLog(base: Record<string, string>): Log {
  return pino({ base, level: levelOf(process.env.JARI_LOG) }, standardOutput());
}

/** A log that keeps nothing, for commands whose output is their answer. */
export const silentLog: Log = pino({ level: 'silent' });

const everyMs = 60_000;
const maxKeys = 1000;

/**
 * Lets one line a minute through per key, so that a peer who fails in a loop cannot fill the disk. It remembers at most
 * 1,000 keys; beyond that the oldest may speak again early.
 */
export class Throttle {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #keys = new Map<string, { at: number; held: number }>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Calls `write` with the number of lines held back since the last one, or holds this one back too. */
  pass(key: string, write: (held: number) => void): void {
    const now = this.#clock.monotonic();
    const seen = this.#keys.get(key);
    if (seen !== undefined && now - seen.at < everyMs) {
      seen.held++;
      return;
    }
    this.#keys.delete(key);
    this.#keys.set(key, { at: now, held: 0 });
    if (this.#keys.size > maxKeys) this.#forgetOldest();
    write(seen?.held ?? 0);
  }

  #forgetOldest(): void {
    for (const key of this.#keys.keys()) {
      this.#keys.delete(key);
      return;
    }
  }
}

function levelOf(text: string | undefined): string {
  return ['debug', 'info', 'warn', 'error'].find((level) => level === text) ?? 'info';
}

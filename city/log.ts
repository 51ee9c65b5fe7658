import { type Logger, pino } from 'pino';
import { standardOutput } from '../disk/standard-output.ts';

/** Event names in kebab-case as the message, ids in the object. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** JSON lines on standard output. Level from JARI_LOG; info without it. */
export function openLog(): Log {
  const level = ['debug', 'info', 'warn', 'error'].find((each) => each === process.env.JARI_LOG) ?? 'info';
  return pino({ base: { process: 'city' }, level }, standardOutput());
}

export const silentLog: Log = pino({ level: 'silent' });

import { type Logger, pino } from 'pino';
import { standardOutput } from '../disk/standard-output.ts';

/** What the parts of the agent write with: one event name in kebab-case as the message, ids in the object. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** JSON lines on stdout, every one with `base`. Level from JARI_LOG (debug, info, warn, error); info without it. */
export function openLog(base: Record<string, string>): Logger {
  return pino({ base, level: levelOf(process.env.JARI_LOG) }, standardOutput());
}

/** Writes nothing: for tests and tools. */
export const silentLog: Log = pino({ level: 'silent' });

function levelOf(text: string | undefined): string {
  return ['debug', 'info', 'warn', 'error'].find((level) => level === text) ?? 'info';
}

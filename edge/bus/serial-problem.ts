import type { OpenResult } from './wire.ts';

/** What the system's words on a port that does not open mean, and how to mend it. */
export function openProblem(path: string): (error: Error) => Exclude<OpenResult, { ok: true }> {
  return ({ message }) => {
    const cause = causes.find(({ words }) => words.test(message)) ?? { why: 'failed' as const, mend: () => message };
    return { ok: false, why: cause.why, detail: `${path}: ${cause.mend(path)}` };
  };
}

type Cause = { words: RegExp; why: 'absent' | 'taken' | 'denied' | 'failed'; mend(path: string): string };

const causes: readonly Cause[] = [
  {
    words: /no such file|ENOENT|no such device/i,
    why: 'absent',
    mend: () => 'there is no such port: plug the adapter in, or correct `port` (ls -l /dev/serial/by-id)',
  },
  {
    words: /cannot lock port|temporarily unavailable|device or resource busy|EBUSY/i,
    why: 'taken',
    mend: (path) => `another program holds this port: end it (fuser -v ${path} names it)`,
  },
  {
    words: /permission denied|not permitted|EACCES|EPERM/i,
    why: 'denied',
    mend: () =>
      'no permission: add the user to the group that owns the port (sudo usermod -aG dialout USER, then log in anew; deploy/60-jari-serial.rules sets the group)',
  },
  {
    words: /inappropriate ioctl|not a tty|not a character device|input\/output error setting|is a directory/i,
    why: 'failed',
    mend: () => 'this is not a serial port: correct `port` (ls -l /dev/serial/by-id)',
  },
];

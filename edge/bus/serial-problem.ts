import type { OpenResult } from './wire.ts';

type Failure = Exclude<OpenResult, { ok: true }>;

/** What the system's words on a port that does not open mean. */
export function openProblem(port: string): (error: Error) => Failure {
  return ({ message }) => {
    const cause = causes.find(({ words }) => words.test(message));
    if (cause !== undefined) return { ok: false, why: cause.why, reason: { code: cause.code, port } };
    return { ok: false, why: 'failed', reason: { code: 'port-fails', port, cause: message } };
  };
}

type Cause = {
  readonly words: RegExp;
  readonly why: Failure['why'];
  readonly code: 'no-such-port' | 'port-taken' | 'port-denied' | 'not-a-port';
};

const causes: readonly Cause[] = [
  { words: /no such file|ENOENT|no such device/i, why: 'absent', code: 'no-such-port' },
  {
    words: /cannot lock port|temporarily unavailable|device or resource busy|EBUSY/i,
    why: 'taken',
    code: 'port-taken',
  },
  { words: /permission denied|not permitted|EACCES|EPERM/i, why: 'denied', code: 'port-denied' },
  {
    words: /inappropriate ioctl|not a tty|not a character device|input\/output error setting|is a directory/i,
    why: 'failed',
    code: 'not-a-port',
  },
];

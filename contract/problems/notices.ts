import { z } from 'zod';
import { problem } from './problem.ts';

const channel = z.string();

export const noticeProblems = {
  'contact-invalid': problem(400, 'No address of this channel', { channel }),
  'no-such-contact': problem(404, 'No such contact', { channel }),
  'push-not-there': problem(409, 'This gateway does not push', {}),
  /** Who is signed in now has not asked to have it. */
  'push-of-another': problem(409, 'This browser pushes to somebody else', {}),
  /** On a private address, without TLS, or of no push service. */
  'endpoint-refused': problem(400, 'Not a push service that is let in', { host: z.string() }),
  'receipt-forged': problem(403, 'No receipt of ours', {}),
  'nothing-to-test': problem(409, 'No address to test', {}),
  'no-such-test': problem(404, 'No such test', {}),
  'too-many-tests': problem(429, 'Too many tests', { retryAfterS: z.number() }),
  'receipt-used': problem(409, 'This receipt was taken already', { receipt: z.string() }),
};

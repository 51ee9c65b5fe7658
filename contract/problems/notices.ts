import { z } from 'zod';
import { problem } from './problem.ts';

const channel = z.string();

export const noticeProblems = {
  'contact-invalid': problem(400, 'No address of this channel', { channel }),
  'no-such-contact': problem(404, 'No such contact', { channel }),
};

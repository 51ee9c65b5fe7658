import { z } from 'zod';
import { problem } from './problem.ts';

/** What the feeds may answer besides 200. */
export const feedProblems = {
  'no-such-message': problem(404, 'No such message', { message: z.string() }),
  /** The public was told nothing of it. */
  'no-drafts': problem(404, 'Nothing is drafted for this alert', { alert: z.string() }),
};

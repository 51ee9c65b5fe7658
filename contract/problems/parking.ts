import { z } from 'zod';
import { problem } from './problem.ts';

const name = z.string();

/** What asking of lots and changing spaces may answer. */
export const parkingProblems = {
  'no-such-lot': problem(404, 'No such lot', { site: name, lot: name }),
  'no-such-space': problem(404, 'No such space', { lot: name, space: name }),
  'no-override': problem(409, 'No override stands', { lot: name, space: name }),
  'until-in-the-past': problem(400, 'Until is over already', { until: name }),
  /** `days`: the longest that an override may last. */
  'until-too-far': problem(400, 'Until is too far off', { until: name, days: z.int() }),
  /** `days`: the longest span. */
  'span-too-long': problem(400, 'The span is too long', { days: z.int() }),
  /** A resident's absence could be read from so few. */
  'too-few-spaces': problem(403, 'Too few spaces for figures', { spaces: z.int(), least: z.int() }),
};

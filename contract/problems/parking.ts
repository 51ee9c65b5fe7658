import { z } from 'zod';
import { problem } from './problem.ts';

const name = z.string();

/** Lots and spaces that are asked for by name. */
export const parkingProblems = {
  'no-such-lot': problem(404, 'No such lot', { site: name, lot: name }),
  'no-such-space': problem(404, 'No such space', { lot: name, space: name }),
} as const;

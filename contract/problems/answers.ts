import { z } from 'zod';
import { problem } from './problem.ts';

const building = z.string();
/** Whole seconds after which it may be tried again. */
const retryAfterS = z.int().min(1);

/** What answering an alert or calling for help may answer. */
export const answerProblems = {
  /** Another building's, or one has moved out. */
  'not-of-building': problem(403, 'Only for the people of the building', { building }),
  'building-needed': problem(400, 'Say which building', { buildings: z.array(building) }),
  'too-many-answers': problem(429, 'Answered too often', { retryAfterS }),
};

export type AnswerProblemFigures = {
  readonly [C in keyof typeof answerProblems]: z.infer<(typeof answerProblems)[C]['figures']>;
};

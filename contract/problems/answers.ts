import { z } from 'zod';
import { problem } from './problem.ts';

const building = z.string();
/** Whole seconds after which it may be tried again. */
const retryAfterS = z.int().min(1);

/** What answering an alert or calling for help may answer. */
export const answerProblems = {
  'photo-type': problem(415, 'Neither a JPEG nor a PNG picture', { cause: z.string() }),
  'photo-damaged': problem(400, 'The picture is not whole', { cause: z.string() }),
  'photo-dimensions': problem(400, 'The picture has too many pixels', { cause: z.string() }),
  'too-many-photos': problem(409, 'The alert has as many photos as it may', { most: z.int() }),
  'no-such-photo': problem(404, 'No such photo', { photo: z.string() }),
  /** Another building's, or one has moved out. */
  'not-of-building': problem(403, 'Only for the people of the building', { building }),
  'building-needed': problem(400, 'Say which building', { buildings: z.array(building) }),
  'too-many-answers': problem(429, 'Answered too often', { retryAfterS }),
};

export type AnswerProblemFigures = {
  readonly [C in keyof typeof answerProblems]: z.infer<(typeof answerProblems)[C]['figures']>;
};

import { z } from 'zod';
import { problem } from './problem.ts';

const name = z.string();

/** Signing in, people and invitations. */
export const peopleProblems = {
  /** The same for a name that nobody has: whoever asks learns nothing about names. */
  'wrong-credentials': problem(401, 'Wrong name or password', {}),
  'too-many-wrong-passwords': problem(429, 'Too many wrong passwords', { retryAfterS: z.int().min(1) }),
  'no-such-person': problem(404, 'No such person', { person: name }),
  'no-such-invitation': problem(404, 'No such invitation', {}),
  /** As its holder is told. */
  'invitation-gone': problem(404, 'The invitation is used up, over or withdrawn', {}),
  'invite-outside-own-buildings': problem(403, 'Managers invite residents of their own buildings only', {}),
} as const;

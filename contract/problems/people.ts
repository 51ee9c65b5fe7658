import { z } from 'zod';
import { roles } from '../roles.ts';
import { problem } from './problem.ts';

const name = z.string();
const role = z.enum(roles);
const count = z.int().min(0);

/** Signing in, people and invitations. */
export const peopleProblems = {
  /** The same for a name that nobody has, so the answer tells nothing about names. */
  'wrong-credentials': problem(401, 'Wrong name or password', {}),
  'too-many-wrong-passwords': problem(429, 'Too many wrong passwords', { retryAfterS: z.int().min(1) }),

  /** `typed` is null for the name of a person: people type a password into that field, and it must not come back. */
  'malformed-name': problem(400, 'Not a name', { kind: z.enum(['user', 'token', 'id']), typed: name.nullable() }),
  'name-taken': problem(400, 'The name is taken', { name }),
  /** In characters as a person counts them. */
  'password-length': problem(400, 'The password is too short or too long', { has: count, min: count, max: count }),
  'password-few-characters': problem(400, 'The password has too few different characters', {}),
  'password-like-name': problem(400, 'The password is nearly the name', {}),
  'password-common': problem(400, 'The password is one of the first guesses', {}),

  'no-such-person': problem(404, 'No such person', { person: name }),
  'only-admin': problem(400, 'The only administrator', { person: name }),
  'role-needs-building': problem(400, 'This role belongs to a building', { role }),
  'role-without-building': problem(400, 'This role belongs to no building', { role }),

  'no-such-invitation': problem(404, 'No such invitation', {}),
  /** As its holder is told. */
  'invitation-gone': problem(404, 'The invitation is used up, over or withdrawn', {}),
  'invite-outside-own-buildings': problem(403, 'Managers invite residents of their own buildings only', {}),
  /** So many of one person are open. */
  'too-many-invitations': problem(400, 'Too many open invitations', { max: count }),
  'invitation-people': problem(400, 'An invitation for so many is not made', { max: count }),
  'invitation-lifetime': problem(400, 'An invitation is good for 1 minute to 30 days', {}),
} as const;

import type { z } from 'zod';
import { alertProblems } from './alerts.ts';
import { answerProblems } from './answers.ts';
import { commandProblems } from './commands.ts';
import { commonProblems } from './common.ts';
import { configurationProblems } from './configuration.ts';
import { feedProblems } from './feeds.ts';
import { noticeProblems } from './notices.ts';
import { parkingProblems } from './parking.ts';
import { peopleProblems } from './people.ts';
import { reservationProblems } from './reservations.ts';

/**
 * Every answer over HTTP that is not the one asked for (RFC 9457), by its code: `type` is `/problems/{code}`. One file a
 * domain, joined here; the words of each stand in contract/words/problems.ts, where a missing one is a type error.
 */
export const problems = {
  ...commonProblems,
  ...peopleProblems,
  ...commandProblems,
  ...parkingProblems,
  ...reservationProblems,
  ...noticeProblems,
  ...alertProblems,
  ...answerProblems,
  ...feedProblems,
  ...configurationProblems,
} as const;

export type ProblemCode = keyof typeof problems;
/** The figures of each code, by the code. */
export type ProblemFigures = { readonly [C in ProblemCode]: z.infer<(typeof problems)[C]['figures']> };

export const problemTypePrefix = '/problems/';

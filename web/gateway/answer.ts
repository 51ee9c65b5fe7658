import type { Problem } from '../../contract/http/common.ts';
import type { ProblemCode } from '../../contract/problems/problems.ts';

/** What can come of asking the gateway, failures too. */

export type Failed =
  /** No answer of the gateway: none at all, or that of a proxy before it. */
  | { readonly ok: false; readonly why: 'unreachable' }
  /** The session is gone, or never was. */
  | { readonly ok: false; readonly why: 'signed-out' }
  | { readonly ok: false; readonly why: 'busy'; readonly problem: Problem; readonly waitS: number }
  | { readonly ok: false; readonly why: 'refused'; readonly status: number; readonly problem: Problem };
/** `at` is when the gateway answered, by its own clock, epoch ms. */
export type Answer<T> = { readonly ok: true; readonly body: T; readonly at: number } | Failed;

/** Whether the gateway refused with one of these codes. */
export function isRefused(answer: Answer<unknown>, ...codes: readonly ProblemCode[]): boolean {
  return !answer.ok && answer.why === 'refused' && codes.some((code) => answer.problem.type === `/problems/${code}`);
}

/** Codes that are about what stands in one field of a form. */
export const aboutName = ['malformed-name', 'name-taken'] as const satisfies readonly ProblemCode[];
export const aboutPassword = [
  'password-length',
  'password-few-characters',
  'password-like-name',
  'password-common',
] as const satisfies readonly ProblemCode[];
export const aboutBuilding = [
  'role-needs-building',
  'role-without-building',
  'no-such-building',
] as const satisfies readonly ProblemCode[];

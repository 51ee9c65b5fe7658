import { type CheckReason, checkText } from './check.ts';

/** A finding as code and figures, with its English beside it. */
export type Said = { readonly message: string; readonly reason: CheckReason };

export function say(reason: CheckReason): Said {
  return { message: checkText(reason).en, reason };
}

/** An issue for `ctx.addIssue` of zod, or, spread, the second argument of `.refine`. */
export function issue(reason: CheckReason, path: readonly PropertyKey[] = []) {
  return { code: 'custom' as const, path: [...path], message: checkText(reason).en, params: { reason } };
}

/** The second argument of `.refine`. */
export function refused(reason: CheckReason) {
  return { error: checkText(reason).en, params: { reason } };
}

/** The argument of `.superRefine` for a text that `problemOf` finds something wrong with. */
export function saying(problemOf: (text: string) => CheckReason | undefined) {
  return (given: string, ctx: { addIssue(found: ReturnType<typeof issue>): void }) => {
    const reason = problemOf(given);
    if (reason !== undefined) ctx.addIssue(issue(reason));
  };
}

const texts = new Map<string, CheckReason>();

/**
 * The English of a finding, for a place where zod takes a text and nothing else (a pattern, a union): `reasonOf` finds the
 * reason again by the whole text. For findings whose figures are known when the schema is made.
 */
export function text(reason: CheckReason): string {
  const { en } = checkText(reason);
  texts.set(en, reason);
  return en;
}

/** The reason of what zod found, as far as the schema gave one. */
export function reasonOf(found: { readonly message: string; readonly params?: unknown }): CheckReason | undefined {
  const { params } = found;
  if (typeof params === 'object' && params !== null && 'reason' in params) return params.reason as CheckReason;
  return texts.get(found.message);
}

import { z } from 'zod';

/** One kind of answer that is not the one asked for. */
export type ProblemKind = { readonly status: number; readonly title: string; readonly figures: z.ZodType<object> };

/**
 * `title` is the same for every answer of the kind. A figure `retryAfterS` also goes out as Retry-After. The sentence, in
 * Korean and English, stands in contract/words/problems.ts.
 */
export function problem<S extends z.core.$ZodLooseShape>(status: number, title: string, figures: S) {
  return { status, title, figures: z.object(figures) } as const satisfies ProblemKind;
}

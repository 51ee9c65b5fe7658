import { z } from 'zod';
import { HttpProblem } from './problem.ts';

export const maxLimit = 10_000;

/** `?cursor=&limit=` of every list. */
export const pageQuery = {
  cursor: z.string().min(1).max(512).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(maxLimit).default(1000).describe('items of one page'),
};

export type Page = { readonly cursor?: string | undefined; readonly limit: number };

/**
 * One page of a list that is all in memory. The cursor names the last item given, so items that come or go elsewhere do
 * not shift a page; an item that is gone ends the walk with 400 rather than skip any unseen.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  page: Page,
): { items: T[]; next: string | null } {
  const start = page.cursor === undefined ? 0 : after(items, keyOf, page.cursor);
  const slice = items.slice(start, start + page.limit);
  const last = slice.at(-1);
  const more = last !== undefined && start + slice.length < items.length;
  return { items: slice, next: more ? Buffer.from(keyOf(last)).toString('base64url') : null };
}

function after<T>(items: readonly T[], keyOf: (item: T) => string, cursor: string): number {
  const key = Buffer.from(cursor, 'base64url').toString();
  const index = items.findIndex((item) => keyOf(item) === key);
  if (index < 0) throw new HttpProblem('cursor-gone', {});
  return index + 1;
}

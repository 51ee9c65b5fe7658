import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What a page asks for first, as the build of the pages wrote it down. */
export type PageHeads = {
  /** Files besides those of every page, by the addresses the page stands at. */
  readonly pages: readonly { readonly at: RegExp; readonly files: readonly string[] }[];
  /** Lists that every page of staff shows, as paths with their queries: a browser fetches only what is asked for in the same words. */
  readonly lists: readonly string[];
};

const builtSchema = z.object({
  pages: z.array(z.object({ at: z.string(), files: z.array(z.string().regex(/^[\w-]+\.js$/)) })),
  lists: z.array(z.string().regex(/^\/api\/v1\/[\w?=-]+$/)),
});

/** None where another tool built the pages: all of it is then fetched when the script asks. */
export function loadPageHeads(folder: string): PageHeads {
  try {
    const { pages, lists } = builtSchema.parse(JSON.parse(readFileSync(join(folder, 'pages.json'), 'utf8')));
    return { pages: pages.map(({ at, files }) => ({ at: new RegExp(at), files })), lists };
  } catch {
    return { pages: [], lists: [] };
  }
}

/** What a browser may fetch while it still reads the script that will ask for it: the page's own files, and for staff the lists. */
export function headOf({ pages, lists }: PageHeads, path: string, isStaff: boolean): string {
  const files = pages.find(({ at }) => at.test(path))?.files ?? [];
  return [
    ...files.map((file) => `<link rel="modulepreload" href="/web/${file}" />`),
    ...(isStaff ? lists : []).map((list) => `<link rel="preload" as="fetch" crossorigin href="${list}" />`),
  ].join('');
}

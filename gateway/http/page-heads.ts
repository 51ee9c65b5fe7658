import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { firstLists } from '../../contract/http/first-lists.ts';

/** Which files a page needs besides those of every page, by the addresses it stands at. */
export type PageHeads = readonly { readonly at: RegExp; readonly files: readonly string[] }[];

const builtSchema = z.array(z.object({ at: z.string(), files: z.array(z.string().regex(/^[\w-]+\.js$/)) }));

/** As the build of the pages wrote them down. None where another tool built them: they are then fetched when the script asks. */
export function loadPageHeads(folder: string): PageHeads {
  try {
    const built = builtSchema.parse(JSON.parse(readFileSync(join(folder, 'pages.json'), 'utf8')));
    return built.map(({ at, files }) => ({ at: new RegExp(at), files }));
  } catch {
    return [];
  }
}

/** What a browser may fetch while it still reads the script that will ask for it: the page's own files, and for staff the lists. */
export function headOf(heads: PageHeads, path: string, isStaff: boolean): string {
  const files = heads.find(({ at }) => at.test(path))?.files ?? [];
  const lists = isStaff ? Object.values(firstLists) : [];
  return [
    ...files.map((file) => `<link rel="modulepreload" href="/web/${file}" />`),
    ...lists.map((list) => `<link rel="preload" as="fetch" crossorigin href="${list}" />`),
  ].join('');
}

import { builtPages } from '../gateway/http/built-pages.ts';

/** Before every run: the pages as they are in the sources, built once for all test files. */
export default async function setup(): Promise<void> {
  await builtPages();
}

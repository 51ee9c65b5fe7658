import type { Words } from '../../contract/words/words.ts';

export type { Words };

/** A table of texts by key: each in both languages, or it does not compile. */
export type Table = Readonly<Record<string, Words>>;

/** A text with its places filled in: `filled('{count}건', { count: 3 })`. */
export function filled(words: string, values: Readonly<Record<string, string | number>>): string {
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

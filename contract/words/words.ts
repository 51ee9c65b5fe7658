/** One text in both languages. */
export type Words = { readonly ko: string; readonly en: string };

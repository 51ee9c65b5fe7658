export type Language = 'ko' | 'en';

/** The language of the person at the terminal: Korean where LC_ALL, LC_MESSAGES or LANG, whichever is first, says so. */
export function languageOf(env: { readonly [name: string]: string | undefined }): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return locale.startsWith('ko') ? 'ko' : 'en';
}

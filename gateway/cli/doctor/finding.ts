import { type Diagnosis, doctorWords } from '../../../contract/words/doctor.ts';
import type { Words } from '../../../contract/words/words.ts';

type Table = typeof doctorWords;
/** What `jari doctor` looks at. A program goes by the code and its figures. */
export type FindingCode = keyof Table;
type Figures<C extends FindingCode> = Parameters<Table[C]> extends [infer F] ? F : Record<never, never>;

/** ok: as it should be. warn: works, and somebody should look. fail: does not work, or is not safe. */
export type Finding = {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly code: FindingCode;
  readonly figures: { readonly [name: string]: unknown };
  /** English, for a person; `ko` says the same. */
  readonly what: string;
  readonly mend?: string;
  readonly ko: { readonly what: string; readonly mend?: string };
};

/** A finding with its words, which stand in contract/words/doctor.ts. */
export function found<C extends FindingCode>(state: Finding['state'], code: C, figures: Figures<C>): Finding {
  // The code picks the branch and the figures are of that code, which a look-up by a union cannot show.
  const { what, mend } = (doctorWords[code] as (figures: Figures<C>) => Diagnosis)(figures);
  return {
    state,
    code,
    figures: Object.fromEntries(Object.entries(figures ?? {})),
    ...inLanguage('en', what, mend),
    ko: inLanguage('ko', what, mend),
  };
}

function inLanguage(language: keyof Words, what: Words, mend: Words | undefined) {
  return { what: what[language], ...(mend === undefined ? {} : { mend: mend[language] }) };
}

import type { Language } from '../contract/words/language.ts';
import { type BusLoad, busLoads } from './bus-load/bus-load.ts';
import { loadLines } from './bus-load/table.ts';
import { type Problem, problemLine } from './files/problem.ts';
import { loadSite } from './load-site.ts';

/**
 * What `jari check --json` says of one file. Problems hold the warnings too. Loads are of every bus that could be made
 * out, also when the file is refused.
 */
export type CheckedFile = {
  readonly file: string;
  readonly ok: boolean;
  readonly problems: readonly CheckedProblem[];
  readonly loads: readonly BusLoad[];
};

/** A finding as code and figures, and in both languages; `message` is the English as well. */
export type CheckedProblem = Omit<Problem, 'reason'> & {
  readonly code: string | null;
  readonly figures: { readonly [name: string]: unknown };
  readonly en: string;
};

/** Checks site files: what is wrong with them, and how much of each bus's time their reads take. Exit code 2 when any is refused. */
export function runCheck(
  files: string[],
  { json, language = 'en' }: { json: boolean; language?: Language },
): { exitCode: 0 | 2; output: string } {
  const checked = files.map(checkFile);
  const exitCode = checked.every(({ ok }) => ok) ? 0 : 2;
  const output = json
    ? JSON.stringify({ files: checked.map(shown) }, null, 2)
    : checked.map((file) => lines(file, language).join('\n')).join('\n\n');
  return { exitCode, output: `${output}\n` };
}

type Checked = Omit<CheckedFile, 'problems'> & { readonly problems: readonly Problem[] };

function checkFile(file: string): Checked {
  const loaded = loadSite(file);
  if (!loaded.ok) return { file, ok: false, problems: loaded.problems, loads: busLoads(loaded) };
  return { file, ok: true, problems: loaded.warnings, loads: busLoads(loaded.site) };
}

function shown({ problems, ...rest }: Checked): CheckedFile {
  return {
    ...rest,
    problems: problems.map(({ reason, ...problem }) => {
      const { code, ...figures } = reason ?? { code: null };
      return { ...problem, code, figures, en: problem.message };
    }),
  };
}

function lines({ file, ok, problems, loads }: Checked, language: Language): string[] {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const verdict = verdicts[language](ok, errors, problems.length - errors);
  return [...problems.map((problem) => problemLine(problem, language)), `${file}: ${verdict}`, ...loadLines(loads)];
}

const verdicts: { readonly [L in Language]: (ok: boolean, errors: number, warnings: number) => string } = {
  en: (ok, errors, warnings) =>
    joined(ok ? 'ok' : 'refused', [errors, count(errors, 'problem')], [warnings, count(warnings, 'warning')]),
  ko: (ok, errors, warnings) =>
    joined(ok ? '정상' : '거부됨', [errors, `문제 ${errors}건`], [warnings, `경고 ${warnings}건`]),
};

function joined(verdict: string, ...counts: readonly (readonly [number, string])[]): string {
  return [verdict, ...counts.flatMap(([number, text]) => (number > 0 ? [text] : []))].join(', ');
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

import type { SiteChange } from '../contract/reasons/site-changes.ts';
import type { Language } from '../contract/words/language.ts';
import { siteChangeHeads, siteChangeWords } from '../contract/words/site-changes.ts';
import { changesBetween } from './against/changes.ts';
import { isLoss } from './against/loss.ts';
import { type BusLoad, busLoads } from './bus-load/bus-load.ts';
import { loadLines } from './bus-load/table.ts';
import { type Problem, problemLine } from './files/problem.ts';
import { loadSite } from './load-site.ts';
import type { Site } from './site.ts';

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

/** What a file changes of the one given by `--against`. `loss`: somebody may rely on what it takes away. */
export type AgainstFile = {
  readonly against: string;
  readonly changes: readonly (SiteChange & { readonly loss: boolean; readonly ko: string; readonly en: string })[];
};

/** A finding as code and figures, and in both languages; `message` is the English as well. */
export type CheckedProblem = Omit<Problem, 'reason'> & {
  readonly code: string | null;
  readonly figures: { readonly [name: string]: unknown };
  readonly en: string;
};

/**
 * Checks site files: what is wrong with them, how much of each bus's time their reads take, and what each would change of the
 * file `against`. Exit code 2 when any is refused, that one too.
 */
export function runCheck(
  files: string[],
  { json, language = 'en', against }: { json: boolean; language?: Language; against?: string },
): { exitCode: 0 | 2; output: string } {
  const base = against === undefined ? undefined : checkFile(against);
  const checked = files.map((file) => compared(checkFile(file), base));
  const all = base === undefined || base.ok ? checked : [base, ...checked];
  const exitCode = all.every(({ ok }) => ok) ? 0 : 2;
  const output = json
    ? JSON.stringify({ files: all.map(shown) }, null, 2)
    : all.map((file) => lines(file, language).join('\n')).join('\n\n');
  return { exitCode, output: `${output}\n` };
}

type Checked = Omit<CheckedFile, 'problems'> & {
  readonly problems: readonly Problem[];
  /** null where the file is refused. */
  readonly site: Site | null;
  readonly against?: AgainstFile;
};

function checkFile(file: string): Checked {
  const loaded = loadSite(file);
  if (!loaded.ok) return { file, ok: false, problems: loaded.problems, loads: busLoads(loaded), site: null };
  return { file, ok: true, problems: loaded.warnings, loads: busLoads(loaded.site), site: loaded.site };
}

function compared(checked: Checked, base: Checked | undefined): Checked {
  if (base === undefined || base.site === null || checked.site === null) return checked;
  const changes = changesBetween(base.site, checked.site);
  const told = changes.map((change) => ({ ...change, loss: isLoss(change), ...siteChangeWords(change) }));
  return { ...checked, against: { against: base.file, changes: told } };
}

function shown({ problems, site: _, ...rest }: Checked): CheckedFile & { against?: AgainstFile } {
  return {
    ...rest,
    problems: problems.map(({ reason, ...problem }) => {
      const { code, ...figures } = reason ?? { code: null };
      return { ...problem, code, figures, en: problem.message };
    }),
  };
}

function lines({ file, ok, problems, loads, against }: Checked, language: Language): string[] {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const verdict = verdicts[language](ok, errors, problems.length - errors);
  return [
    ...problems.map((problem) => problemLine(problem, language)),
    `${file}: ${verdict}`,
    ...loadLines(loads, language),
    ...changeLines(against, language),
  ];
}

function changeLines(of: AgainstFile | undefined, language: Language): string[] {
  if (of === undefined) return [];
  const { against, changes } = of;
  if (changes.length === 0) return [siteChangeHeads.same(against)[language]];
  const losses = changes.filter(({ loss }) => loss).length;
  const head = siteChangeHeads.against(against, changes.length, losses)[language];
  return [head, ...changes.map((change) => `  ${change.loss ? '!' : ' '} ${change[language]}`)];
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

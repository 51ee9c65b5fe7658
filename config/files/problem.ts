import { type CheckReason, checkText } from '../../contract/words/check/check.ts';

import { quoted } from '../../contract/words/check/text.ts';

export { quoted };

/** What is wrong in a file, where, and how to fix it. */
export type Problem = {
  readonly file: string;
  /** 1-based; 0 when the file as a whole is meant. */
  readonly line: number;
  /** 1-based, in UTF-16 units; 0 when the file as a whole is meant. */
  readonly column: number;
  /** Keys from the top of the file, joined by dots; empty at the top. */
  readonly path: string;
  /** What, and how to fix it; English. */
  readonly message: string;
  /** The same in Korean. */
  readonly ko: string;
  /** The same as code and figures; null of a scenario's findings, which have none. */
  readonly reason: CheckReason | null;
  readonly severity: 'error' | 'warning';
};

export type Severity = Problem['severity'];

/** A place in a file's tree of values: keys and list indexes from the top. */
export type Path = readonly PropertyKey[];

/** A problem before its file and line are known. */
export type Finding = {
  readonly path: Path;
  /** English. */
  readonly message: string;
  readonly reason?: CheckReason | undefined;
  /** `key` marks the last key of the path, `value` (the default) what stands behind it. */
  readonly at?: 'key' | 'value';
  readonly severity?: Severity;
};

/** One line for a person: `file:line:column path: what, and how to fix it`. */
export function formatProblem(problem: Problem): string {
  return problemLine(problem, 'en');
}

export function problemLine(problem: Problem, language: 'ko' | 'en'): string {
  const place = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : ` ${problem.path}`;
  const [warning, said] = language === 'ko' ? ['경고: ', problem.ko] : ['warning: ', problem.message];
  return `${place}${path}: ${problem.severity === 'warning' ? warning : ''}${said}`;
}

/** Keys joined by dots. A key that is no plain word is quoted, so that a file cannot write on the terminal. */
export function formatPath(path: Path): string {
  return path.map((key) => (/^[\w-]+$/.test(String(key)) ? String(key) : quoted(key))).join('.');
}

/** A finding in both languages, with its code. */
export function saidOf({
  message,
  reason,
}: Pick<Finding, 'message' | 'reason'>): Pick<Problem, 'message' | 'ko' | 'reason'> {
  return { message, ko: reason === undefined ? message : checkText(reason).ko, reason: reason ?? null };
}

/** Problems in reading order; the first file named stays first. */
export function sorted(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map((problem) => problem.file))];
  const rank = (problem: Problem) => files.indexOf(problem.file);
  return problems.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
}

/** What is wrong in a file, where, and how to fix it. */
export type Problem = {
  readonly file: string;
  /** 1-based; 0 when the file as a whole is meant. */
  readonly line: number;
  /** 1-based, in UTF-16 units; 0 when the file as a whole is meant. */
  readonly column: number;
  /** Keys from the top of the file, joined by dots; empty at the top. */
  readonly path: string;
  /** What, and how to fix it. */
  readonly message: string;
  readonly severity: 'error' | 'warning';
};

export type Severity = Problem['severity'];

/** A place in a file's tree of values: keys and list indexes from the top. */
export type Path = readonly PropertyKey[];

/** A problem before its file and line are known. */
export type Finding = {
  readonly path: Path;
  readonly message: string;
  /** `key` marks the last key of the path, `value` (the default) what stands behind it. */
  readonly at?: 'key' | 'value';
  readonly severity?: Severity;
};

/** One line for a person: `file:line:column path: what, and how to fix it`. */
export function formatProblem(problem: Problem): string {
  const place = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : ` ${problem.path}`;
  return `${place}${path}: ${problem.severity === 'warning' ? 'warning: ' : ''}${problem.message}`;
}

/** Keys joined by dots. A key that is no plain word is quoted, so that a file cannot write on the terminal. */
export function formatPath(path: Path): string {
  return path.map((key) => (/^[\w-]+$/.test(String(key)) ? String(key) : quoted(key))).join('.');
}

/** A value from a file inside a message: in quotes if it is text, short, without control characters. */
export function quoted(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…"` : text;
}

/** Problems in reading order; the first file named stays first. */
export function sorted(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map((problem) => problem.file))];
  const rank = (problem: Problem) => files.indexOf(problem.file);
  return problems.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
}

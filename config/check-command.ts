import { type BusLoad, busLoads } from './bus-load/bus-load.ts';
import { loadLines } from './bus-load/table.ts';
import { formatProblem, loadSite, type Problem } from './load-site.ts';

/**
 * What `jari check --json` says of one file. Problems hold the warnings too. Loads are of every bus that could be made
 * out, also when the file is refused.
 */
export type CheckedFile = {
  readonly file: string;
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  readonly loads: readonly BusLoad[];
};

/** Checks site files: what is wrong with them, and how much of each bus's time their reads take. Exit code 2 when any is refused. */
export function runCheck(files: string[], options: { json: boolean }): { exitCode: 0 | 2; output: string } {
  const checked = files.map(checkFile);
  const exitCode = checked.every(({ ok }) => ok) ? 0 : 2;
  const output = options.json
    ? JSON.stringify({ files: checked }, null, 2)
    : checked.map((file) => lines(file).join('\n')).join('\n\n');
  return { exitCode, output: `${output}\n` };
}

function checkFile(file: string): CheckedFile {
  const loaded = loadSite(file);
  if (!loaded.ok) return { file, ok: false, problems: loaded.problems, loads: busLoads(loaded) };
  return { file, ok: true, problems: loaded.warnings, loads: busLoads(loaded.site) };
}

function lines({ file, ok, problems, loads }: CheckedFile): string[] {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const counts = [errors > 0 ? count(errors, 'problem') : '', warnings > 0 ? count(warnings, 'warning') : ''];
  const verdict = [ok ? 'ok' : 'refused', ...counts.filter((text) => text !== '')].join(', ');
  return [...problems.map(formatProblem), `${file}: ${verdict}`, ...loadLines(loads)];
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

import { type BusLoad, busLoads } from './check.ts';
import { formatProblem, loadSite, type Problem } from './load.ts';
import { devicesOf, type Site } from './site.ts';

/** What `jari check --json` says of one file. Problems hold the warnings too; loads are empty when the file is not ok. */
export type CheckedFile = {
  readonly file: string;
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  readonly loads: readonly BusLoad[];
};

/** Checks site files: what is wrong with them, and how much of each bus's time their reads take. Exit code 2 when any is refused. */
export function runCheck(files: string[], options: { json: boolean }): { exitCode: 0 | 2; output: string } {
  const checked = files.map(checkFile);
  const exitCode = checked.every(({ result }) => result.ok) ? 0 : 2;
  const output = options.json
    ? JSON.stringify({ files: checked.map(({ result }) => result) }, null, 2)
    : checked.map(({ result, site }) => lines(result, site).join('\n')).join('\n\n');
  return { exitCode, output: `${output}\n` };
}

function checkFile(file: string): { result: CheckedFile; site?: Site } {
  const loaded = loadSite(file);
  if (!loaded.ok) return { result: { file, ok: false, problems: loaded.problems, loads: [] } };
  const { site, warnings } = loaded;
  return { result: { file, ok: true, problems: warnings, loads: busLoads(site) }, site };
}

function lines({ file, ok, problems, loads }: CheckedFile, site?: Site): string[] {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const counts = [errors > 0 ? count(errors, 'problem') : '', warnings > 0 ? count(warnings, 'warning') : ''];
  const verdict = [ok ? 'ok' : 'refused', ...counts.filter((text) => text !== '')].join(', ');
  return [...problems.map(formatProblem), `${file}: ${verdict}`, ...(site === undefined ? [] : loadLines(site, loads))];
}

function loadLines(site: Site, loads: readonly BusLoad[]): string[] {
  const rows = loads.map(({ agent, bus, requestsPerSecond, share }) => {
    const devices = site.agents.filter(({ id }) => id === agent).flatMap(devicesOf);
    const here = devices.filter((entry) => entry.bus.id === bus).length;
    return [
      `${agent}/${bus}`,
      count(here, 'device'),
      `${requestsPerSecond.toFixed(1)} requests/s`,
      `${(share * 100).toFixed(1)} % of the wire`,
    ];
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(
    ([name = '', ...figures]) =>
      `  ${name.padEnd(widths[0] ?? 0)}  ${figures.map((text, i) => text.padStart(widths[i + 1] ?? 0)).join('  ')}`,
  );
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

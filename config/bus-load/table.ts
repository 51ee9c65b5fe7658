import { loadTableWords } from '../../contract/words/check/load-help.ts';
import type { Language } from '../../contract/words/language.ts';
import { width } from '../../contract/words/table.ts';
import type { BusLoad } from './bus-load.ts';

/** What the buses carry, as a table for a person, and below it what only time can tell apart. */
export function loadLines(loads: readonly BusLoad[], language: Language): string[] {
  if (loads.length === 0) return [];
  const word = (name: keyof typeof loadTableWords) => loadTableWords[name][language];
  const notes = loads.flatMap(({ agent, bus, notes: own }) =>
    own.map(({ message, ko }) => `${word('note')}: ${agent}/${bus}: ${{ en: message, ko }[language]}`),
  );
  const headings = [...(['bus', 'devices', 'requests', 'share', 'latest'] as const).map(word), ''];
  return [...table([headings, ...loads.map(cells)]), ...notes.flatMap(wrapped)];
}

function cells({ agent, bus, devices, requestsPerSecond, share, lateness }: BusLoad): string[] {
  return [
    `${agent}/${bus}`,
    String(devices.length),
    share === null ? `${(requestsPerSecond * 3600).toFixed(0)}/h` : requestsPerSecond.toFixed(1),
    share === null ? '–' : `${(share * 100).toFixed(1)} %`,
    lateness === null ? '–' : shortTime(lateness.worstMs),
    lateness === null ? '' : `${lateness.device} ${lateness.range}`,
  ];
}

/** `84 ms`, `1.2 s`. */
function shortTime(ms: number): string {
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** The first and last column stand left, figures stand right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const columnsOf = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columnsOf }, (_, i) => Math.max(...rows.map((row) => width(row[i] ?? ''))));
  const pad = (text: string, i: number) => {
    const space = ' '.repeat((widths[i] ?? 0) - width(text));
    return i === 0 || i === columnsOf - 1 ? text + space : space + text;
  };
  return rows.map((row) => `  ${row.map(pad).join('  ').trimEnd()}`);
}

const columns = 96;

/** A paragraph in lines of at most 96 columns; a word is never cut. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(' ')) {
    if (width(line) + 1 + width(word) > columns && line.trim() !== '') {
      lines.push(line);
      line = '       ';
    }
    line = `${line} ${word}`;
  }
  return [...lines, line];
}

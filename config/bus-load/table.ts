import type { BusLoad } from './bus-load.ts';

/** What the buses carry, as a table for a person, and below it what only time can tell apart. */
export function loadLines(loads: readonly BusLoad[]): string[] {
  if (loads.length === 0) return [];
  const notes = loads.flatMap(({ agent, bus, notes: own }) =>
    own.map(({ message }) => `note: ${agent}/${bus}: ${message}`),
  );
  return [...table([headings, ...loads.map(cells)]), ...notes.flatMap(wrapped)];
}

const headings = ['bus', 'devices', 'requests/s', 'of wire', 'latest poll', ''];

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
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (text: string, i: number) =>
    i === 0 || i === headings.length - 1 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0);
  return rows.map((row) => `  ${row.map(pad).join('  ').trimEnd()}`);
}

const columns = 96;

/** A paragraph in lines of at most 96 columns; a word is never cut. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > columns && line.trim() !== '') {
      lines.push(line);
      line = '       ';
    }
    line = `${line} ${word}`;
  }
  return [...lines, line];
}

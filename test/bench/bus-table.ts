import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../needs.ts';
import type { Master } from './bus-cells.ts';

/** The table of the masters side by side, as it stands in edge/README.md. */

export type BusTableRow = { what: string; cells: ReadonlyMap<Master, string> };

/** Stands at a row that was measured while the machine's own speed varied by more than a quarter. */
export const restless = ' (void: the machine was not steady)';

const columns = [
  ['ours economical', 'ours, economical'],
  ['ours tight', 'ours, tight'],
  ['node-modbus', 'node-modbus 5.0.0'],
  ['modbus-serial', 'modbus-serial 8.0.25'],
  ['libmodbus', 'libmodbus (C)'],
] as const satisfies readonly (readonly [Master, string])[];

const file = join(root, 'edge', 'README.md');
const [opening, closing] = ['<!-- bench:bus -->', '<!-- /bench:bus -->'];

/** Puts the table between its two marks in edge/README.md. */
export function writeBusTable(rows: readonly BusTableRow[]): void {
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(opening), text.indexOf(closing)];
  if (from < 0 || to < from)
    throw new Error(`${file}: put the lines ${opening} and ${closing} where the table is to stand`);
  writeFileSync(file, `${text.slice(0, from + opening.length)}\n${busTable(rows)}\n${text.slice(to)}`);
}

function busTable(rows: readonly BusTableRow[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...columns.map(([, title]) => title)]),
    line(['---', ...columns.map(() => '---:')]),
    ...rows.map(({ what, cells }) => line([what, ...columns.map(([master]) => cells.get(master) ?? '–')])),
  ].join('\n');
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './needs.ts';

/** Rows of the two standards in SECURITY.md: what is demanded, and what shows it. */
const page = readFileSync(join(root, 'SECURITY.md'), 'utf8');
const rows = page
  .slice(page.indexOf('## Standards'))
  .split('\n')
  .filter((line) => /^\| (5\.|6\.|CR |EDR)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, demand = '', , shown = '']) => ({ demand, shown, files: filesIn(shown) }));

describe('the table of standards in SECURITY.md', () => {
  test('has every chapter of EN 303 645 and the rows of IEC 62443-4-2 that bind us', () => {
    for (let chapter = 1; chapter <= 13; chapter++) {
      expect(rows.some(({ demand }) => demand.startsWith(`5.${chapter}-`))).toBe(true);
    }
    for (const family of [1, 2, 3, 4, 5, 6, 7]) {
      expect(rows.some(({ demand }) => demand.startsWith(`CR ${family}.`))).toBe(true);
    }
  });

  test.each(rows)('$demand names what shows it, or says that it is not met', ({ shown, files }) => {
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(files.length > 0 || /not met|n\/a|this page|with the program/.test(shown)).toBe(true);
  });
});

function filesIn(text: string): string[] {
  return text.match(/(test|\.ci|devices|web)\/[\w./-]*\w|README\.md/g) ?? [];
}

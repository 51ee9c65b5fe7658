import { eightUnits, type Master, measureCell, rightPerSecond } from './bus-cells.ts';
import { judge, note, type Row, rounds } from './bus-rounds.ts';
import { type BusTableRow, restless } from './bus-table.ts';
import type { Programs } from './paced-line/line.ts';

/**
 * A line of eight units at 9,600 baud that is asked for more than it carries: what the live ones keep of their rate while
 * others are silent, against the same line with those left out. Ours polls as the agent does; the libraries in turn.
 */

const line = { baudRate: 9600 };
const patterns = [
  { dead: [3], bar: 98 },
  { dead: [3, 5, 7], bar: 95 },
] as const;
const libraries = ['node-modbus', 'modbus-serial'] as const;
/** Until the third miss of every dead unit has come. */
const settleMs = 6000;

export type DeadOptions = { programs: Programs; oursMs: number; theirsMs: number };
type Rates = { all: number; patterns: { share: number }[] };

export async function measureDead(options: DeadOptions): Promise<{ rows: Row[]; table: BusTableRow[] }> {
  const { results, steady } = await rounds(1, 0, async () => {
    // Ours needs a minute, since a probe comes every 18–27 s, and little CPU: meanwhile the libraries have their turns.
    const ours = ratesOf(options, 'ours field', { together: true });
    const theirs = new Map<Master, Rates>();
    for (const master of libraries) theirs.set(master, await ratesOf(options, master, { together: false }));
    return new Map<Master, Rates>([['ours field', await ours], ...theirs]);
  });
  const rates = results.at(-1) ?? new Map<Master, Rates>();
  return { rows: [...rates].flatMap(([master, of]) => rowsOf(master, of, steady)), table: tableOf(rates, steady) };
}

async function ratesOf(options: DeadOptions, master: Master, how: { together: boolean }): Promise<Rates> {
  const cells = [
    { units: eightUnits, dead: [] },
    ...patterns.flatMap(({ dead }) => [
      { units: eightUnits.filter((unit) => !dead.some((silent) => silent === unit)), dead: [] },
      { units: eightUnits, dead },
    ]),
  ];
  const times =
    master === 'ours field' ? { warmMs: settleMs, runMs: options.oursMs } : { warmMs: 500, runMs: options.theirsMs };
  const measure = async (cell: (typeof cells)[number]) =>
    rightPerSecond(await measureCell(options.programs, { master, line, ...times, ...cell }));
  const rates: number[] = [];
  if (how.together) rates.push(...(await Promise.all(cells.map(measure))));
  else for (const cell of cells) rates.push(await measure(cell));
  const [all = 0, ...pairs] = rates;
  return { all, patterns: patterns.map((_, i) => ({ share: (pairs[2 * i + 1] ?? 0) / (pairs[2 * i] ?? 0) })) };
}

function rowsOf(master: Master, { all, patterns: shares }: Rates, steady: boolean): Row[] {
  const rows = shares.map(({ share }, i) => {
    const { dead, bar } = patterns[i] ?? patterns[0];
    const what = `${dead.length} of 8 dead, ${master}: live units keep`;
    return master === 'ours field'
      ? judge(what, share * 100, { atLeast: bar }, { steady, unit: ' %' })
      : note(what, `${(share * 100).toFixed(1)} %`);
  });
  return [note(`0 of 8 dead, ${master}: reads/s`, all.toFixed(1)), ...rows];
}

function tableOf(rates: ReadonlyMap<Master, Rates>, steady: boolean): BusTableRow[] {
  return patterns.map(({ dead }, i) => ({
    what: `${dead.length} of 8 dead: live units keep of their rate${steady ? '' : restless}`,
    cells: new Map(
      [...rates].map(([master, of]) => [
        master === 'ours field' ? ('ours economical' as const) : master,
        `${((of.patterns[i]?.share ?? 0) * 100).toFixed(1)} %`,
      ]),
    ),
  }));
}

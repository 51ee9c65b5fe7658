import { type Master, measureCell, measureReplug, type Recovery, type Seen } from './bus-cells.ts';
import { count, judge, median, note, type Row } from './bus-rounds.ts';
import type { BusTableRow } from './bus-table.ts';
import { type LineFault, lineFaults, type Programs } from './paced-line/line.ts';

/** What a master takes for a value when a reply is late, doubled or preceded by a stray byte, and whether it comes back. */

const masters = ['ours economical', 'node-modbus', 'modbus-serial'] as const;
const strikes: Record<LineFault, { every: number; ms: number; text: string }> = {
  late: { every: 10, ms: 450, text: 'every 10th reply 450 ms late' },
  duplicate: { every: 10, ms: 30, text: 'every 10th reply doubled after 30 ms' },
  stray: { every: 10, ms: 0, text: 'a stray byte before every 10th reply' },
};
/** Ranges of one length in one unit that takes 20 ms to answer, so that a reply taken for another's shows. */
const reads = {
  units: [1],
  addresses: [0, 10, 20, 30, 40, 50],
  count: 2,
  line: { baudRate: 19_200, turnaroundMs: 20 },
};
const lostBar = 2;
const recoveryBarS = 10;
const replugs = 3;

export type FaultOptions = { programs: Programs; dir: string; runMs: number; waitMs: number };

export async function measureFaults(options: FaultOptions): Promise<{ rows: Row[]; table: BusTableRow[] }> {
  const replugged = replugAll(options);
  const rows: Row[] = [];
  const table: BusTableRow[] = [];
  for (const name of lineFaults) {
    const fault = { name, ...strikes[name] };
    const cells = masters.map(async (master) => {
      const cell = { ...reads, master, fault, runMs: options.runMs };
      return [master, await measureCell(options.programs, cell)] as const;
    });
    const seen = new Map<Master, Seen>(await Promise.all(cells));
    rows.push(...rowsOf(fault.text, seen));
    table.push({ what: `${fault.text}: wrong values`, cells: new Map([...seen].map(([m, of]) => [m, wrong(of)])) });
  }
  const recovery = await replugged;
  return { rows: [...rows, ...recovery.rows], table: [...table, recovery.table] };
}

function rowsOf(text: string, seen: ReadonlyMap<Master, Seen>): Row[] {
  return [...seen].flatMap(([master, { tally, line }]) => {
    const told = note(
      `${text}, ${master}: right / wrong / none of ${line.faults} faults`,
      `${tally.right} / ${tally.wrong} / ${tally.none}`,
    );
    if (master !== 'ours economical') return [told];
    const polls = tally.right + tally.wrong + tally.none;
    return [
      count(`${text}, ours: wrong values`, tally.wrong, polls),
      judge(`${text}, ours: polls lost a fault`, tally.none / line.faults, { atMost: lostBar }, { steady: true }),
      told,
    ];
  });
}

function wrong({ tally }: Seen): string {
  const polls = tally.right + tally.wrong + tally.none;
  return tally.right === 0 ? `${tally.wrong} of ${polls}, and none right` : `${tally.wrong} of ${polls}`;
}

async function replugAll({ programs, dir, waitMs }: FaultOptions): Promise<{ rows: Row[]; table: BusTableRow }> {
  const measured = masters.map(async (master) => {
    const seen: Recovery[] = [];
    const times = master === 'ours economical' ? replugs : 1;
    for (let i = 0; i < times; i++) seen.push(await measureReplug(programs, { dir, master, waitMs }));
    return [master, seen] as const;
  });
  const seen = new Map<Master, Recovery[]>(await Promise.all(measured));
  const text = (recoveries: readonly Recovery[]) => recoveryText(recoveries, waitMs);
  const rows = [...seen].map(([master, recoveries]) =>
    master === 'ours economical'
      ? judge(
          'replugged, ours: s to the next value',
          seconds(recoveries),
          { atMost: recoveryBarS },
          { steady: true, unit: ' s' },
        )
      : note(`replugged, ${master}`, text(recoveries)),
  );
  const cells = new Map([...seen].map(([master, recoveries]) => [master, text(recoveries)] as const));
  return { rows, table: { what: 'unplugged for 3 s and back: the next value after', cells } };
}

function seconds(recoveries: readonly Recovery[]): number {
  return Math.max(
    ...recoveries.map((recovery) => (typeof recovery === 'number' ? recovery : Number.POSITIVE_INFINITY)),
  );
}

function recoveryText(recoveries: readonly Recovery[], waitMs: number): string {
  const numbers = recoveries.filter((recovery) => typeof recovery === 'number');
  if (numbers.length === recoveries.length) return `${median(numbers).toFixed(1)} s`;
  return recoveries.includes('ended') ? 'never: the process ended' : `not in ${waitMs / 1000} s`;
}

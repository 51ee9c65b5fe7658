import { type Cell, cpuUsEach, type Master, measureCell, rightPerSecond, type Seen, shareOfWire } from './bus-cells.ts';
import { count, judge, median, note, type Row, rounds, spread } from './bus-rounds.ts';
import { type BusTableRow, restless } from './bus-table.ts';
import type { Programs } from './paced-line/line.ts';

/** Ten registers of each of eight units, as fast as the line lets: the wire's share, t3.5, and CPU a transaction. */

const bars = [
  { baudRate: 9600, economical: 97, tight: 98, warmMs: 1500 },
  { baudRate: 19_200, economical: 95, tight: 97, warmMs: 700 },
  { baudRate: 115_200, economical: 89, tight: 94, warmMs: 500 },
] as const;

const masters: readonly Master[] = ['ours economical', 'ours tight', 'node-modbus', 'modbus-serial', 'libmodbus'];

export type WireOptions = { programs: Programs; rounds: number; runMs: number };

export async function measureWire(options: WireOptions): Promise<{ rows: Row[]; table: BusTableRow[] }> {
  const rows: Row[] = [];
  const table: BusTableRow[] = [];
  for (const bar of bars) {
    const { seen, steady } = await takeTurns(options, {
      line: { baudRate: bar.baudRate },
      warmMs: bar.warmMs,
      runMs: options.runMs,
    });
    rows.push(...rowsOf(bar, seen, steady));
    table.push(...tableOf(bar.baudRate, seen, steady));
  }
  for (const { baudRate } of [bars[0], bars[2]]) {
    const cell = { line: { baudRate, chunk: fifoChunk }, runMs: options.runMs };
    const { seen, steady } = await takeTurns({ ...options, rounds: 1 }, cell);
    const texts = [...seen].map(([master, cells]) => `${master} ${middle(cells, cpuUsEach).toFixed(0)}`);
    rows.push(note(`${baudRate} baud, bytes by ${fifoChunk} as behind a FIFO: CPU µs a transaction`, texts.join(', ')));
    table.push(cpuRow(baudRate, seen, { steady, how: `, bytes by ${fifoChunk} as behind a FIFO` }));
  }
  return { rows, table };
}

/** The trigger level of a 16550's FIFO. */
const fifoChunk = 14;

type SeenBy = ReadonlyMap<Master, readonly Seen[]>;

async function takeTurns({ programs, rounds: wanted }: WireOptions, cell: Omit<Cell, 'master'>) {
  const present = masters.filter((master) => master !== 'libmodbus' || programs.libmodbusMaster !== null);
  const { results, steady } = await rounds(wanted, 1, async () => {
    const round = new Map<Master, Seen>();
    for (const master of present) round.set(master, await measureCell(programs, { ...cell, master }));
    return round;
  });
  const seen: SeenBy = new Map(
    present.map((master) => [master, results.flatMap((round) => round.get(master) ?? [])] as const),
  );
  return { seen, steady };
}

function rowsOf(bar: (typeof bars)[number], seen: SeenBy, steady: boolean): Row[] {
  const at = `${bar.baudRate} baud`;
  const ours = seen.get('ours economical') ?? [];
  const percent = (master: Master) => middle(seen.get(master) ?? [], shareOfWire) * 100;
  const times = (master: Master) => cpuAgainst(seen, master);
  const options = { steady, unit: ' %' };
  const cpuAgainstNodeModbus = `${at}, first transactions: CPU of each, node-modbus against ours economical`;
  return [
    judge(
      `${at}, economical: share of the conforming rate`,
      percent('ours economical'),
      { atLeast: bar.economical },
      options,
    ),
    judge(`${at}, tight: share of the conforming rate`, percent('ours tight'), { atLeast: bar.tight }, options),
    ...(['ours economical', 'ours tight'] as const).map((master) =>
      count(`${at}, ${master}: requests inside t3.5`, early(seen, master), requests(seen, master)),
    ),
    note(cpuAgainstNodeModbus, `${times('node-modbus').toFixed(2)}×`),
    note(
      `${at}: modbus-serial / libmodbus against ours economical`,
      `${times('modbus-serial').toFixed(2)}× / ${times('libmodbus').toFixed(2)}×`,
    ),
    ...[...seen].map(([master, cells]) => note(`${at}: ${master}`, summary(cells))),
    note(`${at}: what the line itself was late by / the terminal took, p50 and p99 µs`, instrument(ours)),
  ];
}

function summary(cells: readonly Seen[]): string {
  const gap = middle(cells, ({ line }) => line.gapUs.p50);
  const least = Math.min(...cells.map(({ line }) => line.gapUs.min));
  const shares = spread(
    cells.map((seen) => shareOfWire(seen) * 100),
    1,
  );
  const cpu = spread(cells.map(cpuUsEach), 0);
  const rate = middle(cells, rightPerSecond).toFixed(1);
  return `${shares} % of the wire, ${rate} reads/s, CPU ${cpu} µs, gap p50 ${gap.toFixed(0)} min ${least} µs`;
}

function instrument(cells: readonly Seen[]): string {
  const of = (pick: (seen: Seen) => number) => middle(cells, pick).toFixed(0);
  const late = `${of(({ line }) => line.latenessUs.p50)} and ${of(({ line }) => line.latenessUs.p99)}`;
  return `${late} / ${of(({ line }) => line.deliveryUs.p50)} and ${of(({ line }) => line.deliveryUs.p99)}`;
}

function tableOf(baudRate: number, seen: SeenBy, steady: boolean): BusTableRow[] {
  const row = (what: string, text: (master: Master) => string): BusTableRow => ({
    what: `${baudRate.toLocaleString('en-US')} baud: ${what}${steady ? '' : restless}`,
    cells: new Map([...seen.keys()].map((master) => [master, text(master)] as const)),
  });
  return [
    row(
      'share of the conforming rate',
      (master) => `${(middle(seen.get(master) ?? [], shareOfWire) * 100).toFixed(1)} %`,
    ),
    row('requests inside t3.5', (master) => `${((early(seen, master) / requests(seen, master)) * 100).toFixed(0)} %`),
    cpuRow(baudRate, seen, { steady, how: '' }),
  ];
}

function cpuRow(baudRate: number, seen: SeenBy, { steady, how }: { steady: boolean; how: string }): BusTableRow {
  const text = (master: Master) => (master === 'ours economical' ? '1' : `${cpuAgainst(seen, master).toFixed(1)}×`);
  return {
    what: `${baudRate.toLocaleString('en-US')} baud${how}: CPU a transaction${steady ? '' : restless}`,
    cells: new Map([...seen.keys()].map((master) => [master, text(master)] as const)),
  };
}

function cpuAgainst(seen: SeenBy, master: Master): number {
  return middle(seen.get(master) ?? [], cpuUsEach) / middle(seen.get('ours economical') ?? [], cpuUsEach);
}

function early(seen: SeenBy, master: Master): number {
  return sum(seen.get(master) ?? [], ({ line }) => line.early + line.collisions);
}

function requests(seen: SeenBy, master: Master): number {
  return sum(seen.get(master) ?? [], ({ line }) => line.requests);
}

function sum(cells: readonly Seen[], pick: (seen: Seen) => number): number {
  return cells.reduce((total, seen) => total + pick(seen), 0);
}

function middle(cells: readonly Seen[], pick: (seen: Seen) => number): number {
  return median(cells.map(pick));
}

import { cpuUsEach, type Master, measureCell } from './bus-cells.ts';
import { judge, note, type Row, rounds } from './bus-rounds.ts';
import { type BusTableRow, restless } from './bus-table.ts';
import type { Programs } from './paced-line/line.ts';

/**
 * CPU a transaction at 9,600 baud once a master has run for most of a minute: in its first thousand transactions, which
 * take so long at that rate, a good half of it is the compiler's. Both at the same time, each on a line of its own, so that
 * whatever else the machine does they share.
 */
export async function measureCpu(options: {
  programs: Programs;
  warmMs: number;
  runMs: number;
}): Promise<{ rows: Row[]; table: BusTableRow[] }> {
  const { programs, ...times } = options;
  const { results, steady } = await rounds(1, 1, () =>
    Promise.all(pair.map((master) => measureCell(programs, { master, line: { baudRate: 9600 }, ...times }))),
  );
  const [ours = Number.NaN, theirs = Number.NaN] = (results[0] ?? []).map(cpuUsEach);
  const cells = new Map<Master, string>([
    ['ours economical', '1'],
    ['node-modbus', `${(theirs / ours).toFixed(1)}×`],
  ]);
  return {
    rows: [
      judge('9600 baud, warm: CPU a transaction, node-modbus against ours economical', theirs / ours, bar, {
        steady,
        unit: '×',
      }),
      note('9600 baud, warm: CPU µs a transaction', `ours ${ours.toFixed(0)}, node-modbus ${theirs.toFixed(0)}`),
    ],
    table: [{ what: `9,600 baud: CPU a transaction after ${times.warmMs / 1000} s${steady ? '' : restless}`, cells }],
  };
}

const pair: readonly Master[] = ['ours economical', 'node-modbus'];
const bar = { atLeast: 5 };

import { measureCell, type Seen } from './bus-cells.ts';
import { judge, median, note, type Row, rounds } from './bus-rounds.ts';
import type { Programs } from './paced-line/line.ts';

/** Ten neighbouring blocks of five registers asked for one by one, and in one read, of a unit that takes 5 ms to answer. */

const blocks = Array.from({ length: 10 }, (_, i) => i * 5);
const bar = 90;
/** So short that no read waits for an earlier copy of its length: that has its own price, and is not what is asked here. */
const timeoutMs = 30;

export async function measureCoalescing(options: {
  programs: Programs;
  rounds: number;
  runMs: number;
}): Promise<Row[]> {
  const rows: Row[] = [];
  for (const baudRate of [9600, 115_200]) {
    const about = { master: 'ours economical', line: { baudRate, turnaroundMs: 5 }, units: [1], timeoutMs } as const;
    const { results, steady } = await rounds(options.rounds, 1, async () => ({
      ten: await measureCell(options.programs, { ...about, addresses: blocks, count: 5, runMs: options.runMs }),
      one: await measureCell(options.programs, { ...about, addresses: [0], count: 50, runMs: options.runMs }),
    }));
    const gain = median(results.map(({ ten, one }) => registersPerSecond(one, 50) / registersPerSecond(ten, 5)));
    const computed = median(results.map(({ ten, one }) => (10 * idealMs(ten)) / idealMs(one)));
    rows.push(
      judge(
        `${baudRate} baud: ten blocks in one read, of the computed gain`,
        (gain / computed) * 100,
        { atLeast: bar },
        { steady, unit: ' %' },
      ),
      note(`${baudRate} baud: gain, measured / computed`, `${gain.toFixed(2)}× / ${computed.toFixed(2)}×`),
    );
  }
  return rows;
}

function registersPerSecond({ tally }: Seen, count: number): number {
  return (tally.right * count * 1000) / tally.wallMs;
}

function idealMs({ line }: Seen): number {
  return line.idealMs / (line.requests - 1);
}

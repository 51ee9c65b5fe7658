import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Polling, Said, Tally } from './bus-master.ts';
import {
  endOf,
  type Line,
  type LineFault,
  type LineOptions,
  type LineStats,
  type Programs,
  startLine,
} from './paced-line/line.ts';

/** One master on one line of its own, for some seconds: what it read, what it cost, and what the line saw of it. */

export type Master = Polling['master'] | 'libmodbus';
export type Cell = {
  master: Master;
  line: LineOptions;
  units?: readonly number[];
  dead?: readonly number[];
  addresses?: readonly number[];
  count?: number;
  timeoutMs?: number;
  warmMs?: number;
  runMs: number;
  fault?: { name: LineFault; every: number; ms: number };
};
export type Seen = { tally: Tally; line: LineStats };

export const eightUnits = [1, 2, 3, 4, 5, 6, 7, 8];
const timeoutMs = 300;

export async function measureCell(programs: Programs, cell: Cell): Promise<Seen> {
  const line = await startLine(programs.pacedLine, cell.line);
  line.silence(cell.dead ?? []);
  const master = startMaster(programs, pollingOf(cell, line.path));
  try {
    await master.next('mark');
    line.mark();
    if (cell.fault !== undefined) line.strike(cell.fault);
    const tally = await master.next('done');
    return { tally, line: await line.stats() };
  } finally {
    await endOf(master.child);
    await line.end();
  }
}

/** Share of the rate at which the same requests would have gone with t3.5 kept and nothing else lost. */
export function shareOfWire({ line }: Seen): number {
  return line.idealMs / line.elapsedMs;
}

export function cpuUsEach({ tally }: Seen): number {
  return tally.cpuUs / (tally.right + tally.wrong + tally.none);
}

export function rightPerSecond({ tally }: Seen): number {
  return (tally.right * 1000) / tally.wallMs;
}

/** Seconds to the first good value; or why there was none while it was waited for. */
export type Recovery = number | 'silent' | 'ended';

/** A line is pulled and 3 s later is there again, a new pseudo-terminal behind the same link. */
export async function measureReplug(
  programs: Programs,
  options: { dir: string; master: Polling['master']; waitMs: number },
): Promise<Recovery> {
  const link = join(options.dir, `port-${options.master.replaceAll(' ', '-')}`);
  const baud = { baudRate: 19_200 };
  const plugIn = async () => {
    const line = await startLine(programs.pacedLine, baud);
    symlinkSync(line.path, link);
    return line;
  };
  let line: Line = await plugIn();
  const master = startMaster(programs, pollingOf({ master: options.master, line: baud, runMs: 600_000 }, link));
  try {
    await master.next('mark');
    await line.end();
    rmSync(link);
    await pause(pulledMs);
    line = await plugIn();
    const pluggedAt = Number(process.hrtime.bigint()) / 1e6;
    const back = master.next('back').catch(() => 'ended' as const);
    const seen = await Promise.race([back, pause(options.waitMs)]);
    return typeof seen === 'object' ? (seen.at - pluggedAt) / 1000 : seen;
  } finally {
    await endOf(master.child);
    await line.end();
    rmSync(link, { force: true });
  }
}

const pulledMs = 3000;

function pollingOf(cell: Cell, path: string): Omit<Polling, 'master'> & { master: Master } {
  return {
    master: cell.master,
    path,
    baudRate: cell.line.baudRate,
    units: cell.units ?? eightUnits,
    addresses: cell.addresses ?? [0],
    count: cell.count ?? 10,
    timeoutMs: cell.timeoutMs ?? timeoutMs,
    warmMs: cell.warmMs ?? 500,
    runMs: cell.runMs,
  };
}

/** `next` rejects when the master ends before it says that. */
type Running = { child: ChildProcess; next<E extends Said['event']>(event: E): Promise<Extract<Said, { event: E }>> };

function startMaster(programs: Programs, polling: ReturnType<typeof pollingOf>): Running {
  const [program, args] =
    polling.master === 'libmodbus'
      ? [programs.libmodbusMaster ?? '', libmodbusArgs(polling)]
      : [process.execPath, [join(import.meta.dirname, 'bus-master.ts'), JSON.stringify(polling)]];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  putFirst(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    async next(event) {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`${polling.master} ended before it said ${event}`);
        const what = JSON.parse(value) as Said;
        if (isEvent(what, event)) return what;
      }
    },
  };
}

/** Every master alike goes before what else the machine does, where that is allowed. */
function putFirst({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Then it takes its turn with the others, and a round that suffers is void.
  }
}

function libmodbusArgs({
  path,
  baudRate,
  units,
  count,
  timeoutMs: patience,
  warmMs,
  runMs,
}: ReturnType<typeof pollingOf>) {
  return [path, ...[baudRate, units.length, count, patience, warmMs, runMs].map(String)];
}

function isEvent<E extends Said['event']>(what: Said, event: E): what is Extract<Said, { event: E }> {
  return what.event === event;
}

function pause(ms: number): Promise<'silent'> {
  return new Promise((resolve) => setTimeout(resolve, ms, 'silent'));
}

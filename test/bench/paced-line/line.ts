import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** An RS-485 line with slaves, in a process of its own: what it does and how it counts stands in `paced-line.c`. */
export type Line = {
  /** The pseudo-terminal that a master opens. */
  path: string;
  /** These units are silent from now on, all others answer. */
  silence(units: readonly number[]): void;
  /** Every `every`th reply is struck. */
  strike(fault: { name: LineFault; every: number; ms: number }): void;
  /** Counts start again. */
  mark(): void;
  stats(): Promise<LineStats>;
  /** At once, as an adapter that is pulled out. */
  end(): Promise<void>;
};

export const lineFaults = ['late', 'duplicate', 'stray'] as const;
export type LineFault = (typeof lineFaults)[number];

/** `ideal` is what the requests that were answered would have taken with t3.5 kept; `elapsed` what they took. */
export type LineStats = {
  requests: number;
  /** Requests that began less than t3.5 after the last byte of a reply. */
  early: number;
  /** Requests that began while a reply was on the wire. */
  collisions: number;
  answered: number;
  faults: number;
  idealMs: number;
  elapsedMs: number;
  gapUs: { min: number; p50: number };
  /** By how much the last byte of a reply was put out too late. */
  latenessUs: { p50: number; p99: number };
  /** How long a byte took through the pseudo-terminal; a gap too short by less than this is not seen. */
  deliveryUs: { p50: number; p99: number };
  units: Record<string, { asked: number; lastReadMs: number }>;
};

export type Programs = { pacedLine: string; libmodbusMaster: string | null };

/** Builds the C programs into `dir`; the libmodbus one only where its headers are. */
export function buildPrograms(dir: string): Programs {
  const build = (name: string, ...libraries: string[]) => {
    const to = join(dir, name);
    execFileSync('gcc', ['-O2', '-o', to, join(import.meta.dirname, `${name}.c`), ...libraries], { stdio: 'pipe' });
    return to;
  };
  const pacedLine = build('paced-line');
  try {
    return { pacedLine, libmodbusMaster: build('libmodbus-master', '-lmodbus') };
  } catch {
    return { pacedLine, libmodbusMaster: null };
  }
}

export type LineOptions = { baudRate: number; turnaroundMs?: number; chunk?: number };

/** Starts a line; it ends with `end()`, or with this process. */
export async function startLine(
  program: string,
  { baudRate, turnaroundMs = 0, chunk = 1 }: LineOptions,
): Promise<Line> {
  const args = [String(baudRate), String(turnaroundMs * 1000), String(chunk)];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const said = async <T>(): Promise<T> => JSON.parse(((await once(lines, 'line')) as [string])[0]) as T;
  const tell = (text: string) => child.stdin.write(`${text}\n`);
  child.stdin.on('error', () => {});
  const { path } = await said<{ path: string }>();
  return {
    path,
    silence: (units) => tell(`dead ${units.join(' ')}`),
    strike: ({ name, every, ms }) => tell(`fault ${name} ${every} ${ms}`),
    mark: () => tell('mark'),
    stats: () => {
      const stats = said<LineStats>();
      tell('stats');
      return stats;
    },
    end: () => endOf(child),
  };
}

/** Ends a child for sure and waits until it is gone. */
export async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../needs.ts';
import { judge, note, type Row, residentMb, round } from './measure.ts';
import type { Bench } from './run.ts';

const restMs = 5 * 60_000;

/** What a newcomer does: clone, install, start; and what the processes weigh after five minutes. */
export const bench: Bench = {
  title: 'from a fresh clone to a demo of good devices, and resident memory after five minutes',
  slow: true,
  async run(): Promise<Row[]> {
    const dir = mkdtempSync(join(tmpdir(), 'jari-clone-'));
    const clone = join(dir, 'jari');
    try {
      await run('git', ['clone', '--quiet', root, clone], dir);
      const installFrom = performance.now();
      await run('npm', ['ci', '--no-audit', '--no-fund'], clone);
      const installS = (performance.now() - installFrom) / 1000;
      return [note('npm ci, s', round(installS)), ...(await demo(clone))];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

async function demo(clone: string): Promise<Row[]> {
  const from = performance.now();
  const child = spawn('npm', ['start'], { cwd: clone, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  try {
    await new Promise<void>((resolve) => {
      let output = '';
      // Read on to the end: a reader that leaves is another story.
      child.stdout.on('data', (chunk) => {
        output += String(chunk);
        if (/all \d+ devices good/.test(output)) resolve();
      });
    });
    const goodS = (performance.now() - from) / 1000;
    await new Promise((resolve) => setTimeout(resolve, restMs));
    const memory = processesOf(clone).map(({ pid, command }) =>
      note(`resident after 5 min: ${command}, MB`, round(residentMb(pid))),
    );
    return [
      judge('all demo devices good after npm start', goodS, { atMost: 60 }, { steady: true, unit: ' s' }),
      ...memory,
    ];
  } finally {
    const stopFrom = performance.now();
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    await once(child, 'exit');
    console.log(`stopped in ${((performance.now() - stopFrom) / 1000).toFixed(1)} s`);
  }
}

/** The `jari` processes that were started from a folder. */
function processesOf(folder: string): { pid: number; command: string }[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.flatMap((pid) => {
    const args = tryRead(`/proc/${pid}/cmdline`).split('\0');
    const at = args.indexOf(join(folder, 'jari.ts'));
    if (at < 0) return [];
    const agent = args[args.indexOf('--agent') + 1];
    return [{ pid, command: args.includes('--agent') ? `edge ${agent}` : (args[at + 1] ?? '') }];
  });
}

function tryRead(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(command, [...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${code}\n${errors}`);
}

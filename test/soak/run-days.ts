import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../needs.ts';

/**
 * `npm run soak:days [-- hours [minutes between faults]]`: the demo site for days, 72 hours without an argument, with a fault
 * each minute: an agent is killed, any program stands still for 10 s, the gateway is killed twice a day. Every minute memory, open files, files and log size
 * are written to `soak-days.csv` in the folder that is printed; at the end their slopes, from the second half alone.
 */
const [hours = 72, everyMinutes = 1] = process.argv.slice(2).map(Number);
const bars = { residentMbAnHour: 1, filesAnHour: 1, walMb: 68 };

const dir = mkdtempSync(join(tmpdir(), 'jari-days-'));
const csv = join(dir, 'soak-days.csv');
type Look = { hour: number; name: string; residentMb: number; handles: number; walMb: number; dataMb: number };
const seen: Look[] = [];

/** Processes below ours that run an agent or the gateway, by name. */
function programs(demo: ChildProcess): Map<string, number> {
  const found = new Map<string, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = / (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.slice(1) ?? '')?.[1];
      if (Number(parent) !== demo.pid) continue;
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (args.includes('gateway')) found.set('gateway', Number(pid));
      if (args.includes('edge')) found.set(args[args.indexOf('--agent') + 1] ?? 'edge', Number(pid));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

function look(hour: number, name: string, pid: number): void {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const residentMb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    const handles = readdirSync(`/proc/${pid}/fd`).length;
    const of = (pattern: RegExp) =>
      filesBelow(dir)
        .filter(({ path }) => pattern.test(path))
        .reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
    const next = { hour, name, residentMb, handles, walMb: of(/gateway\.db-wal$/), dataMb: of(/./) };
    seen.push(next);
    appendFileSync(csv, `${Object.values(next).join(',')}\n`);
  } catch {
    // It has ended meanwhile, as it was asked to.
  }
}

function filesBelow(folder: string): { path: string; bytes: number }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const path = join(entry.parentPath, entry.name);
    try {
      return [{ path, bytes: statSync(path).size }];
    } catch {
      return [];
    }
  });
}

/** Least squares; per hour. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: readonly number[]) => of.reduce((sum, each) => sum + each, 0) / of.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const spread = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / spread;
}

/** Names of those that were killed. */
const killed = new Set<string>();

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function fault(n: number, running: ReadonlyMap<string, number>): Promise<string> {
  const names = [...running.keys()].sort();
  const first = names[0];
  // Who is killed begins again and shows no slope: one agent, and the gateway twice a day. The others stand still now and then.
  const name = n % 720 === 719 ? 'gateway' : n % 3 === 2 ? names[n % names.length] : first;
  const pid = name === undefined ? undefined : running.get(name);
  if (name === undefined || pid === undefined) return 'nothing runs';
  if (n % 3 === 2) {
    // It stands still, as behind a card that hangs.
    process.kill(pid, 'SIGSTOP');
    await pause(10_000);
    process.kill(pid, 'SIGCONT');
    return `${name} stood still for 10 s`;
  }
  process.kill(pid, 'SIGKILL');
  killed.add(name);
  return `${name} was killed`;
}

console.log(`figures in ${csv}`);
writeFileSync(csv, 'hour,name,residentMb,handles,walMb,dataMb\n');
const demo = spawn(process.execPath, [join(root, 'jari.ts'), 'demo'], {
  stdio: 'ignore',
  env: { ...process.env, JARI_DEMO_DIR: join(dir, 'demo') },
});
const asked = new AbortController();
process.once('SIGINT', () => asked.abort());
try {
  while (!existsSync(join(dir, 'demo', 'gateway', 'listening.json'))) await pause(500);
  const begun = performance.now();
  const hour = () => (performance.now() - begun) / 3_600_000;
  for (let n = 0; hour() < hours && !asked.signal.aborted; n++) {
    await pause(everyMinutes * 60_000 - 5000);
    const running = programs(demo);
    for (const [name, pid] of running) look(hour(), name, pid);
    console.log(`${hour().toFixed(2)} h: ${[...running.keys()].length} programs; ${await fault(n, running)}`);
    await pause(5000);
  }
  const late = seen.filter((each) => each.hour > hour() / 2);
  const names = [...new Set(late.map(({ name }) => name))];
  const table = names.map((name) => {
    const of = late.filter((each) => each.name === name);
    return {
      name,
      looks: of.length,
      'resident MB': Math.round(of.at(-1)?.residentMb ?? 0),
      'MB an hour': Math.round(100 * slope(of.map((each) => [each.hour, each.residentMb]))) / 100,
      'open files an hour': Math.round(100 * slope(of.map((each) => [each.hour, each.handles]))) / 100,
    };
  });
  console.table(table);
  const walMb = Math.max(0, ...seen.map((each) => each.walMb));
  console.log(
    `log of the database at most ${walMb.toFixed(1)} MB, everything on disk ${late.at(-1)?.dataMb.toFixed(0)} MB`,
  );
  const isMet =
    walMb <= bars.walMb &&
    table.every(
      (row) =>
        killed.has(row.name) ||
        (row['MB an hour'] <= bars.residentMbAnHour && row['open files an hour'] <= bars.filesAnHour),
    );
  console.log(hours < 6 ? 'too short for a slope to mean anything' : isMet ? 'met' : 'unmet', JSON.stringify(bars));
  process.exitCode = isMet || hours < 6 ? 0 : 1;
} finally {
  demo.kill();
  if (demo.exitCode === null) await once(demo, 'exit');
  rmSync(join(dir, 'demo'), { recursive: true, force: true });
}

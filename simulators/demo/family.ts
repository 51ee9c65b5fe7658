import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Clock } from '../../contract/clock.ts';

type Member = { pid: number; began: string };

/**
 * The demo's processes as a file, one `pid began` a line, so that they can be ended after the demo itself was killed. The
 * kernel's start time beside the pid makes sure that nobody else's process is ever meant.
 */
export class Family {
  readonly #file: string;
  readonly #members = new Map<number, Member>();

  constructor(file: string) {
    this.#file = file;
  }

  add(pid: number): void {
    const began = beganOf(pid);
    if (began === undefined) return;
    this.#members.set(pid, { pid, began });
    this.#write();
  }

  remove(pid: number): void {
    this.#members.delete(pid);
    this.#write();
  }

  /** A small shell that outlives this process by a second, and ends whatever it left behind. Ended when nothing is left. */
  guard(): { end(): void } {
    const child = spawn('/bin/sh', ['-c', watch, 'jari-demo-guard', String(process.pid), this.#file], {
      stdio: 'ignore',
      detached: true,
    });
    child.on('error', () => {});
    child.unref();
    return {
      end: () => {
        child.kill('SIGKILL');
        rmSync(this.#file, { force: true });
      },
    };
  }

  /** Ends what an earlier demo on this folder left behind; gives how many. */
  async endLeftovers(clock: Clock): Promise<number> {
    const left = read(this.#file).filter(isAlive);
    for (const member of left) signal(member, 'SIGTERM');
    const deadline = clock.monotonic() + 3000;
    while (left.some(isAlive) && clock.monotonic() < deadline) await clock.sleep(50);
    for (const member of left) signal(member, 'SIGKILL');
    while (left.some(isAlive) && clock.monotonic() < deadline + 1000) await clock.sleep(20);
    rmSync(this.#file, { force: true });
    return left.length;
  }

  #write(): void {
    const lines = [...this.#members.values()].map(({ pid, began }) => `${pid} ${began}\n`);
    writeFileSync(this.#file, lines.join(''), { mode: 0o600 });
  }
}

/** Field 22 of /proc/PID/stat, found behind the name, which may hold spaces and brackets. */
const watch = `
while kill -0 "$1" 2>/dev/null; do sleep 1; done
[ -f "$2" ] || exit 0
while read -r pid began; do
  read -r stat 2>/dev/null < "/proc/$pid/stat" || continue
  set -- \${stat##*) }
  [ "\${20}" = "$began" ] && kill "$pid"
done < "$2"
`;

function read(file: string): Member[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .flatMap(([pid, began]) => (Number(pid) > 1 && began !== undefined ? [{ pid: Number(pid), began }] : []));
  } catch {
    return [];
  }
}

function isAlive({ pid, began }: Member): boolean {
  return beganOf(pid) === began;
}

/** Undefined for a process that is gone, or ended and not yet collected. */
function beganOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function signal(member: Member, name: NodeJS.Signals): void {
  if (!isAlive(member)) return;
  try {
    process.kill(member.pid, name);
  } catch {
    // It ended between the look and the signal, which is what was wanted.
  }
}

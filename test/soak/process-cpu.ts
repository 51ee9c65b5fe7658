import { readdirSync, readFileSync } from 'node:fs';

/** What processes have spent, by `/proc`. */

/** Clock ticks a second, as Linux tells them to programs on every architecture. */
const ticksPerSecond = 100;

/** The processes that a process started and that still run. */
export function startedBy(pid: number): number[] {
  return all()
    .filter(({ parent }) => parent === pid)
    .map((each) => each.pid);
}

/** CPU seconds of a process and of those that it started, as far as they still run. */
export function cpuUnder(pid: number): number {
  const running = all();
  const under = (of: number): number =>
    running.filter(({ parent }) => parent === of).reduce((sum, each) => sum + each.seconds + under(each.pid), 0);
  return (running.find((each) => each.pid === pid)?.seconds ?? 0) + under(pid);
}

function all(): { pid: number; parent: number; seconds: number }[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    const [, parent = 0, ...fields] = Number.isInteger(pid) ? statOf(pid) : [];
    // Fields 14 and 15 of proc(5), the third being the first here.
    const [user = 0, system = 0] = fields.slice(9, 11);
    return parent === 0 ? [] : [{ pid, parent, seconds: (user + system) / ticksPerSecond }];
  });
}

/** What follows the name, which may hold anything; nothing for a process that has ended. */
function statOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
  } catch {
    return [];
  }
}

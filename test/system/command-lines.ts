import { readdirSync, readFileSync } from 'node:fs';
import { atEnd } from '../cleanup.ts';
import type { Place } from './secret-search.ts';

const everyMs = 20;

/** What the list of processes shows, again and again, of everything that this process has started, and they in turn. */
export class CommandLines {
  readonly #seen = new Map<string, Buffer>();

  constructor() {
    const timer = setInterval(() => this.look(), everyMs);
    atEnd(() => clearInterval(timer));
  }

  look(): void {
    const parents = new Map(readdirSync('/proc').flatMap(parentOf));
    for (const pid of parents.keys()) {
      if (!isOurs(pid, parents)) continue;
      const line = tryRead(`/proc/${pid}/cmdline`);
      if (line !== undefined && line.length > 0) this.#seen.set(`${pid} ${line}`, line);
    }
  }

  places(): Place[] {
    return [...this.#seen.values()].map((bytes) => ({ where: `the command line ${shown(bytes)}`, bytes }));
  }
}

function parentOf(name: string): [pid: number, parent: number][] {
  if (!/^\d+$/.test(name)) return [];
  // The name in the middle may hold spaces and brackets: the parent is the second word after its end.
  const rest = tryRead(`/proc/${name}/stat`)?.toString().split(') ').at(-1);
  return rest === undefined ? [] : [[Number(name), Number(rest.split(' ')[1])]];
}

function isOurs(pid: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at = parents.get(pid); at !== undefined; at = parents.get(at)) if (at === process.pid) return true;
  return false;
}

function tryRead(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

const shown = (line: Buffer) => line.toString().replaceAll('\0', ' ').trim().slice(0, 200);

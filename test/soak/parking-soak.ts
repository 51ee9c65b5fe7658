import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { keyOf, uniform } from '../../simulators/noise.ts';
import { root } from '../needs.ts';
import { booksOf, type Compared, compared } from './parking-books.ts';
import { scriptOf, soakStart, type Turn } from './parking-script.ts';

export type Soaked = Compared & { readonly kills: number; readonly turns: number };

/** How many turns a process is given before it has answered the first. */
const ahead = 40;

/**
 * The same script through a process that is killed at random instants and through one that is not; then their books are
 * compared. `dirs`: two empty folders.
 */
export async function soakParking(options: {
  dirs: readonly [string, string];
  kills: number;
  seed: number;
  /** How long both run on after the last kill, turns of 30 s. */
  tail: number;
  onKill?: (n: number) => void;
}): Promise<Soaked> {
  const { dirs, kills, seed, tail } = options;
  // A process gets through a turn in some ms, and lives 150 ms at most.
  const script = scriptOf(seed, tail + kills * 40);
  const instants = keyOf(seed, 'kills');
  const promised = new Set<string>();
  let done = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const life = new Life(dirs[0], script, { done, promised });
    await life.ready;
    await new Promise((resolve) => setTimeout(resolve, 150 * uniform(instants, kill)));
    done = await life.kill();
    options.onKill?.(kill + 1);
  }
  const turns = Math.min(script.length, done + tail);
  await new Life(dirs[0], script.slice(0, turns), { done, promised }).finish();
  await new Life(dirs[1], script.slice(0, turns), { done: 0, promised: new Set() }).finish();
  return { kills, turns, ...compared(booksOf(dirs[1]), booksOf(dirs[0]), promised) };
}

/** One process, from its start to its end. */
class Life {
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #script: readonly Turn[];
  #sent: number;
  #done: number;
  readonly #promised: Set<string>;

  /** `promised`: takes the reservations that a driver was told of. */
  constructor(dir: string, script: readonly Turn[], { done, promised }: { done: number; promised: Set<string> }) {
    this.#promised = promised;
    this.#script = script;
    this.#sent = done;
    this.#done = done;
    const program = join(root, 'test/soak/parking-child.ts');
    const now = String(script[done]?.at ?? soakStart);
    // Compiling the modules again takes a killed process longer than it lives.
    const env = {
      ...process.env,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'jari-test-compile-cache'),
    };
    const child = spawn(process.execPath, [program, dir, now], { stdio: ['pipe', 'pipe', 'inherit'], env });
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('close', resolve));
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    child.stdin.on('error', () => {}); // it was killed while it was written to
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'ready') ready.resolve();
      else {
        const [n, ...made] = line.split(' ');
        this.#done = Number(n) + 1;
        for (const id of made) this.#promised.add(id);
      }
      this.#send();
    });
    void this.#ended.then(() => ready.reject(new Error('the process ended before it was ready')));
    ready.promise.catch(() => {});
  }

  /** @returns how many turns of the script it has answered by now */
  async kill(): Promise<number> {
    this.#child.kill('SIGKILL');
    await this.#ended;
    return this.#done;
  }

  /** Through the rest of the script, and to an end by itself. */
  async finish(): Promise<void> {
    const code = await this.#ended;
    if (code !== 0 || this.#done !== this.#script.length)
      throw new Error(`ended with ${code} after ${this.#done} turns of ${this.#script.length}`);
  }

  #send(): void {
    const until = Math.min(this.#script.length, this.#done + ahead);
    for (; this.#sent < until; this.#sent += 1)
      this.#child.stdin?.write(`${JSON.stringify(this.#script[this.#sent])}\n`);
    if (this.#sent === this.#script.length) this.#child.stdin?.end();
  }
}

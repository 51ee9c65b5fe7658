import { execFileSync } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../needs.ts';

/** A disk whose faults a test chooses, for programs that are started with `env`. See disk-fault.c; needs gcc. */
export class FaultyDisk {
  readonly env: Record<string, string>;
  readonly #file: string;

  constructor(dir: string) {
    const library = join(dir, 'disk-fault.so');
    const source = join(root, 'test', 'faults', 'disk-fault.c');
    execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl']);
    this.#file = join(dir, 'disk-faults');
    this.env = { LD_PRELOAD: library, JARI_DISK_FAULTS: this.#file };
    this.works();
  }

  works(): void {
    writeFileSync(this.#file, '');
  }

  /** Flushes of files whose path holds `part` fail: so many times from now on, or always. */
  failsToFlush(part: string, times: number | 'always'): void {
    const until = times === 'always' ? -1 : this.hits() + times;
    writeFileSync(this.#file, `fsync ${until} ${part}\n`);
  }

  /** What lies below `prefix` can be read and not written. */
  isReadOnly(prefix: string): void {
    writeFileSync(this.#file, `readonly ${prefix}\n`);
  }

  /** No room is left for what lies below `prefix`. */
  isFull(prefix: string): void {
    writeFileSync(this.#file, `full ${prefix}\n`);
  }

  /** Calls that failed so far. */
  hits(): number {
    return existsSync(`${this.#file}.hits`) ? statSync(`${this.#file}.hits`).size : 0;
  }
}

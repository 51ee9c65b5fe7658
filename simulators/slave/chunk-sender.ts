import type { Clock, Timer } from '../../contract/clock.ts';
import type { Chunk } from '../faults/wire-faults.ts';

/** Puts bytes on a line, at once or when their time has come. */
export class ChunkSender {
  readonly #options: { clock: Pick<Clock, 'after'>; send(bytes: Uint8Array): void };
  readonly #waiting = new Set<Timer>();

  constructor(options: { clock: Pick<Clock, 'after'>; send(bytes: Uint8Array): void }) {
    this.#options = options;
  }

  send(chunks: readonly Chunk[]): void {
    for (const { afterMs, bytes } of chunks) {
      if (afterMs > 0) this.#later(afterMs, bytes);
      else this.#options.send(bytes);
    }
  }

  /** What still waits is never sent. */
  close(): void {
    for (const timer of this.#waiting) timer.cancel();
    this.#waiting.clear();
  }

  #later(afterMs: number, bytes: Uint8Array): void {
    const timer = this.#options.clock.after(afterMs, () => {
      this.#waiting.delete(timer);
      this.#options.send(bytes);
    });
    this.#waiting.add(timer);
  }
}

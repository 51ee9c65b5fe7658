import type { Clock } from '../../contract/clock.ts';
import { freeBytes } from '../../disk/probe.ts';
import { sqliteCode } from './store-error.ts';

/** Own: longer than a rotation of logs or a copy's temporary file, and short beside a fire. */
const fullForMs = 5000;
/** On a full disk a small commit finds room in the log's old pages now and then; that is no room. */
const roomBytes = 2_000_000;

/** Whether the disk stays full: what is not stored is not judged, so for seconds alone a full disk can be waited out. */
export class DiskRoom {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #free: () => number;
  /** The first commit without room since there was some, on the monotonic clock. */
  #fullSince: number | null = null;

  constructor({ dir, clock, free = () => freeBytes(dir) }: DiskRoomOptions) {
    this.#clock = clock;
    this.#free = free;
  }

  /** A commit failed. `SQLITE_FULL` where none had room for five seconds. */
  failed(error: unknown): 'SQLITE_FULL' | undefined {
    if (sqliteCode(error) !== 'SQLITE_FULL') return undefined;
    const now = this.#clock.monotonic();
    this.#fullSince ??= now;
    return now - this.#fullSince >= fullForMs ? 'SQLITE_FULL' : undefined;
  }

  succeeded(): void {
    if (this.#fullSince !== null && this.#free() >= roomBytes) this.#fullSince = null;
  }
}

export type DiskRoomOptions = { dir: string; clock: Pick<Clock, 'monotonic'>; free?: () => number };

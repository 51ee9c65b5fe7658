import type { Catalog } from './catalog.ts';
import type { Ports } from './ports.ts';

/** How long the answer of one check is reused: callers must not be able to keep the disk busy. */
const lookEveryMs = 1000;

/** Whether what comes in can be stored, and what is stored can be read. */
export class StoreCheck {
  readonly #parts: Pick<Ports, 'history' | 'ingest' | 'clock' | 'log'> & { catalog: Catalog };
  #seen: { at: number; ok: boolean } | null = null;

  constructor(parts: Pick<Ports, 'history' | 'ingest' | 'clock' | 'log'> & { catalog: Catalog }) {
    this.#parts = parts;
  }

  look(): 'ok' | 'cannot-store' | 'cannot-read-store' {
    const { ingest, clock } = this.#parts;
    if (ingest.isFailing()) return 'cannot-store';
    const now = clock.monotonic();
    if (this.#seen === null || now - this.#seen.at >= lookEveryMs) this.#seen = { at: now, ok: this.#canRead() };
    return this.#seen.ok ? 'ok' : 'cannot-read-store';
  }

  #canRead(): boolean {
    const { history, catalog, clock, log } = this.#parts;
    const some = catalog.anyPoint();
    if (some === undefined) return true;
    try {
      const to = clock.now();
      history.readings({ ...some, from: to - 1000, to, limit: 1, cursor: null });
      return true;
    } catch (error) {
      log.error({ err: error }, 'store-unreadable');
      return false;
    }
  }
}

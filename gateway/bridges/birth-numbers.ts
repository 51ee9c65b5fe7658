import { type Migration, migrate } from '../store/migrations.ts';
import type { Store } from '../store/store.ts';

const steps: readonly Migration[] = [
  'CREATE TABLE bridge_births (site TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT',
];

/**
 * The number by which a birth and its death belong together. It goes on over restarts, so that a late death of the run
 * before is never taken for one of this.
 */
export class BirthNumbers {
  readonly #store: Pick<Store, 'db' | 'commit'>;

  constructor(store: Pick<Store, 'db' | 'commit'>) {
    this.#store = store;
    migrate(store.db, 'bridges', steps);
  }

  /** 0 at first, then one more each time, up to 255 and round (Sparkplug 3.0, tck-id-topics-nbirth-bdseq-increment). */
  next(site: string): number {
    const take = this.#store.db.prepare<[string], { last: number }>(
      `INSERT INTO bridge_births VALUES (?, 0)
       ON CONFLICT (site) DO UPDATE SET last = (last + 1) % 256 RETURNING last`,
    );
    let last = 0;
    this.#store.commit(() => {
      last = take.get(site)?.last ?? 0;
    });
    return last;
  }
}
